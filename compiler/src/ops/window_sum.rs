//! The sum of each window over the last axes (`Attr::Windows`); padding adds nothing.

use super::windows::{self, Window, windows};
use super::{Adjoint, OpDef, Sample, Value, shape, window_spread};
use crate::graph::Slide;

/// The sum of each window.
pub static OP: OpDef = OpDef {
    name: "window_sum",
    doc: "The sum of each window over the last axes; padding adds nothing.",
    shape: |args, attr| {
        let [x] = shape::operands(args)?;
        windows::places(x, attr)
    },
    value: Value::Window(Window::Sum),
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy.apply(&window_spread::OP, r.attr.clone(), &[]))]),
    formula: &["∂L/∂{0}: {d} added up under each window"],
    samples: &[
        Sample::of(&[&[2, 4, 5]]).with(|| windows(&[Slide::of(4, 2).stride(2), Slide::of(5, 3).padded(1, 1).stride(2)])),
        Sample::of(&[&[2, 3, 3]]).with(|| windows(&[Slide::of(3, 2), Slide::of(3, 2)])),
        Sample::of(&[&[5]]).with(|| windows(&[Slide::of(5, 5)])),
    ],
    sums_batch: false,
    kinked: false,
};
