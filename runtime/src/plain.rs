//! Numbers of f64 that never lie side by side in vectors: what the gradient check computes in. One set of scalar passes is compiled for
//! them, where f64 has one for each SIMD level.

use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::OneLane;
use crate::dispatch::Pass;
use crate::real::Real;

/// An f64 of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Plain(pub f64);

macro_rules! operators {
    ($($op:ident $method:ident $assign:ident $assign_method:ident),*) => {$(
        impl $op for Plain {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Plain(self.0.$method(other.0))
            }
        }
        impl $assign for Plain {
            #[inline(always)]
            fn $assign_method(&mut self, other: Self) {
                self.0.$assign_method(other.0);
            }
        }
    )*};
}

operators!(Add add AddAssign add_assign, Sub sub SubAssign sub_assign, Mul mul MulAssign mul_assign, Div div DivAssign div_assign);

impl Neg for Plain {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Plain(-self.0)
    }
}

macro_rules! functions {
    ($inline:ident: $($name:ident)*) => {$(
        #[inline($inline)]
        fn $name(self) -> Self {
            Plain(Real::$name(self.0))
        }
    )*};
}

impl Real for Plain {
    const ZERO: Self = Plain(0.0);
    const ONE: Self = Plain(1.0);
    const INFINITY: Self = Plain(f64::INFINITY);
    const DIGITS: u32 = f64::MANTISSA_DIGITS;

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        Plain(x)
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self.0
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        self.0.is_finite()
    }
    #[inline(always)]
    fn dispatch<P: Pass<Self>>(pass: P) -> P::Output {
        Self::one_lane(pass)
    }
    // A function of its own: passes run at one lane in two places, and one is enough.
    #[inline(never)]
    fn one_lane<P: Pass<Self>>(pass: P) -> P::Output {
        pass.run(OneLane)
    }
    #[inline(always)]
    fn mul_add(self, a: Self, b: Self) -> Self {
        self * a + b
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Plain(Real::max(self.0, other.0))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Plain(Real::min(self.0, other.0))
    }
    #[inline(never)]
    fn pow(self, exponent: Self) -> Self {
        Plain(Real::pow(self.0, exponent.0))
    }
    #[inline(always)]
    fn powi(self, n: i32) -> Self {
        Plain(Real::powi(self.0, n))
    }
    functions!(always: abs sign sqrt rsqrt relu floor round);
    functions!(never: exp expm1 log log1p sin cos tanh sigmoid erf);
}
