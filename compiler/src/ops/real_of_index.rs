//! An index as a real number: in generated code it is one already.

use super::{Adjoint, OpDef, Sample, Value, shape};
use crate::graph::Elem;

/// An index as a real number.
pub static OP: OpDef = OpDef {
    name: "real_of_index",
    doc: "An index as a real number.",
    shape: |args, _| {
        let [x] = shape::operands(args)?;
        match x.elem {
            Elem::Index(_) => Ok(x.with_elem(Elem::Real)),
            other => Err(format!("it takes an index, found {}", shape::kind(other))),
        }
    },
    value: Value::Each { eval: |x, _| x[0], rust: "{0}" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy)]),
    formula: &[""],
    samples: &[Sample::of(&[&[2, 3]]).kinds("5")],
    sums_batch: false,
    kinked: false,
};
