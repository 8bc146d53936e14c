//! Random tensors: per sample and training step, an error in `predict`.

use super::{Args, Primitive};
use crate::elaborate::Elab;
use crate::elaborate::report::R;
use crate::elaborate::value::Value;
use crate::graph::{Attr, Elem, Type};
use crate::ops::{self, OpDef};

pub(super) static TABLE: &[Primitive] = &[
    Primitive { name: "bernoulli", signature: &["p", "shape"], run: bernoulli },
    Primitive {
        name: "random_normal",
        signature: &["shape"],
        run: |elab, args| draws(elab, args, 0, 0.0, &ops::random_normal::OP, Elem::Real),
    },
    Primitive {
        name: "random_uniform",
        signature: &["shape"],
        run: |elab, args| draws(elab, args, 0, 0.0, &ops::random_uniform::OP, Elem::Real),
    },
];

fn bernoulli(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let p = args.number(elab, 0)?;
    if !(0.0..=1.0).contains(&p) {
        return elab.error("E0176", args.span_of(0), format!("a probability lies in 0 to 1, found {p:?}"));
    }
    draws(elab, args, 1, p, &ops::bernoulli::OP, Elem::Condition)
}

fn draws(elab: &mut Elab<'_>, args: &Args, at: usize, parameter: f64, op: &'static OpDef, elem: Elem) -> R<Value> {
    let shape = args.shape(elab, at)?;
    elab.pass.consulted = true;
    if !elab.pass.training {
        let message = format!("{} draws numbers, and `predict` is the same every time", args.what());
        return elab.error_help(
            "E0175",
            args.span,
            message,
            "`if training { … }` guards it; noise wanted in prediction comes in as an input",
        );
    }
    let place = elab.pass.places;
    elab.pass.places += 1;
    elab.origin(args.span);
    let ty = Type { batched: true, shape, elem };
    Ok(Value::Tensor(elab.pass.builder.leaf(op, Attr::Random { place, parameter, first: 0, strides: Vec::new() }, ty, None)))
}
