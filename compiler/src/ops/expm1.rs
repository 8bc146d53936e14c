//! eˣ − 1, exact near 0.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// eˣ − 1, exact near 0.
pub static OP: OpDef = OpDef {
    name: "expm1",
    doc: "eˣ − 1, exact near 0.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].exp_m1(), rust: "{0}.expm1()" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy * (r.y + 1.0))]),
    formula: &["∂L/∂{0} = {d} ⊙ ({y} + 1)"],
    samples: &[Sample::of(&[&[2, 3]]).within(-3.0, 3.0), Sample::of(&[&[]]).within(-3.0, 3.0)],
    sums_batch: false,
    kinked: false,
};
