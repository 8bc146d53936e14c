//! A state of the network before a step (`Attr::Leaf`: which), one for each sample.

use super::{Adjoint, OpDef, Value, shape};

/// A state of the network before a step (`Attr::Leaf`: which), one for each sample.
pub static OP: OpDef = OpDef {
    name: "state",
    doc: "A state of the network before a step (`Attr::Leaf`: which), one for each sample.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
