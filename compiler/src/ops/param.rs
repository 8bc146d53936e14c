//! A parameter of the network (`Attr::Leaf`: which).

use super::{Adjoint, OpDef, Value, shape};

/// A parameter of the network (`Attr::Leaf`: which).
pub static OP: OpDef = OpDef {
    name: "param",
    doc: "A parameter of the network (`Attr::Leaf`: which).",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
