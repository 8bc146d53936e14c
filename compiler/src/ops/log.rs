//! The natural logarithm.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The natural logarithm.
pub static OP: OpDef = OpDef {
    name: "log",
    doc: "The natural logarithm.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].ln(), rust: "{0}.log()" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy / r.x[0])]),
    formula: &["∂L/∂{0} = {d} / {0}"],
    samples: &[Sample::of(&[&[2, 3]]).within(0.3, 3.0), Sample::of(&[&[]]).within(0.3, 3.0)],
    sums_batch: false,
    kinked: false,
};
