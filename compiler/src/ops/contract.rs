//! A sum of products (`Attr::Contract`): matrix products, their gradients and the sums over the batch are all of this kind.
//!
//! Each operand names its axes by labels; labels that the result lacks are summed, also where one operand alone has them.

use super::{Adjoint, OpDef, Rule, Sample, Value, batch_sum, shape};
use crate::graph::{Attr, Elem, Expr, Type};

/// A sum of products, in Einstein notation.
pub static OP: OpDef = OpDef {
    name: "contract",
    doc: "A sum of products, in Einstein notation.",
    shape: result,
    value: Value::Contract,
    adjoint: Adjoint::Rule(|r| {
        let Attr::Contract { a, b, out, sum_batch } = &r.attr else { return vec![None, None] };
        let dy = if *sum_batch { batch_sum::each_sample(r.dy) } else { r.dy };
        vec![Some(operand(r, dy, out, (0, a), (1, b))), Some(operand(r, dy, out, (1, b), (0, a)))]
    }),
    formula: &["∂L/∂{0} = {d} · {1}ᵀ", "∂L/∂{1} = {0}ᵀ · {d}"],
    samples: &[
        Sample::of(&[&[3, 2], &[2, 4]]).with(|| labels("ik", "kj", "ij")),
        Sample::of(&[&[3, 3], &[3, 3]]).with(|| labels("ik", "kj", "ij")),
        Sample::of(&[&[2, 3, 2], &[2, 2, 4]]).with(|| labels("bik", "bkj", "bij")),
        Sample::of(&[&[3, 3], &[3, 3]]).with(|| labels("ki", "jk", "ji")),
        Sample::of(&[&[3], &[3]]).with(|| labels("i", "i", "")),
        Sample::of(&[&[2], &[3]]).with(|| labels("i", "j", "ij")),
        Sample::of(&[&[2, 4], &[3, 2]]).with(|| labels("ik", "ji", "ij")),
        Sample::of(&[&[3], &[2]]).with(|| Attr::Contract { a: "k".into(), b: "j".into(), out: "kj".into(), sum_batch: true }),
    ],
    sums_batch: false,
    kinked: false,
};

/// The gradient of one operand: `dy` times the other, over the labels that this one lacks; a label that it alone has was summed, so that
/// its gradient is repeated along it.
fn operand<'g>(r: &Rule<'g>, dy: Expr<'g>, out: &[u8], this: (usize, &[u8]), other: (usize, &[u8])) -> Expr<'g> {
    let shape = r.x[this.0].shape();
    let known = |label: &u8| out.contains(label) || other.1.contains(label);
    let labels: Vec<u8> = this.1.iter().copied().filter(known).collect();
    let kept: Vec<usize> = this.1.iter().zip(&shape).map(|(label, &n)| if known(label) { n } else { 1 }).collect();
    dy.contract(r.x[other.0], out, other.1, &labels).reshape(&kept).broadcast(&shape)
}

/// `labels("ik", "kj", "ij")`: an attribute, for people.
pub(crate) fn labels(a: &str, b: &str, out: &str) -> Attr {
    Attr::Contract { a: a.into(), b: b.into(), out: out.into(), sum_batch: false }
}

fn result(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    let [x, y] = shape::operands(args)?;
    let Attr::Contract { a, b, out, sum_batch } = attr else { return Err("the labels are missing".into()) };
    for arg in [x, y] {
        if arg.elem != Elem::Real {
            return Err(format!("it takes reals, found {}", shape::kind(arg.elem)));
        }
    }
    if *sum_batch && !x.batched && !y.batched {
        return Err("neither operand depends on the sample: there is nothing to sum over the batch".into());
    }
    let mut extents: Vec<(u8, usize)> = Vec::new();
    for (labels, arg) in [(a, x), (b, y)] {
        if labels.len() != arg.rank() {
            return Err(format!("`{}` names {} axes, but {:?} has {}", text(labels), labels.len(), arg.shape, arg.rank()));
        }
        for (i, (&label, &n)) in labels.iter().zip(&arg.shape).enumerate() {
            if labels[..i].contains(&label) {
                return Err(format!("`{}` names `{}` twice", text(labels), label as char));
            }
            match extents.iter().find(|have| have.0 == label) {
                None => extents.push((label, n)),
                Some(&(_, have)) if have == n => {}
                Some(&(_, have)) => {
                    return Err(format!("`{}` is {have} in {:?} and {n} in {:?}", label as char, x.shape, y.shape));
                }
            }
        }
    }
    let mut to = Vec::with_capacity(out.len());
    for (i, label) in out.iter().enumerate() {
        if out[..i].contains(label) {
            return Err(format!("`{}` names `{}` twice", text(out), *label as char));
        }
        match extents.iter().find(|have| have.0 == *label) {
            Some(&(_, n)) => to.push(n),
            None => return Err(format!("`{}` of the result is an axis of neither operand", *label as char)),
        }
    }
    Ok(Type::real(false, &to))
}

fn text(labels: &[u8]) -> String {
    labels.iter().map(|&label| label as char).collect()
}
