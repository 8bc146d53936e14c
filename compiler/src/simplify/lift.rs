//! An operation on the values of one step, done for all steps at once: its operands get a leading axis, and so does its result.

use crate::graph::{Attr, Builder, Expr, NodeId, Type};
use crate::ops::{OpDef, Value};

/// An operand: all steps stacked, or the same in every step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub(super) id: NodeId,
    /// It has the leading axis.
    pub(super) stacked: bool,
}

/// Whether [`lift`] can do it, for operands of which `stacked` have the leading axis.
pub(super) fn lifts(op: &'static OpDef, attr: &Attr, stacked: &[bool]) -> bool {
    match (&op.value, attr) {
        (Value::Each { .. } | Value::Reduce(_) | Value::ArgMax, _) => true,
        (Value::Contract, Attr::Contract { a, b, out, sum_batch: false }) => label([a, b, out]).is_some(),
        (Value::Move(_), Attr::Axis(_) | Attr::Shape(_) | Attr::Permutation(_) | Attr::Slice { .. } | Attr::Pad { .. } | Attr::None) => {
            true
        }
        (Value::Gather, _) => stacked == [false, true],
        _ => false,
    }
}

/// The result for all `steps`; `ty` is its type in one.
pub(super) fn lift<'g>(
    builder: &'g Builder,
    op: &'static OpDef,
    attr: &Attr,
    operands: &[Operand],
    types: &[Type],
    ty: &Type,
    steps: usize,
) -> Option<Expr<'g>> {
    let longer = |shape: &[usize]| [&[steps], shape].concat();
    let apply = |attr: Attr, args: &[NodeId]| builder.op(op, attr, args).ok().map(|id| builder.expr(id));
    // Operands that are the same in every step, as many times as there are steps.
    let all = || -> Vec<NodeId> {
        let spread = |(operand, ty): (&Operand, &Type)| match operand.stacked {
            true => operand.id,
            false => builder.expr(operand.id).broadcast(&longer(&ty.shape)).id,
        };
        operands.iter().zip(types).map(spread).collect()
    };
    match (&op.value, attr) {
        (Value::Each { .. }, _) => apply(attr.clone(), &all()),
        (Value::Reduce(_), Attr::Axes(axes)) => apply(Attr::Axes(axes.iter().map(|axis| axis + 1).collect()), &all()),
        (Value::ArgMax, Attr::Axis(axis)) => apply(Attr::Axis(axis + 1), &all()),
        (Value::Contract, Attr::Contract { a, b, out, sum_batch: false }) => {
            let time = label([a, b, out])?;
            let with = |labels: &[u8], operand: &Operand| if operand.stacked { [&[time], labels].concat() } else { labels.to_vec() };
            let attr = Attr::Contract {
                a: with(a, operands.first()?),
                b: with(b, operands.get(1)?),
                out: [&[time], out.as_slice()].concat(),
                sum_batch: false,
            };
            apply(attr, &operands.iter().map(|operand| operand.id).collect::<Vec<_>>())
        }
        (Value::Gather, _) => apply(attr.clone(), &operands.iter().map(|operand| operand.id).collect::<Vec<_>>()),
        (Value::Move(_), Attr::Shape(shape)) => {
            let (from, from_ty) = (builder.expr(*all().first()?), types.first()?);
            if from_ty.size() == ty.size() {
                return Some(from.reshape(&longer(shape)));
            }
            // Repeated: the new axes come after the steps.
            let extra = vec![1; shape.len() - from_ty.shape.len()];
            Some(from.reshape(&longer(&[&extra[..], &from_ty.shape].concat())).broadcast(&longer(shape)))
        }
        (Value::Move(_), attr) => {
            let attr = match attr {
                Attr::Axis(axis) => Attr::Axis(axis + 1),
                Attr::Permutation(order) => Attr::Permutation(std::iter::once(0).chain(order.iter().map(|axis| axis + 1)).collect()),
                Attr::Slice { axis, start, len } => Attr::Slice { axis: axis + 1, start: *start, len: *len },
                Attr::Pad { pairs, value } => {
                    Attr::Pad { pairs: std::iter::once((0, 0)).chain(pairs.iter().copied()).collect(), value: *value }
                }
                Attr::None => Attr::None,
                _ => return None,
            };
            apply(attr, &all())
        }
        _ => None,
    }
}

/// A label that none of the lists has.
fn label(lists: [&Vec<u8>; 3]) -> Option<u8> {
    (b'A'..=b'Z').chain(b'a'..=b'z').find(|label| lists.iter().all(|list| !list.contains(label)))
}
