//! The largest whole number not above x.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The largest whole number not above x.
pub static OP: OpDef = OpDef {
    name: "floor",
    doc: "The largest whole number not above x.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].floor(), rust: "{0}.floor()" },
    adjoint: Adjoint::Zero,
    formula: &["∂L/∂{0} = 0"],
    samples: &[Sample::of(&[&[2, 3]]).within(-3.0, 3.0), Sample::of(&[&[]]).within(-3.0, 3.0)],
    sums_batch: false,
    kinked: true,
};
