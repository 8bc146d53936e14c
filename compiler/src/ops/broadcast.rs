//! Elements repeated along new leading axes and along axes of extent 1 (`Attr::Shape`), as NumPy does.

use super::{Adjoint, OpDef, Sample, Value, shape};
use crate::graph::{Attr, Type};

/// Elements repeated along new leading axes and along axes of extent 1.
pub static OP: OpDef = OpDef {
    name: "broadcast",
    doc: "Elements repeated along new leading axes and along axes of extent 1.",
    shape: larger,
    value: Value::Move(|_, args, out| {
        let (x, extra) = (&args[0].shape, out.rank() - args[0].rank());
        let strides = shape::strides(x);
        let repeat = |axis: usize| if axis < extra || x[axis - extra] == 1 { 0 } else { strides[axis - extra] };
        shape::whole(out, 0, (0..out.rank()).map(repeat).collect())
    }),
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy.sum_to(&r.x[0].shape()))]),
    formula: &["∂L/∂{0} = Σ {d} over the repeated axes"],
    samples: &[
        Sample::of(&[&[3]]).with(|| Attr::Shape(vec![2, 3])),
        Sample::of(&[&[2, 1]]).with(|| Attr::Shape(vec![4, 2, 3])),
        Sample::of(&[&[]]).with(|| Attr::Shape(vec![3])),
        Sample::of(&[&[1, 3]]).with(|| Attr::Shape(vec![3, 3])),
    ],
    sums_batch: false,
    kinked: false,
};

fn larger(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    let [x] = shape::operands(args)?;
    let Attr::Shape(to) = attr else { return Err("the shape is missing".into()) };
    let fits = to.len() >= x.rank() && x.shape.iter().rev().zip(to.iter().rev()).all(|(&from, &to)| from == to || from == 1);
    if fits { Ok(shape::moved(x, to.clone())) } else { Err(format!("{:?} does not broadcast to {to:?}", x.shape)) }
}
