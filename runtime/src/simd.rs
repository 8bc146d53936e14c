//! The three traits that generated code is written against: a level, its vectors, its masks.
//!
//! Vectors of f32 and f64 are in `wide`, the one-lane vector (any [`Real`], [`crate::Dual`] too) in `lane`.

use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::Real;
use crate::bodies::Bodies;

/// A SIMD level: makes vectors. The values are tokens of no size.
pub trait Simd<T: Real>: Bodies<T> {
    /// The native vector of this level.
    type Vector: Vector<T, Mask = Self::Mask>;
    /// What comparing two vectors gives.
    type Mask: Mask<Self::Vector>;
    /// Lanes of a vector: f32 has 16 on AVX-512, 8 on AVX2, 4 on SSE and NEON; f64 half of it; [`crate::Dual`] 1.
    const LANES: usize;
    /// Vector registers of the level, which bound the tiles of products.
    const REGISTERS: usize;
    /// Whether products and convolutions do with few shapes of tiles: where machines are few, what a program takes to compile and how
    /// large it is counts for more than the last tenth of their speed.
    const LEAN: bool;

    /// `x` in every lane.
    fn splat(self, x: T) -> Self::Vector;
    /// The first `LANES` elements of `xs`; where there are fewer, the rest is zero.
    fn load(self, xs: &[T]) -> Self::Vector;
    /// Runs `f`, which must be `#[inline(always)]`, with the instructions of this level: for functions that are compiled
    /// once and called, where all others are inlined.
    fn enter<R>(self, f: impl FnOnce() -> R) -> R;
    /// Runs `f`, which must be `#[inline(always)]`, as a function of its own, for the instructions of this level. A pass of
    /// many kernels is then many small functions and not one huge one, which compilers take far longer for.
    fn apart<R>(self, f: impl FnOnce() -> R) -> R;
    /// `f` of 0, 1, … `N` − 1: a loop of kernels as one function of its own. Those inside are inlined into it.
    #[inline(always)]
    fn repeat<const N: usize>(self, mut f: impl FnMut(Inside<Self>, usize)) {
        self.apart(
            #[inline(always)]
            || {
                for i in 0..N {
                    f(Inside(self), i);
                }
            },
        );
    }
    /// The same of the first `count`, of which there are `MOST` at most: of the samples that a tile has.
    #[inline(always)]
    fn repeat_up_to<const MOST: usize>(self, count: usize, mut f: impl FnMut(Inside<Self>, usize)) {
        self.apart(
            #[inline(always)]
            || {
                for i in 0..count.min(MOST) {
                    f(Inside(self), i);
                }
            },
        );
    }
    /// Lane `i` is `f(i)`.
    #[expect(clippy::wrong_self_convention, reason = "the level makes the vector; the name is that of arrays")]
    fn from_fn(self, f: impl FnMut(usize) -> T) -> Self::Vector;
}

/// The level `S` within a function for its instructions: what is set apart elsewhere is inlined here.
#[derive(Clone, Copy, Debug)]
pub struct Inside<S>(S);

impl<S> Inside<S> {
    /// The level itself.
    #[inline(always)]
    pub(crate) fn level(self) -> S {
        self.0
    }
}

impl<T: Real, S: Simd<T>> Simd<T> for Inside<S> {
    type Vector = S::Vector;
    type Mask = S::Mask;
    const LANES: usize = S::LANES;
    const REGISTERS: usize = S::REGISTERS;
    const LEAN: bool = S::LEAN;

    #[inline(always)]
    fn splat(self, x: T) -> S::Vector {
        self.0.splat(x)
    }
    #[inline(always)]
    fn load(self, xs: &[T]) -> S::Vector {
        self.0.load(xs)
    }
    #[inline(always)]
    fn enter<R>(self, f: impl FnOnce() -> R) -> R {
        self.0.enter(f)
    }
    #[inline(always)]
    fn apart<R>(self, f: impl FnOnce() -> R) -> R {
        f()
    }
    #[inline(always)]
    fn from_fn(self, f: impl FnMut(usize) -> T) -> S::Vector {
        self.0.from_fn(f)
    }
}

/// A vector of reals. Every operation works lane by lane, but for [`Vector::sum`].
pub trait Vector<T: Real>:
    Copy
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
    /// What comparing two vectors gives.
    type Mask: Mask<Self>;

    /// `x` in every lane of a vector of the same level.
    fn like(self, x: T) -> Self;
    /// Writes the first min(`LANES`, `out.len()`) lanes.
    fn store(self, out: &mut [T]);
    /// Lane `i`; zero where there is none.
    fn lane(self, i: usize) -> T;
    /// The sum of all lanes, pairwise in an order fixed by the number of lanes.
    fn sum(self) -> T;
    /// Sums of neighbours: those of `self` in the lower half, those of `other` in the upper.
    fn pair_sums(self, other: Self) -> Self;
    /// The elements of even and of odd place of `self` followed by `other`.
    fn unzip(self, other: Self) -> (Self, Self);
    /// Lanes of `self` and `other` in turn: the inverse of [`Vector::unzip`].
    fn zip(self, other: Self) -> (Self, Self);

    /// `self · a + b`, rounded once where the level has the instruction and the feature `strict` is off.
    fn mul_add(self, a: Self, b: Self) -> Self;
    /// The larger; NaN where either is NaN.
    fn max(self, other: Self) -> Self;
    /// The smaller; NaN where either is NaN.
    fn min(self, other: Self) -> Self;
    /// Absolute value.
    fn abs(self) -> Self;
    /// −1, 0 or 1 (NaN of NaN).
    fn sign(self) -> Self;
    /// eˣ, within 2 ulp.
    fn exp(self) -> Self;
    /// eˣ − 1 without cancellation near 0.
    fn expm1(self) -> Self;
    /// Natural logarithm: −∞ at ±0, NaN below.
    fn log(self) -> Self;
    /// ln(1 + x) without cancellation near 0: −∞ at −1, NaN below.
    fn log1p(self) -> Self;
    /// Square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// 1/√x.
    fn rsqrt(self) -> Self;
    /// Sine of radians, of any size.
    fn sin(self) -> Self;
    /// Cosine of radians, of any size.
    fn cos(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// 1/(1 + e⁻ˣ).
    fn sigmoid(self) -> Self;
    /// Error function 2/√π ∫₀ˣ e^(−t²) dt.
    fn erf(self) -> Self;
    /// max(x, 0); NaN stays NaN.
    fn relu(self) -> Self;
    /// Largest whole number not above.
    fn floor(self) -> Self;
    /// Nearest whole number, halves to the even one.
    fn round(self) -> Self;
    /// The vector itself; of [`crate::Dual`] numbers without their tangents.
    #[inline(always)]
    fn stopped(self) -> Self {
        self
    }
    /// `self` to the power of `exponent`, with the special cases of IEEE 754 `pow`.
    fn pow(self, exponent: Self) -> Self;
    /// `self` to a whole power by repeated squaring; the reciprocal of the positive power where `n` is negative.
    fn powi(self, n: i32) -> Self;

    /// `self < other`; false where either is NaN.
    fn lt(self, other: Self) -> Self::Mask;
    /// `self <= other`; false where either is NaN.
    fn le(self, other: Self) -> Self::Mask;
    /// `self > other`; false where either is NaN.
    fn gt(self, other: Self) -> Self::Mask;
    /// `self >= other`; false where either is NaN.
    fn ge(self, other: Self) -> Self::Mask;
    /// `self == other`; false where either is NaN.
    fn eq(self, other: Self) -> Self::Mask;
    /// `self != other`; true where either is NaN.
    fn ne(self, other: Self) -> Self::Mask;
}

/// One truth value a lane.
pub trait Mask<V>: Copy {
    /// Lanes of `a` where true, of `b` where false.
    fn select(self, a: V, b: V) -> V;
    /// Both.
    fn and(self, other: Self) -> Self;
    /// Either.
    fn or(self, other: Self) -> Self;
    /// The opposite.
    fn not(self) -> Self;
    /// Whether all lanes are true.
    fn all(self) -> bool;
    /// Whether some lane is true.
    fn any(self) -> bool;
}
