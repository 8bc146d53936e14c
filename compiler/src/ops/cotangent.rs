//! The gradient of a loss computed elsewhere with respect to an output (`Attr::Leaf`: which), one for each sample.

use super::{Adjoint, OpDef, Value, shape};

/// The gradient of a loss computed elsewhere with respect to an output (`Attr::Leaf`: which), one for each sample.
pub static OP: OpDef = OpDef {
    name: "cotangent",
    doc: "The gradient of a loss computed elsewhere with respect to an output (`Attr::Leaf`: which), one for each sample.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
