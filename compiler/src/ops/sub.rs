//! The difference of two tensors, element by element.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The difference of two tensors, element by element.
pub static OP: OpDef = OpDef {
    name: "sub",
    doc: "The difference of two tensors, element by element.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0] - x[1], rust: "{0} - {1}" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy), Some(-r.dy)]),
    formula: &["∂L/∂{0} = {d}", "∂L/∂{1} = −{d}"],
    samples: &[Sample::of(&[&[2, 3], &[2, 3]]).within(-2.0, 2.0), Sample::of(&[&[3, 3], &[3, 3]]).within(-2.0, 2.0)],
    sums_batch: false,
    kinked: false,
};
