//! Products of matrices, in the three orientations that a layer and its derivatives need. Rows that are samples, or sums over
//! samples, are as many as there are; all else is static.
//!
//! `a · b` and `aᵀ · b` keep a tile of the result in registers (6×4, 8×2 or 8×1 vectors where there are 32 of them, `shapes`) and
//! add one row of `b` after the other, so every element is one sum over k in order, whatever the tile or the number of
//! rows. Where `b` does not stay in the first-level cache, panels of it are copied side by side (`packed`). `a · bᵀ` is in `nt`;
//! with enough rows its panels are turned and it goes the way of the others. One column has its lanes along k, where that lies
//! side by side.

pub(crate) mod block;
mod edge;
pub(crate) mod nt;
pub(crate) mod packed;
pub(crate) mod sums;
pub(crate) mod tile;
pub(crate) mod turn;

use crate::each::iota;
use crate::wide::MOST as LANES_MOST;
use crate::{Mask as _, Real, Simd, Vector as _};
pub use block::{Block, BlockMut, block, block_mut};
pub(crate) use block::{Rows, RowsMut};
use packed::FROM_ROWS;
pub(crate) use packed::Right;
pub(crate) use tile::Factor;
pub(crate) use tile::{MOST, pad};

/// Columns that are worth turning a small factor.
const FEW: usize = 8;
/// The elements of a factor that is turned on the stack, which small machines have less of.
const SMALL: usize = if cfg!(target_pointer_width = "64") { 1024 } else { 512 };

/// A place in the result of a product: the first element of a vector, which holds several rows where they are narrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Row.
    pub row: usize,
    /// Column of the vector's first lane.
    pub col: usize,
    /// Elements of a row.
    pub width: usize,
}

/// Whether a vector takes several rows of so many elements.
pub(crate) const fn narrow(width: usize, lanes: usize) -> bool {
    width < lanes && lanes.is_multiple_of(width)
}

impl At {
    /// The vector at this column of what all rows share (a bias).
    #[inline(always)]
    pub fn load<T: Real, S: Simd<T>, const N: usize>(self, simd: S, shared: &[T; N]) -> S::Vector {
        if const { narrow(N, S::LANES) } {
            return repeated(simd, shared);
        }
        simd.load(shared.get(self.col..).unwrap_or_default())
    }

    /// The vector at this row and column of a matrix of the result's shape.
    #[inline(always)]
    pub fn load_row<T: Real, S: Simd<T>, const M: usize, const N: usize>(self, simd: S, matrix: &[[T; N]; M]) -> S::Vector {
        simd.load(matrix.as_flattened().get(self.row * N + self.col..).unwrap_or_default())
    }

    /// This row's number in every lane.
    #[inline(always)]
    pub fn splat<T: Real, S: Simd<T>, const M: usize>(self, simd: S, per_row: &[T; M]) -> S::Vector {
        let number = |row: usize| per_row.get(row).copied().unwrap_or(T::ZERO);
        let mut vector = simd.splat(number(self.row));
        if narrow(self.width, S::LANES) {
            for row in 1..S::LANES / self.width {
                let before = iota(simd, 0).lt(simd.splat(T::from_f64((row * self.width) as f64)));
                vector = before.select(vector, simd.splat(number(self.row + row)));
            }
        }
        vector
    }
}

/// The elements, of which a vector has a multiple, over and over again.
#[inline(always)]
fn repeated<T: Real, S: Simd<T>, const N: usize>(simd: S, xs: &[T; N]) -> S::Vector {
    let mut room = [T::ZERO; LANES_MOST];
    for (place, &x) in room.iter_mut().zip(xs) {
        *place = x;
    }
    let mut vector = simd.load(&room);
    // Each element next to itself, as often as it is wanted; then apart again.
    for _ in 0..(S::LANES / N).ilog2() {
        vector = vector.zip(vector).0;
    }
    for _ in 0..(S::LANES / N).ilog2() {
        vector = vector.unzip(vector).0;
    }
    vector
}

/// `out[m][n] = Σₖ a[m][k]·b[k][n]`.
#[inline(always)]
pub fn matmul<T: Real, S: Simd<T>, const K: usize, const N: usize>(simd: S, a: &[[T; K]], b: &[[T; N]; K], out: &mut [[T; N]]) {
    plain::<T, S, N>(simd, by_rows::<T, K>(a.into()), b[..].into(), out.len(), out.into(), false);
}

/// `out[m][n] += Σₖ a[m][k]·b[k][n]`.
#[inline(always)]
pub fn matmul_add<T: Real, S: Simd<T>, const K: usize, const N: usize>(simd: S, a: &[[T; K]], b: &[[T; N]; K], out: &mut [[T; N]]) {
    plain::<T, S, N>(simd, by_rows::<T, K>(a.into()), b[..].into(), out.len(), out.into(), true);
}

/// As [`matmul`], of blocks of larger arrays.
#[inline(always)]
pub fn matmul_blocks<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: Block<'_, T, K, M>,
    b: Block<'_, T, N, K>,
    out: BlockMut<'_, T, N, M>,
) {
    plain::<T, S, N>(simd, by_rows::<T, K>(a.rows()), b.rows(), out.count(), out.rows(), false);
}

/// As [`matmul_add`], of blocks of larger arrays.
#[inline(always)]
pub fn matmul_add_blocks<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: Block<'_, T, K, M>,
    b: Block<'_, T, N, K>,
    out: BlockMut<'_, T, N, M>,
) {
    plain::<T, S, N>(simd, by_rows::<T, K>(a.rows()), b.rows(), out.count(), out.rows(), true);
}

/// `out[m][n] = f(Σₖ a[m][k]·b[k][n])`: every finished vector passes through `f`, which knows its place.
#[inline(always)]
pub fn matmul_map<T: Real, S: Simd<T>, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]],
    b: &[[T; N]; K],
    out: &mut [[T; N]],
    f: impl Fn(S::Vector, At) -> S::Vector,
) {
    matmul(simd, a, b, out);
    map(simd, out, f);
}

/// `out[m][n] = Σₖ a[k][m]·b[k][n]`.
#[inline(always)]
pub fn matmul_tn<T: Real, S: Simd<T>, const M: usize, const N: usize>(simd: S, a: &[[T; M]], b: &[[T; N]], out: &mut [[T; N]; M]) {
    plain::<T, S, N>(simd, by_columns(a.len(), a.into()), b.into(), M, out.as_mut_slice().into(), false);
}

/// `out[m][n] += Σₖ a[k][m]·b[k][n]`.
#[inline(always)]
pub fn matmul_tn_add<T: Real, S: Simd<T>, const M: usize, const N: usize>(simd: S, a: &[[T; M]], b: &[[T; N]], out: &mut [[T; N]; M]) {
    plain::<T, S, N>(simd, by_columns(a.len(), a.into()), b.into(), M, out.as_mut_slice().into(), true);
}

/// `out[m][n] = Σₖ a[k][m]·b[k][n]` in the first piece of a sum, in the others `+=` it.
#[inline(always)]
pub fn matmul_tn_sum<T: Real, S: Simd<T>, const M: usize, const N: usize>(
    simd: S,
    first: bool,
    a: &[[T; M]],
    b: &[[T; N]],
    out: &mut [[T; N]; M],
) {
    plain::<T, S, N>(simd, by_columns(a.len(), a.into()), b.into(), M, out.as_mut_slice().into(), !first);
}

/// As [`matmul_tn`], of blocks of larger arrays.
#[inline(always)]
pub fn matmul_tn_blocks<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: Block<'_, T, M, K>,
    b: Block<'_, T, N, K>,
    out: BlockMut<'_, T, N, M>,
) {
    plain::<T, S, N>(simd, by_columns(a.count(), a.rows()), b.rows(), M, out.rows(), false);
}

/// As [`matmul_tn_add`], of blocks of larger arrays.
#[inline(always)]
pub fn matmul_tn_add_blocks<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: Block<'_, T, M, K>,
    b: Block<'_, T, N, K>,
    out: BlockMut<'_, T, N, M>,
) {
    plain::<T, S, N>(simd, by_columns(a.count(), a.rows()), b.rows(), M, out.rows(), true);
}

/// `out[m][n] = f(Σₖ a[k][m]·b[k][n])`: every finished vector passes through `f`, which knows its place.
#[inline(always)]
pub fn matmul_tn_map<T: Real, S: Simd<T>, const M: usize, const N: usize>(
    simd: S,
    a: &[[T; M]],
    b: &[[T; N]],
    out: &mut [[T; N]; M],
    f: impl Fn(S::Vector, At) -> S::Vector,
) {
    matmul_tn(simd, a, b, out);
    map(simd, out, f);
}

/// `out[m][n] = Σₖ a[m][k]·b[n][k]`.
#[inline(always)]
pub fn matmul_nt<T: Real, S: Simd<T>, const K: usize, const N: usize>(simd: S, a: &[[T; K]], b: &[[T; K]; N], out: &mut [[T; N]]) {
    transposed::<T, S, K, N>(simd, a.into(), b[..].into(), out.len(), out.into(), false);
}

/// `out[m][n] += Σₖ a[m][k]·b[n][k]`.
#[inline(always)]
pub fn matmul_nt_add<T: Real, S: Simd<T>, const K: usize, const N: usize>(simd: S, a: &[[T; K]], b: &[[T; K]; N], out: &mut [[T; N]]) {
    transposed::<T, S, K, N>(simd, a.into(), b[..].into(), out.len(), out.into(), true);
}

/// As [`matmul_nt`], of blocks of larger arrays.
#[inline(always)]
pub fn matmul_nt_blocks<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: Block<'_, T, K, M>,
    b: Block<'_, T, K, N>,
    out: BlockMut<'_, T, N, M>,
) {
    transposed::<T, S, K, N>(simd, a.rows(), b.rows(), out.count(), out.rows(), false);
}

/// As [`matmul_nt_add`], of blocks of larger arrays.
#[inline(always)]
pub fn matmul_nt_add_blocks<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: Block<'_, T, K, M>,
    b: Block<'_, T, K, N>,
    out: BlockMut<'_, T, N, M>,
) {
    transposed::<T, S, K, N>(simd, a.rows(), b.rows(), out.count(), out.rows(), true);
}

/// `out[m][n] = f(Σₖ a[m][k]·b[n][k])`: every finished vector passes through `f`, which knows its place.
#[inline(always)]
pub fn matmul_nt_map<T: Real, S: Simd<T>, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]],
    b: &[[T; K]; N],
    out: &mut [[T; N]],
    f: impl Fn(S::Vector, At) -> S::Vector,
) {
    matmul_nt(simd, a, b, out);
    map(simd, out, f);
}

/// A left factor that lies as it is.
#[inline(always)]
fn by_rows<T, const K: usize>(a: Rows<'_, T>) -> Factor<'_, T> {
    Factor { a: a.xs, row: a.stride, k: 1, depth: K }
}

/// A left factor that lies transposed.
#[inline(always)]
fn by_columns<T>(depth: usize, a: Rows<'_, T>) -> Factor<'_, T> {
    Factor { a: a.xs, row: 1, k: a.stride, depth }
}

/// The product of `m` rows by tiles, with panels of `b` copied where that pays.
#[inline(always)]
fn plain<T: Real, S: Simd<T>, const N: usize>(simd: S, a: Factor<'_, T>, b: Rows<'_, T>, m: usize, out: RowsMut<'_, T>, add: bool) {
    if const { N == 1 } && b.stride == 1 && out.stride == 1 {
        column(simd, a, b, out, add);
    } else {
        product(simd, a, b, m, out, N, add);
    }
}

/// The same, of any number of columns.
#[inline(always)]
pub(crate) fn product<T: Real, S: Simd<T>>(simd: S, a: Factor<'_, T>, b: Rows<'_, T>, m: usize, out: RowsMut<'_, T>, n: usize, add: bool) {
    if packed::pays(m, a.depth * n) {
        simd.packed(a, Right::Plain(b), out, n, add);
    } else {
        simd.product(a, b, out, n, add);
    }
}

/// The product with one column: the lanes run over k where that lies side by side, else over the rows.
#[inline(always)]
fn column<T: Real, S: Simd<T>>(simd: S, a: Factor<'_, T>, b: Rows<'_, T>, out: RowsMut<'_, T>, add: bool) {
    if a.k == 1 {
        simd.nt(Rows { xs: a.a, stride: a.row }, Rows { xs: b.xs, stride: a.depth }, out, a.depth, 1, add);
    } else {
        let n = out.xs.len();
        let b = Factor { a: b.xs, row: a.depth, k: 1, depth: a.depth };
        simd.product(b, Rows { xs: a.a, stride: a.k }, RowsMut { xs: out.xs, stride: n }, n, add);
    }
}

/// The product of `m` rows with lanes along k, or with panels of `b` turned where that pays.
#[inline(always)]
fn transposed<T: Real, S: Simd<T>, const K: usize, const N: usize>(
    simd: S,
    a: Rows<'_, T>,
    b: Rows<'_, T>,
    m: usize,
    out: RowsMut<'_, T>,
    add: bool,
) {
    if const { N >= FEW && K * N <= SMALL } && m >= FROM_ROWS {
        simd.turned(by_rows::<T, K>(a), b, out, N, add);
    } else if const { K >= FROM_ROWS && N >= FROM_ROWS } && m >= FROM_ROWS {
        simd.packed(by_rows::<T, K>(a), Right::Transposed(b), out, N, add);
    } else {
        simd.nt(a, b, out, K, N, add);
    }
}

/// `a · bᵀ` of a small `b`, which is turned as a whole.
pub(crate) fn turned<T: Real, S: Simd<T>>(simd: S, a: Factor<'_, T>, b: Rows<'_, T>, out: RowsMut<'_, T>, n: usize, add: bool) {
    simd.enter(
        #[inline(always)]
        || {
            let mut turned = block::Aligned([T::ZERO; SMALL]);
            turn::turn(simd, b, 0..n, 0..a.depth, &mut turned.0, n);
            let b = Rows { xs: turned.0.get(..a.depth * n).unwrap_or_default(), stride: n };
            simd.product(a, b, out, n, add);
        },
    );
}

/// `out[n][m] = x[m][n]`.
#[inline(always)]
pub fn transpose<T: Real, S: Simd<T>, const M: usize, const N: usize>(simd: S, x: &[[T; N]; M], out: &mut [[T; M]; N]) {
    simd.transpose(x.as_flattened(), out.as_flattened_mut(), M, N);
}

/// Passes every vector of the result through `f`.
#[inline(always)]
fn map<T: Real, S: Simd<T>, const N: usize>(simd: S, out: &mut [[T; N]], f: impl Fn(S::Vector, At) -> S::Vector) {
    simd.apart(
        #[inline(always)]
        || {
            // A row's last vector ends where it ends; narrow rows are taken several at a time.
            let wide = N >= S::LANES;
            let line = if narrow(N, S::LANES) { out.len() * N } else { N };
            for (row, line) in out.as_flattened_mut().chunks_exact_mut(line.max(1)).enumerate() {
                // It is read before what it has in common with the one before is written.
                let last = line.len().saturating_sub(S::LANES);
                let end = simd.load(line.get(last..).unwrap_or_default());
                let mut at = 0;
                while at < line.len() {
                    let (first, value) = if at > last { (last, end) } else { (at, simd.load(line.get(at..).unwrap_or_default())) };
                    let (row, col) = if wide { (row, first) } else { (row + first / N, 0) };
                    f(value, At { row, col, width: N }).store(line.get_mut(first..).unwrap_or_default());
                    at += S::LANES;
                }
            }
        },
    );
}
