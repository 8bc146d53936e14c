//! The largest element of each window over the last axes (`Attr::Windows`). NaN passes on.

use super::windows::{self, Window, windows};
use super::{Adjoint, OpDef, Sample, Value, shape, window_argmax, window_place};
use crate::graph::{Attr, Slide};

/// The largest element of each window.
pub static OP: OpDef = OpDef {
    name: "window_max",
    doc: "The largest element of each window over the last axes, padding never among them; NaN passes on.",
    shape: |args, attr| {
        let [x] = shape::operands(args)?;
        windows::places(x, attr)
    },
    value: Value::Window(Window::Max),
    adjoint: Adjoint::Rule(|r| {
        let first = r.x[0].apply(&window_argmax::OP, r.attr.clone(), &[]);
        vec![Some(first.apply(&window_place::OP, r.attr.clone(), &[r.dy]))]
    }),
    formula: &["∂L/∂{0} = {d} at the first of the largest of each window, else 0"],
    samples: &[
        Sample::of(&[&[2, 4, 5]]).with(|| windows(&[Slide::of(4, 2).stride(2), Slide::of(5, 3).padded(1, 1).stride(2)])),
        Sample::of(&[&[2, 3, 3]]).with(|| windows(&[Slide::of(3, 2), Slide::of(3, 2)])),
        Sample::of(&[&[6]]).with(overlapping),
    ],
    sums_batch: false,
    kinked: true,
};

fn overlapping() -> Attr {
    windows(&[Slide::of(6, 3).padded(1, 0)])
}
