//! The second operand where the first, a condition, holds; else the third. The language calls it `where`.
//!
//! The side not chosen gets a gradient of exactly 0: it is selected, not multiplied.

use super::{Adjoint, OpDef, Sample, Value, shape};
use crate::graph::{Attr, Elem, Type};

/// The second operand where the first, a condition, holds; else the third. The language calls it `where`.
pub static OP: OpDef = OpDef {
    name: "select",
    doc: "The second operand where the first, a condition, holds; else the third. The language calls it `where`.",
    shape: choice,
    value: Value::Each { eval: |x, _| if x[0] != 0.0 { x[1] } else { x[2] }, rust: "{0}.select({1}, {2})" },
    adjoint: Adjoint::Rule(|r| {
        let (c, zero) = (r.x[0], r.dy.zeros_like());
        vec![None, Some(c.select(r.dy, zero)), Some(c.select(zero, r.dy))]
    }),
    formula: &["", "∂L/∂{1} = {d} where {0}, else 0", "∂L/∂{2} = 0 where {0}, else {d}"],
    samples: &[Sample::of(&[&[2, 3], &[2, 3], &[2, 3]]).kinds("crr"), Sample::of(&[&[3, 3], &[3, 3], &[3, 3]]).kinds("crr")],
    sums_batch: false,
    kinked: false,
};

fn choice(args: &[&Type], _: &Attr) -> Result<Type, String> {
    let [c, a, b] = shape::operands(args)?;
    if c.elem != Elem::Condition {
        return Err(format!("the first operand must be a condition, found {}", shape::kind(c.elem)));
    }
    shape::equal(&[c, a, b])?;
    Ok(Type { batched: false, shape: a.shape.clone(), elem: shape::joined(a.elem, b.elem)? })
}
