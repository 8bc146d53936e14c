//! The hyperbolic tangent.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The hyperbolic tangent.
pub static OP: OpDef = OpDef {
    name: "tanh",
    doc: "The hyperbolic tangent.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].tanh(), rust: "{0}.tanh()" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy * (1.0 - r.y * r.y))]),
    formula: &["∂L/∂{0} = {d} ⊙ (1 − {y}²)"],
    samples: &[Sample::of(&[&[2, 3]]).within(-3.0, 3.0), Sample::of(&[&[]]).within(-3.0, 3.0)],
    sums_batch: false,
    kinked: false,
};
