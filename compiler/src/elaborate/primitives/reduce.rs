//! Reductions, `argmax`, and the two faces of `max` and `min`.

use super::{Args, Primitive};
use crate::elaborate::Elab;
use crate::elaborate::report::R;
use crate::elaborate::value::Value;
use crate::graph::{Attr, NodeId};
use crate::ops::{self, OpDef};

pub(super) static TABLE: &[Primitive] = &[
    Primitive { name: "sum", signature: &["x", "=axis", "=keep"], run: |elab, args| reduction(elab, args, &ops::sum::OP) },
    Primitive { name: "mean", signature: &["x", "=axis", "=keep"], run: mean },
    Primitive {
        name: "max",
        signature: &["a", "?b", "=axis", "=keep"],
        run: |elab, args| extreme(elab, args, &ops::max::OP, &ops::reduce_max::OP),
    },
    Primitive {
        name: "min",
        signature: &["a", "?b", "=axis", "=keep"],
        run: |elab, args| extreme(elab, args, &ops::min::OP, &ops::reduce_min::OP),
    },
    Primitive { name: "argmax", signature: &["x", "?axis"], run: argmax },
];

/// The axes that `axis` means, ascending; all where it is left out.
fn axes(elab: &mut Elab<'_>, args: &Args, at: usize, rank: usize) -> R<Vec<usize>> {
    let span = args.span_of(at);
    let wanted: Vec<Value> = match args.get(at).map(|argument| argument.value.clone()) {
        None | Some(Value::None) => return Ok((0..rank).collect()),
        Some(Value::Int(n)) => vec![Value::Int(n)],
        Some(_) => args.items(elab, at, "an axis or a list of axes")?,
    };
    let mut axes = Vec::with_capacity(wanted.len());
    for value in wanted {
        let Value::Int(n) = value else {
            let found = elab.show(&value);
            return elab.error("E0114", span, format!("an axis is a static integer, found {found}"));
        };
        let axis = elab.axis(n, rank, span)?;
        if axes.contains(&axis) {
            return elab.error("E0123", span, format!("axis {axis} is named twice"));
        }
        axes.push(axis);
    }
    axes.sort_unstable();
    Ok(axes)
}

fn reduce(elab: &mut Elab<'_>, args: &Args, x: NodeId, op: &'static OpDef, axes: Vec<usize>, keep: bool) -> R<NodeId> {
    if axes.is_empty() {
        return Ok(x);
    }
    let mut kept = elab.ty(x).shape;
    for &axis in &axes {
        kept[axis] = 1;
    }
    let id = elab.node(args.span, "E0123", op, Attr::Axes(axes), &[x])?;
    if keep { elab.reshaped(id, &kept, args.span) } else { Ok(id) }
}

fn reduction(elab: &mut Elab<'_>, args: &Args, op: &'static OpDef) -> R<Value> {
    if let Some(list) = numbers(args, 0) {
        return total(elab, args, &list);
    }
    let x = args.real(elab, 0)?;
    let rank = elab.ty(x).rank();
    let (axes, keep) = (axes(elab, args, 1, rank)?, args.flag(elab, 2, false)?);
    reduce(elab, args, x, op, axes, keep).map(Value::Tensor)
}

fn mean(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    if let Some(list) = numbers(args, 0) {
        let sum = total(elab, args, &list)?.number().unwrap_or(0.0);
        return elab.finite(sum / list.len() as f64, true, "the mean", args.span);
    }
    let x = args.real(elab, 0)?;
    let shape = elab.ty(x).shape;
    let (axes, keep) = (axes(elab, args, 1, shape.len())?, args.flag(elab, 2, false)?);
    let n: usize = axes.iter().map(|&axis| shape[axis]).product();
    let sum = reduce(elab, args, x, &ops::sum::OP, axes, keep)?;
    if n == 1 {
        return Ok(Value::Tensor(sum));
    }
    let count = elab.tensor(&Value::Int(n as i64), args.span)?;
    elab.each(args.span, "`mean`", &ops::div::OP, Attr::None, &[sum, count]).map(Value::Tensor)
}

/// `max(a, b)` element by element, `max(x)` over axes; numbers and lists of them while compiling.
fn extreme(elab: &mut Elab<'_>, args: &Args, each: &'static OpDef, over: &'static OpDef) -> R<Value> {
    let larger = args.primitive.name == "max";
    if args.get(1).is_some() {
        for at in [2, 3] {
            if args.get(at).is_some() {
                let message = format!("{} of two tensors is element-wise and has no axis", args.what());
                return elab.error("E0112", args.span_of(at), message);
            }
        }
        let (a, b) = (args.value(0)?, args.value(1)?);
        if let (Some(x), Some(y)) = (a.number(), b.number()) {
            return Ok(if (x >= y) == larger { a.clone() } else { b.clone() });
        }
        let (a, b) = (args.real(elab, 0)?, args.real(elab, 1)?);
        return elab.each(args.span, &args.what(), each, Attr::None, &[a, b]).map(Value::Tensor);
    }
    if let Some(list) = numbers(args, 0) {
        let mut list = list.into_iter();
        let Some(mut best) = list.next() else {
            return elab.error("E0114", args.span, format!("{} of an empty list", args.what()));
        };
        for value in list {
            if let (Some(x), Some(y)) = (value.number(), best.number())
                && ((larger && x > y) || (!larger && x < y))
            {
                best = value;
            }
        }
        return Ok(best);
    }
    let x = args.real(elab, 0)?;
    let rank = elab.ty(x).rank();
    let (axes, keep) = (axes(elab, args, 2, rank)?, args.flag(elab, 3, false)?);
    reduce(elab, args, x, over, axes, keep).map(Value::Tensor)
}

/// A number, or the numbers of a list.
fn numbers(args: &Args, at: usize) -> Option<Vec<Value>> {
    let value = args.value(at).ok()?;
    if value.is_number() {
        return Some(vec![value.clone()]);
    }
    let len = match value {
        Value::List(_) | Value::Range(..) => value.len()?,
        _ => return None,
    };
    if len > crate::elaborate::limits::LIST {
        return None;
    }
    let items: Vec<Value> = (0..len).filter_map(|i| value.at(i)).collect();
    items.iter().all(Value::is_number).then_some(items)
}

fn total(elab: &mut Elab<'_>, args: &Args, list: &[Value]) -> R<Value> {
    let mut sum = Value::Int(0);
    for value in list {
        sum = elab.static_binary(tapeless_grammar::tree::BinaryOp::Add, &sum, value, args.span)?;
    }
    Ok(sum)
}

fn argmax(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let x = args.real(elab, 0)?;
    let rank = elab.ty(x).rank();
    let axis = args.axis(elab, 1, rank, -1)?;
    elab.node(args.span, "E0123", &ops::argmax::OP, Attr::Axis(axis), &[x]).map(Value::Tensor)
}
