//! Whether either condition holds.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// Whether either condition holds.
pub static OP: OpDef = OpDef {
    name: "or",
    doc: "Whether either condition holds.",
    shape: shape::conditions,
    value: Value::Each { eval: |x, _| x[0].max(x[1]), rust: "{0}.or({1})" },
    adjoint: Adjoint::Zero,
    formula: &[],
    samples: &[Sample::of(&[&[2, 3], &[2, 3]]).kinds("cc")],
    sums_batch: false,
    kinked: false,
};
