//! Whether both conditions hold.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// Whether both conditions hold.
pub static OP: OpDef = OpDef {
    name: "and",
    doc: "Whether both conditions hold.",
    shape: shape::conditions,
    value: Value::Each { eval: |x, _| x[0] * x[1], rust: "{0}.and({1})" },
    adjoint: Adjoint::Zero,
    formula: &[],
    samples: &[Sample::of(&[&[2, 3], &[2, 3]]).kinds("cc")],
    sums_batch: false,
    kinked: false,
};
