//! The same elements in another shape of equal size (`Attr::Shape`).

use super::{Adjoint, OpDef, Sample, Value, shape};
use crate::graph::{Attr, Type};

/// The same elements in another shape of equal size.
pub static OP: OpDef = OpDef {
    name: "reshape",
    doc: "The same elements in another shape of equal size.",
    shape: same_size,
    value: Value::Move(|_, _, out| shape::nothing(out)),
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy.reshape(&r.x[0].shape()))]),
    formula: &["∂L/∂{0} = {d} in {0}'s shape"],
    samples: &[
        Sample::of(&[&[2, 3]]).with(|| Attr::Shape(vec![3, 2])),
        Sample::of(&[&[1]]).with(|| Attr::Shape(vec![])),
        Sample::of(&[&[4]]).with(|| Attr::Shape(vec![2, 2])),
    ],
    sums_batch: false,
    kinked: false,
};

fn same_size(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    let [x] = shape::operands(args)?;
    let Attr::Shape(to) = attr else { return Err("the shape is missing".into()) };
    let size: Option<usize> = to.iter().try_fold(1usize, |size, &n| size.checked_mul(n));
    if size == Some(x.size()) {
        Ok(shape::moved(x, to.clone()))
    } else {
        let elements = size.map_or("too many".to_owned(), |n| n.to_string());
        Err(format!("reshape keeps the number of elements: {:?} has {}, {to:?} has {elements}", x.shape, x.size()))
    }
}
