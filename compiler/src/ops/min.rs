//! The smaller of two numbers; NaN passes on.
//!
//! Either side of a tie gets half of the gradient.

use super::{Adjoint, OpDef, Sample, Value, eq, lt, shape};

/// The smaller of two numbers; NaN passes on.
pub static OP: OpDef = OpDef {
    name: "min",
    doc: "The smaller of two numbers; NaN passes on.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| if x[0].is_nan() || x[0] < x[1] { x[0] } else { x[1] }, rust: "{0}.min({1})" },
    adjoint: Adjoint::Rule(|r| {
        let (a, b, zero) = (r.x[0], r.x[1], r.dy.zeros_like());
        let tie = a.each(&eq::OP, &[b]).select(0.5 * r.dy, zero);
        vec![Some(a.each(&lt::OP, &[b]).select(r.dy, tie)), Some(b.each(&lt::OP, &[a]).select(r.dy, tie))]
    }),
    formula: &["∂L/∂{0} = {d} where {0} < {1}, ½ {d} where equal, else 0", "∂L/∂{1} = {d} where {1} < {0}, ½ {d} where equal, else 0"],
    samples: &[
        Sample::of(&[&[2, 3], &[2, 3]]).within(-2.0, 2.0),
        Sample::of(&[&[3, 3], &[3, 3]]).within(-2.0, 2.0),
        Sample::of(&[&[2], &[2]]).within(1.0, 1.0),
    ],
    sums_batch: false,
    kinked: true,
};
