//! Dual numbers a + a′ε with ε² = 0: the same generated code, run on them, gives a derivative exact to rounding.
//!
//! Each function's derivative is written out here and nowhere derived from the compiler's own table: this is the judge.

use core::cmp::Ordering;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::OneLane;
use crate::dispatch::Pass;
use crate::real::Real;

/// A value and its derivative in one direction. Comparisons look at values.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dual {
    /// The number.
    pub value: f64,
    /// Its derivative.
    pub tangent: f64,
}

impl Dual {
    /// A value that moves with this derivative.
    #[inline(always)]
    pub const fn new(value: f64, tangent: f64) -> Self {
        Dual { value, tangent }
    }

    /// f of the value, with f′ by the chain rule; where the tangent is 0 it stays 0, whatever f′ is.
    #[inline(always)]
    fn chain(self, value: f64, derivative: f64) -> Self {
        Dual::new(value, scale(derivative, self.tangent))
    }
}

/// derivative · tangent, 0 where nothing moves (an infinite derivative of a constant is no derivative).
#[inline(always)]
fn scale(derivative: f64, tangent: f64) -> f64 {
    if tangent == 0.0 { 0.0 } else { derivative * tangent }
}

impl PartialEq for Dual {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl PartialOrd for Dual {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl Add for Dual {
    type Output = Self;
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        Dual::new(self.value + o.value, self.tangent + o.tangent)
    }
}

impl Sub for Dual {
    type Output = Self;
    #[inline(always)]
    fn sub(self, o: Self) -> Self {
        Dual::new(self.value - o.value, self.tangent - o.tangent)
    }
}

/// The derivative of a product, term by term: hardly ever is there something infinite to be left out.
#[cold]
#[inline(never)]
fn by_terms(a: Dual, b: Dual) -> f64 {
    scale(b.value, a.tangent) + scale(a.value, b.tangent)
}

impl Mul for Dual {
    type Output = Self;
    #[inline(always)]
    fn mul(self, o: Self) -> Self {
        let tangent = o.value * self.tangent + self.value * o.tangent;
        // Finite, without a call where nothing is optimised.
        let finite = 0.0 * tangent == 0.0;
        Dual::new(self.value * o.value, if finite { tangent } else { by_terms(self, o) })
    }
}

impl Div for Dual {
    type Output = Self;
    #[inline(always)]
    fn div(self, o: Self) -> Self {
        let quotient = self.value / o.value;
        Dual::new(quotient, scale(1.0 / o.value, self.tangent) - scale(quotient / o.value, o.tangent))
    }
}

impl Neg for Dual {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Dual::new(-self.value, -self.tangent)
    }
}

macro_rules! assign {
    ($($assign:ident $method:ident $op:tt)*) => {$(
        impl $assign for Dual {
            #[inline(always)]
            fn $method(&mut self, other: Self) {
                *self = *self $op other;
            }
        }
    )*};
}

assign!(AddAssign add_assign + SubAssign sub_assign - MulAssign mul_assign * DivAssign div_assign /);

impl Real for Dual {
    const ZERO: Self = Dual::new(0.0, 0.0);
    const ONE: Self = Dual::new(1.0, 0.0);
    const INFINITY: Self = Dual::new(f64::INFINITY, 0.0);
    const DIGITS: u32 = f64::MANTISSA_DIGITS;
    const BACKWARD: bool = false;

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        Dual::new(x, 0.0)
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self.value
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        self.value.is_finite()
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
    /// At a tie, half of each side's derivative.
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self.value == other.value {
            Dual::new(self.value, 0.5 * (self.tangent + other.tangent))
        } else if self.value > other.value || self.value.is_nan() {
            self
        } else {
            other
        }
    }
    /// At a tie, half of each side's derivative.
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self.value == other.value {
            Dual::new(self.value, 0.5 * (self.tangent + other.tangent))
        } else if self.value < other.value || self.value.is_nan() {
            self
        } else {
            other
        }
    }
    /// |x|′ = sign x, 0 at 0.
    #[inline(always)]
    fn abs(self) -> Self {
        self.chain(self.value.abs(), Real::sign(self.value))
    }
    #[inline(always)]
    fn sign(self) -> Self {
        self.chain(Real::sign(self.value), 0.0)
    }
    #[inline(never)]
    fn exp(self) -> Self {
        let y = Real::exp(self.value);
        self.chain(y, y)
    }
    #[inline(never)]
    fn expm1(self) -> Self {
        self.chain(Real::expm1(self.value), Real::exp(self.value))
    }
    #[inline(never)]
    fn log(self) -> Self {
        self.chain(Real::log(self.value), 1.0 / self.value)
    }
    #[inline(never)]
    fn log1p(self) -> Self {
        self.chain(Real::log1p(self.value), 1.0 / (1.0 + self.value))
    }
    /// √x′ = 1/(2√x), +∞ at 0.
    #[inline(never)]
    fn sqrt(self) -> Self {
        let y = Real::sqrt(self.value);
        self.chain(y, 0.5 / y)
    }
    /// (x^−½)′ = −½ x^−³⁄₂.
    #[inline(never)]
    fn rsqrt(self) -> Self {
        let y = Real::rsqrt(self.value);
        self.chain(y, -0.5 * y / self.value)
    }
    #[inline(never)]
    fn sin(self) -> Self {
        self.chain(Real::sin(self.value), Real::cos(self.value))
    }
    #[inline(never)]
    fn cos(self) -> Self {
        self.chain(Real::cos(self.value), -Real::sin(self.value))
    }
    /// tanh′ = 1 − tanh², written as 4e^(−2|x|)/(1 + e^(−2|x|))² so that nothing cancels.
    #[inline(never)]
    fn tanh(self) -> Self {
        let e = Real::exp(-2.0 * self.value.abs());
        self.chain(Real::tanh(self.value), 4.0 * e / ((1.0 + e) * (1.0 + e)))
    }
    /// σ′ = e^(−|x|)/(1 + e^(−|x|))².
    #[inline(never)]
    fn sigmoid(self) -> Self {
        let e = Real::exp(-self.value.abs());
        self.chain(Real::sigmoid(self.value), e / ((1.0 + e) * (1.0 + e)))
    }
    /// erf′ = 2/√π e^(−x²).
    #[inline(never)]
    fn erf(self) -> Self {
        self.chain(Real::erf(self.value), core::f64::consts::FRAC_2_SQRT_PI * Real::exp(-self.value * self.value))
    }
    /// 0 at 0.
    #[inline(always)]
    fn relu(self) -> Self {
        self.chain(Real::relu(self.value), if self.value > 0.0 { 1.0 } else { 0.0 })
    }
    #[inline(always)]
    fn stopped(self) -> Self {
        Dual { value: self.value, tangent: 0.0 }
    }
    #[inline(always)]
    fn floor(self) -> Self {
        self.chain(Real::floor(self.value), 0.0)
    }
    #[inline(always)]
    fn round(self) -> Self {
        self.chain(Real::round(self.value), 0.0)
    }
    /// (xʸ)′ = y·xʸ⁻¹·x′ + xʸ·ln x·y′; the second term is 0 at x = 0 where the power is.
    #[inline(never)]
    fn pow(self, exponent: Self) -> Self {
        let (x, y) = (self.value, exponent.value);
        let value = Real::pow(x, y);
        let by_base = if y == 0.0 { 0.0 } else { y * Real::pow(x, y - 1.0) };
        let by_exponent = if value == 0.0 { 0.0 } else { value * Real::log(x) };
        Dual::new(value, scale(by_base, self.tangent) + scale(by_exponent, exponent.tangent))
    }
    /// (xⁿ)′ = n·xⁿ⁻¹.
    #[inline(never)]
    fn powi(self, n: i32) -> Self {
        let derivative = if n == 0 { 0.0 } else { f64::from(n) * Real::powi(self.value, n.saturating_sub(1)) };
        self.chain(Real::powi(self.value, n), derivative)
    }
}
