//! A convolution of images `[c, n…]` with kernels `[f, c/groups, k…]` (`Attr::Conv`): cross-correlation, as in every framework.

use super::convolution::{self, Part};
use super::{Adjoint, OpDef, Sample, Value, conv_input, conv_weight};
use crate::graph::{Attr, Conv, Slide};

/// A convolution of images with kernels.
pub static OP: OpDef = OpDef {
    name: "conv",
    doc: "A convolution (cross-correlation) of images with kernels: Σ w[f, c, k] · x[c, o·stride + k·dilation − before].",
    shape: |args, attr| convolution::shape(args, attr, Part::Output),
    value: Value::Conv(Part::Output),
    adjoint: Adjoint::Rule(|r| {
        let Some((dy, attr)) = convolution::one_sample(r) else { return vec![None, None] };
        vec![Some(r.x[1].apply(&conv_input::OP, attr.clone(), &[dy])), Some(r.x[0].apply(&conv_weight::OP, attr, &[dy]))]
    }),
    formula: &["∂L/∂{0}: {d} spread through the kernels {1}", "∂L/∂{1}: {0} correlated with {d}"],
    samples: &[
        Sample::of(&[&[2, 4, 3], &[3, 2, 3, 2]]).with(|| conv(&[Slide::of(4, 3).padded(1, 1), Slide::of(3, 2)], 1)),
        Sample::of(&[&[2, 5, 4], &[2, 2, 2, 3]]).with(|| conv(&[Slide::of(5, 2).stride(2), Slide::of(4, 3).padded(1, 0).stride(2)], 1)),
        Sample::of(&[&[4, 6], &[2, 2, 3]]).with(|| conv(&[Slide::of(6, 3).dilated(2).padded(0, 2)], 2)),
        Sample::of(&[&[2, 3, 3], &[2, 1, 3, 3]]).with(|| conv(&[Slide::of(3, 3), Slide::of(3, 3)], 2)),
        Sample::of(&[&[1, 3], &[1, 1, 2]]).with(|| conv(&[Slide::of(3, 2).stride(3).padded(2, 2)], 1)),
    ],
    sums_batch: false,
    kinked: false,
};

/// An attribute, for samples.
pub(super) fn conv(axes: &[Slide], groups: usize) -> Attr {
    Attr::Conv(Conv::of(axes).grouped(groups))
}
