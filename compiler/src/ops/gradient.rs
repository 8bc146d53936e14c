//! In an optimizer: the gradient of the parameter.

use super::{Adjoint, OpDef, Value, shape};

/// In an optimizer: the gradient of the parameter.
pub static OP: OpDef = OpDef {
    name: "gradient",
    doc: "In an optimizer: the gradient of the parameter.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
