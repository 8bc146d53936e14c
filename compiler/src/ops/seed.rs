//! The weight of each sample in the mean over the batch: 1/B, or 0 for a row that only fills a tile.

use super::{Adjoint, OpDef, Value, shape};

/// The weight of each sample in the mean over the batch: 1/B, or 0 for a row that only fills a tile.
pub static OP: OpDef = OpDef {
    name: "seed",
    doc: "The weight of each sample in the mean over the batch: 1/B, or 0 for a row that only fills a tile.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
