//! Elementary functions of f32: within 2 ulp for every argument.

use super::{Float, math64, poly};
use crate::Mask as _;

// ln 2 in two parts: 15 bits, so that a product with an exponent is exact, and the rest.
const LN2_HIGH: f32 = f32::from_bits(0x3f31_7200);
const LN2_LOW: f32 = f32::from_bits(0x35bf_be8e);

/// (eʳ − 1 − r)/r² for |r| ≤ ½ ln 2; of eʳ − 1 the relative error is 2⁻²⁶.
const EXP: [f32; 5] = [0.5, 1.666_654_8e-1, 4.166_685_8e-2, 8.366_166e-3, 1.389_810_1e-3];
/// The same to 2⁻³¹.
const EXP_LONG: [f32; 6] = [0.5, 1.666_666_7e-1, 4.166_646_3e-2, 8.333_31e-3, 1.393_373_1e-3, 1.989_108e-4];
/// (tanh x/x − 1)/x² as a polynomial of x² for |x| ≤ 0.26; of tanh 2⁻²⁷.
const TANH: [f32; 3] = [-3.333_321_5e-1, 1.332_268e-1, -5.122_334e-2];
/// erf x/x − 1 as a polynomial of x² for |x| ≤ 0.9; of erf 2⁻²⁶.
const ERF: [f32; 6] = [0.128_379_15, -3.761_250_7e-1, 1.128_197_6e-1, -2.677_303_2e-2, 5.003_414_6e-3, -6.047_077e-4];
/// −ln(1 − erf x)/x − 1 for 0.9 ≤ x ≤ 4; of erf 2⁻²⁸.
const ERFC: [f32; 6] = [0.128_519_95, 6.356_994e-1, 1.052_867_9e-1, -2.290_596_8e-2, 3.219_948_4e-3, -2.145_908_5e-4];
/// (sin r/r − 1)/r² as a polynomial of r² for |r| ≤ π/4; 2⁻³⁵.
const SIN: [f32; 4] = [-1.666_666_7e-1, 8.333_332e-3, -1.984_008_6e-4, 2.724_986_4e-6];
/// (cos r − 1 + r²/2)/r⁴ as a polynomial of r² for |r| ≤ π/4; 2⁻³⁹.
const COS: [f32; 4] = [4.166_666_8e-2, -1.388_888_8e-3, 2.480_06e-5, -2.730_090_8e-7];

/// 2ⁿ for whole −126 ≤ n ≤ 127: n falls into the exponent's place of a number whose last mantissa bit is worth 1.
#[inline(always)]
fn exp2_whole<V: Float<f32>>(n: V) -> V {
    V::of_bits(V::shl((n + n.like(12_582_912.0 + 127.0)).bits(), 23))
}

/// x = n·ln 2 + r + c, |r| ≤ ½ ln 2; c is what rounding took from r.
#[inline(always)]
fn split_exp<V: Float<f32>>(x: V) -> (V, V, V) {
    let n = (x * x.like(core::f32::consts::LOG2_E)).round();
    let high = x - n * n.like(LN2_HIGH);
    let low = n * n.like(LN2_LOW);
    let r = high - low;
    (n, r, (high - r) - low)
}

/// eˣ = (1 + q)·2ⁿ for −104 ≤ x ≤ 104: q and 2ⁿ⁺ᵉ, which must be a normal number. n is rounded by adding what has no place for a
/// fraction; e is in that, too. Of q the error is 2⁻²⁶.
#[inline(always)]
fn parts_of_exp<V: Float<f32>, const N: usize>(x: V, e: V, polynomial: [f32; N]) -> (V, V) {
    let magic = e + x.like(12_582_912.0 + 127.0);
    let shifted = x.mul_add(x.like(core::f32::consts::LOG2_E), magic);
    let n = shifted - magic;
    let r = n.mul_add(x.like(-LN2_LOW), n.mul_add(x.like(-LN2_HIGH), x));
    ((r * r).mul_add(poly(r, polynomial), r), V::of_bits(V::shl(shifted.bits(), 23)))
}

#[inline(always)]
pub(crate) fn exp<V: Float<f32>>(x: V) -> V {
    let x = x.lt(x.like(-104.0)).select(x.like(-104.0), x);
    let x = x.gt(x.like(89.0)).select(x.like(89.0), x);
    // 2ⁿ alone may be out of range where the result is not.
    let small = x.lt(x.like(0.0));
    let (q, scale) = parts_of_exp(x, small.select(x.like(64.0), x.like(-64.0)), EXP);
    scale.mul_add(q, scale) * small.select(x.like(5.421_011e-20), x.like(1.844_674_4e19))
}

#[inline(always)]
pub(crate) fn expm1<V: Float<f32>>(x: V) -> V {
    let t = x.lt(x.like(-18.0)).select(x.like(-18.0), x);
    let t = t.gt(t.like(89.0)).select(t.like(89.0), t);
    let (n, r, c) = split_exp(t);
    let tail = (r * r).mul_add(poly(r, EXP_LONG), c);
    // 2ⁿ(1 + r + tail) − 1, at half size against overflow.
    let scale = exp2_whole(n - n.like(1.0));
    let y = scale.mul_add(r, scale - r.like(0.5)) + scale * tail;
    x.abs().lt(x.like(1e-9)).select(x, y + y)
}

/// x = 2ᵏ·m with √½ ≤ m < √2, for normal positive x.
#[inline(always)]
fn split_log<V: Float<f32>>(x: V) -> (V, V) {
    const ROOT: u32 = 0x3f35_04f3;
    let bits = V::plus(x.bits(), 0x3f80_0000 - ROOT);
    let k = V::of_bits(V::set(V::shr(bits, 23), 0x4b00_0000)) - x.like(8_388_608.0 + 127.0);
    (k, V::of_bits(V::plus(V::keep(bits, 0x007f_ffff), ROOT)))
}

/// k·ln 2 + ln(1 + f) + c, as fdlibm's `logf`: with s = f/(2 + f), ln(1 + f) = f − f²/2 + s(f²/2 + R(s²)).
#[inline(always)]
fn log_core<V: Float<f32>>(k: V, f: V, c: V) -> V {
    const HIGH: f32 = f32::from_bits(0x3f31_7180);
    const LOW: f32 = f32::from_bits(0x3717_f7d1);
    const R: [f32; 4] = [0.666_666_6, 0.400_009_72, 0.284_987_87, 0.242_790_79];
    let s = f / (f.like(2.0) + f);
    let z = s * s;
    let half_square = f * f * f.like(0.5);
    s * z.mul_add(poly(z, R), half_square) + k.mul_add(k.like(LOW), c) - half_square + f + k * k.like(HIGH)
}

#[inline(always)]
pub(crate) fn log<V: Float<f32>>(x: V) -> V {
    let subnormal = x.lt(x.like(f32::MIN_POSITIVE));
    let (k, m) = split_log(subnormal.select(x * x.like(33_554_432.0), x));
    let k = subnormal.select(k - k.like(25.0), k);
    let y = log_core(k, m - m.like(1.0), m.like(0.0));
    log_specials(x, x, y)
}

#[inline(always)]
pub(crate) fn log1p<V: Float<f32>>(x: V) -> V {
    let one = x.like(1.0);
    let zero = x.like(0.0);
    let u = x + one;
    let (k, m) = split_log(u);
    let lost = k.gt(one).select(one - (u - x), x - (u - one)) / u;
    let near = x.gt(x.like(-0.292_893_2)).and(x.lt(x.like(0.414_213_57)));
    let f = near.select(x, m - one);
    let far = near.not().and(k.lt(x.like(25.0)));
    let y = log_core(near.select(zero, k), f, far.select(lost, zero));
    let y = log_specials(x, u, y);
    x.abs().lt(x.like(1e-9)).select(x, y)
}

/// The value where the logarithm's argument `u` is zero, negative, infinite or NaN (`x` is what the caller was given).
#[inline(always)]
fn log_specials<V: Float<f32>>(x: V, u: V, y: V) -> V {
    let y = x.eq(x.like(f32::INFINITY)).select(x, y);
    let below = u.eq(u.like(0.0)).select(u.like(f32::NEG_INFINITY), u.like(f32::NAN));
    u.gt(u.like(0.0)).select(y, below)
}

#[inline(always)]
pub(crate) fn tanh<V: Float<f32>>(x: V) -> V {
    let a = x.abs();
    let z = x * x;
    let near = (x * z).mul_add(poly(z, TANH), x);
    // h = ½(e²ˣ − 1). Beyond 10 it is 1.
    let limited = a.gt(a.like(10.0)).select(a.like(10.0), a);
    let (q, scale) = parts_of_exp(limited + limited, x.like(-1.0), EXP);
    let h = scale.mul_add(q, scale - x.like(0.5));
    let far = h / (h + x.like(1.0));
    a.lt(x.like(0.26)).select(near, far).copysign(x)
}

/// As 1/(1 + e⁻ˣ).
#[inline(always)]
pub(crate) fn sigmoid<V: Float<f32>>(x: V) -> V {
    let x = x.lt(x.like(-104.0)).select(x.like(-104.0), x);
    // Beyond 40 it is 1.
    let x = x.gt(x.like(40.0)).select(x.like(40.0), x);
    // At 2⁻⁶⁴ of their size, as e⁻ˣ alone may be out of range where the result is not.
    let one = x.like(5.421_011e-20);
    let (q, scale) = parts_of_exp(-x, x.like(-64.0), EXP);
    one / (scale.mul_add(q, one) + scale)
}

#[inline(always)]
pub(crate) fn erf<V: Float<f32>>(x: V) -> V {
    let a = x.abs();
    let near = x.mul_add(poly(x * x, ERF), x);
    let t = a.gt(x.like(4.0)).select(x.like(4.0), a);
    let (q, scale) = parts_of_exp(-t.mul_add(poly(t, ERFC), t), x.like(0.0), EXP);
    let far = x.like(1.0) - scale.mul_add(q, scale);
    a.lt(x.like(0.9)).select(near, far).copysign(x)
}

#[inline(always)]
pub(crate) fn sin<V: Float<f32>>(x: V) -> V {
    let (y, _) = sin_cos(x);
    y
}

#[inline(always)]
pub(crate) fn cos<V: Float<f32>>(x: V) -> V {
    let (_, y) = sin_cos(x);
    y
}

/// Both; what a caller drops, the optimiser drops.
#[inline(always)]
fn sin_cos<V: Float<f32>>(x: V) -> (V, V) {
    let large = x.abs().lt(x.like(1e5)).not();
    let safe = large.select(x.like(0.0), x);
    // The remainder is taken in f64, where it is exact enough near every multiple of π/2.
    let (low, high) = safe.widen();
    let ((n_low, r_low), (n_high, r_high)) = (remainder(low), remainder(high));
    let n = V::narrow(n_low, n_high);
    let r = V::narrow(r_low, r_high);

    let z = r * r;
    let s = (r * z).mul_add(poly(z, SIN), r);
    let c = (z * z).mul_add(poly(z, COS), z.mul_add(z.like(-0.5), z.like(1.0)));
    let bits = (n + n.like(12_582_912.0)).bits();
    let swap = V::of_bits(V::shl(V::keep(bits, 1), 30)).gt(x.like(0.0));
    let sin_sign = V::shl(V::keep(bits, 2), 30);
    let cos_sign = V::shl(V::keep(V::plus(bits, 1), 2), 30);
    let sin = V::of_bits(V::flip(swap.select(c, s).bits(), sin_sign));
    let cos = V::of_bits(V::flip(swap.select(s, c).bits(), cos_sign));
    let sin = x.eq(x.like(0.0)).select(x, sin); // −0
    if large.any() { (large.select(rare(x, math64::sin_large), sin), large.select(rare(x, math64::cos_large), cos)) } else { (sin, cos) }
}

/// `f` of every lane in f64, of small arguments 0.
#[inline(always)]
fn rare<V: Float<f32>>(x: V, f: fn(f64) -> f64) -> V {
    x.lanewise(
        #[inline(always)]
        |t| f(f64::from(t)) as f32,
    )
}

/// n and r with x = n·π/2 + r, |r| ≤ π/4, for |x| ≤ 1e5: π/2 in 33 bits, whose product with n is exact, and the rest.
#[inline(always)]
fn remainder<V: Float<f64>>(x: V) -> (V, V) {
    let n = (x * x.like(core::f64::consts::FRAC_2_PI)).round();
    let r = x - n * n.like(super::angle::PIO2_1);
    (n, r - n * n.like(super::angle::PIO2_REST))
}

/// In f64, rounded once: f32 has no room for the logarithm's last bits.
#[inline(always)]
pub(crate) fn pow<V: Float<f32>>(x: V, y: V) -> V {
    let ((x_low, x_high), (y_low, y_high)) = (x.widen(), y.widen());
    V::narrow(math64::pow_short(x_low, y_low), math64::pow_short(x_high, y_high))
}
