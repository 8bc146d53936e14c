//! Conditions, each true with the probability of its attribute; drawn for each sample.

use super::{Adjoint, Distribution, OpDef, Value, shape};

/// Conditions, each true with the probability of its attribute; drawn for each sample.
pub static OP: OpDef = OpDef {
    name: "bernoulli",
    doc: "Conditions, each true with the probability of its attribute; drawn for each sample.",
    shape: shape::stated,
    value: Value::Random(Distribution::Bernoulli),
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
