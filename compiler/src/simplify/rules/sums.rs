//! Sums over axes and over the batch, and the contractions that they become.

use super::{Of, REDUCTIONS, Rule};
use crate::graph::{Attr, Expr};
use crate::ops::{batch_sum, contract, mul, neg, reshape, sum, transpose};
use crate::simplify::rewrite::Site;

const SUM: Of = Of::These(&[&sum::OP]);
const BATCH_SUM: Of = Of::These(&[&batch_sum::OP]);
const CONTRACT: Of = Of::These(&[&contract::OP]);

/// The rules.
pub const SUMS: &[Rule] = &[
    Rule { doc: "a sum over axes of extent 1 → reshape", of: REDUCTIONS, apply: short_axes },
    Rule { doc: "a sum of a sum is one", of: SUM, apply: sum_twice },
    Rule { doc: "Σ broadcast(x) over repeated axes → n · x", of: SUM, apply: sum_of_repeated },
    Rule { doc: "Σ c · x → c · Σ x; Σ −x → −Σ x", of: SUM, apply: constant_factor },
    Rule { doc: "Σ x · broadcast(a), a the same along the summed axes → a · Σ x", of: SUM, apply: repeated_factor },
    Rule { doc: "Σ broadcast(a) · b → a contraction, which never holds the product", of: SUM, apply: sum_of_product },
    Rule { doc: "Σ of a sum over the batch → the sum over the batch of Σ, which is smaller", of: SUM, apply: sum_of_batch_sum },
    Rule {
        doc: "Σ of a contraction over axes of one operand → a contraction of its Σ, in gradients", of: SUM, apply: sum_of_contraction
    },
    Rule { doc: "a sum over the batch of an outer product → a contraction", of: BATCH_SUM, apply: batch_sum_of_product },
    Rule { doc: "a sum over the batch of something moved → the sum, moved", of: BATCH_SUM, apply: batch_sum_of_moved },
    Rule {
        doc: "a sum over the batch of x · a, a the same for all samples → a · the sum of x; likewise of −x",
        of: BATCH_SUM,
        apply: batch_sum_of_multiple,
    },
    Rule { doc: "a sum over the batch of a contraction → a contraction over the batch", of: BATCH_SUM, apply: batch_sum_of_contraction },
    Rule { doc: "a contraction of transposed operands → one with other labels", of: CONTRACT, apply: contract_transposed },
    Rule { doc: "a contraction of repeated operands → one without the repeated axes", of: CONTRACT, apply: contract_repeated },
    Rule { doc: "a transposed contraction → one with other labels", of: Of::These(&[&transpose::OP]), apply: transposed_contraction },
    Rule { doc: "a contraction of −a → the negative", of: CONTRACT, apply: contract_negative },
    Rule { doc: "a contraction with 0 → 0, in gradients", of: CONTRACT, apply: contract_zero },
];

fn axes<'s>(s: &'s Site<'_>) -> Option<&'s [usize]> {
    match &s.attr {
        Attr::Axes(axes) => Some(axes),
        _ => None,
    }
}

fn short_axes<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let axes = axes(s)?;
    let (x, shape) = (s.x[0], s.x[0].shape());
    if axes.iter().all(|&axis| shape[axis] != 1) && !axes.is_empty() {
        return None;
    }
    let short = |i: usize| shape[i] == 1 && axes.contains(&i);
    let rest: Vec<usize> = (0..shape.len()).filter(|&i| !short(i)).collect();
    let long: Vec<usize> = (0..rest.len()).filter(|&to| axes.contains(&rest[to])).collect();
    let x = x.reshape(&rest.iter().map(|&i| shape[i]).collect::<Vec<_>>());
    Some(if long.is_empty() { x } else { x.apply(s.op, Attr::Axes(long), &[]) })
}

fn sum_twice<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let outer = axes(s)?;
    let [x] = s.x[0].made_by(&sum::OP)?;
    let Attr::Axes(inner) = s.x[0].attr() else { return None };
    let rest: Vec<usize> = (0..x.shape().len()).filter(|i| !inner.contains(i)).collect();
    let mut all: Vec<usize> = inner.iter().copied().chain(outer.iter().map(|&axis| rest[axis])).collect();
    all.sort_unstable();
    Some(x.sum(&all))
}

fn sum_of_repeated<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let axes = axes(s)?;
    let (x, repeats) = s.x[0].repeated()?;
    let shape = s.x[0].shape();
    let (gone, stay): (Vec<usize>, Vec<usize>) = axes.iter().partition(|&&axis| repeats[axis]);
    if gone.is_empty() {
        return None;
    }
    let count: usize = gone.iter().map(|&axis| shape[axis]).product();
    let kept: Vec<usize> = (0..shape.len()).filter(|i| !gone.contains(i)).collect();
    let source: Vec<usize> = kept.iter().map(|&i| if repeats[i] { 1 } else { shape[i] }).collect();
    let target: Vec<usize> = kept.iter().map(|&i| shape[i]).collect();
    let left: Vec<usize> = (0..kept.len()).filter(|&to| stay.contains(&kept[to])).collect();
    Some(count as f64 * x.reshape(&source).broadcast(&target).sum(&left))
}

fn constant_factor<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let axes = axes(s)?;
    if let Some([x]) = s.x[0].made_by(&neg::OP) {
        return Some(-x.sum(axes));
    }
    let [c, x] = s.x[0].made_by(&mul::OP)?;
    c.known().map(|c| c * x.sum(axes))
}

fn repeated_factor<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let axes = axes(s)?;
    let [a, b] = s.x[0].made_by(&mul::OP)?;
    let constant_along = |x: Expr<'g>| x.repeated().filter(|(_, repeats)| axes.iter().all(|&axis| repeats[axis]));
    let (other, (x, repeats)) = match (constant_along(a), constant_along(b)) {
        (_, Some(of_b)) => (a, of_b),
        (Some(of_a), None) => (b, of_a),
        (None, None) => return None,
    };
    let shape = s.x[0].shape();
    let source: Vec<usize> = (0..shape.len()).filter(|i| !axes.contains(i)).map(|i| if repeats[i] { 1 } else { shape[i] }).collect();
    Some(other.sum(axes) * x.reshape(&source).broadcast(&s.ty.shape))
}

/// An operand without the axes along which it is repeated, and the labels of the others (the axis' number).
fn labelled(x: Expr<'_>) -> (Expr<'_>, Vec<u8>) {
    let shape = x.shape();
    let label = |i: usize| b'a' + i as u8;
    match x.repeated() {
        None => (x, (0..shape.len()).map(label).collect()),
        Some((inner, repeats)) => {
            let rest: Vec<usize> = (0..shape.len()).filter(|&i| !repeats[i]).collect();
            (inner.reshape(&rest.iter().map(|&i| shape[i]).collect::<Vec<_>>()), rest.into_iter().map(label).collect())
        }
    }
}

fn sum_of_product<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.x[0].made_by(&mul::OP)?;
    if a.repeated().is_some() || b.repeated().is_some() { contraction(s.x[0].ty().rank(), [a, b], axes(s)?, false) } else { None }
}

/// Over axes that lead or trail, which are rows of the batch, or of the sample. A sum may have got another shape in between.
fn sum_of_batch_sum<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let axes = axes(s)?;
    let summed = s.x[0].made_by(&reshape::OP).map_or(s.x[0], |[sum]| sum);
    let [x] = summed.made_by(&batch_sum::OP)?;
    let x = x.reshape(&s.x[0].shape());
    let rank = x.ty().rank();
    let leads = axes.iter().enumerate().all(|(i, &axis)| axis == i);
    let trails = axes.iter().rev().enumerate().all(|(i, &axis)| axis + 1 + i == rank);
    (leads || trails).then(|| x.sum(axes).batch_sum())
}

/// Of what is no sample's: there is no use for the larger contraction.
fn sum_of_contraction<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let axes = axes(s)?;
    let [a, b] = s.x[0].made_by(&contract::OP)?;
    let Attr::Contract { a: of_a, b: of_b, out, sum_batch: false } = s.x[0].attr() else { return None };
    if s.ty.batched || !s.adjoint {
        return None;
    }
    let summed: Vec<u8> = axes.iter().map(|&axis| out[axis]).collect();
    if summed.iter().any(|label| of_a.contains(label) && of_b.contains(label)) {
        return None;
    }
    let without = |x: Expr<'g>, labels: &[u8]| {
        let (gone, left): (Vec<usize>, Vec<usize>) = (0..labels.len()).partition(|&i| summed.contains(&labels[i]));
        (x.sum(&gone), left.into_iter().map(|i| labels[i]).collect::<Vec<u8>>())
    };
    let ((a, of_a), (b, of_b)) = (without(a, &of_a), without(b, &of_b));
    let left: Vec<u8> = out.into_iter().filter(|label| !summed.contains(label)).collect();
    Some(a.contract(b, &of_a, &of_b, &left))
}

/// Over the batch alone a product is worth avoiding where it is larger than both operands.
fn batch_sum_of_product<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.x[0].made_by(&mul::OP)?;
    let outer = a.repeated().is_some() && b.repeated().is_some() && a.is_batched() && b.is_batched();
    if outer { contraction(s.x[0].ty().rank(), [a, b], &[], true) } else { None }
}

/// The sum of a product of this rank over these axes and the batch, where each axis is of one operand at least.
fn contraction<'g>(rank: usize, [a, b]: [Expr<'g>; 2], axes: &[usize], sum_batch: bool) -> Option<Expr<'g>> {
    if rank > 26 {
        return None;
    }
    let ((a, of_a), (b, of_b)) = (labelled(a), labelled(b));
    let mut all = (0..rank).map(|i| b'a' + i as u8);
    if !all.all(|label| of_a.contains(&label) || of_b.contains(&label)) {
        return None;
    }
    let out: Vec<u8> = (0..rank).filter(|i| !axes.contains(i)).map(|i| b'a' + i as u8).collect();
    let attr = Attr::Contract { a: of_a, b: of_b, out, sum_batch };
    Some(a.apply(&contract::OP, attr, &[b]))
}

fn batch_sum_of_moved<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args()?;
    let [inner] = x.movement()?.try_into().ok()?;
    let inner: Expr<'g> = inner;
    if inner.ty().size() > x.ty().size() {
        return None;
    }
    let (op, attr) = x.builder.with_graph(|graph| (graph.node(x.id).op, graph.node(x.id).attr.clone()));
    match attr {
        Attr::Pad { value, .. } if value != 0.0 => None,
        attr => Some(inner.batch_sum().apply(op, attr, &[])),
    }
}

fn batch_sum_of_multiple<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args()?;
    if let Some([x]) = x.made_by(&neg::OP) {
        return Some(-x.batch_sum());
    }
    let [a, b] = x.made_by(&mul::OP)?;
    match (a.is_batched(), b.is_batched()) {
        (true, false) => Some(a.batch_sum() * b),
        (false, true) => Some(a * b.batch_sum()),
        _ => None,
    }
}

fn batch_sum_of_contraction<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args()?;
    let [a, b] = x.made_by(&contract::OP)?;
    let Attr::Contract { a: of_a, b: of_b, out, sum_batch: false } = x.attr() else { return None };
    match (a.is_batched(), b.is_batched()) {
        (true, true) => Some(a.apply(&contract::OP, Attr::Contract { a: of_a, b: of_b, out, sum_batch: true }, &[b])),
        (true, false) => Some(a.batch_sum().contract(b, &of_a, &of_b, &out)),
        _ => Some(a.contract(b.batch_sum(), &of_a, &of_b, &out)),
    }
}

/// A contraction's operands with their labels, for rules that change them one at a time.
fn relabelled<'g>(s: &Site<'g>, change: impl Fn(Expr<'g>, &[u8], &[u8]) -> Option<(Expr<'g>, Vec<u8>)>) -> Option<Expr<'g>> {
    let [x, y] = s.args()?;
    let Attr::Contract { a, b, out, sum_batch } = &s.attr else { return None };
    let (out, sum_batch) = (out.clone(), *sum_batch);
    if let Some((x, a)) = change(x, a, b) {
        return Some(x.apply(&contract::OP, Attr::Contract { a, b: b.clone(), out, sum_batch }, &[y]));
    }
    let (y, b) = change(y, b, a)?;
    Some(x.apply(&contract::OP, Attr::Contract { a: a.clone(), b, out, sum_batch }, &[y]))
}

fn contract_transposed<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    relabelled(s, |x, labels, _| {
        let [inner] = x.made_by(&transpose::OP)?;
        let Attr::Permutation(order) = x.attr() else { return None };
        let mut of_inner = vec![0; labels.len()];
        for (&axis, &label) in order.iter().zip(labels) {
            of_inner[axis] = label;
        }
        Some((inner, of_inner))
    })
}

fn contract_repeated<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    relabelled(s, |x, labels, others| {
        let (inner, repeats) = x.repeated()?;
        let shape = x.shape();
        let rest: Vec<usize> = (0..shape.len()).filter(|&i| !(repeats[i] && others.contains(&labels[i]))).collect();
        if rest.len() == shape.len() {
            return None;
        }
        let source: Vec<usize> = rest.iter().map(|&i| if repeats[i] { 1 } else { shape[i] }).collect();
        let target: Vec<usize> = rest.iter().map(|&i| shape[i]).collect();
        Some((inner.reshape(&source).broadcast(&target), rest.iter().map(|&i| labels[i]).collect()))
    })
}

fn transposed_contraction<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x] = s.args()?;
    let Attr::Permutation(order) = &s.attr else { return None };
    let [a, b] = x.made_by(&contract::OP)?;
    let Attr::Contract { a: of_a, b: of_b, out, sum_batch } = x.attr() else { return None };
    let out = order.iter().map(|&axis| out[axis]).collect();
    Some(a.apply(&contract::OP, Attr::Contract { a: of_a, b: of_b, out, sum_batch }, &[b]))
}

fn contract_negative<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
    if let Some([a]) = a.made_by(&neg::OP) {
        return Some(-a.apply(&contract::OP, s.attr.clone(), &[b]));
    }
    let [b] = b.made_by(&neg::OP)?;
    Some(-a.apply(&contract::OP, s.attr.clone(), &[b]))
}

fn contract_zero<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [a, b] = s.args()?;
    let zero = |x: Expr<'g>| x.known() == Some(0.0);
    (s.adjoint && (zero(a) || zero(b))).then(|| s.y.zeros_like())
}
