//! In an optimizer: a number kept once (`Attr::Leaf`: which).

use super::{Adjoint, OpDef, Value, shape};

/// In an optimizer: a number kept once (`Attr::Leaf`: which).
pub static OP: OpDef = OpDef {
    name: "scalar_slot",
    doc: "In an optimizer: a number kept once (`Attr::Leaf`: which).",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
