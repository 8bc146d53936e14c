//! Where in each window over the last axes (`Attr::Windows`) the largest element is, the first of equals.

use super::windows::{self, Window, windows};
use super::{Adjoint, OpDef, Sample, Value, shape};
use crate::graph::{Elem, Slide, Type};

/// Where in each window the largest element is.
pub static OP: OpDef = OpDef {
    name: "window_argmax",
    doc: "Where in each window the largest element is, row by row, the first of equals; NaN counts as largest.",
    shape: |args, attr| {
        let [x] = shape::operands(args)?;
        let n = windows::elements(windows::axes(attr)?);
        let n = u32::try_from(n).map_err(|_| "the window is too large for an index".to_owned())?;
        Ok(Type { elem: Elem::Index(n), ..windows::places(x, attr)? })
    },
    value: Value::Window(Window::ArgMax),
    adjoint: Adjoint::None("a position has no derivative: it jumps from one whole number to another"),
    formula: &[],
    samples: &[Sample::of(&[&[2, 4, 5]]).with(|| windows(&[Slide::of(4, 2).stride(2), Slide::of(5, 3).padded(1, 1).stride(2)]))],
    sums_batch: false,
    kinked: true,
};
