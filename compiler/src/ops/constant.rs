//! A constant: one number everywhere (`Attr::Number`), or a tensor (`Attr::Tensor`).

use super::{Adjoint, OpDef, Value, shape};

/// A constant: one number everywhere (`Attr::Number`), or a tensor (`Attr::Tensor`).
pub static OP: OpDef = OpDef {
    name: "constant",
    doc: "A constant: one number everywhere (`Attr::Number`), or a tensor (`Attr::Tensor`).",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
