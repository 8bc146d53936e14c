//! Vectors of f32 and f64 over `fearless_simd`, as wide as the level; with the feature `strict` 8 and 4 lanes everywhere.

use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use fearless_simd::{
    Bytes as _, ExtractToken as _, Select as _, Simd as Token, SimdBase, SimdFloat, SimdMask as _, SimdNarrow as _, SimdWiden as _,
};

use crate::bodies::Bodies;
use crate::math::{Float, exact, math32, math64};
use crate::{Mask, Real, Simd, Vector};

#[cfg(not(feature = "strict"))]
mod width {
    pub(super) type F32<S> = <S as fearless_simd::Simd>::f32s;
    pub(super) type F64<S> = <S as fearless_simd::Simd>::f64s;
}
#[cfg(feature = "strict")]
mod width {
    pub(super) type F32<S> = fearless_simd::f32x8<S>;
    pub(super) type F64<S> = fearless_simd::f64x4<S>;
}
use width::{F32, F64};

/// The most lanes of any level.
pub(crate) const MOST: usize = 16;

/// Fewer elements than a vector has, followed by zeros. A call, so that loops stay small.
#[inline(never)]
fn padded<T: Real>(xs: &[T]) -> [T; MOST] {
    let mut out = [T::ZERO; MOST];
    copy_part(xs, &mut out);
    out
}

/// As many elements as both have, fewer than 16.
#[inline(never)]
fn store_part<T: Real>(xs: &[T], out: &mut [T]) {
    copy_part(xs, out);
}

/// Fewer than 16 elements: by eight, four, two and one, each of which is a move.
#[inline(always)]
pub(crate) fn copy_part<T: Real>(mut xs: &[T], mut out: &mut [T]) {
    move_some::<T, 8>(&mut xs, &mut out);
    move_some::<T, 4>(&mut xs, &mut out);
    move_some::<T, 2>(&mut xs, &mut out);
    move_some::<T, 1>(&mut xs, &mut out);
}

/// The next `N` elements, where both have so many.
#[inline(always)]
fn move_some<T: Real, const N: usize>(xs: &mut &[T], out: &mut &mut [T]) {
    if let (Some((some, rest)), true) = (xs.split_first_chunk::<N>(), out.len() >= N)
        && let Some((place, behind)) = core::mem::take(out).split_first_chunk_mut::<N>()
    {
        *place = *some;
        (*xs, *out) = (rest, behind);
    }
}

/// A level of `fearless_simd`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wide<S>(pub(crate) S);

macro_rules! wide {
    ($t:ident, $vector:ident, $mask:ident, $native:ident, $math:ident, $word:ident) => {
        /// A vector of a `fearless_simd` level.
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $vector<S: Token>($native<S>);

        /// A mask of a `fearless_simd` level.
        #[derive(Clone, Copy)]
        pub(crate) struct $mask<S: Token>(<$native<S> as SimdBase<S>>::Mask);

        impl<S: Token> Simd<$t> for Wide<S>
        where
            Wide<S>: Bodies<$t>,
        {
            type Vector = $vector<S>;
            type Mask = $mask<S>;
            const LANES: usize = <$native<S> as SimdBase<S>>::LEN;
            // AVX-512 (64 bytes) and 64-bit ARM have 32.
            const REGISTERS: usize = if cfg!(target_arch = "aarch64") || size_of::<$native<S>>() >= 64 { 32 } else { 16 };
            // SSE2, WebAssembly, and machines without vectors.
            const LEAN: bool = !cfg!(target_arch = "aarch64") && size_of::<$native<S>>() <= 16;

            #[inline(always)]
            fn splat(self, x: $t) -> $vector<S> {
                $vector(SimdBase::splat(self.0, x))
            }
            #[inline(always)]
            fn load(self, xs: &[$t]) -> $vector<S> {
                // One load, of the elements or of a copy: two would meet in memory.
                let part;
                let full = match xs.get(..<$native<S> as SimdBase<S>>::LEN) {
                    Some(full) => full,
                    None => {
                        part = padded(xs);
                        part.get(..<$native<S> as SimdBase<S>>::LEN).unwrap_or_default()
                    }
                };
                $vector(SimdBase::from_slice(self.0, full))
            }
            #[inline(always)]
            fn enter<R>(self, f: impl FnOnce() -> R) -> R {
                self.0.vectorize(f)
            }
            #[inline(always)]
            fn apart<R>(self, f: impl FnOnce() -> R) -> R {
                crate::levels::kernel(self.0, f)
            }
            #[inline(always)]
            fn from_fn(self, f: impl FnMut(usize) -> $t) -> $vector<S> {
                $vector(SimdBase::from_fn(self.0, f))
            }
        }

        wide!(@operators $vector Add add AddAssign add_assign);
        wide!(@operators $vector Sub sub SubAssign sub_assign);
        wide!(@operators $vector Mul mul MulAssign mul_assign);
        wide!(@operators $vector Div div DivAssign div_assign);

        impl<S: Token> Neg for $vector<S> {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                $vector(-self.0)
            }
        }

        impl<S: Token> Vector<$t> for $vector<S> {
            type Mask = $mask<S>;

            #[inline(always)]
            fn like(self, x: $t) -> Self {
                $vector(SimdBase::splat(self.0.token(), x))
            }
            #[inline(always)]
            fn store(self, out: &mut [$t]) {
                match out.get_mut(..<$native<S> as SimdBase<S>>::LEN) {
                    Some(full) => self.0.store_slice(full),
                    None => {
                        let mut part = [0.0; MOST];
                        if let Some(part) = part.get_mut(..<$native<S> as SimdBase<S>>::LEN) {
                            self.0.store_slice(part);
                        }
                        store_part(&part, out);
                    }
                }
            }
            #[inline(always)]
            fn lane(self, i: usize) -> $t {
                self.0.as_slice().get(i).copied().unwrap_or(0.0)
            }
            #[inline(always)]
            fn sum(self) -> $t {
                self.0.reduce_sum()
            }
            #[inline(always)]
            fn pair_sums(self, other: Self) -> Self {
                let (even, odd) = self.0.deinterleave(other.0);
                $vector(even + odd)
            }
            #[inline(always)]
            fn unzip(self, other: Self) -> (Self, Self) {
                let (even, odd) = self.0.deinterleave(other.0);
                ($vector(even), $vector(odd))
            }
            #[inline(always)]
            fn zip(self, other: Self) -> (Self, Self) {
                let (low, high) = self.0.interleave(other.0);
                ($vector(low), $vector(high))
            }
            #[inline(always)]
            fn mul_add(self, a: Self, b: Self) -> Self {
                if cfg!(feature = "strict") { $vector(self.0 * a.0 + b.0) } else { $vector(self.0.mul_add(a.0, b.0)) }
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                self.gt(other).or(self.ne(self)).select(self, other)
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                self.lt(other).or(self.ne(self)).select(self, other)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                $vector(self.0.abs())
            }
            #[inline(always)]
            fn sign(self) -> Self {
                let zero = self.like(0.0);
                self.gt(zero).select(self.like(1.0), self.lt(zero).select(self.like(-1.0), self))
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                $vector(self.0.sqrt())
            }
            #[inline(always)]
            fn rsqrt(self) -> Self {
                self.like(1.0) / self.sqrt()
            }
            #[inline(always)]
            fn relu(self) -> Self {
                let zero = self.like(0.0);
                self.lt(zero).select(zero, self)
            }
            #[inline(always)]
            fn floor(self) -> Self {
                $vector(self.0.floor())
            }
            #[inline(always)]
            fn round(self) -> Self {
                $vector(self.0.round_ties_even())
            }
            #[inline(always)]
            fn pow(self, exponent: Self) -> Self {
                $math::pow(self, exponent)
            }
            #[inline(always)]
            fn powi(self, n: i32) -> Self {
                exact::powi(self, n)
            }
            wide!(@functions $math exp expm1 log log1p sin cos tanh sigmoid erf);
            wide!(@comparisons $mask lt simd_lt le simd_le gt simd_gt ge simd_ge eq simd_eq ne simd_ne);
        }

        impl<S: Token> Mask<$vector<S>> for $mask<S> {
            #[inline(always)]
            fn select(self, a: $vector<S>, b: $vector<S>) -> $vector<S> {
                $vector(self.0.select(a.0, b.0))
            }
            #[inline(always)]
            fn and(self, other: Self) -> Self {
                $mask(self.0 & other.0)
            }
            #[inline(always)]
            fn or(self, other: Self) -> Self {
                $mask(self.0 | other.0)
            }
            #[inline(always)]
            fn not(self) -> Self {
                $mask(!self.0)
            }
            #[inline(always)]
            fn all(self) -> bool {
                self.0.all_true()
            }
            #[inline(always)]
            fn any(self) -> bool {
                self.0.any_true()
            }
        }

        impl<S: Token> Float<$t> for $vector<S> {
            type Bits = <$native<S> as SimdFloat<S>>::Bits;
            type Double = F64s<S>;

            #[inline(always)]
            fn bits(self) -> Self::Bits {
                self.0.bitcast()
            }
            #[inline(always)]
            fn of_bits(bits: Self::Bits) -> Self {
                $vector(bits.bitcast())
            }
            #[inline(always)]
            fn shl(bits: Self::Bits, n: u32) -> Self::Bits {
                bits << n
            }
            #[inline(always)]
            fn shr(bits: Self::Bits, n: u32) -> Self::Bits {
                bits >> n
            }
            #[inline(always)]
            fn keep(bits: Self::Bits, word: $word) -> Self::Bits {
                bits & word
            }
            #[inline(always)]
            fn set(bits: Self::Bits, word: $word) -> Self::Bits {
                bits | word
            }
            #[inline(always)]
            fn flip(a: Self::Bits, b: Self::Bits) -> Self::Bits {
                a ^ b
            }
            #[inline(always)]
            fn plus(bits: Self::Bits, word: $word) -> Self::Bits {
                bits + word
            }
            #[inline(always)]
            fn copysign(self, sign: Self) -> Self {
                $vector(self.0.copysign(sign.0))
            }
            #[inline(always)]
            fn lanewise(self, f: impl Fn($t) -> $t) -> Self {
                let mut lanes = self.0;
                for lane in lanes.as_mut_slice() {
                    *lane = f(*lane);
                }
                $vector(lanes)
            }
            wide!(@halves $t);
        }
    };
    (@operators $vector:ident $op:ident $method:ident $assign:ident $assign_method:ident) => {
        impl<S: Token> $op for $vector<S> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                $vector($op::$method(self.0, other.0))
            }
        }
        impl<S: Token> $assign for $vector<S> {
            #[inline(always)]
            fn $assign_method(&mut self, other: Self) {
                *self = $op::$method(*self, other);
            }
        }
    };
    (@functions $math:ident $($name:ident)*) => {$(
        #[inline(always)]
        fn $name(self) -> Self {
            $math::$name(self)
        }
    )*};
    (@comparisons $mask:ident $($name:ident $native:ident)*) => {$(
        #[inline(always)]
        fn $name(self, other: Self) -> $mask<S> {
            $mask(self.0.$native(other.0))
        }
    )*};
    (@halves f32) => {
        #[inline(always)]
        fn widen(self) -> (F64s<S>, F64s<S>) {
            let (low, high) = self.0.widen();
            (F64s(low), F64s(high))
        }
        #[inline(always)]
        fn narrow(low: F64s<S>, high: F64s<S>) -> Self {
            F32s(low.0.narrow(high.0))
        }
    };
    (@halves f64) => {
        #[inline(always)]
        fn widen(self) -> (Self, Self) {
            (self, self)
        }
        #[inline(always)]
        fn narrow(low: Self, _: Self) -> Self {
            low
        }
    };
}

wide!(f32, F32s, F32Mask, F32, math32, u32);
wide!(f64, F64s, F64Mask, F64, math64, u64);
