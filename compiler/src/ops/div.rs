//! The quotient of two tensors, element by element.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The quotient of two tensors, element by element.
pub static OP: OpDef = OpDef {
    name: "div",
    doc: "The quotient of two tensors, element by element.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0] / x[1], rust: "{0} / {1}" },
    adjoint: Adjoint::Rule(|r| {
        let da = r.dy / r.x[1];
        vec![Some(da), Some(-(da * r.y))]
    }),
    formula: &["∂L/∂{0} = {d} / {1}", "∂L/∂{1} = −{d} ⊙ {y} / {1}"],
    samples: &[Sample::of(&[&[2, 3], &[2, 3]]).within(0.5, 2.0), Sample::of(&[&[3, 3], &[3, 3]]).within(-2.0, -0.5)],
    sums_batch: false,
    kinked: false,
};
