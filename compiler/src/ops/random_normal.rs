//! Draws of N(0, 1), for each sample.

use super::{Adjoint, Distribution, OpDef, Value, shape};

/// Draws of N(0, 1), for each sample.
pub static OP: OpDef = OpDef {
    name: "random_normal",
    doc: "Draws of N(0, 1), for each sample.",
    shape: shape::stated,
    value: Value::Random(Distribution::Normal),
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
