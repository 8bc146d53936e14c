//! Of each window over the last axes of the second operand (`Attr::Windows`) the element that the first operand names; 0 in the padding.

use super::windows::{self, Window, windows};
use super::{Adjoint, OpDef, Sample, Value, shape, window_place};
use crate::graph::Slide;

/// Of each window the element at an index.
pub static OP: OpDef = OpDef {
    name: "window_pick",
    doc: "Of each window the element at an index; 0 in the padding.",
    shape: |args, attr| {
        let [index, x] = shape::operands(args)?;
        let ty = windows::places(x, attr)?;
        windows::index(index, &ty.shape, attr)?;
        Ok(ty)
    },
    value: Value::Window(Window::Pick),
    adjoint: Adjoint::Rule(|r| vec![None, Some(r.x[0].apply(&window_place::OP, r.attr.clone(), &[r.dy]))]),
    formula: &["", "∂L/∂{1}: {d} at {0}, added up"],
    samples: &[
        Sample::of(&[&[2, 2, 3], &[2, 4, 5]])
            .with(|| windows(&[Slide::of(4, 2).stride(2), Slide::of(5, 3).padded(1, 1).stride(2)]))
            .kinds("6r"),
        Sample::of(&[&[2, 2, 2], &[2, 3, 3]]).with(|| windows(&[Slide::of(3, 2), Slide::of(3, 2)])).kinds("4r"),
    ],
    sums_batch: false,
    kinked: false,
};
