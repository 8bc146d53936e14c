//! What is exact or nearly so: square roots of one number, whole powers, products without rounding.

use core::ops::Deref as _;

use fearless_simd::{Level, SimdBase as _, SimdFloat as _, dispatch, f32x4, f64x2};

use super::Float;
use crate::{Real, Vector};

/// √x by the target's own instruction (core has no square root).
#[inline(always)]
pub(crate) fn sqrt_f32(x: f32) -> f32 {
    dispatch!(Level::baseline(), simd => {
        let [y, ..] = *f32x4::splat(simd, x).sqrt().deref();
        y
    })
}

/// √x by the target's own instruction.
#[inline(always)]
pub(crate) fn sqrt_f64(x: f64) -> f64 {
    dispatch!(Level::baseline(), simd => {
        let [y, ..] = *f64x2::splat(simd, x).sqrt().deref();
        y
    })
}

/// xⁿ by repeated squaring; 1/x⁻ⁿ for negative n.
#[inline(always)]
pub(crate) fn powi<T: Real, V: Vector<T>>(x: V, n: i32) -> V {
    let mut rest = n.unsigned_abs();
    let mut square = x;
    let mut result = x.like(T::ONE);
    while rest > 0 {
        if rest % 2 == 1 {
            result *= square;
        }
        rest /= 2;
        if rest > 0 {
            square *= square;
        }
    }
    if n < 0 { x.like(T::ONE) / result } else { result }
}

/// a + b as a rounded sum and what rounding lost (Knuth).
#[inline(always)]
pub(super) fn two_sum<V: Float<f64>>(a: V, b: V) -> (V, V) {
    let sum = a + b;
    let b_part = sum - a;
    (sum, (a - (sum - b_part)) + (b - b_part))
}

/// a · b as a rounded product and what rounding lost (Dekker; |a|, |b| < 2⁹⁹⁶).
#[inline(always)]
pub(super) fn two_product<V: Float<f64>>(a: V, b: V) -> (V, V) {
    let product = a * b;
    let (a_high, a_low) = halves(a);
    let (b_high, b_low) = halves(b);
    (product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low)
}

/// x as a sum of two numbers of 26 bits (Veltkamp).
#[inline(always)]
fn halves<V: Float<f64>>(x: V) -> (V, V) {
    let big = x * x.like(134_217_729.0); // 2²⁷ + 1
    let high = big - (big - x);
    (high, x - high)
}
