//! 0, 1, 2, … along the one axis of its type: an index.

use super::{Adjoint, OpDef, Value, shape};

/// 0, 1, 2, … along the one axis of its type: an index.
pub static OP: OpDef = OpDef {
    name: "iota",
    doc: "0, 1, 2, … along the one axis of its type: an index.",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
