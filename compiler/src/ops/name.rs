//! The value itself, under a name: what a `let` becomes, because gradients are taken with respect to names.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The value itself, under a name.
pub static OP: OpDef = OpDef {
    name: "name",
    doc: "The value itself, under a name.",
    shape: |args, _| shape::operands::<1>(args).map(|[x]| x.clone()),
    value: Value::Move(|_, _, out| shape::nothing(out)),
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy)]),
    formula: &["∂L/∂{0} = {d}"],
    samples: &[Sample::of(&[&[2, 3]]), Sample::of(&[&[]])],
    sums_batch: false,
    kinked: false,
};
