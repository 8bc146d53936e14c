//! Products of matrices with static shapes, in the three orientations that a layer and its derivatives need.
//!
//! `a · b` and `aᵀ · b` keep a tile of the result in registers (4×4, 8×2 or 16×1 vectors where there are 32 of them) and
//! add one row of `b` after the other, so every element is one sum over k in order, whatever the tile or the number of
//! rows. Where `b` does not stay in the first-level cache, panels of it are copied side by side (`packed`). `a · bᵀ` is in `nt`;
//! with enough rows its panels are turned and it goes the way of the others.

mod nt;
mod packed;
mod tile;

use crate::{Real, Simd, Vector as _};
use packed::{FROM_ROWS, Right};
use tile::Factor;
pub(crate) use tile::{MOST, pad};

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

/// `out[m][n] = Σₖ a[m][k]·b[k][n]`.
#[inline(always)]
pub fn matmul<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
) {
    plain::<T, S, M, K, N>(simd, Factor { a: a.as_flattened(), row: K, k: 1, depth: K }, b, out, false);
}

/// `out[m][n] += Σₖ a[m][k]·b[k][n]`.
#[inline(always)]
pub fn matmul_add<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
) {
    plain::<T, S, M, K, N>(simd, Factor { a: a.as_flattened(), row: K, k: 1, depth: K }, b, out, true);
}

/// `out[m][n] = f(Σₖ a[m][k]·b[k][n])`: every finished vector passes through `f`, which knows its place.
#[inline(always)]
pub fn matmul_map<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
    f: impl Fn(S::Vector, At) -> S::Vector,
) {
    matmul(simd, a, b, out);
    map(simd, out, f);
}

/// `out[m][n] = Σₖ a[k][m]·b[k][n]`.
#[inline(always)]
pub fn matmul_tn<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; M]; K],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
) {
    plain::<T, S, M, K, N>(simd, Factor { a: a.as_flattened(), row: 1, k: M, depth: K }, b, out, false);
}

/// `out[m][n] += Σₖ a[k][m]·b[k][n]`.
#[inline(always)]
pub fn matmul_tn_add<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; M]; K],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
) {
    plain::<T, S, M, K, N>(simd, Factor { a: a.as_flattened(), row: 1, k: M, depth: K }, b, out, true);
}

/// `out[m][n] = Σₖ a[k][m]·b[k][n]` in the first piece of a sum, in the others `+=` it.
#[inline(always)]
pub fn matmul_tn_sum<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    first: bool,
    a: &[[T; M]; K],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
) {
    plain::<T, S, M, K, N>(simd, Factor { a: a.as_flattened(), row: 1, k: M, depth: K }, b, out, !first);
}

/// `out[m][n] = f(Σₖ a[k][m]·b[k][n])`: every finished vector passes through `f`, which knows its place.
#[inline(always)]
pub fn matmul_tn_map<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; M]; K],
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
    f: impl Fn(S::Vector, At) -> S::Vector,
) {
    matmul_tn(simd, a, b, out);
    map(simd, out, f);
}

/// `out[m][n] = Σₖ a[m][k]·b[n][k]`.
#[inline(always)]
pub fn matmul_nt<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; K]; N],
    out: &mut [[T; N]; M],
) {
    transposed(simd, a, b, out, false);
}

/// `out[m][n] += Σₖ a[m][k]·b[n][k]`.
#[inline(always)]
pub fn matmul_nt_add<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; K]; N],
    out: &mut [[T; N]; M],
) {
    transposed(simd, a, b, out, true);
}

/// `out[m][n] = f(Σₖ a[m][k]·b[n][k])`: every finished vector passes through `f`, which knows its place.
#[inline(always)]
pub fn matmul_nt_map<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; K]; N],
    out: &mut [[T; N]; M],
    f: impl Fn(S::Vector, At) -> S::Vector,
) {
    matmul_nt(simd, a, b, out);
    map(simd, out, f);
}

/// The product by tiles, with panels of `b` copied where that pays.
#[inline(always)]
fn plain<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: Factor<'_, T>,
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
    add: bool,
) {
    if const { packed::pays(M, K * N) } {
        packed::product(simd, a, Right::Plain(b.as_flattened()), out.as_flattened_mut(), N, add);
    } else {
        tile::product(simd, a, b.as_flattened(), out.as_flattened_mut(), N, add);
    }
}

/// The product with lanes along k, or with panels of `b` turned where that pays.
#[inline(always)]
fn transposed<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; K]; N],
    out: &mut [[T; N]; M],
    add: bool,
) {
    if const { M >= FROM_ROWS && K >= FROM_ROWS && N >= FROM_ROWS } {
        let a = Factor { a: a.as_flattened(), row: K, k: 1, depth: K };
        packed::product(simd, a, Right::Transposed(b.as_flattened()), out.as_flattened_mut(), N, add);
    } else {
        nt::product(simd, a.as_flattened(), b.as_flattened(), out.as_flattened_mut(), K, N, add);
    }
}

/// Passes every vector of the result through `f`.
#[inline(always)]
fn map<T: Real, S: Simd<T>, const M: usize, const N: usize>(simd: S, out: &mut [[T; N]; M], f: impl Fn(S::Vector, At) -> S::Vector) {
    simd.apart(
        #[inline(always)]
        || {
            for (row, line) in out.iter_mut().enumerate() {
                let mut col = 0;
                while let Some(place) = line.get_mut(col..).filter(|place| !place.is_empty()) {
                    f(simd.load(place), At { row, col }).store(place);
                    col += S::LANES;
                }
            }
        },
    );
}
