//! max(x, 0).
//!
//! Its derivative at 0 is 0.

use super::{Adjoint, OpDef, Sample, Value, gt, shape};

/// max(x, 0).
pub static OP: OpDef = OpDef {
    name: "relu",
    doc: "max(x, 0).",
    shape: shape::real,
    value: Value::Each { eval: |x, _| if x[0] > 0.0 || x[0].is_nan() { x[0] } else { 0.0 }, rust: "{0}.relu()" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.y.each(&gt::OP, &[r.y.zeros_like()]).select(r.dy, r.dy.zeros_like()))]),
    formula: &["∂L/∂{0} = {d} where {y} > 0, else 0"],
    samples: &[Sample::of(&[&[2, 3]]).within(-3.0, 3.0), Sample::of(&[&[]]).within(-3.0, 3.0)],
    sums_batch: false,
    kinked: true,
};
