//! The number of samples in the batch.

use super::{Adjoint, OpDef, Value, shape};

/// The number of samples in the batch.
pub static OP: OpDef = OpDef {
    name: "batch_count",
    doc: "The number of samples in the batch.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
