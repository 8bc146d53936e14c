//! Zeros of a shape (`Attr::Shape`) to whose rows, at the indices of the first operand, the rows of the second are added.

use super::{Adjoint, OpDef, Sample, Value, gather, shape};
use crate::graph::{Attr, Elem, Type};

/// Zeros to whose rows, at the indices of the first operand, the rows of the second are added.
pub static OP: OpDef = OpDef {
    name: "scatter",
    doc: "Zeros to whose rows, at the indices of the first operand, the rows of the second are added.",
    shape: table,
    value: Value::Scatter,
    adjoint: Adjoint::Rule(|r| vec![None, Some(r.dy.apply(&gather::OP, Attr::None, &[r.x[0]]))]),
    formula: &["", "∂L/∂{1} = the rows of {d} at {0}"],
    samples: &[
        Sample::of(&[&[5], &[5, 3]]).kinds("4r").with(|| Attr::Shape(vec![4, 3])),
        Sample::of(&[&[], &[]]).kinds("3r").with(|| Attr::Shape(vec![3])),
    ],
    sums_batch: false,
    kinked: false,
};

fn table(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    let [index, x] = shape::operands(args)?;
    let Attr::Shape(to) = attr else { return Err("the shape is missing".into()) };
    let Some((&n, row)) = to.split_first() else { return Err("a scalar has no rows to scatter to".into()) };
    let fits = matches!(index.elem, Elem::Index(range) if range as usize <= n) && x.elem == Elem::Real;
    if fits && x.shape == [&index.shape, row].concat() {
        Ok(Type::real(false, to))
    } else {
        Err(format!("rows of {:?} at {} {:?} do not fit into {to:?}", x.shape, shape::kind(index.elem), index.shape))
    }
}
