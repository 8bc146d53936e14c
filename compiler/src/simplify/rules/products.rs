//! Contractions that sum nothing.

use super::{Of, Rule};
use crate::graph::{Attr, Expr};
use crate::ops::contract;
use crate::simplify::rewrite::Site;

/// The rules.
pub const PRODUCTS: &[Rule] = &[Rule {
    doc: "a contraction that sums nothing (or axes of extent 1 alone) → a product of broadcasts",
    of: Of::These(&[&contract::OP]),
    apply: product,
}];

fn product<'g>(s: &Site<'g>) -> Option<Expr<'g>> {
    let [x, y] = s.args()?;
    let Attr::Contract { a, b, out, sum_batch: false } = &s.attr else { return None };
    let spread = |x: Expr<'g>, labels: &[u8]| {
        let shape = x.shape();
        let summed = labels.iter().zip(&shape).any(|(label, &n)| n != 1 && !out.contains(label));
        // The axes of the result that the operand has, in the operand's order.
        let order: Vec<usize> = out.iter().filter_map(|label| labels.iter().position(|have| have == label)).collect();
        let extent = |label: &u8| labels.iter().position(|have| have == label).map_or(1, |axis| shape[axis]);
        (!summed).then(|| {
            let long: Vec<usize> = (0..labels.len()).filter(|axis| out.contains(&labels[*axis])).collect();
            let kept = x.reshape(&long.iter().map(|&axis| shape[axis]).collect::<Vec<_>>());
            let places: Vec<usize> = order.iter().filter_map(|axis| long.iter().position(|have| have == axis)).collect();
            let moved = if places.is_sorted() { kept } else { kept.transpose(&places) };
            moved.reshape(&out.iter().map(extent).collect::<Vec<_>>()).broadcast(&s.ty.shape)
        })
    };
    let (left, right) = (spread(x, a)?, spread(y, b)?);
    Some(left * right)
}
