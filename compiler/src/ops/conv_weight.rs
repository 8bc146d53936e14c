//! The adjoint of a convolution by its kernels (`Attr::Conv`): images `[c, n…]` and `[f, o…]` give `[f, c/groups, k…]`, perhaps summed over
//! the samples.

use super::convolution::{self, Part};
use super::{Adjoint, OpDef, Sample, Value, conv as forward, conv_input};
use crate::graph::{Attr, Conv, Slide};

/// The adjoint of a convolution by its kernels.
pub static OP: OpDef = OpDef {
    name: "conv_weight",
    doc: "The adjoint of a convolution by its kernels: images correlated with `y`.",
    shape: |args, attr| convolution::shape(args, attr, Part::Weight),
    value: Value::Conv(Part::Weight),
    adjoint: Adjoint::Rule(|r| {
        let Some((dw, attr)) = convolution::one_sample(r) else { return vec![None, None] };
        vec![Some(dw.apply(&conv_input::OP, attr.clone(), &[r.x[1]])), Some(r.x[0].apply(&forward::OP, attr, &[dw]))]
    }),
    formula: &["∂L/∂{0}: {1} spread through {d}", "∂L/∂{1}: the convolution of {0} with {d}"],
    samples: &[
        Sample::of(&[&[2, 4, 3], &[3, 4, 2]]).with(|| conv(&[Slide::of(4, 3).padded(1, 1), Slide::of(3, 2)], 1, false)),
        Sample::of(&[&[2, 5, 4], &[2, 2, 2]]).with(|| conv(&[Slide::of(5, 2).stride(2), Slide::of(4, 3).padded(1, 0).stride(2)], 1, false)),
        Sample::of(&[&[4, 6], &[2, 4]]).with(|| conv(&[Slide::of(6, 3).dilated(2).padded(0, 2)], 2, false)),
        Sample::of(&[&[2, 4], &[2, 3]]).with(|| conv(&[Slide::of(4, 2)], 1, true)),
    ],
    sums_batch: false,
    kinked: false,
};

fn conv(axes: &[Slide], groups: usize, sum_batch: bool) -> Attr {
    Attr::Conv(Conv { sum_batch, ..Conv::of(axes).grouped(groups) })
}
