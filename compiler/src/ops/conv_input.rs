//! The adjoint of a convolution by its images (`Attr::Conv`): kernels `[f, c/groups, k…]` and `[f, o…]` give `[c, n…]`. As an operation of
//! its own it is the transposed convolution.

use super::conv::conv;
use super::convolution::{self, Part};
use super::{Adjoint, OpDef, Sample, Value, conv as forward, conv_weight};
use crate::graph::Slide;

/// The adjoint of a convolution by its images.
pub static OP: OpDef = OpDef {
    name: "conv_input",
    doc: "The adjoint of a convolution by its images: each element of `y` is spread through the kernel. A transposed convolution.",
    shape: |args, attr| convolution::shape(args, attr, Part::Input),
    value: Value::Conv(Part::Input),
    adjoint: Adjoint::Rule(|r| {
        let Some((dy, attr)) = convolution::one_sample(r) else { return vec![None, None] };
        vec![Some(dy.apply(&conv_weight::OP, attr.clone(), &[r.x[1]])), Some(dy.apply(&forward::OP, attr, &[r.x[0]]))]
    }),
    formula: &["∂L/∂{0}: {d} correlated with {1}", "∂L/∂{1}: the convolution of {d} with {0}"],
    samples: &[
        Sample::of(&[&[3, 2, 3, 2], &[3, 4, 2]]).with(|| conv(&[Slide::of(4, 3).padded(1, 1), Slide::of(3, 2)], 1)),
        Sample::of(&[&[2, 2, 2, 3], &[2, 2, 2]]).with(|| conv(&[Slide::of(5, 2).stride(2), Slide::of(4, 3).padded(1, 0).stride(2)], 1)),
        Sample::of(&[&[2, 2, 3], &[2, 4]]).with(|| conv(&[Slide::of(6, 3).dilated(2).padded(0, 2)], 2)),
    ],
    sums_batch: false,
    kinked: false,
};
