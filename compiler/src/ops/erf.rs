//! The error function, 2/√π ∫₀ˣ e^(−t²) dt.

use std::f64::consts::FRAC_2_SQRT_PI;

use super::{Adjoint, OpDef, Sample, Value, exp, shape};

/// The error function, 2/√π ∫₀ˣ e^(−t²) dt.
pub static OP: OpDef = OpDef {
    name: "erf",
    doc: "The error function, 2/√π ∫₀ˣ e^(−t²) dt.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| error_function(x[0]), rust: "{0}.erf()" },
    adjoint: Adjoint::Rule(|r| vec![Some(r.dy * (FRAC_2_SQRT_PI * (-(r.x[0] * r.x[0])).each(&exp::OP, &[])))]),
    formula: &["∂L/∂{0} = {d} ⊙ 2/√π · e^(−{0}²)"],
    samples: &[Sample::of(&[&[2, 3]]).within(-2.5, 2.5), Sample::of(&[&[]]).within(-2.5, 2.5)],
    sums_batch: false,
    kinked: false,
};

/// Up to 3 the series 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!, whose terms are all of one sign; beyond it the continued fraction of erfc
/// (Abramowitz and Stegun 7.1.6 and 7.1.14).
fn error_function(x: f64) -> f64 {
    let a = x.abs();
    if a.is_nan() {
        return x;
    }
    if a > 6.0 {
        return x.signum();
    }
    if a <= 3.0 {
        let mut term = x;
        let mut sum = x;
        let mut n = 1.0;
        while term.abs() > 1e-18 * sum.abs() {
            term *= 2.0 * x * x / (2.0 * n + 1.0);
            sum += term;
            n += 1.0;
        }
        return FRAC_2_SQRT_PI * (-x * x).exp() * sum;
    }
    let mut tail = 0.0;
    for n in (1..60).rev() {
        tail = 0.5 * f64::from(n) / (a + tail);
    }
    let complement = 0.5 * FRAC_2_SQRT_PI * (-a * a).exp() / (a + tail);
    x.signum() * (1.0 - complement)
}
