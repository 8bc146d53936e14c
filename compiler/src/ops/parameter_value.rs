//! In an optimizer: the parameter.

use super::{Adjoint, OpDef, Value, shape};

/// In an optimizer: the parameter.
pub static OP: OpDef = OpDef {
    name: "parameter_value",
    doc: "In an optimizer: the parameter.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
