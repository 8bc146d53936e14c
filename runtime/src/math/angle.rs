//! Arguments of sine and cosine modulo π/2.
//!
//! Up to 10⁵ by subtracting n·π/2 in three parts (Cody and Waite); beyond by multiplying with as many bits of 2/π as the
//! argument's exponent asks for (Payne and Hanek), one number at a time.

use super::Float;
use super::exact::{two_product, two_sum};
use crate::Lane;

/// π/2: its first 33 bits, the next 33, the rest.
pub(super) const PIO2_1: f64 = 1.570_796_326_734_125_6;
const PIO2_2: f64 = 6.077_100_506_303_966e-11;
const PIO2_3: f64 = 2.022_266_248_795_950_6e-21;
/// π/2 without its first 33 bits.
pub(super) const PIO2_REST: f64 = 6.077_100_506_506_192e-11;
/// π/2 rounded, and what rounding lost.
const PIO2: (f64, f64) = (core::f64::consts::FRAC_PI_2, 6.123_233_995_736_766e-17);

/// Beyond it arguments go to [`reduce_large`].
pub(super) const LIMIT: f64 = 1e5;

/// n, r and what rounding took from r: x = n·π/2 + r, |r| ≤ π/4, for |x| ≤ [`LIMIT`].
#[inline(always)]
pub(super) fn reduce<V: Float<f64>>(x: V) -> (V, V, V) {
    let n = (x * x.like(core::f64::consts::FRAC_2_PI)).round();
    let (high, low) = two_sum(x - n * n.like(PIO2_1), -(n * n.like(PIO2_2)));
    let low = low - n * n.like(PIO2_3);
    let r = high + low;
    (n, r, (high - r) + low)
}

/// The bits of 2/π after the point.
const TWO_OVER_PI: [u64; 21] = [
    0, // room for arguments below 2⁶⁴
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
    0xf0cf_bc20_9af4_361d,
];

/// Quadrant (modulo 4), r and what rounding took from r, for finite |x| ≥ [`LIMIT`].
#[cold]
pub(super) fn reduce_large(x: f64) -> (u32, f64, f64) {
    let bits = x.to_bits();
    let mantissa = u128::from((bits & 0x000f_ffff_ffff_ffff) | 0x0010_0000_0000_0000);
    // x = mantissa·2^exponent; bits of 2/π worth 4 or more after the product do not matter. The table has 64 more in front.
    let exponent = ((bits >> 52) & 0x7ff) as usize;
    let start = (exponent + 62).saturating_sub(1075);
    let word = |i: usize| {
        let at = |j: usize| TWO_OVER_PI.get(j).copied().unwrap_or(0);
        let (whole, part) = (start / 64 + i, start % 64);
        if part == 0 { at(whole) } else { (at(whole) << part) | (at(whole + 1) >> (64 - part)) }
    };
    // The product modulo 2¹⁹²: two bits of quadrant, 190 of fraction.
    let low = mantissa * u128::from(word(2));
    let middle = mantissa * u128::from(word(1)) + (low >> 64);
    let high = (mantissa * u128::from(word(0)) + (middle >> 64)) as u64;
    let (middle, low) = (middle as u64, low as u64);
    let fraction = (u128::from((high << 2) | (middle >> 62)) << 64) | u128::from((middle << 2) | (low >> 62));
    let above_half = fraction >> 127 == 1;
    let quadrant = (high >> 62) as u32 + u32::from(above_half);
    let size = if above_half { fraction.wrapping_neg() } else { fraction };

    let first = size as f64;
    let rest = (size as i128).wrapping_sub(first as i128) as f64;
    const UNIT: f64 = 1.0 / 340_282_366_920_938_463_463_374_607_431_768_211_456.0; // 2⁻¹²⁸
    let (first, rest) = (first * UNIT, rest * UNIT);
    let (Lane(product), Lane(lost)) = two_product(Lane(first), Lane(PIO2.0));
    let (Lane(r), Lane(low)) = two_sum(Lane(product), Lane(lost + first * PIO2.1 + rest * PIO2.0));
    let sign = if above_half != (x < 0.0) { -1.0 } else { 1.0 };
    let quadrant = if x < 0.0 { quadrant.wrapping_neg() } else { quadrant };
    (quadrant % 4, sign * r, sign * low)
}
