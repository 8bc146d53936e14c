//! The scalars: [`Real`] is `f32`, `f64`, [`crate::Plain`] or [`crate::Dual`].

use core::fmt::Debug;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::dispatch::{Best, Pass};
use crate::init::draw;
use crate::lane::Lane;
use crate::math::{exact, math32, math64};
use crate::{Initialiser, OneLane, Simd, sum_each};

/// A real number as generated code sees it. The functions are those of [`crate::Vector`], of one number.
pub trait Real:
    Copy
    + Default
    + PartialOrd
    + Debug
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// +∞.
    const INFINITY: Self;
    /// Bits of the mantissa, the leading one counted.
    const DIGITS: u32;
    /// Whether a training pass goes back to the gradients. A [`crate::Dual`] carries its derivative with it: all that is asked of it are losses.
    const BACKWARD: bool = true;

    /// Rounds once; a [`crate::Dual`] gets the tangent 0.
    fn from_f64(x: f64) -> Self;
    /// The number as f64; of a [`crate::Dual`] its value.
    fn to_f64(self) -> f64;
    /// Neither infinite nor NaN (of a [`crate::Dual`], its value).
    fn is_finite(self) -> bool;
    /// Whether all of them are.
    fn all_finite(xs: &[Self]) -> bool {
        xs.iter().all(|x| x.is_finite())
    }
    /// [`crate::fill`]: for floats it is compiled in this crate, and not in each program.
    fn fill(out: &mut [Self], initialiser: Initialiser, shape: &[usize], seed: u64, place: u32) {
        draw(out, initialiser, shape, seed, place);
    }
    /// Runs `pass` at the best SIMD level of this machine; [`crate::Plain`] and [`crate::Dual`] numbers at one lane.
    fn dispatch<P: Pass<Self>>(pass: P) -> P::Output;
    /// Runs `pass` at one lane.
    #[inline(always)]
    fn one_lane<P: Pass<Self>>(pass: P) -> P::Output {
        pass.run(OneLane)
    }

    /// `self · a + b`.
    fn mul_add(self, a: Self, b: Self) -> Self;
    /// The larger; NaN where either is NaN.
    fn max(self, other: Self) -> Self;
    /// The smaller; NaN where either is NaN.
    fn min(self, other: Self) -> Self;
    /// Absolute value.
    fn abs(self) -> Self;
    /// −1, 0 or 1.
    fn sign(self) -> Self;
    /// eˣ.
    fn exp(self) -> Self;
    /// eˣ − 1.
    fn expm1(self) -> Self;
    /// Natural logarithm.
    fn log(self) -> Self;
    /// ln(1 + x).
    fn log1p(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// 1/√x.
    fn rsqrt(self) -> Self;
    /// Sine.
    fn sin(self) -> Self;
    /// Cosine.
    fn cos(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// 1/(1 + e⁻ˣ).
    fn sigmoid(self) -> Self;
    /// Error function.
    fn erf(self) -> Self;
    /// max(x, 0).
    fn relu(self) -> Self;
    /// Largest whole number not above.
    fn floor(self) -> Self;
    /// Nearest whole number, halves to the even one.
    fn round(self) -> Self;
    /// The number itself; of a [`crate::Dual`] without its tangent.
    #[inline(always)]
    fn stopped(self) -> Self {
        self
    }
    /// Power.
    fn pow(self, exponent: Self) -> Self;
    /// Whole power.
    fn powi(self, n: i32) -> Self;
}

/// Whether 0 · x, which is 0 for finite x and NaN for others, is 0 everywhere.
struct AllFinite<'a, T>(&'a [T]);

impl<T: Real> Pass<T> for AllFinite<'_, T> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd<T>>(self, simd: S) -> bool {
        let zero = simd.splat(T::ZERO);
        sum_each(
            simd,
            [self.0],
            #[inline(always)]
            |[x]| x * zero,
        ) == T::ZERO
    }
}

macro_rules! float {
    ($t:ident, $math:ident, $sqrt:ident) => {
        impl Real for $t {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const INFINITY: Self = $t::INFINITY;
            const DIGITS: u32 = $t::MANTISSA_DIGITS;

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as $t
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                $t::is_finite(self)
            }
            fn all_finite(xs: &[Self]) -> bool {
                Self::dispatch(AllFinite(xs))
            }
            fn fill(out: &mut [Self], initialiser: Initialiser, shape: &[usize], seed: u64, place: u32) {
                draw(out, initialiser, shape, seed, place);
            }
            #[inline(always)]
            fn dispatch<P: Pass<Self>>(pass: P) -> P::Output {
                match Best::level() {
                    #[cfg(all(target_arch = "x86_64", any(feature = "std", target_feature = "avx512f")))]
                    Best::Avx512(token) => crate::dispatch::enter(token, pass),
                    #[cfg(all(target_arch = "x86_64", any(feature = "std", target_feature = "avx2")))]
                    Best::Avx2(token) => crate::dispatch::enter(token, pass),
                    #[cfg(target_arch = "x86_64")]
                    Best::Sse2(token) => crate::dispatch::enter(token, pass),
                    #[cfg(not(target_arch = "x86_64"))]
                    Best::Other(level) => fearless_simd::dispatch!(level, simd => pass.run(crate::wide::Wide(simd))),
                }
            }

            #[inline(always)]
            fn mul_add(self, a: Self, b: Self) -> Self {
                self * a + b
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                if self > other || self.is_nan() { self } else { other }
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                if self < other || self.is_nan() { self } else { other }
            }
            #[inline(always)]
            fn abs(self) -> Self {
                $t::abs(self)
            }
            #[inline(always)]
            fn sign(self) -> Self {
                if self > 0.0 {
                    1.0
                } else if self < 0.0 {
                    -1.0
                } else {
                    self
                }
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                exact::$sqrt(self)
            }
            #[inline(always)]
            fn rsqrt(self) -> Self {
                1.0 / exact::$sqrt(self)
            }
            #[inline(always)]
            fn relu(self) -> Self {
                if self < 0.0 { 0.0 } else { self }
            }
            #[inline(always)]
            fn round(self) -> Self {
                // Adding and taking away 2^(mantissa bits) leaves no room for a fraction.
                const WHOLE: $t = 1.0 / $t::EPSILON;
                let a = $t::abs(self);
                if a < WHOLE { ((a + WHOLE) - WHOLE).copysign(self) } else { self }
            }
            #[inline(always)]
            fn floor(self) -> Self {
                let r = Real::round(self);
                if r > self { r - 1.0 } else { r }
            }
            #[inline(always)]
            fn powi(self, n: i32) -> Self {
                exact::powi(Lane(self), n).0
            }
            #[inline(always)]
            fn pow(self, exponent: Self) -> Self {
                $math::pow(Lane(self), Lane(exponent)).0
            }
            float!(@functions $math exp expm1 log log1p sin cos tanh sigmoid erf);
        }
    };
    (@functions $math:ident $($name:ident)*) => {$(
        #[inline(always)]
        fn $name(self) -> Self {
            $math::$name(Lane(self)).0
        }
    )*};
}

float!(f32, math32, sqrt_f32);
float!(f64, math64, sqrt_f64);
