//! The elementary functions, written once for vectors of any width: branch-free polynomials over [`Float`].
//!
//! Polynomials are minimax or interpolate at Chebyshev nodes; their error is at least a factor four below the rounding of the result.
//! Nothing relies on a fused multiply-add: where a product must be exact, its factors have the bits to spare.

mod angle;
pub(crate) mod exact;
mod float;
pub(crate) mod math32;
pub(crate) mod math64;

pub(crate) use float::{Float, Ieee};

/// c₀ + c₁x + c₂x² + …, as an even and an odd part, which halves the wait for each multiply-add.
#[inline(always)]
fn poly<T: Ieee, V: Float<T>, const N: usize>(x: V, c: [T; N]) -> V {
    let square = x * x;
    let mut even = x.like(T::ZERO);
    let mut odd = x.like(T::ZERO);
    for (i, &coefficient) in c.iter().enumerate().rev() {
        let term = x.like(coefficient);
        if i % 2 == 0 {
            even = if i + 2 < N { even.mul_add(square, term) } else { term };
        } else {
            odd = if i + 2 < N { odd.mul_add(square, term) } else { term };
        }
    }
    odd.mul_add(x, even)
}
