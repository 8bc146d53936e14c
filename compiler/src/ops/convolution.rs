//! What the three derivatives of Σ y[f, o] · w[f, c, k] · x[c, o·stride + k·dilation − before] share.
//!
//! `conv` is the derivative by y, `conv_input` by x, `conv_weight` by w. Each is linear in both of its operands, and its gradients are the
//! other two: the family is closed under differentiation.

use super::{Rule, batch_sum, shape};
use crate::graph::{Attr, Conv, Elem, Expr, Type};

/// One of the three tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `[channels, image…]`
    Input,
    /// `[filters, channels/groups, window…]`
    Weight,
    /// `[filters, places…]`
    Output,
}

/// What the attribute says, and the two operands, reals of as many axes as it wants.
fn given<'t>(args: &[&'t Type], attr: &Attr) -> Result<(Conv, [&'t Type; 2]), String> {
    let [a, b] = shape::operands(args)?;
    let Attr::Conv(conv) = attr else { return Err("how the kernel slides is missing".into()) };
    for arg in [a, b] {
        if arg.elem != Elem::Real {
            return Err(format!("it takes reals, found {}", shape::kind(arg.elem)));
        }
    }
    if conv.sum_batch && !a.batched && !b.batched {
        return Err("neither operand depends on the sample: there is nothing to sum over the batch".into());
    }
    if conv.groups == 0 || conv.axes.is_empty() || conv.places().contains(&0) {
        return Err("the kernel is larger than the padded image".into());
    }
    Ok((conv.clone(), [a, b]))
}

/// The leading extents of an operand, after which it must go on with `rest`.
fn leading<'t>(arg: &'t Type, count: usize, rest: &[usize], what: &str) -> Result<&'t [usize], String> {
    match arg.shape.split_at_checked(count) {
        Some((first, found)) if found == rest => Ok(first),
        _ => Err(format!("{what} goes on with {rest:?}, found {:?}", arg.shape)),
    }
}

/// The shape of the part that the operands, in the order of [`Part`], do not give.
pub(super) fn shape(args: &[&Type], attr: &Attr, part: Part) -> Result<Type, String> {
    let (conv, [a, b]) = given(args, attr)?;
    let (images, windows, places) = (conv.images(), conv.windows(), conv.places());
    let groups = conv.groups;
    let to = match part {
        Part::Output => {
            let (x, w) = (leading(a, 1, &images, "the input")?, leading(b, 2, &windows, "the kernel")?);
            if w[1].checked_mul(groups) != Some(x[0]) || w[0] % groups != 0 {
                return Err(format!("{groups} groups of {:?} do not fit {} channels", b.shape, x[0]));
            }
            [&w[..1], &places].concat()
        }
        Part::Input => {
            let (w, y) = (leading(a, 2, &windows, "the kernel")?, leading(b, 1, &places, "the result")?);
            if w[0] != y[0] || w[0] % groups != 0 {
                return Err(format!("the filters of {:?} do not fit {:?}", a.shape, b.shape));
            }
            [&[w[1].saturating_mul(groups)], images.as_slice()].concat()
        }
        Part::Weight => {
            let (x, y) = (leading(a, 1, &images, "the input")?, leading(b, 1, &places, "the result")?);
            if x[0] % groups != 0 || y[0] % groups != 0 {
                return Err(format!("{groups} groups do not divide {} channels and {} filters", x[0], y[0]));
            }
            [&[y[0], x[0] / groups], windows.as_slice()].concat()
        }
    };
    Ok(Type::real(false, &to))
}

/// The cotangent, and the attribute for gradients: each sample's own.
pub(super) fn one_sample<'g>(r: &Rule<'g>) -> Option<(Expr<'g>, Attr)> {
    let Attr::Conv(conv) = &r.attr else { return None };
    let dy = if conv.sum_batch { batch_sum::each_sample(r.dy) } else { r.dy };
    Some((dy, Attr::Conv(Conv { sum_batch: false, ..conv.clone() })))
}
