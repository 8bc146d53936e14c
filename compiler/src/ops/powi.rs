//! xⁿ for a whole number n: a repeated product.

use super::{Adjoint, OpDef, Sample, Value, shape};
use crate::graph::{Attr, Type};

/// xⁿ for a whole number n: a repeated product.
pub static OP: OpDef = OpDef {
    name: "powi",
    doc: "xⁿ for a whole number n: a repeated product.",
    shape: whole_exponent,
    value: Value::Each { eval: |x, attr| x[0].powi(exponent(attr)), rust: "{0}.powi({n})" },
    adjoint: Adjoint::Rule(|r| {
        let n = f64::from(exponent(&r.attr));
        let x = r.x[0];
        vec![Some(match n {
            0.0 => x.zeros_like(),
            1.0 => r.dy,
            2.0 => r.dy * (2.0 * x),
            _ => r.dy * (n * x.apply(&OP, Attr::Number(n - 1.0), &[])),
        })]
    }),
    formula: &["∂L/∂{0} = {d} ⊙ {n} · {0}^({n} − 1)"],
    samples: &[
        Sample::of(&[&[2, 3]]).within(-2.0, 2.0).with(|| Attr::Number(2.0)),
        Sample::of(&[&[2, 3]]).within(-2.0, 2.0).with(|| Attr::Number(3.0)),
        Sample::of(&[&[2, 3]]).within(0.5, 2.0).with(|| Attr::Number(-2.0)),
        Sample::of(&[&[2, 3]]).within(-2.0, 2.0).with(|| Attr::Number(1.0)),
    ],
    sums_batch: false,
    kinked: false,
};

fn exponent(attr: &Attr) -> i32 {
    match attr {
        Attr::Number(n) => *n as i32,
        _ => 1,
    }
}

fn whole_exponent(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    match attr {
        Attr::Number(n) if f64::from(*n as i32) == *n => shape::real(args, &Attr::None),
        _ => Err("the exponent must be a whole number of at most 32 bits".into()),
    }
}
