//! Initialisers; `zeros` and `ones` with a shape are tensors.

use std::rc::Rc;

use super::{Args, Primitive};
use crate::elaborate::Elab;
use crate::elaborate::report::R;
use crate::elaborate::value::Value;
use crate::network::Initialiser;

macro_rules! plain {
    ($name:literal, $which:ident) => {
        Primitive { name: $name, signature: &[], run: |_, _| Ok(given(Initialiser::$which)) }
    };
}

pub(super) static TABLE: &[Primitive] = &[
    Primitive { name: "zeros", signature: &["?shape"], run: |elab, args| filled(elab, args, 0.0) },
    Primitive { name: "ones", signature: &["?shape"], run: |elab, args| filled(elab, args, 1.0) },
    Primitive { name: "constant", signature: &["v"], run: |elab, args| Ok(given(Initialiser::Constant(args.number(elab, 0)?))) },
    Primitive { name: "uniform", signature: &["a", "b"], run: uniform },
    Primitive { name: "normal", signature: &["mean", "std"], run: normal },
    plain!("glorot_uniform", GlorotUniform),
    plain!("glorot_normal", GlorotNormal),
    plain!("he_uniform", HeUniform),
    plain!("he_normal", HeNormal),
    plain!("lecun_normal", LecunNormal),
    plain!("fan_in_uniform", FanInUniform),
    plain!("orthogonal", Orthogonal),
];

fn given(initialiser: Initialiser) -> Value {
    Value::Initialiser(Rc::new(initialiser))
}

fn filled(elab: &mut Elab<'_>, args: &Args, x: f64) -> R<Value> {
    if args.get(0).is_none() {
        return Ok(given(Initialiser::Constant(x)));
    }
    let shape = args.shape(elab, 0)?;
    elab.origin(args.span);
    Ok(Value::Tensor(elab.pass.builder.full(x, &shape)))
}

fn uniform(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let (a, b) = (args.number(elab, 0)?, args.number(elab, 1)?);
    if a > b {
        return elab.error("E0144", args.span, format!("`uniform({a:?}, {b:?})` ends before it begins"));
    }
    Ok(given(Initialiser::Uniform(a, b)))
}

fn normal(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let (mean, std) = (args.number(elab, 0)?, args.number(elab, 1)?);
    if std < 0.0 {
        return elab.error("E0144", args.span, format!("a standard deviation is not negative, found {std:?}"));
    }
    Ok(given(Initialiser::Normal(mean, std)))
}
