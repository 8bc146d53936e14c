//! What a step of a loop is given (`Attr::Leaf`: the loop's operand).

use super::{Adjoint, OpDef, Value, shape};

/// What a step of a loop is given.
pub static OP: OpDef = OpDef {
    name: "scan_in",
    doc: "What a step of a loop is given (`Attr::Leaf`: the loop's operand).",
    shape: shape::stated,
    value: Value::Leaf,
    adjoint: Adjoint::Leaf,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
