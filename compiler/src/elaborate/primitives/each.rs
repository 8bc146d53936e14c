//! Element-wise builtins; on static numbers they compute.

use super::{Args, Primitive};
use crate::elaborate::Elab;
use crate::elaborate::derivative;
use crate::elaborate::report::R;
use crate::elaborate::value::Value;
use crate::graph::{Attr, Elem};
use crate::ops::{self, OpDef};

macro_rules! unary {
    ($($name:ident),*) => {
        &[
            $(Primitive { name: stringify!($name), signature: &["x"], run: |elab, args| unary(elab, args, &ops::$name::OP) },)*
            Primitive { name: "where", signature: &["condition", "a", "b"], run: choose },
            Primitive { name: "real", signature: &["x"], run: real },
            Primitive { name: "stop_gradient", signature: &["x"], run: stop_gradient },
            Primitive { name: "grad", signature: &["u", "x", "=zero"], run: derivative::grad },
            Primitive { name: "jvp", signature: &["u", "x", "v"], run: derivative::directional },
        ]
    };
}
pub(super) static TABLE: &[Primitive] =
    unary!(abs, sign, exp, expm1, log, log1p, sqrt, rsqrt, sin, cos, tanh, sigmoid, erf, relu, floor, round);

fn unary(elab: &mut Elab<'_>, args: &Args, op: &'static OpDef) -> R<Value> {
    match args.value(0)? {
        Value::Int(n) => match args.primitive.name {
            "abs" => match n.checked_abs() {
                Some(n) => Ok(Value::Int(n)),
                None => elab.error("E0130", args.span, format!("abs({n}) does not fit 64 bits")),
            },
            "sign" => Ok(Value::Int(n.signum())),
            "relu" => Ok(Value::Int((*n).max(0))),
            "floor" | "round" => Ok(Value::Int(*n)),
            _ => number(elab, args, op, *n as f64),
        },
        Value::Float(x) => number(elab, args, op, *x),
        _ => {
            let x = args.real(elab, 0)?;
            elab.each(args.span, &args.what(), op, Attr::None, &[x]).map(Value::Tensor)
        }
    }
}

/// The operation's value at a static number.
fn number(elab: &mut Elab<'_>, args: &Args, op: &'static OpDef, x: f64) -> R<Value> {
    let result = match &op.value {
        ops::Value::Each { eval, .. } => eval(&[x], &Attr::None),
        _ => f64::NAN,
    };
    elab.finite(result, x.is_finite(), &format!("{}({x:?})", op.name), args.span)
}

/// `where(condition, a, b)`; a static condition chooses while compiling.
fn choose(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    if let Value::Bool(b) = args.value(0)? {
        return args.value(if *b { 1 } else { 2 }).cloned();
    }
    let condition = elab.condition(args.value(0)?, args.span_of(0), "`where`")?;
    let (a, b) = (args.value(1)?.clone(), args.value(2)?.clone());
    let x = elab.beside((&a, args.span_of(1)), &b)?;
    let y = elab.beside((&b, args.span_of(2)), &a)?;
    let same = matches!(
        (elab.elem(x), elab.elem(y)),
        (Elem::Real, Elem::Real) | (Elem::Index(_), Elem::Index(_)) | (Elem::Condition, Elem::Condition)
    );
    if !same {
        let message = format!("`where` chooses between values of one kind, found {} and {}", elab.show(&a), elab.show(&b));
        return elab.error("E0133", args.span, message);
    }
    elab.each(args.span, "`where`", &ops::select::OP, Attr::None, &[condition, x, y]).map(Value::Tensor)
}

fn real(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    match args.value(0)? {
        Value::Int(n) => return Ok(Value::Float(*n as f64)),
        Value::Float(x) => return Ok(Value::Float(*x)),
        Value::Bool(b) => return Ok(Value::Float(f64::from(u8::from(*b)))),
        _ => {}
    }
    let x = args.tensor(elab, 0)?;
    if elab.elem(x) == Elem::Real {
        return Ok(Value::Tensor(x));
    }
    elab.each(args.span, "`real`", &ops::real::OP, Attr::None, &[x]).map(Value::Tensor)
}

fn stop_gradient(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    if args.value(0)?.is_number() {
        return args.value(0).cloned();
    }
    let x = args.tensor(elab, 0)?;
    // The prelude's stop what neither value nor gradient depends on: they need not be computed, and differences may look through them.
    let op = if elab.elem(x) == Elem::Real && elab.user_call().is_none() { &ops::stopped::OP } else { &ops::stop_gradient::OP };
    elab.node(args.span, "E0133", op, Attr::None, &[x]).map(Value::Tensor)
}
