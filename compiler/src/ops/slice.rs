//! A range of one axis (`Attr::Slice`).

use super::{Adjoint, OpDef, Sample, Value, pad, shape};
use crate::graph::{Attr, Type};

/// A range of one axis.
pub static OP: OpDef = OpDef {
    name: "slice",
    doc: "A range of one axis.",
    shape: range,
    value: Value::Move(|attr, args, out| {
        let strides = shape::strides(&args[0].shape);
        let (axis, start, _) = parts(attr);
        shape::whole(out, start * strides[axis] as usize, strides)
    }),
    adjoint: Adjoint::Rule(|r| {
        let shape = r.x[0].shape();
        let (axis, start, len) = parts(&r.attr);
        let mut pairs = vec![(0, 0); shape.len()];
        pairs[axis] = (start, shape[axis] - start - len);
        vec![Some(r.dy.apply(&pad::OP, Attr::Pad { pairs, value: 0.0 }, &[]))]
    }),
    formula: &["∂L/∂{0} = {d} in its place, 0 elsewhere"],
    samples: &[
        Sample::of(&[&[5]]).with(|| Attr::Slice { axis: 0, start: 1, len: 3 }),
        Sample::of(&[&[3, 4]]).with(|| Attr::Slice { axis: 1, start: 2, len: 2 }),
        Sample::of(&[&[3, 4]]).with(|| Attr::Slice { axis: 0, start: 0, len: 1 }),
    ],
    sums_batch: false,
    kinked: false,
};

fn parts(attr: &Attr) -> (usize, usize, usize) {
    match *attr {
        Attr::Slice { axis, start, len } => (axis, start, len),
        _ => (0, 0, 0),
    }
}

fn range(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    let [x] = shape::operands(args)?;
    let (axis, start, len) = parts(attr);
    let Some(&extent) = x.shape.get(axis) else { return Err(format!("{:?} has no axis {axis}", x.shape)) };
    if len == 0 {
        return Err("a slice keeps at least one element".into());
    }
    if start.checked_add(len).is_none_or(|end| end > extent) {
        return Err(format!("the slice {start}..{} lies outside axis {axis} of {:?}", start.saturating_add(len), x.shape));
    }
    let mut to = x.shape.clone();
    to[axis] = len;
    Ok(shape::moved(x, to))
}
