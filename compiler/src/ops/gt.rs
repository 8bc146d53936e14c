//! Whether a is greater than b.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// Whether a is greater than b.
pub static OP: OpDef = OpDef {
    name: "gt",
    doc: "Whether a is greater than b.",
    shape: shape::comparison,
    value: Value::Each { eval: |x, _| f64::from(x[0] > x[1]), rust: "{0}.gt({1})" },
    adjoint: Adjoint::Zero,
    formula: &[],
    samples: &[Sample::of(&[&[2, 3], &[2, 3]]).within(-2.0, 2.0)],
    sums_batch: false,
    kinked: true,
};
