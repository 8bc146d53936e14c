//! An input or a target of the network (`Attr::Leaf`: which), one for each sample.

use super::{Adjoint, OpDef, Value, shape};

/// An input or a target of the network (`Attr::Leaf`: which), one for each sample.
pub static OP: OpDef = OpDef {
    name: "input",
    doc: "An input or a target of the network (`Attr::Leaf`: which), one for each sample.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
