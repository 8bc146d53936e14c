//! Elementary functions of f64: within 1e-15 of the true value, relatively, for every argument.

use super::angle::{LIMIT, reduce, reduce_large};
use super::exact::{two_product, two_sum};
use super::{Float, poly};
use crate::{Lane, Mask as _};

// ln 2 in two parts: 32 bits, so that a product with an exponent is exact, and the rest.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// (eʳ − 1 − r)/r² for |r| ≤ ½ ln 2; of eʳ the relative error is 2⁻⁶².
const EXP: [f64; 11] = [
    0.5,
    0.166_666_666_666_666_7,
    0.041_666_666_666_666_67,
    0.008_333_333_333_326_084,
    0.001_388_888_888_888_371_1,
    0.000_198_412_698_750_022_8,
    2.480_158_732_567_746e-5,
    2.755_725_517_000_089e-6,
    2.755_727_347_871_858e-7,
    2.510_531_272_962_210_3e-8,
    2.091_475_532_589_32e-9,
];
/// (tanh x/x − 1)/x² as a polynomial of x² for |x| ≤ 0.57; 2⁻⁶².
const TANH: [f64; 12] = [
    -0.333_333_333_333_333_3,
    0.133_333_333_333_332_9,
    -0.053_968_253_968_188_66,
    0.021_869_488_532_386_88,
    -0.008_863_235_417_318_779,
    0.003_592_126_046_388_161_3,
    -0.001_455_811_997_860_077_6,
    0.000_589_860_690_652_76,
    -0.000_238_293_129_896_375_82,
    9.410_331_859_288_278e-5,
    -3.309_045_509_548_928e-5,
    7.491_950_473_689_123e-6,
];
/// erf x/x − 1 as a polynomial of x² for |x| ≤ 1; 2⁻⁶⁸.
const ERF: [f64; 14] = [
    0.128_379_167_095_512_57,
    -0.376_126_389_031_837_54,
    0.112_837_916_709_551_2,
    -0.026_866_170_645_129_84,
    0.005_223_977_625_423_298_5,
    -0.000_854_832_702_193_483,
    0.000_120_553_329_028_887_36,
    -1.492_564_756_751_933_2e-5,
    1.646_204_544_146_843_8e-6,
    -1.636_464_215_816_761_6e-7,
    1.479_240_120_940_481_3e-8,
    -1.216_456_005_728_345e-9,
    8.709_045_129_053_106e-11,
    -4.230_945_824_295_338e-12,
];
/// (1 − erf x)·exp x² as a polynomial of 1/(1 + x/2) for 1 ≤ x ≤ 6; of erf 2⁻⁶⁴.
const ERFC: [f64; 18] = [
    -2.358_508_622_330_564_2e-8,
    0.282_095_851_385_448_5,
    0.282_072_470_222_514_4,
    0.247_125_770_707_188_97,
    0.173_630_199_927_090_6,
    0.101_881_175_845_499_79,
    -0.098_391_986_549_245_72,
    0.323_759_234_083_013_66,
    -1.269_473_683_559_890_5,
    3.071_386_982_206_280_6,
    -6.071_314_042_977_64,
    9.504_834_641_895_664,
    -11.027_166_089_681_998,
    9.201_032_354_735_215,
    -5.391_195_430_729_784,
    2.118_986_359_935_07,
    -0.504_514_574_927_182_2,
    0.055_250_793_978_112_52,
];
/// (sin r/r − 1)/r² as a polynomial of r² for |r| ≤ π/4; 2⁻⁶⁶.
const SIN: [f64; 7] = [
    -0.166_666_666_666_666_66,
    0.008_333_333_333_333_331,
    -0.000_198_412_698_412_650_6,
    2.755_731_921_933_545_3e-6,
    -2.505_210_623_115_790_4e-8,
    1.605_853_141_458_901e-10,
    -7.586_685_070_091_267e-13,
];
/// (cos r − 1 + r²/2)/r⁴ as a polynomial of r² for |r| ≤ π/4; 2⁻⁶⁰.
const COS: [f64; 6] = [
    0.041_666_666_666_666_664,
    -0.001_388_888_888_888_739_5,
    2.480_158_729_876_343_3e-5,
    -2.755_731_727_056_031e-7,
    2.087_614_602_468_733e-9,
    -1.138_261_486_841_387_7e-11,
];
/// (ln(1 + f) − 2s)/s³ as a polynomial of s² with s = f/(2 + f), √½ ≤ 1 + f ≤ √2; fdlibm's.
const LOG: [f64; 7] = [
    6.666_666_666_666_735e-1,
    3.999_999_999_940_942e-1,
    2.857_142_874_366_239e-1,
    2.222_219_843_214_978_4e-1,
    1.818_357_216_161_805e-1,
    1.531_383_769_920_937_3e-1,
    1.479_819_860_511_658_6e-1,
];

/// 1.5·2⁵²: added to a whole number, its bits are the mantissa's last.
const WHOLE: f64 = 6_755_399_441_055_744.0;

/// 2ⁿ for whole −1022 ≤ n ≤ 1023.
#[inline(always)]
fn exp2_whole<V: Float<f64>>(n: V) -> V {
    V::of_bits(V::shl((n + n.like(WHOLE + 1023.0)).bits(), 52))
}

/// e^(x + extra), extra below x's last bit.
#[inline(always)]
fn exp_sum<V: Float<f64>>(x: V, extra: V) -> V {
    // Where x is out of range anyway, its last bit may be large.
    let extra = x.abs().gt(x.like(800.0)).select(x.like(0.0), extra);
    let (y, n) = exp_reduced(x);
    scale(y.mul_add(extra, y), n)
}

/// y and n with eˣ = y·2ⁿ; what overflows or vanishes is cut to where it still does.
#[inline(always)]
fn exp_reduced<V: Float<f64>>(x: V) -> (V, V) {
    let x = x.lt(x.like(-746.0)).select(x.like(-746.0), x);
    let x = x.gt(x.like(710.0)).select(x.like(710.0), x);
    let (n, r, c) = split_exp(x);
    ((r * r).mul_add(poly(r, EXP), c) + r + r.like(1.0), n)
}

/// y·2ⁿ in two steps, since 2ⁿ alone may be out of range where y·2ⁿ is not.
#[inline(always)]
fn scale<V: Float<f64>>(y: V, n: V) -> V {
    let half = (n * n.like(0.5)).round();
    y * exp2_whole(half) * exp2_whole(n - half)
}

/// x = n·ln 2 + r + c, |r| ≤ ½ ln 2; c is what rounding took from r.
#[inline(always)]
fn split_exp<V: Float<f64>>(x: V) -> (V, V, V) {
    let n = (x * x.like(core::f64::consts::LOG2_E)).round();
    let high = x - n * n.like(LN2_HIGH);
    let low = n * n.like(LN2_LOW);
    let r = high - low;
    (n, r, (high - r) - low)
}

#[inline(always)]
pub(crate) fn exp<V: Float<f64>>(x: V) -> V {
    let (y, n) = exp_reduced(x);
    scale(y, n)
}

#[inline(always)]
pub(crate) fn expm1<V: Float<f64>>(x: V) -> V {
    let t = x.lt(x.like(-40.0)).select(x.like(-40.0), x);
    let t = t.gt(t.like(710.0)).select(t.like(710.0), t);
    let (n, r, c) = split_exp(t);
    let tail = (r * r).mul_add(poly(r, EXP), c);
    // 2ⁿ(1 + r + tail) − 1, at half size against overflow.
    let scale = exp2_whole(n - n.like(1.0));
    let y = scale.mul_add(r, scale - r.like(0.5)) + scale * tail;
    x.abs().lt(x.like(1e-17)).select(x, y + y)
}

/// x = 2ᵏ·m with √½ ≤ m < √2, for normal positive x.
#[inline(always)]
fn split_log<V: Float<f64>>(x: V) -> (V, V) {
    const ROOT: u64 = 0x3fe6_a09e_667f_3bcd;
    let bits = V::plus(x.bits(), 0x3ff0_0000_0000_0000 - ROOT);
    let k = V::of_bits(V::set(V::shr(bits, 52), 0x4330_0000_0000_0000)) - x.like(4_503_599_627_370_496.0 + 1023.0);
    (k, V::of_bits(V::plus(V::keep(bits, 0x000f_ffff_ffff_ffff), ROOT)))
}

/// The same for any positive x.
#[inline(always)]
fn split_log_any<V: Float<f64>>(x: V) -> (V, V) {
    let subnormal = x.lt(x.like(f64::MIN_POSITIVE));
    let (k, m) = split_log(subnormal.select(x * x.like(18_014_398_509_481_984.0), x));
    (subnormal.select(k - k.like(54.0), k), m)
}

/// k·ln 2 + ln(1 + f) + c, as fdlibm's `log`: with s = f/(2 + f), ln(1 + f) = f − f²/2 + s(f²/2 + R(s²)).
#[inline(always)]
fn log_core<V: Float<f64>>(k: V, f: V, c: V) -> V {
    let s = f / (f.like(2.0) + f);
    let z = s * s;
    let half_square = f * f * f.like(0.5);
    s * z.mul_add(poly(z, LOG), half_square) + k.mul_add(k.like(LN2_LOW), c) - half_square + f + k * k.like(LN2_HIGH)
}

#[inline(always)]
pub(crate) fn log<V: Float<f64>>(x: V) -> V {
    let (k, m) = split_log_any(x);
    log_specials(x, x, log_core(k, m - m.like(1.0), m.like(0.0)))
}

#[inline(always)]
pub(crate) fn log1p<V: Float<f64>>(x: V) -> V {
    let one = x.like(1.0);
    let zero = x.like(0.0);
    let u = x + one;
    let (k, m) = split_log(u);
    let lost = k.gt(one).select(one - (u - x), x - (u - one)) / u;
    let near = x.gt(x.like(-0.292_893_218_813_452_4)).and(x.lt(x.like(0.414_213_562_373_095)));
    let f = near.select(x, m - one);
    let far = near.not().and(k.lt(x.like(54.0)));
    let y = log_core(near.select(zero, k), f, far.select(lost, zero));
    let y = log_specials(x, u, y);
    x.abs().lt(x.like(1e-17)).select(x, y)
}

/// The value where the logarithm's argument `u` is zero, negative, infinite or NaN (`x` is what the caller was given).
#[inline(always)]
fn log_specials<V: Float<f64>>(x: V, u: V, y: V) -> V {
    let y = x.eq(x.like(f64::INFINITY)).select(x, y);
    let below = u.eq(u.like(0.0)).select(u.like(f64::NEG_INFINITY), u.like(f64::NAN));
    u.gt(u.like(0.0)).select(y, below)
}

#[inline(always)]
pub(crate) fn tanh<V: Float<f64>>(x: V) -> V {
    let a = x.abs();
    let one = x.like(1.0);
    let z = x * x;
    let near = (x * z).mul_add(poly(z, TANH), x);
    let far = one - x.like(2.0) / (exp(a + a) + one);
    a.lt(x.like(0.55)).select(near, far).copysign(x)
}

#[inline(always)]
pub(crate) fn sigmoid<V: Float<f64>>(x: V) -> V {
    let one = x.like(1.0);
    let e = exp(-x.abs());
    x.lt(x.like(0.0)).select(e, one) / (one + e)
}

#[inline(always)]
pub(crate) fn erf<V: Float<f64>>(x: V) -> V {
    let one = x.like(1.0);
    let a = x.abs();
    let a = a.gt(x.like(6.0)).select(x.like(6.0), a);
    let near = x.mul_add(poly(x * x, ERF), x);
    let t = one / a.mul_add(x.like(0.5), one);
    let far = one - exp(-(a * a)) * poly(t, ERFC);
    a.lt(one).select(near, far).copysign(x)
}

#[inline(always)]
pub(crate) fn sin<V: Float<f64>>(x: V) -> V {
    let large = x.abs().lt(x.like(LIMIT)).not();
    let (n, r, c) = reduce(large.select(x.like(0.0), x));
    let (s, k) = kernels(r, c);
    let bits = (n + n.like(WHOLE)).bits();
    let y = quarter(bits, s, k);
    let y = x.eq(x.like(0.0)).select(x, y); // −0
    if large.any() { large.select(x.lanewise(sin_large), y) } else { y }
}

#[inline(always)]
pub(crate) fn cos<V: Float<f64>>(x: V) -> V {
    let large = x.abs().lt(x.like(LIMIT)).not();
    let (n, r, c) = reduce(large.select(x.like(0.0), x));
    let (s, k) = kernels(r, c);
    let bits = V::plus((n + n.like(WHOLE)).bits(), 1);
    let y = quarter(bits, s, k);
    if large.any() { large.select(x.lanewise(cos_large), y) } else { y }
}

/// sin and cos of r + c for |r| ≤ π/4, c the part below r's last bit.
#[inline(always)]
fn kernels<V: Float<f64>>(r: V, c: V) -> (V, V) {
    let one = r.like(1.0);
    let z = r * r;
    let half = z * r.like(0.5);
    let s = (r * z).mul_add(poly(z, SIN), c - half * c) + r;
    let w = one - half;
    let k = w + (((one - w) - half) + (z * z).mul_add(poly(z, COS), -(r * c)));
    (s, k)
}

/// The sine of an angle in quadrant `bits` (its last two), given sine and cosine of the remainder.
#[inline(always)]
fn quarter<V: Float<f64>>(bits: V::Bits, sin: V, cos: V) -> V {
    let swap = V::of_bits(V::shl(V::keep(bits, 1), 62)).gt(sin.like(0.0));
    let sign = V::shl(V::keep(bits, 2), 62);
    V::of_bits(V::flip(swap.select(cos, sin).bits(), sign))
}

/// sin x for |x| ≥ [`LIMIT`]; of others 0; NaN of infinities.
#[cold]
pub(super) fn sin_large(x: f64) -> f64 {
    at_large(x, 0)
}

/// cos x for |x| ≥ [`LIMIT`]; of others 0; NaN of infinities.
#[cold]
pub(super) fn cos_large(x: f64) -> f64 {
    at_large(x, 1)
}

fn at_large(x: f64, quarters: u64) -> f64 {
    if !x.is_finite() {
        return f64::NAN;
    }
    if x.abs() < LIMIT {
        return 0.0;
    }
    let (quadrant, r, c) = reduce_large(x);
    let (s, k) = kernels(Lane(r), Lane(c));
    quarter(u64::from(quadrant) + quarters, s, k).0
}

/// (ln(1 + f) − 2s − ⅔s³)/s⁵ as a polynomial of s²; of the logarithm 2⁻⁷⁰.
const LOG_REST: [f64; 8] = [
    0.4,
    0.285_714_285_714_293_7,
    0.222_222_222_216_555_4,
    0.181_818_183_354_712_4,
    0.153_845_949_541_379_45,
    0.133_348_051_496_118_75,
    0.117_062_241_354_609_42,
    0.117_233_062_340_808_49,
];
/// ⅔ rounded, and what rounding lost.
const TWO_THIRDS: (f64, f64) = (0.666_666_666_666_666_6, 3.700_743_415_417_188e-17);

/// ln x as a sum of two f64, for finite positive x.
#[inline(always)]
fn log_pair<V: Float<f64>>(x: V) -> (V, V) {
    let (k, m) = split_log_any(x);
    let two = x.like(2.0);
    let f = m - x.like(1.0);
    let (d, d_low) = two_sum(two, f);
    let s = f / d;
    let (p, e) = two_product(s, d);
    let s_low = (((f - p) - e) - s * d_low) / d;
    let (z, z_low) = two_product(s, s);
    let z_low = two * s * s_low + z_low;
    let (cube, cube_low) = two_product(s, z);
    let cube_low = s * z_low + s_low * z + cube_low;
    let (third, third_low) = two_product(cube, x.like(TWO_THIRDS.0));
    let third_low = cube * x.like(TWO_THIRDS.1) + cube_low * x.like(TWO_THIRDS.0) + third_low;
    let (h, l) = two_sum(two * s, third);
    let l = l + (two * s_low + third_low + cube * z * poly(z, LOG_REST));
    let (high, low) = two_sum(k * x.like(LN2_HIGH), h);
    two_sum(high, low + (l + k * x.like(LN2_LOW)))
}

#[inline(always)]
pub(crate) fn pow<V: Float<f64>>(x: V, y: V) -> V {
    let a = x.abs();
    let (zero, one, big) = (x.like(0.0), x.like(1.0), x.like(1e30));
    let (log, log_low) = log_pair(a);
    let bounded = y.gt(big).select(big, y.lt(-big).select(-big, y));
    let (p, p_low) = two_product(bounded, log);
    let size = exp_sum(p, bounded * log_low + p_low);
    let grows = y.gt(zero).select(a, one / a);
    let edge = a.eq(zero).or(a.eq(x.like(f64::INFINITY)));
    let size = edge.and(y.eq(y)).select(grows, size);
    let size = a.eq(a).select(size, a);
    pow_specials(x, y, size)
}

/// For arguments that come from f32 and a result that goes there: one logarithm in f64 is enough.
#[inline(always)]
pub(super) fn pow_short<V: Float<f64>>(x: V, y: V) -> V {
    let a = x.abs();
    let size = exp(y * log(a));
    let size = a.eq(x.like(1.0)).and(y.eq(y)).select(a, size);
    pow_specials(x, y, size)
}

/// IEEE 754 `pow` from |x|ʸ: signs, x⁰ = 1 and 1ʸ = 1 even for NaN, NaN for a negative x and a fraction y.
#[inline(always)]
fn pow_specials<V: Float<f64>>(x: V, y: V, size: V) -> V {
    let one = x.like(1.0);
    let half = y * x.like(0.5);
    let whole = y.floor().eq(y);
    let odd = whole.and(half.floor().ne(half));
    let negative = one.copysign(x).lt(x.like(0.0));
    let value = negative.and(odd).select(-size, size);
    let undefined = x.lt(x.like(0.0)).and(x.gt(x.like(f64::NEG_INFINITY))).and(whole.not());
    let value = undefined.select(x.like(f64::NAN), value);
    y.eq(x.like(0.0)).or(x.eq(one)).select(one, value)
}
