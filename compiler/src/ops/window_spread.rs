//! The adjoint of a sum over windows (`Attr::Windows`): zeros of the image's shape to which each place's number is added under its window.

use super::windows::{self, Window, windows};
use super::{Adjoint, OpDef, Sample, Value, shape, window_sum};
use crate::graph::Slide;

/// Zeros to which each place's number is added under its window.
pub static OP: OpDef = OpDef {
    name: "window_spread",
    doc: "Zeros of the image's shape to which each place's number is added under its whole window.",
    shape: |args, attr| {
        let [y] = shape::operands(args)?;
        windows::image(y, attr)
    },
    value: Value::Window(Window::Spread),
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy.apply(&window_sum::OP, r.attr.clone(), &[]))]),
    formula: &["∂L/∂{0}: the sums of {d} over each window"],
    samples: &[
        Sample::of(&[&[2, 2, 3]]).with(|| windows(&[Slide::of(4, 2).stride(2), Slide::of(5, 3).padded(1, 1).stride(2)])),
        Sample::of(&[&[2, 2, 2]]).with(|| windows(&[Slide::of(3, 2), Slide::of(3, 2)])),
    ],
    sums_batch: false,
    kinked: false,
};
