//! `a · bᵀ`: both rows are contiguous, so the lanes run over k. A tile of rows by rows keeps one vector a pair, whose lanes
//! are summed at the end, many at a time.

use super::At;
use crate::{Real, Simd, Vector as _};

/// out[m][n] = Σₖ a[m][k]·b[n][k].
#[inline(always)]
pub fn matmul_nt<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; K]; N],
    out: &mut [[T; N]; M],
) {
    product(simd, a, b, out, |place, sum| *place = sum);
}

/// out[m][n] += Σₖ a[m][k]·b[n][k].
#[inline(always)]
pub fn matmul_nt_add<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; K]; N],
    out: &mut [[T; N]; M],
) {
    product(simd, a, b, out, |place, sum| *place += sum);
}

/// out[m][n] = f(Σₖ a[m][k]·b[n][k]): once the product stands, every vector of it passes through `f`.
#[inline(always)]
pub fn matmul_nt_map<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; K]; N],
    out: &mut [[T; N]; M],
    f: impl Fn(S::Vector, At) -> S::Vector,
) {
    matmul_nt(simd, a, b, out);
    for (row, out) in out.iter_mut().enumerate() {
        let mut col = 0;
        while col < N {
            if let Some(place) = out.get_mut(col..) {
                f(simd.load(place), At { row, col }).store(place);
            }
            col += S::LANES;
        }
    }
}

#[inline(always)]
fn product<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; K]; N],
    out: &mut [[T; N]; M],
    put: impl Fn(&mut T, T) + Copy,
) {
    let mut row = 0;
    row = strip::<T, S, 4, M, K, N>(simd, a, b, out, row, put);
    row = strip::<T, S, 2, M, K, N>(simd, a, b, out, row, put);
    strip::<T, S, 1, M, K, N>(simd, a, b, out, row, put);
}

/// As many times `ROWS` rows as there are from `row` on; gives the first row left over.
#[inline(always)]
fn strip<T: Real, S: Simd<T>, const ROWS: usize, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; M],
    b: &[[T; K]; N],
    out: &mut [[T; N]; M],
    mut row: usize,
    put: impl Fn(&mut T, T) + Copy,
) -> usize {
    while row + ROWS <= M {
        let (Some(a), Some(out)) =
            (a.get(row..).and_then(|a| a.first_chunk::<ROWS>()), out.get_mut(row..).and_then(|out| out.first_chunk_mut::<ROWS>()))
        else {
            return row;
        };
        let mut col = 0;
        if const { ROWS == 1 } {
            col = columns::<T, S, ROWS, 8, K, N>(simd, a, b, out, col, put);
        }
        if const { ROWS < 4 || S::REGISTERS >= 32 } {
            col = columns::<T, S, ROWS, 4, K, N>(simd, a, b, out, col, put);
        }
        col = columns::<T, S, ROWS, 2, K, N>(simd, a, b, out, col, put);
        columns::<T, S, ROWS, 1, K, N>(simd, a, b, out, col, put);
        row += ROWS;
    }
    row
}

/// As many times `COLS` columns as there are from `col` on; gives the first column left over.
#[inline(always)]
fn columns<T: Real, S: Simd<T>, const ROWS: usize, const COLS: usize, const K: usize, const N: usize>(
    simd: S,
    a: &[[T; K]; ROWS],
    b: &[[T; K]; N],
    out: &mut [[T; N]; ROWS],
    mut col: usize,
    put: impl Fn(&mut T, T) + Copy,
) -> usize {
    while col + COLS <= N {
        let Some(b) = b.get(col..).and_then(|b| b.first_chunk::<COLS>()) else { return col };
        let sums = lane_sums(simd, tile(simd, a, b));
        for (out, sums) in out.iter_mut().zip(sums) {
            for (place, sum) in out.get_mut(col..).unwrap_or_default().iter_mut().zip(sums) {
                put(place, sum);
            }
        }
        col += COLS;
    }
    col
}

/// For every pair of rows, a vector whose lanes add up to their product.
#[inline(always)]
fn tile<T: Real, S: Simd<T>, const ROWS: usize, const COLS: usize, const K: usize>(
    simd: S,
    a: &[[T; K]; ROWS],
    b: &[[T; K]; COLS],
) -> [[S::Vector; COLS]; ROWS] {
    let zero = simd.splat(T::ZERO);
    let mut sums = [[zero; COLS]; ROWS];
    let mut k = 0;
    while k + S::LANES <= K {
        let whole = |row: &[T; K]| row.get(k..k + S::LANES).map_or(zero, |xs| simd.load(xs));
        step::<T, S, ROWS, COLS, K>(&mut sums, a, b, whole, zero);
        k += S::LANES;
    }
    if k < K {
        step::<T, S, ROWS, COLS, K>(&mut sums, a, b, |row: &[T; K]| simd.load(row.get(k..).unwrap_or_default()), zero);
    }
    sums
}

#[inline(always)]
fn step<T: Real, S: Simd<T>, const ROWS: usize, const COLS: usize, const K: usize>(
    sums: &mut [[S::Vector; COLS]; ROWS],
    a: &[[T; K]; ROWS],
    b: &[[T; K]; COLS],
    load: impl Fn(&[T; K]) -> S::Vector,
    zero: S::Vector,
) {
    let mut right = [zero; COLS];
    for (right, b) in right.iter_mut().zip(b) {
        *right = load(b);
    }
    for (sums, a) in sums.iter_mut().zip(a) {
        let left = load(a);
        for (sum, right) in sums.iter_mut().zip(right) {
            *sum = left.mul_add(right, *sum);
        }
    }
}

/// The sum of each vector's lanes, `LANES` of them in one tree of additions.
#[inline(always)]
fn lane_sums<T: Real, S: Simd<T>, const ROWS: usize, const COLS: usize>(simd: S, vectors: [[S::Vector; COLS]; ROWS]) -> [[T; COLS]; ROWS] {
    let mut sums = [[T::ZERO; COLS]; ROWS];
    let flat = vectors.as_flattened();
    for (group, out) in flat.chunks(S::LANES).zip(sums.as_flattened_mut().chunks_mut(S::LANES)) {
        crate::reduce::group_sums(simd, group).store(out);
    }
    sums
}
