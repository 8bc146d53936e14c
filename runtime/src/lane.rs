//! The vector of one lane: any [`Real`], and the only vector of [`crate::Dual`].

use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::{Mask, Real, Simd, Vector};

/// The level without vectors.
#[derive(Clone, Copy, Debug, Default)]
pub struct OneLane;

/// One number as a vector.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lane<T>(pub T);

/// One truth value as a mask.
#[derive(Clone, Copy, Debug)]
pub struct Choice(pub bool);

impl<T: Real> Simd<T> for OneLane {
    type Vector = Lane<T>;
    type Mask = Choice;
    const LANES: usize = 1;
    const REGISTERS: usize = 16;
    const LEAN: bool = true;

    #[inline(always)]
    fn splat(self, x: T) -> Lane<T> {
        Lane(x)
    }
    #[inline(always)]
    fn load(self, xs: &[T]) -> Lane<T> {
        Lane(xs.first().copied().unwrap_or(T::ZERO))
    }
    #[inline(always)]
    fn enter<R>(self, f: impl FnOnce() -> R) -> R {
        f()
    }
    #[inline(never)]
    fn apart<R>(self, f: impl FnOnce() -> R) -> R {
        f()
    }
    #[inline(always)]
    fn from_fn(self, mut f: impl FnMut(usize) -> T) -> Lane<T> {
        Lane(f(0))
    }
}

macro_rules! operators {
    ($($op:ident $method:ident $assign:ident $assign_method:ident),*) => {$(
        impl<T: Real> $op for Lane<T> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Lane($op::$method(self.0, other.0))
            }
        }
        impl<T: Real> $assign for Lane<T> {
            #[inline(always)]
            fn $assign_method(&mut self, other: Self) {
                $assign::$assign_method(&mut self.0, other.0);
            }
        }
    )*};
}

operators!(Add add AddAssign add_assign, Sub sub SubAssign sub_assign, Mul mul MulAssign mul_assign, Div div DivAssign div_assign);

impl<T: Real> Neg for Lane<T> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Lane(-self.0)
    }
}

macro_rules! functions {
    ($($name:ident)*) => {$(
        #[inline(always)]
        fn $name(self) -> Self {
            Lane(self.0.$name())
        }
    )*};
}

impl<T: Real> Vector<T> for Lane<T> {
    type Mask = Choice;

    #[inline(always)]
    fn like(self, x: T) -> Self {
        Lane(x)
    }
    #[inline(always)]
    fn store(self, out: &mut [T]) {
        if let Some(first) = out.first_mut() {
            *first = self.0;
        }
    }
    #[inline(always)]
    fn lane(self, i: usize) -> T {
        if i == 0 { self.0 } else { T::ZERO }
    }
    #[inline(always)]
    fn sum(self) -> T {
        self.0
    }
    #[inline(always)]
    fn pair_sums(self, other: Self) -> Self {
        self + other
    }
    #[inline(always)]
    fn unzip(self, other: Self) -> (Self, Self) {
        (self, other)
    }
    #[inline(always)]
    fn zip(self, other: Self) -> (Self, Self) {
        (self, other)
    }
    #[inline(always)]
    fn mul_add(self, a: Self, b: Self) -> Self {
        Lane(self.0.mul_add(a.0, b.0))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Lane(self.0.max(other.0))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Lane(self.0.min(other.0))
    }
    #[inline(always)]
    fn pow(self, exponent: Self) -> Self {
        Lane(self.0.pow(exponent.0))
    }
    #[inline(always)]
    fn powi(self, n: i32) -> Self {
        Lane(self.0.powi(n))
    }
    functions!(abs sign exp expm1 log log1p sqrt rsqrt sin cos tanh sigmoid erf relu floor round stopped);

    #[inline(always)]
    fn lt(self, other: Self) -> Choice {
        Choice(self.0 < other.0)
    }
    #[inline(always)]
    fn le(self, other: Self) -> Choice {
        Choice(self.0 <= other.0)
    }
    #[inline(always)]
    fn gt(self, other: Self) -> Choice {
        Choice(self.0 > other.0)
    }
    #[inline(always)]
    fn ge(self, other: Self) -> Choice {
        Choice(self.0 >= other.0)
    }
    #[inline(always)]
    fn eq(self, other: Self) -> Choice {
        Choice(self.0 == other.0)
    }
    #[inline(always)]
    fn ne(self, other: Self) -> Choice {
        Choice(self.0 != other.0)
    }
}

impl<T: Real> Mask<Lane<T>> for Choice {
    #[inline(always)]
    fn select(self, a: Lane<T>, b: Lane<T>) -> Lane<T> {
        if self.0 { a } else { b }
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Choice(self.0 & other.0)
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Choice(self.0 | other.0)
    }
    #[inline(always)]
    fn not(self) -> Self {
        Choice(!self.0)
    }
    #[inline(always)]
    fn all(self) -> bool {
        self.0
    }
    #[inline(always)]
    fn any(self) -> bool {
        self.0
    }
}
