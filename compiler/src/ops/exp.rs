//! eˣ.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// eˣ.
pub static OP: OpDef = OpDef {
    name: "exp",
    doc: "eˣ.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].exp(), rust: "{0}.exp()" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy * r.y)]),
    formula: &["∂L/∂{0} = {d} ⊙ {y}"],
    samples: &[Sample::of(&[&[2, 3]]).within(-3.0, 3.0), Sample::of(&[&[]]).within(-3.0, 3.0)],
    sums_batch: false,
    kinked: false,
};
