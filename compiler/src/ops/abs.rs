//! |x|.
//!
//! Its derivative at 0 is 0.

use super::{Adjoint, OpDef, Sample, Value, shape, sign};

/// |x|.
pub static OP: OpDef = OpDef {
    name: "abs",
    doc: "|x|.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].abs(), rust: "{0}.abs()" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy * r.x[0].each(&sign::OP, &[]))]),
    formula: &["∂L/∂{0} = {d} ⊙ sign({0})"],
    samples: &[Sample::of(&[&[2, 3]]).within(-3.0, 3.0), Sample::of(&[&[]]).within(-3.0, 3.0)],
    sums_batch: false,
    kinked: true,
};
