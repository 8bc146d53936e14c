//! Tensors joined along an axis (`Attr::Axis`).

use super::{Adjoint, Move, OpDef, Region, Sample, Value, shape, slice};
use crate::graph::{Attr, Type};

/// Tensors joined along an axis.
pub static OP: OpDef = OpDef {
    name: "concat",
    doc: "Tensors joined along an axis.",
    shape: join,
    value: Value::Move(|attr, args, out| {
        let to_strides = shape::strides(&out.shape);
        let mut to = 0;
        let mut regions = Vec::with_capacity(args.len());
        for (operand, x) in args.iter().enumerate() {
            let (shape, from_strides) = (x.shape.clone(), shape::strides(&x.shape));
            regions.push(Region { operand, to, to_strides: to_strides.clone(), from: 0, from_strides, shape });
            to += x.shape[axis(attr)] * to_strides[axis(attr)] as usize;
        }
        Move { regions, fill: 0.0 }
    }),
    adjoint: Adjoint::Rule(|r| {
        let axis = axis(&r.attr);
        let mut start = 0;
        let part = |x: &crate::graph::Expr<'_>| {
            let len = x.shape()[axis];
            let slice = r.dy.apply(&slice::OP, Attr::Slice { axis, start, len }, &[]);
            start += len;
            Some(slice)
        };
        r.x.iter().map(part).collect()
    }),
    formula: &["∂L/∂{0} = its part of {d}"],
    samples: &[
        Sample::of(&[&[2], &[3]]).with(|| Attr::Axis(0)),
        Sample::of(&[&[2, 3], &[2, 1], &[2, 3]]).with(|| Attr::Axis(1)),
        Sample::of(&[&[3, 3], &[3, 3]]).with(|| Attr::Axis(0)),
    ],
    sums_batch: false,
    kinked: false,
};

fn axis(attr: &Attr) -> usize {
    match attr {
        Attr::Axis(axis) => *axis,
        _ => 0,
    }
}

fn join(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    let axis = axis(attr);
    let Some((first, rest)) = args.split_first() else { return Err("concat takes at least one tensor".into()) };
    if axis >= first.rank() {
        return Err(format!("{:?} has no axis {axis}", first.shape));
    }
    let (mut elem, mut to) = (first.elem, first.shape.clone());
    for x in rest {
        elem = shape::joined(elem, x.elem)?;
        if x.rank() != first.rank() || (0..x.rank()).any(|i| i != axis && x.shape[i] != first.shape[i]) {
            return Err(format!("concat along axis {axis} takes shapes equal but there, found {:?} and {:?}", first.shape, x.shape));
        }
        to[axis] = to[axis].checked_add(x.shape[axis]).ok_or("the result is too large")?;
    }
    Ok(Type { batched: false, shape: to, elem })
}
