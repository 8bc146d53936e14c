//! Movements joined with each other, and element-wise operations brought before them.

use super::{EACH, MOVES, Of, Rule};
use crate::graph::{Attr, Expr, Type};
use crate::ops::{OpDef, Value, add, broadcast, concat, constant, flip, pad, reshape, slice, strides, transpose};
use crate::simplify::rewrite::Site;

/// Parts of which a joined tensor may always be made, also where it is joined of one that others read.
const PARTS: usize = 16;

/// The rule that names (and all else that moves nothing) go.
pub const NAMES: &[Rule] = &[Rule { doc: "a movement that moves nothing → its operand", of: MOVES, apply: nothing }];

/// The rules.
pub const MOVEMENT: &[Rule] = &[
    Rule { doc: "a reshape of a reshape is one", of: Of::These(&[&reshape::OP]), apply: reshape_twice },
    Rule {
        doc: "a transpose of a transpose is one; one that moves axes of extent 1 alone is a reshape",
        of: Of::These(&[&transpose::OP]),
        apply: transposed,
    },
    Rule {
        doc: "a broadcast of a broadcast is one; one that adds axes of extent 1 alone is a reshape",
        of: Of::These(&[&broadcast::OP]),
        apply: broadcasted,
    },
    Rule { doc: "flip(flip(x)) → x", of: Of::These(&[&flip::OP]), apply: flip_twice },
    Rule {
        doc: "a slice of a slice is one; of a padding or of joined tensors, it is of what it keeps",
        of: Of::These(&[&slice::OP]),
        apply: sliced,
    },
    Rule { doc: "pad(a) + pad(b), side by side → pad(concat(a, b))", of: Of::These(&[&add::OP]), apply: side_by_side },
    Rule { doc: "concat(concat(a, b), c) → concat(a, b, c)", of: Of::These(&[&concat::OP]), apply: joined_twice },
    Rule { doc: "f(broadcast x, broadcast y, c) → broadcast f(x, y, c)", of: EACH, apply: |s| before(s, &broadcast::OP) },
    Rule { doc: "f(reshape x, reshape y, c) → reshape f(x, y, c)", of: EACH, apply: |s| before(s, &reshape::OP) },
];

fn nothing<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let Value::Move(of) = s.op.value else { return None };
    let [x] = s.x.as_slice() else { return None };
    let ty = x.ty();
    if ty != s.ty {
        return None;
    }
    let made = of(&s.attr, &[&ty], &s.ty);
    let straight = strides(&ty.shape);
    let [region] = made.regions.as_slice() else { return None };
    let still = |stride: (&isize, &isize), &n: &usize| n == 1 || stride.0 == stride.1;
    let same = (region.to, region.from) == (0, 0)
        && region.shape == ty.shape
        && region.to_strides.iter().zip(&straight).zip(&ty.shape).all(|(pair, n)| still(pair, n))
        && region.from_strides.iter().zip(&straight).zip(&ty.shape).all(|(pair, n)| still(pair, n));
    same.then_some(*x)
}

fn reshape_twice<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args()?;
    x.made_by(&reshape::OP).map(|[x]| x.reshape(&s.ty.shape))
}

fn transposed<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args()?;
    let Attr::Permutation(order) = &s.attr else { return None };
    if let Some([inner]) = x.made_by(&transpose::OP)
        && let Attr::Permutation(first) = x.attr()
    {
        return Some(inner.transpose(&order.iter().map(|&axis| first[axis]).collect::<Vec<_>>()));
    }
    let from = x.shape();
    let long: Vec<usize> = order.iter().copied().filter(|&axis| from[axis] != 1).collect();
    long.is_sorted().then(|| x.reshape(&s.ty.shape))
}

fn broadcasted<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args()?;
    if let Some([inner]) = x.made_by(&broadcast::OP) {
        return Some(inner.broadcast(&s.ty.shape));
    }
    let from = x.shape();
    if x.ty().size() == s.ty.size() {
        return Some(x.reshape(&s.ty.shape));
    }
    // A reshape that only adds leading axes of extent 1 does what the broadcast does anyway.
    let [inner] = x.made_by(&reshape::OP)?;
    let long = |shape: &[usize]| shape.iter().copied().skip_while(|&n| n == 1).collect::<Vec<_>>();
    let (short, fits) = (inner.shape(), inner.shape().len() <= from.len());
    (fits && long(&short) == long(&from)).then(|| inner.broadcast(&s.ty.shape))
}

fn flip_twice<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args()?;
    let [inner] = x.made_by(&flip::OP)?;
    (x.attr() == s.attr).then_some(inner)
}

fn sliced<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args()?;
    let Attr::Slice { axis, start, len } = s.attr else { return None };
    if let Some([inner]) = x.made_by(&slice::OP)
        && let Attr::Slice { axis: same, start: first, .. } = x.attr()
        && same == axis
    {
        return Some(inner.apply(&slice::OP, Attr::Slice { axis, start: first + start, len }, &[]));
    }
    if let Some([inner]) = x.made_by(&pad::OP)
        && let Attr::Pad { mut pairs, value } = x.attr()
        && start >= pairs[axis].0
        && start + len <= pairs[axis].0 + inner.shape()[axis]
    {
        let start = start - pairs[axis].0;
        pairs[axis] = (0, 0);
        return Some(inner.apply(&slice::OP, Attr::Slice { axis, start, len }, &[]).apply(&pad::OP, Attr::Pad { pairs, value }, &[]));
    }
    if let Some(parts) = joined(&x, axis) {
        let mut first = 0;
        for part in parts {
            let end = first + part.shape()[axis];
            if first <= start && start + len <= end && part.ty().elem == s.ty.elem {
                return Some(part.apply(&slice::OP, Attr::Slice { axis, start: start - first, len }, &[]));
            }
            first = end;
        }
    }
    None
}

/// What a tensor was joined of along this axis.
fn joined<'g>(x: &Expr<'g>, axis: usize) -> Option<Vec<Expr<'g>>> {
    let is_joined = x.builder.with_graph(|graph| graph.node(x.id).op == &concat::OP);
    if is_joined && x.attr() == Attr::Axis(axis) { x.movement() } else { None }
}

/// Where a tensor grows step by step and somebody reads it at each, its arguments would grow with the square of the steps.
fn joined_twice<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let Attr::Axis(axis) = s.attr else { return None };
    let parts: Vec<Expr<'g>> = s.x.iter().flat_map(|x| joined(x, axis).unwrap_or_else(|| vec![*x])).collect();
    let [first, rest @ ..] = parts.as_slice() else { return None };
    let grows = || parts.len() > PARTS && s.x.iter().any(|x| joined(x, axis).is_some() && s.read_elsewhere(x));
    (parts.len() > s.x.len() && !grows()).then(|| first.apply(&concat::OP, Attr::Axis(axis), rest))
}

/// The gradient of something cut into slices: a sum of paddings, each with its part.
fn side_by_side<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
    let ([x], [y]) = (a.made_by(&pad::OP)?, b.made_by(&pad::OP)?);
    let (Attr::Pad { pairs: of_x, value: 0.0 }, Attr::Pad { pairs: of_y, value: 0.0 }) = (a.attr(), b.attr()) else { return None };
    let mut differ = (0..of_x.len()).filter(|&i| of_x[i] != of_y[i]);
    let (axis, None) = (differ.next()?, differ.next()) else { return None };
    let (of_a, of_b, first, second) = if of_x[axis].0 < of_y[axis].0 { (of_x, of_y, x, y) } else { (of_y, of_x, y, x) };
    if of_a[axis].0 + first.shape()[axis] != of_b[axis].0 {
        return None;
    }
    let mut pairs = of_a.clone();
    pairs[axis] = (of_a[axis].0, of_b[axis].1);
    Some(first.apply(&concat::OP, Attr::Axis(axis), &[second]).apply(&pad::OP, Attr::Pad { pairs, value: 0.0 }, &[]))
}

/// Computes before moving. Operands are moved from one shape, or constants.
fn before<'g>(s: &Site<'g>, movement: &'static OpDef) -> Option<Expr<'g>> {
    let mut shape: Option<Vec<usize>> = None;
    for &x in &s.x {
        if x.known().is_some() {
            continue;
        }
        let [inner] = x.made_by(movement)?;
        let inner = inner.shape();
        if shape.get_or_insert_with(|| inner.clone()) != &inner {
            return None;
        }
    }
    let shape = shape?;
    let unmoved = |&x: &Expr<'g>| match x.made_by(movement) {
        Some([inner]) => inner,
        None => {
            let ty = Type { batched: false, shape: shape.clone(), elem: x.ty().elem };
            x.builder.expr(x.builder.leaf(&constant::OP, x.attr(), ty, None))
        }
    };
    let operands: Vec<Expr<'g>> = s.x.iter().map(unmoved).collect();
    Some(operands[0].apply(s.op, s.attr.clone(), &operands[1..]).apply(movement, Attr::Shape(s.ty.shape.clone()), &[]))
}
