//! A condition or an index as a real number.
//!
//! Generated code keeps indices as reals already: simplification turns `real` of an index into [`super::real_of_index`], so that the
//! template here is a condition's.

use super::{Adjoint, OpDef, Sample, Value, shape};
use crate::graph::Elem;

/// A condition (0 and 1) or an index as a real number.
pub static OP: OpDef = OpDef {
    name: "real",
    doc: "A condition (0 and 1) or an index as a real number.",
    shape: |args, _| {
        let [x] = shape::operands(args)?;
        if x.elem == Elem::Real { Err("it is real already".into()) } else { Ok(x.with_elem(Elem::Real)) }
    },
    value: Value::Each { eval: |x, _| x[0], rust: "{0}.select({one}, {zero})" },
    // The gradient goes on to what made an index, which says why there is none; a condition's is zero everywhere.
    adjoint: Adjoint::Rule(|r| vec![(r.x[0].ty().elem != Elem::Condition).then_some(r.dy)]),
    formula: &[""],
    samples: &[Sample::of(&[&[2, 3]]).kinds("c"), Sample::of(&[&[2, 3]]).kinds("5")],
    sums_batch: false,
    kinked: false,
};
