//! Movement: elements change their place, none is computed.

use super::{Args, Primitive};
use crate::elaborate::Elab;
use crate::elaborate::report::R;
use crate::elaborate::value::Value;
use crate::graph::{Attr, Elem, NodeId};
use crate::ops;

pub(super) static TABLE: &[Primitive] = &[
    Primitive { name: "reshape", signature: &["x", "shape"], run: reshape },
    Primitive { name: "transpose", signature: &["x", "?axes"], run: transpose },
    Primitive { name: "broadcast", signature: &["x", "shape"], run: broadcast },
    Primitive { name: "pad", signature: &["x", "pairs", "?value"], run: pad },
    Primitive { name: "concat", signature: &["parts", "?axis"], run: concat },
    Primitive { name: "stack", signature: &["parts", "?axis"], run: stack },
    Primitive { name: "flip", signature: &["x", "?axis"], run: flip },
    Primitive { name: "take", signature: &["x", "i", "axis"], run: take },
];

fn reshape(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let x = args.tensor(elab, 0)?;
    let from = elab.ty(x).shape;
    let items = args.items(elab, 1, "a shape")?;
    let mut free = None;
    let mut sized: Vec<Value> = items.clone();
    for (at, item) in items.iter().enumerate() {
        if matches!(item, Value::Int(-1)) {
            if free.replace(at).is_some() {
                return elab.error("E0122", args.span_of(1), "at most one extent may be -1");
            }
            sized[at] = Value::Int(1);
        }
    }
    let mut shape = elab.shape_of(&Value::list(sized), args.span_of(1))?;
    let (size, rest): (usize, usize) = (from.iter().product(), shape.iter().product());
    let product = |shape: &[usize]| {
        if shape.is_empty() { "1".to_owned() } else { shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" · ") }
    };
    if let Some(at) = free {
        if size % rest != 0 {
            let message = format!("{from:?} has {} = {size} elements, which {rest} does not divide", product(&from));
            return elab.error("E0122", args.span, message);
        }
        shape[at] = size / rest;
    } else if size != rest {
        let message = format!("{from:?} has {} = {size} elements and {shape:?} has {} = {rest}", product(&from), product(&shape));
        return elab.error_help("E0122", args.span, message, "reshape keeps every element; -1 stands for what is left");
    }
    elab.reshaped(x, &shape, args.span).map(Value::Tensor)
}

fn transpose(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let x = args.tensor(elab, 0)?;
    let shape = elab.ty(x).shape;
    let order: Vec<usize> = if args.get(1).is_some() {
        let mut order = Vec::new();
        for item in args.items(elab, 1, "a list of axes")? {
            let Value::Int(n) = item else { return elab.error("E0128", args.span_of(1), "axes are static integers") };
            order.push(elab.axis(n, shape.len(), args.span_of(1))?);
        }
        order
    } else {
        (0..shape.len()).rev().collect()
    };
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if !sorted.iter().copied().eq(0..shape.len()) {
        let message = format!("`transpose` names each axis of {shape:?} once, found {order:?}");
        return elab.error("E0128", args.span, message);
    }
    elab.node(args.span, "E0128", &ops::transpose::OP, Attr::Permutation(order), &[x]).map(Value::Tensor)
}

fn broadcast(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let x = args.tensor(elab, 0)?;
    let shape = args.shape(elab, 1)?;
    let from = elab.ty(x).shape;
    let fits = elab.broadcast_shape(args.span, "`broadcast`", &[from.clone(), shape.clone()], &[x])?;
    if fits != shape {
        return elab.error("E0120", args.span, format!("{from:?} is larger than {shape:?}: broadcast only repeats"));
    }
    if from == shape {
        return Ok(Value::Tensor(x));
    }
    elab.node(args.span, "E0120", &ops::broadcast::OP, Attr::Shape(shape), &[x]).map(Value::Tensor)
}

fn pad(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let x = args.tensor(elab, 0)?;
    let shape = elab.ty(x).shape;
    let value = if args.get(2).is_some() { args.number(elab, 2)? } else { 0.0 };
    let mut pairs = Vec::new();
    for item in args.items(elab, 1, "a list of pairs `[(before, after), …]`")? {
        let pair = match (item.at(0), item.at(1), item.len()) {
            (Some(Value::Int(a)), Some(Value::Int(b)), Some(2)) => usize::try_from(a).ok().zip(usize::try_from(b).ok()),
            _ => None,
        };
        let Some(pair) = pair else {
            let found = elab.show(&item);
            return elab.error("E0126", args.span_of(1), format!("each axis is padded by a pair `(before, after)`, found {found}"));
        };
        pairs.push(pair);
    }
    if pairs.len() > shape.len() {
        return elab.error("E0126", args.span_of(1), format!("{} pairs for the {} axes of {shape:?}", pairs.len(), shape.len()));
    }
    pairs.resize(shape.len(), (0, 0));
    let mut padded = Vec::new();
    for (&n, &(before, after)) in shape.iter().zip(&pairs) {
        padded.push(n.saturating_add(before).saturating_add(after));
    }
    elab.shape_size(&padded, args.span)?;
    if padded == shape {
        return Ok(Value::Tensor(x));
    }
    elab.node(args.span, "E0126", &ops::pad::OP, Attr::Pad { pairs, value }, &[x]).map(Value::Tensor)
}

/// The tensors of a list, of one kind.
fn parts(elab: &mut Elab<'_>, args: &Args) -> R<Vec<NodeId>> {
    let items = args.items(elab, 0, "a list of tensors: `[a, b]`")?;
    if items.is_empty() {
        return elab.error("E0126", args.span_of(0), format!("{} takes at least one tensor", args.what()));
    }
    let mut parts = Vec::with_capacity(items.len());
    for item in &items {
        let other = items.iter().find(|item| matches!(item, Value::Tensor(_))).unwrap_or(item);
        parts.push(elab.beside((item, args.span_of(0)), other)?);
    }
    let kinds = |elab: &Elab<'_>, id: NodeId| std::mem::discriminant(&elab.elem(id));
    let first = kinds(elab, parts[0]);
    if parts.iter().any(|&id| kinds(elab, id) != first) {
        return elab.error_help(
            "E0126",
            args.span_of(0),
            format!("{} joins tensors of one kind", args.what()),
            "`real(…)` makes reals of an index or a condition",
        );
    }
    Ok(parts)
}

fn concat(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let parts = parts(elab, args)?;
    let first = elab.ty(parts[0]).shape;
    if first.is_empty() {
        return elab.error_help(
            "E0126",
            args.span,
            "`concat` joins along an axis, and a scalar has none",
            "`stack([a, b])` makes a vector of scalars",
        );
    }
    let axis = args.axis(elab, 1, first.len(), 0)?;
    joined(elab, args, &parts, axis)
}

/// Joins along an axis; all others must be equal.
fn joined(elab: &mut Elab<'_>, args: &Args, parts: &[NodeId], axis: usize) -> R<Value> {
    let first = elab.ty(parts[0]).shape;
    for (i, &part) in parts.iter().enumerate() {
        let shape = elab.ty(part).shape;
        let fits = shape.len() == first.len() && shape.iter().zip(&first).enumerate().all(|(at, (a, b))| at == axis || a == b);
        if !fits {
            let message = format!(
                "{} along axis {axis}: part {i} is {shape:?}, the first is {first:?}; they must agree in every other axis",
                args.what()
            );
            return elab.error("E0126", args.span, message);
        }
    }
    if let [only] = parts {
        return Ok(Value::Tensor(*only));
    }
    elab.node(args.span, "E0126", &ops::concat::OP, Attr::Axis(axis), parts).map(Value::Tensor)
}

fn stack(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let parts = parts(elab, args)?;
    let first = elab.ty(parts[0]).shape;
    let axis = args.axis(elab, 1, first.len() + 1, 0)?;
    let mut rows = Vec::with_capacity(parts.len());
    for (i, part) in parts.into_iter().enumerate() {
        let mut shape = elab.ty(part).shape;
        if shape != first {
            return elab.error("E0126", args.span, format!("`stack` takes equal shapes: part {i} is {shape:?}, the first is {first:?}"));
        }
        shape.insert(axis, 1);
        rows.push(elab.reshaped(part, &shape, args.span)?);
    }
    joined(elab, args, &rows, axis)
}

fn flip(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let x = args.tensor(elab, 0)?;
    let rank = elab.ty(x).rank();
    let axis = args.axis(elab, 1, rank, 0)?;
    elab.node(args.span, "E0123", &ops::flip::OP, Attr::Axis(axis), &[x]).map(Value::Tensor)
}

/// `take(x, i, axis)`: an index, a range or an index tensor along one axis.
fn take(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let x = args.tensor(elab, 0)?;
    let shape = elab.ty(x).shape;
    let axis = args.axis(elab, 2, shape.len(), 0)?;
    match args.value(1)?.clone() {
        Value::Int(n) => {
            let at = elab.position(n, shape[axis], args.span_of(1))?;
            let row = elab.sliced(x, axis, at, 1, args.span)?;
            let mut kept = shape;
            kept.remove(axis);
            elab.reshaped(row, &kept, args.span).map(Value::Tensor)
        }
        Value::Range(a, b) => {
            let inside = a >= 0 && a < b && b <= shape[axis] as i64;
            if !inside {
                return elab.error("E0124", args.span_of(1), format!("{a}..{b} lies outside axis {axis} of {shape:?}"));
            }
            elab.sliced(x, axis, a as usize, (b - a) as usize, args.span).map(Value::Tensor)
        }
        list @ Value::List(_) => {
            let mut rows = Vec::new();
            for item in args.items(elab, 1, "an index")? {
                let Value::Int(n) = item else {
                    let found = elab.show(&list);
                    return elab.error("E0114", args.span_of(1), format!("indices are integers, found {found}"));
                };
                let at = elab.position(n, shape[axis], args.span_of(1))?;
                rows.push(elab.sliced(x, axis, at, 1, args.span)?);
            }
            if rows.is_empty() {
                return elab.error("E0124", args.span_of(1), "no index is taken; every extent is at least 1");
            }
            joined(elab, args, &rows, axis)
        }
        Value::Tensor(index) if matches!(elab.elem(index), Elem::Index(_)) => {
            elab.within_axis(index, &shape, axis, args.span)?;
            // The axis goes to the front, its rows are gathered, and the index's axes take its place.
            let mut front: Vec<usize> = (0..shape.len()).collect();
            front.remove(axis);
            front.insert(0, axis);
            let moved = if axis == 0 { x } else { elab.node(args.span, "E0128", &ops::transpose::OP, Attr::Permutation(front), &[x])? };
            let rows = elab.gathered(moved, index, args.span)?;
            if axis == 0 {
                return Ok(Value::Tensor(rows));
            }
            let many = elab.ty(index).rank();
            let back = (many..many + axis).chain(0..many).chain(many + axis..many + shape.len() - 1).collect();
            elab.node(args.span, "E0128", &ops::transpose::OP, Attr::Permutation(back), &[rows]).map(Value::Tensor)
        }
        other => {
            let found = elab.show(&other);
            elab.error("E0114", args.span_of(1), format!("`take` takes an index, a range or an index tensor, found {found}"))
        }
    }
}
