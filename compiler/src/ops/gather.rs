//! Rows of a table (its leading axis) at indices: `[n, d..]` and `[i..]` give `[i.., d..]`.

use super::{Adjoint, OpDef, Sample, Value, scatter, shape};
use crate::graph::{Attr, Elem, Type};

/// Rows of a table at indices.
pub static OP: OpDef = OpDef {
    name: "gather",
    doc: "Rows of a table (its leading axis) at indices.",
    shape: rows,
    value: Value::Gather,
    adjoint: Adjoint::Rule(|r| vec![Some(r.x[1].apply(&scatter::OP, Attr::Shape(r.x[0].shape()), &[r.dy])), None]),
    formula: &["∂L/∂{0}: the rows of {d} added up at {1}", ""],
    samples: &[Sample::of(&[&[4, 3], &[5]]).kinds("r4"), Sample::of(&[&[3], &[]]).kinds("r3"), Sample::of(&[&[3, 2], &[2, 2]]).kinds("r3")],
    sums_batch: false,
    kinked: false,
};

fn rows(args: &[&Type], _: &Attr) -> Result<Type, String> {
    let [table, index] = shape::operands(args)?;
    let Some((&n, row)) = table.shape.split_first() else { return Err("a scalar has no rows to gather".into()) };
    match index.elem {
        Elem::Index(range) if range as usize <= n => Ok(shape::moved(table, [&index.shape, row].concat())),
        Elem::Index(range) => Err(format!("an index in 0..{range} does not fit the {n} rows of {:?}", table.shape)),
        other => Err(format!("rows are gathered at indices, found {}", shape::kind(other))),
    }
}
