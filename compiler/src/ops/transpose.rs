//! The axes in another order (`Attr::Permutation`): axis i of the result is axis p\[i\] of the operand.

use super::{Adjoint, OpDef, Sample, Value, shape};
use crate::graph::{Attr, Type};

/// The axes in another order.
pub static OP: OpDef = OpDef {
    name: "transpose",
    doc: "The axes in another order.",
    shape: permuted,
    value: Value::Move(|attr, args, out| {
        let from = shape::strides(&args[0].shape);
        shape::whole(out, 0, order(attr).iter().map(|&axis| from[axis]).collect())
    }),
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy.transpose(&inverse(order(&r.attr))))]),
    formula: &["∂L/∂{0} = {d}ᵀ"],
    samples: &[
        Sample::of(&[&[2, 3]]).with(|| Attr::Permutation(vec![1, 0])),
        Sample::of(&[&[2, 3, 4]]).with(|| Attr::Permutation(vec![2, 0, 1])),
        Sample::of(&[&[3, 3]]).with(|| Attr::Permutation(vec![1, 0])),
    ],
    sums_batch: false,
    kinked: false,
};

fn order(attr: &Attr) -> &[usize] {
    match attr {
        Attr::Permutation(order) => order,
        _ => &[],
    }
}

fn inverse(order: &[usize]) -> Vec<usize> {
    let mut out = vec![0; order.len()];
    for (to, &from) in order.iter().enumerate() {
        out[from] = to;
    }
    out
}

fn permuted(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    let [x] = shape::operands(args)?;
    let p = order(attr);
    let mut sorted = p.to_vec();
    sorted.sort_unstable();
    if sorted.iter().copied().eq(0..x.rank()) {
        Ok(shape::moved(x, p.iter().map(|&axis| x.shape[axis]).collect()))
    } else {
        Err(format!("transpose names each of the {} axes of {:?} once, found {p:?}", x.rank(), x.shape))
    }
}
