//! The sine.

use super::{Adjoint, OpDef, Sample, Value, cos, shape};

/// The sine.
pub static OP: OpDef = OpDef {
    name: "sin",
    doc: "The sine.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].sin(), rust: "{0}.sin()" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy * r.x[0].each(&cos::OP, &[]))]),
    formula: &["∂L/∂{0} = {d} ⊙ cos({0})"],
    samples: &[Sample::of(&[&[2, 3]]).within(-3.0, 3.0), Sample::of(&[&[]]).within(-3.0, 3.0)],
    sums_batch: false,
    kinked: false,
};
