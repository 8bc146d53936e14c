//! In an optimizer: the factor on the learning rate, 1 unless the program says otherwise.

use super::{Adjoint, OpDef, Value, shape};

/// In an optimizer: the factor on the learning rate, 1 unless the program says otherwise.
pub static OP: OpDef = OpDef {
    name: "lr_scale",
    doc: "In an optimizer: the factor on the learning rate, 1 unless the program says otherwise.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
