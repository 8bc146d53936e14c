//! The square root.
//!
//! Its derivative at 0 is +∞, as in calculus.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The square root.
pub static OP: OpDef = OpDef {
    name: "sqrt",
    doc: "The square root.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].sqrt(), rust: "{0}.sqrt()" },
    adjoint: Adjoint::Rule(|r| vec![Some(0.5 * r.dy / r.y)]),
    formula: &["∂L/∂{0} = {d} / (2 {y})"],
    samples: &[Sample::of(&[&[2, 3]]).within(0.3, 3.0), Sample::of(&[&[]]).within(0.3, 3.0)],
    sums_batch: false,
    kinked: false,
};
