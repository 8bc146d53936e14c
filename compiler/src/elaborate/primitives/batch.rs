//! What looks across the samples of a batch: `batch_mean`, `batch_var`, `batch_count`.

use super::{Args, Primitive};
use crate::elaborate::Elab;
use crate::elaborate::report::R;
use crate::elaborate::value::Value;
use crate::graph::{Attr, NodeId, Type};
use crate::ops::{batch_count, batch_sum};

pub(super) static TABLE: &[Primitive] = &[
    Primitive { name: "batch_mean", signature: &["x"], run: |elab, args| each_sample(elab, args).map(|x| mean(elab, args, x)) },
    Primitive { name: "batch_var", signature: &["x"], run: |elab, args| each_sample(elab, args).map(|x| var(elab, args, x)) },
    Primitive { name: "batch_count", signature: &[], run: |elab, args| Ok(Value::Tensor(count(elab, args))) },
];

/// The operand: a real with a value for each sample.
fn each_sample(elab: &mut Elab<'_>, args: &Args) -> R<NodeId> {
    let x = args.real(elab, 0)?;
    if !elab.ty(x).batched {
        let message = format!("{} looks across the samples, and this is the same for all of them", args.what());
        return elab.error_help("E0195", args.span_of(0), message, "it takes what is computed from an input");
    }
    elab.pass.looks_across = true;
    Ok(x)
}

fn count(elab: &mut Elab<'_>, args: &Args) -> NodeId {
    elab.origin(args.span);
    elab.pass.builder.leaf(&batch_count::OP, Attr::None, Type::real(false, &[]), None)
}

/// Σ x / n; rows that only fill a tile do not count.
fn mean_of(elab: &mut Elab<'_>, args: &Args, x: NodeId) -> NodeId {
    let n = count(elab, args);
    let builder = &elab.pass.builder;
    (batch_sum::each_sample(builder.expr(x)).batch_sum() / builder.expr(n)).id
}

fn mean(elab: &mut Elab<'_>, args: &Args, x: NodeId) -> Value {
    Value::Tensor(mean_of(elab, args, x))
}

/// The mean of the squared distance from the mean: two passes, because mean(x²) − mean(x)² loses all digits where the mean is large.
fn var(elab: &mut Elab<'_>, args: &Args, x: NodeId) -> Value {
    let mean = mean_of(elab, args, x);
    let builder = &elab.pass.builder;
    let distance = builder.expr(x) - builder.expr(mean);
    let square = distance * distance;
    Value::Tensor(mean_of(elab, args, square.id))
}
