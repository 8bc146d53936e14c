//! ln(1 + x), exact near 0.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// ln(1 + x), exact near 0.
pub static OP: OpDef = OpDef {
    name: "log1p",
    doc: "ln(1 + x), exact near 0.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].ln_1p(), rust: "{0}.log1p()" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy / (r.x[0] + 1.0))]),
    formula: &["∂L/∂{0} = {d} / (1 + {0})"],
    samples: &[Sample::of(&[&[2, 3]]).within(-0.7, 3.0), Sample::of(&[&[]]).within(-0.7, 3.0)],
    sums_batch: false,
    kinked: false,
};
