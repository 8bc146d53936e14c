//! The sum over the samples of the batch.

use super::{Adjoint, OpDef, Sample, Value, seed, shape};
use crate::graph::{Attr, Elem, Expr, Type};

/// The sum over the samples.
pub static OP: OpDef = OpDef {
    name: "batch_sum",
    doc: "The sum over the samples of the batch.",
    shape: |args, _| {
        let [x] = shape::operands(args)?;
        match (x.elem, x.batched) {
            (Elem::Real, true) => Ok(shape::moved(x, x.shape.clone())),
            (Elem::Real, false) => Err("it is the same for every sample: there is nothing to sum over the batch".into()),
            (other, _) => Err(format!("it takes reals, found {}", shape::kind(other))),
        }
    },
    value: Value::BatchSum,
    adjoint: Adjoint::Rule(|r| vec![Some(each_sample(r.dy))]),
    formula: &["∂L/∂{0} = {d}, for each sample"],
    samples: &[Sample::of(&[&[2, 3]]), Sample::of(&[&[]])],
    sums_batch: true,
    kinked: false,
};

/// `dy` for each sample that counts, 0 for a lane that only fills a register.
pub(crate) fn each_sample(dy: Expr<'_>) -> Expr<'_> {
    let builder = dy.builder;
    let weight = builder.expr(builder.leaf(&seed::OP, Attr::None, Type::real(true, &[]), None));
    let counts = weight.each(&super::gt::OP, &[weight.zeros_like()]);
    counts.select(dy, dy.zeros_like())
}
