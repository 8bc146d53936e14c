//! The negative.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The negative.
pub static OP: OpDef = OpDef {
    name: "neg",
    doc: "The negative.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| -x[0], rust: "-{0}" },
    adjoint: Adjoint::Rule(|r| vec![Some(-r.dy)]),
    formula: &["∂L/∂{0} = −{d}"],
    samples: &[Sample::of(&[&[2, 3]]).within(-3.0, 3.0), Sample::of(&[&[]]).within(-3.0, 3.0)],
    sums_batch: false,
    kinked: false,
};
