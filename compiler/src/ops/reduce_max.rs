//! The largest element over axes (`Attr::Axes`), which disappear. NaN passes on.

use super::{Adjoint, OpDef, Reduction, Sample, Value, reduced};
use crate::graph::Attr;

/// The largest element over axes.
pub static OP: OpDef = OpDef {
    name: "reduce_max",
    doc: "The largest element over axes, which disappear; NaN passes on.",
    shape: reduced::shape,
    value: Value::Reduce(Reduction::Max),
    adjoint: Adjoint::Rule(|r| vec![Some(reduced::to_first(r, r.x[0]))]),
    formula: &["∂L/∂{0} = {d} at the first of the largest, else 0"],
    samples: &[
        Sample::of(&[&[2, 3]]).with(|| Attr::Axes(vec![0, 1])),
        Sample::of(&[&[2, 3, 4]]).with(|| Attr::Axes(vec![1])),
        Sample::of(&[&[3, 2, 3]]).with(|| Attr::Axes(vec![0, 2])),
    ],
    sums_batch: false,
    kinked: true,
};
