//! The value itself, through which no gradient passes.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The value itself, through which no gradient passes.
pub static OP: OpDef = OpDef {
    name: "stop_gradient",
    doc: "The value itself, through which no gradient passes.",
    shape: |args, _| shape::operands::<1>(args).map(|[x]| x.clone()),
    value: Value::Move(|_, _, out| shape::nothing(out)),
    adjoint: Adjoint::Zero,
    formula: &["∂L/∂{0} = 0"],
    samples: &[Sample::of(&[&[2, 3]])],
    sums_batch: false,
    kinked: false,
};
