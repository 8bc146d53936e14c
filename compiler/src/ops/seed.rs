//! The weight of each sample in the mean over the batch: 1/B, or 0 for a lane that only fills a register.

use super::{Adjoint, OpDef, Value, shape};

/// The weight of each sample in the mean over the batch: 1/B, or 0 for a lane that only fills a register.
pub static OP: OpDef = OpDef {
    name: "seed",
    doc: "The weight of each sample in the mean over the batch: 1/B, or 0 for a lane that only fills a register.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
