//! 1/√x.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// 1/√x.
pub static OP: OpDef = OpDef {
    name: "rsqrt",
    doc: "1/√x.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| 1.0 / x[0].sqrt(), rust: "{0}.rsqrt()" },
    adjoint: Adjoint::Rule(|r| vec![Some(-0.5 * r.dy * r.y / r.x[0])]),
    formula: &["∂L/∂{0} = −½ {d} ⊙ {y} / {0}"],
    samples: &[Sample::of(&[&[2, 3]]).within(0.4, 3.0), Sample::of(&[&[]]).within(0.4, 3.0)],
    sums_batch: false,
    kinked: false,
};
