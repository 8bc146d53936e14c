//! The product of two tensors, element by element.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The product of two tensors, element by element.
pub static OP: OpDef = OpDef {
    name: "mul",
    doc: "The product of two tensors, element by element.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0] * x[1], rust: "{0} * {1}" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy * r.x[1]), Some(r.dy * r.x[0])]),
    formula: &["∂L/∂{0} = {d} ⊙ {1}", "∂L/∂{1} = {d} ⊙ {0}"],
    samples: &[Sample::of(&[&[2, 3], &[2, 3]]).within(-2.0, 2.0), Sample::of(&[&[3, 3], &[3, 3]]).within(-2.0, 2.0)],
    sums_batch: false,
    kinked: false,
};
