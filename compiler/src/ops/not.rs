//! Whether the condition does not hold.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// Whether the condition does not hold.
pub static OP: OpDef = OpDef {
    name: "not",
    doc: "Whether the condition does not hold.",
    shape: shape::conditions,
    value: Value::Each { eval: |x, _| 1.0 - x[0], rust: "{0}.not()" },
    adjoint: Adjoint::Zero,
    formula: &[],
    samples: &[Sample::of(&[&[2, 3]]).kinds("c")],
    sums_batch: false,
    kinked: false,
};
