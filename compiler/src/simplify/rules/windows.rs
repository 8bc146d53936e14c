//! Convolutions under sums over the batch, and with operands that are negative or nothing.

use super::{CONVOLUTIONS, Of, Rule};
use crate::graph::{Attr, Conv, Expr};
use crate::ops::{Part, Value, batch_sum, neg};
use crate::simplify::rewrite::Site;

/// The rules.
pub const WINDOWS: &[Rule] = &[
    Rule {
        doc: "a sum over the batch of a gradient by kernels → one that sums the samples itself",
        of: Of::These(&[&batch_sum::OP]),
        apply: batch_sum_of_conv,
    },
    Rule { doc: "a convolution of −a → the negative", of: CONVOLUTIONS, apply: conv_negative },
    Rule { doc: "a convolution with 0 → 0, in gradients", of: CONVOLUTIONS, apply: conv_zero },
];

fn batch_sum_of_conv<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args()?;
    let node = x.builder.node(x.id);
    let (Value::Conv(part), Attr::Conv(conv)) = (&node.op.value, &node.attr) else { return None };
    let [a, b] = [0, 1].map(|i| x.builder.expr(node.args[i]));
    let one = |a: Expr<'g>, b| a.apply(node.op, node.attr.clone(), &[b]);
    match (a.is_batched(), b.is_batched(), part) {
        (true, false, _) => Some(one(a.batch_sum(), b)),
        (false, true, _) => Some(one(a, b.batch_sum())),
        (true, true, Part::Weight) => Some(a.apply(node.op, Attr::Conv(Conv { sum_batch: true, ..conv.clone() }), &[b])),
        _ => None,
    }
}

fn conv_negative<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
    if let Some([a]) = a.made_by(&neg::OP) {
        return Some(-a.apply(s.op, s.attr.clone(), &[b]));
    }
    let [b] = b.made_by(&neg::OP)?;
    Some(-a.apply(s.op, s.attr.clone(), &[b]))
}

fn conv_zero<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
    let zero = |x: Expr<'g>| x.known() == Some(0.0);
    (s.adjoint && (zero(a) || zero(b))).then(|| s.y.zeros_like())
}
