//! The sum over axes (`Attr::Axes`), which disappear.

use super::{Adjoint, OpDef, Reduction, Sample, Value, reduced};
use crate::graph::Attr;

/// The sum over axes.
pub static OP: OpDef = OpDef {
    name: "sum",
    doc: "The sum over axes, which disappear.",
    shape: reduced::shape,
    value: Value::Reduce(Reduction::Sum),
    adjoint: Adjoint::Rule(|r| {
        let shape = r.x[0].shape();
        vec![Some(r.dy.reshape(&reduced::kept(&shape, reduced::axes(&r.attr))).broadcast(&shape))]
    }),
    formula: &["∂L/∂{0} = {d}, repeated"],
    samples: &[
        Sample::of(&[&[2, 3]]).with(|| Attr::Axes(vec![0, 1])),
        Sample::of(&[&[2, 3, 4]]).with(|| Attr::Axes(vec![1])),
        Sample::of(&[&[3, 3]]).with(|| Attr::Axes(vec![0])),
    ],
    sums_batch: false,
    kinked: false,
};
