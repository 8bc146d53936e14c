//! An axis in reverse (`Attr::Axis`).

use super::{Adjoint, OpDef, Sample, Value, shape};
use crate::graph::Attr;

/// An axis in reverse.
pub static OP: OpDef = OpDef {
    name: "flip",
    doc: "An axis in reverse.",
    shape: |args, attr| {
        let [x] = shape::operands(args)?;
        if axis(attr) < x.rank() { Ok(shape::moved(x, x.shape.clone())) } else { Err(format!("{:?} has no axis {}", x.shape, axis(attr))) }
    },
    value: Value::Move(|attr, _, out| {
        let axis = axis(attr);
        let mut strides = shape::strides(&out.shape);
        let last = (out.shape[axis] - 1) * strides[axis] as usize;
        strides[axis] = -strides[axis];
        shape::whole(out, last, strides)
    }),
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy.apply(&OP, r.attr.clone(), &[]))]),
    formula: &["∂L/∂{0} = {d} in reverse"],
    samples: &[Sample::of(&[&[3]]).with(|| Attr::Axis(0)), Sample::of(&[&[2, 3]]).with(|| Attr::Axis(1))],
    sums_batch: false,
    kinked: false,
};

fn axis(attr: &Attr) -> usize {
    match attr {
        Attr::Axis(axis) => *axis,
        _ => 0,
    }
}
