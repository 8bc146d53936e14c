//! In an optimizer: the norm over all gradients of the network.

use super::{Adjoint, OpDef, Value, shape};

/// In an optimizer: the norm over all gradients of the network.
pub static OP: OpDef = OpDef {
    name: "global_norm",
    doc: "In an optimizer: the norm over all gradients of the network.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
