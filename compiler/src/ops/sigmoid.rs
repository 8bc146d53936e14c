//! 1/(1 + e⁻ˣ).

use super::{Adjoint, OpDef, Sample, Value, shape};

/// 1/(1 + e⁻ˣ).
pub static OP: OpDef = OpDef {
    name: "sigmoid",
    doc: "1/(1 + e⁻ˣ).",
    shape: shape::real,
    value: Value::Each { eval: |x, _| logistic(x[0]), rust: "{0}.sigmoid()" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy * (r.y * (1.0 - r.y)))]),
    formula: &["∂L/∂{0} = {d} ⊙ {y} ⊙ (1 − {y})"],
    samples: &[Sample::of(&[&[2, 3]]).within(-4.0, 4.0), Sample::of(&[&[]]).within(-4.0, 4.0)],
    sums_batch: false,
    kinked: false,
};

/// Neither side overflows.
fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}
