//! What the elementary functions need beyond [`Vector`]: the bits of a float, and a wider or a per-lane path.

use crate::{Lane, Real, Vector};

/// A scalar with a representation.
pub(crate) trait Ieee: Real {
    /// The unsigned integer of the same size.
    type Word: Copy;
}

impl Ieee for f32 {
    type Word = u32;
}

impl Ieee for f64 {
    type Word = u64;
}

/// A vector of IEEE floats.
pub(crate) trait Float<T: Ieee>: Vector<T> {
    /// The lanes as unsigned integers.
    type Bits: Copy;
    /// The vector of f64 with the same register width (of f64, itself).
    type Double: Float<f64>;

    /// The representation.
    fn bits(self) -> Self::Bits;
    /// The float with this representation, at the level of `self`.
    fn of_bits(bits: Self::Bits) -> Self;
    /// `bits << n`.
    fn shl(bits: Self::Bits, n: u32) -> Self::Bits;
    /// `bits >> n`, filled with zeros.
    fn shr(bits: Self::Bits, n: u32) -> Self::Bits;
    /// `bits & word`.
    fn keep(bits: Self::Bits, word: T::Word) -> Self::Bits;
    /// `bits | word`.
    fn set(bits: Self::Bits, word: T::Word) -> Self::Bits;
    /// `a ^ b`.
    fn flip(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    /// `bits + word`, wrapping.
    fn plus(bits: Self::Bits, word: T::Word) -> Self::Bits;

    /// The magnitude of `self` with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    /// `f` of every lane, one after the other: for the rare arguments.
    fn lanewise(self, f: impl Fn(T) -> T) -> Self;
    /// The lower and the upper half as f64 (of f64, itself twice; of one lane likewise).
    fn widen(self) -> (Self::Double, Self::Double);
    /// The opposite of [`Float::widen`]; rounds once.
    fn narrow(low: Self::Double, high: Self::Double) -> Self;
}

macro_rules! lane {
    ($t:ident, $word:ident) => {
        impl Float<$t> for Lane<$t> {
            type Bits = $word;
            type Double = Lane<f64>;

            #[inline(always)]
            fn bits(self) -> $word {
                self.0.to_bits()
            }
            #[inline(always)]
            fn of_bits(bits: $word) -> Self {
                Lane($t::from_bits(bits))
            }
            #[inline(always)]
            fn shl(bits: $word, n: u32) -> $word {
                bits << n
            }
            #[inline(always)]
            fn shr(bits: $word, n: u32) -> $word {
                bits >> n
            }
            #[inline(always)]
            fn keep(bits: $word, word: $word) -> $word {
                bits & word
            }
            #[inline(always)]
            fn set(bits: $word, word: $word) -> $word {
                bits | word
            }
            #[inline(always)]
            fn flip(a: $word, b: $word) -> $word {
                a ^ b
            }
            #[inline(always)]
            fn plus(bits: $word, word: $word) -> $word {
                bits.wrapping_add(word)
            }
            #[inline(always)]
            fn copysign(self, sign: Self) -> Self {
                Lane(self.0.copysign(sign.0))
            }
            #[inline(always)]
            fn lanewise(self, f: impl Fn($t) -> $t) -> Self {
                Lane(f(self.0))
            }
            #[inline(always)]
            fn widen(self) -> (Lane<f64>, Lane<f64>) {
                (Lane(f64::from(self.0)), Lane(f64::from(self.0)))
            }
            #[inline(always)]
            fn narrow(low: Lane<f64>, _: Lane<f64>) -> Self {
                Lane(low.0 as $t)
            }
        }
    };
}

lane!(f32, u32);
lane!(f64, u64);
