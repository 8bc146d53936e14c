//! In an optimizer: the number of the update, 1 at the first.

use super::{Adjoint, OpDef, Value, shape};

/// In an optimizer: the number of the update, 1 at the first.
pub static OP: OpDef = OpDef {
    name: "step",
    doc: "In an optimizer: the number of the update, 1 at the first.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
