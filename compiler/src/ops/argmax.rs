//! The position of the largest element along an axis (`Attr::Axis`), which disappears; the first of equals.

use super::{Adjoint, OpDef, Sample, Value, shape};
use crate::graph::{Attr, Elem, Type};

/// The position of the largest element along an axis.
pub static OP: OpDef = OpDef {
    name: "argmax",
    doc: "The position of the largest element along an axis, the first of equals; NaN counts as largest.",
    shape: position,
    value: Value::ArgMax,
    adjoint: Adjoint::None("a position has no derivative: `argmax` jumps from one whole number to another"),
    formula: &[],
    samples: &[Sample::of(&[&[2, 3]]).with(|| Attr::Axis(1)), Sample::of(&[&[4]]).with(|| Attr::Axis(0))],
    sums_batch: false,
    kinked: true,
};

fn position(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    let [x] = shape::operands(args)?;
    let &Attr::Axis(axis) = attr else { return Err("the axis is missing".into()) };
    if x.elem != Elem::Real {
        return Err(format!("it takes reals, found {}", shape::kind(x.elem)));
    }
    let Some(&n) = x.shape.get(axis) else { return Err(format!("{:?} has no axis {axis}", x.shape)) };
    let n = u32::try_from(n).map_err(|_| "the axis is too long for an index".to_owned())?;
    let mut to = x.shape.clone();
    to.remove(axis);
    Ok(Type { batched: false, shape: to, elem: Elem::Index(n) })
}
