//! Zeros of the image's shape (`Attr::Windows`) to which each place's number, the second operand, is added under the element of its window
//! that the first operand names.

use super::windows::{self, Window, windows};
use super::{Adjoint, OpDef, Sample, Value, shape, window_pick};
use crate::graph::Slide;

/// Zeros to which each place's number is added under one element of its window.
pub static OP: OpDef = OpDef {
    name: "window_place",
    doc: "Zeros of the image's shape to which each place's number is added under the named element of its window.",
    shape: |args, attr| {
        let [index, y] = shape::operands(args)?;
        windows::index(index, &y.shape, attr)?;
        windows::image(y, attr)
    },
    value: Value::Window(Window::Place),
    adjoint: Adjoint::Rule(|r| vec![None, Some(r.x[0].apply(&window_pick::OP, r.attr.clone(), &[r.dy]))]),
    formula: &["", "∂L/∂{1}: the elements of {d} at {0}"],
    samples: &[
        Sample::of(&[&[2, 2, 3], &[2, 2, 3]])
            .with(|| windows(&[Slide::of(4, 2).stride(2), Slide::of(5, 3).padded(1, 1).stride(2)]))
            .kinds("6r"),
        Sample::of(&[&[2, 2, 2], &[2, 2, 2]]).with(|| windows(&[Slide::of(3, 2), Slide::of(3, 2)])).kinds("4r"),
    ],
    sums_batch: false,
    kinked: false,
};
