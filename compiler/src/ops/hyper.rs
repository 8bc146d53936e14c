//! In an optimizer: an argument (`Attr::Leaf`: which).

use super::{Adjoint, OpDef, Value, shape};

/// In an optimizer: an argument (`Attr::Leaf`: which).
pub static OP: OpDef = OpDef {
    name: "hyper",
    doc: "In an optimizer: an argument (`Attr::Leaf`: which).",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
