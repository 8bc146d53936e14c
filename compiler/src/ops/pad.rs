//! More elements before and after, axis by axis (`Attr::Pad`).

use super::{Adjoint, Move, OpDef, Region, Sample, Value, shape, slice};
use crate::graph::{Attr, Elem, Type};

/// More elements before and after, axis by axis.
pub static OP: OpDef = OpDef {
    name: "pad",
    doc: "More elements before and after, axis by axis.",
    shape: padded,
    value: Value::Move(|attr, args, out| {
        let (pairs, fill) = parts(attr);
        let (from_strides, to_strides) = (shape::strides(&args[0].shape), shape::strides(&out.shape));
        let to = pairs.iter().zip(&to_strides).map(|(pair, &stride)| pair.0 * stride as usize).sum();
        let region = Region { operand: 0, shape: args[0].shape.clone(), to, to_strides, from: 0, from_strides };
        Move { regions: vec![region], fill }
    }),
    adjoint: Adjoint::Rule(|r| {
        let shape = r.x[0].shape();
        let mut dx = r.dy;
        for (axis, &(before, after)) in parts(&r.attr).0.iter().enumerate() {
            if (before, after) != (0, 0) {
                dx = dx.apply(&slice::OP, Attr::Slice { axis, start: before, len: shape[axis] }, &[]);
            }
        }
        vec![Some(dx)]
    }),
    formula: &["∂L/∂{0} = {d} without its border"],
    samples: &[
        Sample::of(&[&[3]]).with(|| Attr::Pad { pairs: vec![(1, 2)], value: 0.5 }),
        Sample::of(&[&[2, 3]]).with(|| Attr::Pad { pairs: vec![(0, 1), (2, 0)], value: 0.0 }),
    ],
    sums_batch: false,
    kinked: false,
};

fn parts(attr: &Attr) -> (&[(usize, usize)], f64) {
    match attr {
        Attr::Pad { pairs, value } => (pairs, *value),
        _ => (&[], 0.0),
    }
}

fn padded(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    let [x] = shape::operands(args)?;
    let (pairs, value) = parts(attr);
    if pairs.len() != x.rank() {
        return Err(format!("pad takes a pair for each of the {} axes of {:?}, found {}", x.rank(), x.shape, pairs.len()));
    }
    let fits = match x.elem {
        Elem::Real => true,
        Elem::Index(n) => value >= 0.0 && value < f64::from(n) && value.fract() == 0.0,
        Elem::Condition => value == 0.0 || value == 1.0,
    };
    if !fits {
        return Err(format!("{value} does not go with {}", shape::kind(x.elem)));
    }
    let extent = |(&n, &(before, after)): (&usize, &(usize, usize))| n.checked_add(before)?.checked_add(after);
    let to: Option<Vec<usize>> = x.shape.iter().zip(pairs).map(extent).collect();
    to.map(|to| shape::moved(x, to)).ok_or_else(|| "the padding is too large".into())
}
