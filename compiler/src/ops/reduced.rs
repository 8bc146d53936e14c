//! What reductions share: their shape rule, and the gradient of a largest element.

use super::{Rule, argmax, eq, iota, shape};
use crate::graph::{Attr, Elem, Expr, Type};

/// The axes of a reduction.
pub(super) fn axes(attr: &Attr) -> &[usize] {
    match attr {
        Attr::Axes(axes) => axes,
        _ => &[],
    }
}

/// The shape in which the reduced axes have extent 1.
pub(super) fn kept(shape: &[usize], axes: &[usize]) -> Vec<usize> {
    shape.iter().enumerate().map(|(i, &n)| if axes.contains(&i) { 1 } else { n }).collect()
}

/// The shape without the reduced axes.
pub(super) fn shape(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    let [x] = shape::operands(args)?;
    let axes = axes(attr);
    if x.elem != Elem::Real {
        return Err(format!("it takes reals, found {}", shape::kind(x.elem)));
    }
    if axes.iter().any(|&axis| axis >= x.rank()) || axes.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(format!("{:?} has no axes {axes:?}", x.shape));
    }
    Ok(shape::moved(x, (0..x.rank()).filter(|i| !axes.contains(i)).map(|i| x.shape[i]).collect()))
}

/// The cotangent of a maximum goes to the first of the equals. `x` is the operand, negated for a minimum.
///
/// The reduced axes are brought to the end and made one, so that "first" is row-major among them.
pub(super) fn to_first<'g>(r: &Rule<'g>, x: Expr<'g>) -> Expr<'g> {
    let (from, axes) = (x.shape(), axes(&r.attr));
    let order: Vec<usize> = (0..from.len()).filter(|i| !axes.contains(i)).chain(axes.iter().copied()).collect();
    let ordered: Vec<usize> = order.iter().map(|&axis| from[axis]).collect();
    let rest = &ordered[..from.len() - axes.len()];
    let n: usize = ordered[rest.len()..].iter().product();
    let (flat, column) = ([rest, &[n]].concat(), [rest, &[1]].concat());

    let winner = x.transpose(&order).reshape(&flat).apply(&argmax::OP, Attr::Axis(rest.len()), &[]);
    let place = Type { batched: false, shape: vec![n], elem: Elem::Index(u32::try_from(n).unwrap_or(u32::MAX)) };
    let place = x.builder.expr(x.builder.leaf(&iota::OP, Attr::None, place, None));
    let first = place.broadcast(&flat).each(&eq::OP, &[winner.reshape(&column).broadcast(&flat)]);
    let dy = r.dy.reshape(&column).broadcast(&flat);
    let dx = first.select(dy, dy.zeros_like()).reshape(&ordered);

    let mut inverse = vec![0; order.len()];
    for (to, &from) in order.iter().enumerate() {
        inverse[from] = to;
    }
    dx.transpose(&inverse)
}
