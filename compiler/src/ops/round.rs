//! The nearest whole number; halves to the even one.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The nearest whole number; halves to the even one.
pub static OP: OpDef = OpDef {
    name: "round",
    doc: "The nearest whole number; halves to the even one.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].round_ties_even(), rust: "{0}.round()" },
    adjoint: Adjoint::Zero,
    formula: &["∂L/∂{0} = 0"],
    samples: &[Sample::of(&[&[2, 3]]).within(-3.0, 3.0), Sample::of(&[&[]]).within(-3.0, 3.0)],
    sums_batch: false,
    kinked: true,
};
