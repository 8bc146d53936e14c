//! Products of matrices with static shapes, in the three orientations that a layer and its derivatives need.
//!
//! `a · b` and `aᵀ · b` keep a tile of the result in registers (4×4, 8×2 or 16×1 vectors where there are 32 of them) and
//! add one row of `b` after the other, so every element is one sum over k in order, whatever the tile. `a · bᵀ` is in
//! `matmul_nt`.

mod nt;
mod tile;

pub use nt::{matmul_nt, matmul_nt_add, matmul_nt_map};

use crate::{Real, Simd, Vector as _};
use tile::{Left, Transposed, product};

/// A place in the result of a product: the first element of a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Row.
    pub row: usize,
    /// Column of the vector's first lane.
    pub col: usize,
}

impl At {
    /// The vector at this column of what all rows share (a bias).
    #[inline(always)]
    pub fn load<T: Real, S: Simd<T>, const N: usize>(self, simd: S, shared: &[T; N]) -> S::Vector {
        simd.load(shared.get(self.col..).unwrap_or_default())
    }

    /// The vector at this row and column of a matrix of the result's shape.
    #[inline(always)]
    pub fn load_row<T: Real, S: Simd<T>, const M: usize, const N: usize>(self, simd: S, matrix: &[[T; N]; M]) -> S::Vector {
        simd.load(matrix.get(self.row).and_then(|row| row.get(self.col..)).unwrap_or_default())
    }

    /// This row's number in every lane.
    #[inline(always)]
    pub fn splat<T: Real, S: Simd<T>, const M: usize>(self, simd: S, per_row: &[T; M]) -> S::Vector {
        simd.splat(per_row.get(self.row).copied().unwrap_or(T::ZERO))
    }
}

/// out[m][n] = Σₖ a[m][k]·b[k][n].
#[inline(always)]
pub fn matmul<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
) {
    product(simd, Left(a), b, out, |v, _, place| v.store(place));
}

/// out[m][n] += Σₖ a[m][k]·b[k][n].
#[inline(always)]
pub fn matmul_add<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
) {
    product(simd, Left(a), b, out, |v, _, place| (simd.load(place) + v).store(place));
}

/// out[m][n] = f(Σₖ a[m][k]·b[k][n]): every finished vector passes through `f` before it is stored.
#[inline(always)]
pub fn matmul_map<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
    f: impl Fn(S::Vector, At) -> S::Vector,
) {
    product(simd, Left(a), b, out, |v, at, place| f(v, at).store(place));
}

/// out[m][n] = Σₖ a[k][m]·b[k][n].
#[inline(always)]
pub fn matmul_tn<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; M]; K],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
) {
    product(simd, Transposed(a), b, out, |v, _, place| v.store(place));
}

/// out[m][n] += Σₖ a[k][m]·b[k][n].
#[inline(always)]
pub fn matmul_tn_add<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; M]; K],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
) {
    product(simd, Transposed(a), b, out, |v, _, place| (simd.load(place) + v).store(place));
}

/// out[m][n] = f(Σₖ a[k][m]·b[k][n]).
#[inline(always)]
pub fn matmul_tn_map<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; M]; K],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
    f: impl Fn(S::Vector, At) -> S::Vector,
) {
    product(simd, Transposed(a), b, out, |v, at, place| f(v, at).store(place));
}
