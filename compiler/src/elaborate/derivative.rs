//! `grad` and `jvp`: derivatives with respect to names, appended to the graph by [`crate::differentiate`].

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;

use super::Elab;
use super::arguments::Argument;
use super::primitives::Args;
use super::report::{Fail, R};
use super::value::Value;
use crate::differentiate::{Derivative, NoDerivative, Over, gradients, jvp, zero_everywhere};
use crate::graph::{Elem, NodeId};

/// `grad(u, x, zero = false)`
pub(super) fn grad(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let [u, x] = differentiated(elab, args)?;
    let shape = elab.ty(u).shape;
    if !shape.is_empty() {
        let span = args.span_of(0);
        let message = format!("`grad` takes a scalar for each sample, found {shape:?}");
        return elab.error_help("E0170", span, message, "take an element, its `sum` or `mean`; `jvp` takes any shape");
    }
    let zero = args.flag(elab, 2, false)?;
    elab.origin(args.span);
    let seed = elab.pass.builder.full(1.0, &[]);
    let made = gradients(&elab.pass.builder, &[(u, seed)], &[x], Over::Sample, &[]);
    let wanted = elab.ty(x).shape;
    found(elab, args, (u, x, None), made.map(|mut all| all.pop().flatten()), zero, &wanted)
}

/// `jvp(u, x, v)`
pub(super) fn directional(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let [u, x] = differentiated(elab, args)?;
    let v = args.real(elab, 2)?;
    let (shape, direction) = (elab.ty(x).shape, elab.ty(v).shape);
    elab.origin(args.span);
    let v = match elab.pass.builder.broadcast(v, &shape) {
        Ok(v) => v,
        Err(_) => {
            let message = format!("the direction of `jvp` has the shape of its name, {shape:?}, found {direction:?}");
            return elab.error("E0170", args.span_of(2), message);
        }
    };
    let made = jvp(&elab.pass.builder, u, x, v);
    let wanted = elab.ty(u).shape;
    found(elab, args, (u, x, Some(v)), made, false, &wanted)
}

/// What is differentiated, and the name with respect to which.
fn differentiated(elab: &mut Elab<'_>, args: &Args) -> R<[NodeId; 2]> {
    let u = args.real(elab, 0)?;
    let Some(Argument { value, span, plain }) = args.values.get(1).cloned().flatten() else { return Err(Fail) };
    let Value::Tensor(x) = value else {
        let message = format!("`{}` is taken with respect to the name of a tensor, found {}", args.primitive.name, elab.show(&value));
        return elab.error("E0171", span, message);
    };
    if !plain {
        return elab.error_help(
            "E0171",
            span,
            format!("`{}` is taken with respect to a name", args.primitive.name),
            "name it first with `let`, and compute from the name; an element of the derivative is `grad(u, x)[0]`",
        );
    }
    match elab.elem(x) {
        Elem::Real => {
            elab.differentiates(x);
            Ok([u, x])
        }
        other => {
            let what = if matches!(other, Elem::Index(_)) { "an index" } else { "a condition" };
            elab.error("E0173", span, format!("there is no derivative with respect to {what}"))
        }
    }
}

fn found(
    elab: &mut Elab<'_>,
    args: &Args,
    (u, x, along): (NodeId, NodeId, Option<NodeId>),
    made: Result<Option<NodeId>, NoDerivative>,
    zero: bool,
    shape: &[usize],
) -> R<Value> {
    match made {
        Ok(Some(made)) => {
            elab.pass.derivatives.push(Derivative { of: u, by: x, along, made });
            return Ok(Value::Tensor(made));
        }
        Ok(None) => {}
        Err(why) => {
            let mut diagnostic = Diagnostic::error("E0173", args.span, format!("this derivative does not exist: {}", why.why));
            if why.span != args.span && why.span != Span::default() {
                diagnostic = diagnostic.label(why.span, "because of this");
            }
            return Err(elab.fail(diagnostic.help("`stop_gradient(e)` takes a value as constant")));
        }
    }
    // In the prelude `zero` is for what does not depend; that an activation has no second derivative is still worth saying.
    let inside = elab.user_call().is_some();
    if !zero || inside {
        match zero_everywhere(&elab.pass.builder, u, x) {
            Some(node) => {
                let at = elab.pass.builder.node(node);
                let mut diagnostic = Diagnostic::warning("W0001", args.span, "this derivative is zero everywhere");
                if at.origin.span != args.span && at.origin.span != Span::default() {
                    diagnostic = diagnostic.label(at.origin.span, "because of this");
                }
                elab.tell(diagnostic.help("a second derivative of `relu` is zero; a smooth activation such as `tanh` or `softplus` has one. `zero = true` says that it is meant"));
            }
            None if zero => {}
            None => {
                let (what, name) = (elab.sources.text(args.span_of(0)).to_owned(), elab.sources.text(args.span_of(1)).to_owned());
                return elab.error_help(
                    "E0172",
                    args.span,
                    format!("`{what}` does not depend on `{name}`"),
                    "a name is taken as independent: only what is computed from that very name varies with it. `zero = true` takes the zero",
                );
            }
        }
    }
    elab.origin(args.span);
    Ok(Value::Tensor(elab.pass.builder.full(0.0, shape)))
}
