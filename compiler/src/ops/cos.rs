//! The cosine.

use super::{Adjoint, OpDef, Sample, Value, shape, sin};

/// The cosine.
pub static OP: OpDef = OpDef {
    name: "cos",
    doc: "The cosine.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].cos(), rust: "{0}.cos()" },
    adjoint: Adjoint::Rule(|r| vec![Some(-(r.dy * r.x[0].each(&sin::OP, &[])))]),
    formula: &["∂L/∂{0} = −{d} ⊙ sin({0})"],
    samples: &[Sample::of(&[&[2, 3]]).within(-3.0, 3.0), Sample::of(&[&[]]).within(-3.0, 3.0)],
    sums_batch: false,
    kinked: false,
};
