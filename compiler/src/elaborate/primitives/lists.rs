//! Facts about values, and leaves: `shape`, `len`, `size`, `iota`, `one_hot`, and an optimizer's `global_norm`.

use super::{Args, Primitive};
use crate::elaborate::Elab;
use crate::elaborate::report::R;
use crate::elaborate::value::Value;
use crate::graph::{Attr, Elem, Type};
use crate::ops;

pub(super) static TABLE: &[Primitive] = &[
    Primitive { name: "shape", signature: &["x"], run: shape },
    Primitive { name: "size", signature: &["x"], run: size },
    Primitive { name: "len", signature: &["x"], run: len },
    Primitive {
        name: "is_list",
        signature: &["x"],
        run: |_, args| Ok(Value::Bool(matches!(args.value(0)?, Value::List(_) | Value::Range(..)))),
    },
    Primitive { name: "is_index", signature: &["x"], run: is_index },
    Primitive { name: "iota", signature: &["n"], run: iota },
    Primitive { name: "one_hot", signature: &["i", "n"], run: one_hot },
    Primitive { name: "global_norm", signature: &["grads"], run: global_norm },
];

fn shape(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let x = args.tensor(elab, 0)?;
    Ok(Value::shape(&elab.ty(x).shape))
}

fn size(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let x = args.tensor(elab, 0)?;
    Ok(Value::Int(elab.ty(x).size() as i64))
}

/// Elements of a list; of a tensor, its leading extent.
fn len(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let value = args.value(0)?;
    if let Some(n) = value.len() {
        return Ok(Value::Int(n as i64));
    }
    if let Value::Tensor(id) = value
        && let Some(&n) = elab.ty(*id).shape.first()
    {
        return Ok(Value::Int(n as i64));
    }
    let found = elab.show(value);
    elab.error("E0114", args.span_of(0), format!("`len` takes a list or a tensor with axes, found {found}"))
}

fn is_index(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let index = matches!(args.value(0)?, Value::Tensor(id) if matches!(elab.elem(*id), Elem::Index(_)));
    Ok(Value::Bool(index))
}

/// The number of an index's values.
fn range(elab: &mut Elab<'_>, args: &Args, at: usize) -> R<u32> {
    let n = args.extent(elab, at)?;
    match u32::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) => elab.error("E0147", args.span_of(at), format!("an index runs over at most {} values, found {n}", u32::MAX)),
    }
}

fn iota(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let n = range(elab, args, 0)?;
    elab.shape_size(&[n as usize], args.span)?;
    elab.origin(args.span);
    let ty = Type { batched: false, shape: vec![n as usize], elem: Elem::Index(n) };
    Ok(Value::Tensor(elab.pass.builder.leaf(&ops::iota::OP, Attr::None, ty, None)))
}

/// `one_hot(i, n)`: 1 at the index, 0 elsewhere, along a new last axis.
fn one_hot(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let n = range(elab, args, 1)?;
    let index = args.tensor(elab, 0)?;
    let ty = elab.ty(index);
    let Elem::Index(values) = ty.elem else {
        let found = elab.show(args.value(0)?);
        return elab.error("E0114", args.span_of(0), format!("`one_hot` takes an index, found {found}"));
    };
    if values > n {
        let message = format!("an index in 0..{values} does not fit the {n} places of `one_hot`, or of the classes that it picks");
        return elab.error_help("E0197", args.span, message, format!("an input or target `in 0..{n}` would fit, or {values} places"));
    }
    let mut shape = ty.shape;
    shape.push(1);
    let column = elab.reshaped(index, &shape, args.span)?;
    elab.origin(args.span);
    let row =
        elab.pass.builder.leaf(&ops::iota::OP, Attr::None, Type { batched: false, shape: vec![n as usize], elem: Elem::Index(n) }, None);
    let equal = elab.each(args.span, "`one_hot`", &ops::eq::OP, Attr::None, &[column, row])?;
    elab.each(args.span, "`one_hot`", &ops::real::OP, Attr::None, &[equal]).map(Value::Tensor)
}

fn global_norm(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    if !matches!(args.value(0)?, Value::Grads) {
        return elab.error("E0114", args.span, "`global_norm(grads)` is the norm over all gradients, in an optimizer");
    }
    elab.origin(args.span);
    Ok(Value::Tensor(elab.pass.builder.leaf(&ops::global_norm::OP, Attr::None, Type::real(false, &[]), Some("norm"))))
}
