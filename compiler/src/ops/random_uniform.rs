//! Draws of U[0, 1), for each sample.

use super::{Adjoint, Distribution, OpDef, Value, shape};

/// Draws of U[0, 1), for each sample.
pub static OP: OpDef = OpDef {
    name: "random_uniform",
    doc: "Draws of U[0, 1), for each sample.",
    shape: shape::stated,
    value: Value::Random(Distribution::Uniform),
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
