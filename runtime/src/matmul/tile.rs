//! The register tile of `a · b` and `aᵀ · b`, and how tiles cover the result.
//!
//! A tile is `ROWS` rows of `WIDE` vectors. Columns are cut into panels of the widest tile and one remainder, whose last
//! vector may reach beyond the row: it is loaded from the flat matrix, so that what lies beyond is the next row (never
//! stored) and only the last rows of `b` need a partial load.

use super::At;
use crate::{Real, Simd, Vector as _};

/// The left factor of a product with `M` rows.
pub(super) trait Factor<T>: Copy {
    /// Elements (row + r, k) for r below `ROWS`.
    fn at<const ROWS: usize>(self, row: usize, k: usize) -> [T; ROWS];
}

/// `a` itself.
#[derive(Clone, Copy)]
pub(super) struct Left<'a, T, const K: usize, const M: usize>(pub(super) &'a [[T; K]; M]);

/// aᵀ.
#[derive(Clone, Copy)]
pub(super) struct Transposed<'a, T, const K: usize, const M: usize>(pub(super) &'a [[T; M]; K]);

impl<T: Real, const K: usize, const M: usize> Factor<T> for Left<'_, T, K, M> {
    #[inline(always)]
    fn at<const ROWS: usize>(self, row: usize, k: usize) -> [T; ROWS] {
        let mut out = [T::ZERO; ROWS];
        if let Some(rows) = self.0.get(row..).and_then(|rows| rows.first_chunk::<ROWS>()) {
            for (out, row) in out.iter_mut().zip(rows) {
                *out = row.get(k).copied().unwrap_or(T::ZERO);
            }
        }
        out
    }
}

impl<T: Real, const K: usize, const M: usize> Factor<T> for Transposed<'_, T, K, M> {
    #[inline(always)]
    fn at<const ROWS: usize>(self, row: usize, k: usize) -> [T; ROWS] {
        let column = self.0.get(k).and_then(|row_k| row_k.get(row..)).and_then(|rows| rows.first_chunk());
        column.copied().unwrap_or([T::ZERO; ROWS])
    }
}

/// Covers the result with tiles; `finish(sum, place in the result, elements to store it in)`.
#[inline(always)]
pub(super) fn product<T: Real, S: Simd<T>, const M: usize, const K: usize, const N: usize>(
    simd: S,
    a: impl Factor<T>,
    b: &[[T; N]; K],
    out: &mut [[T; N]; M],
    finish: impl Fn(S::Vector, At, &mut [T]),
) {
    let cover = Cover { simd, a, b, finish };
    let mut col = 0;
    // The widest panel: few rows need many vectors side by side to hide the latency of the multiply-add.
    if const { M < 3 } {
        while const { N >= 8 * S::LANES } && col + 8 * S::LANES <= N {
            cover.panel::<8, false>(out, col);
            col += 8 * S::LANES;
        }
    }
    if const { M < 3 || S::REGISTERS >= 32 } {
        while const { N >= 4 * S::LANES } && col + 4 * S::LANES <= N {
            cover.panel::<4, false>(out, col);
            col += 4 * S::LANES;
        }
    }
    while const { N >= 2 * S::LANES } && col + 2 * S::LANES <= N {
        cover.panel::<2, false>(out, col);
        col += 2 * S::LANES;
    }
    if const { N % (2 * S::LANES) >= S::LANES } {
        if const { N % S::LANES != 0 } {
            cover.panel::<2, true>(out, col);
        } else {
            cover.panel::<1, false>(out, col);
        }
    } else if const { N % S::LANES != 0 } {
        cover.panel::<1, true>(out, col);
    }
}

struct Cover<'a, T, S, A, F, const K: usize, const N: usize> {
    simd: S,
    a: A,
    b: &'a [[T; N]; K],
    finish: F,
}

impl<T: Real, S: Simd<T>, A: Factor<T>, F: Fn(S::Vector, At, &mut [T]), const K: usize, const N: usize> Cover<'_, T, S, A, F, K, N> {
    /// All rows of `WIDE` vectors of columns; with `PARTIAL` the last one reaches beyond the row.
    #[inline(always)]
    fn panel<const WIDE: usize, const PARTIAL: bool>(&self, out: &mut [[T; N]], col: usize) {
        let mut row = 0;
        if const { S::REGISTERS >= 32 && WIDE == 1 } {
            row = self.strip::<16, WIDE, PARTIAL>(out, row, col);
        }
        if const { (S::REGISTERS >= 32 && WIDE <= 2) || WIDE == 1 } {
            row = self.strip::<8, WIDE, PARTIAL>(out, row, col);
        }
        if const { S::REGISTERS < 32 && WIDE == 2 } {
            row = self.strip::<6, WIDE, PARTIAL>(out, row, col);
        }
        if const { WIDE <= 4 } {
            row = self.strip::<4, WIDE, PARTIAL>(out, row, col);
        }
        row = self.strip::<2, WIDE, PARTIAL>(out, row, col);
        self.strip::<1, WIDE, PARTIAL>(out, row, col);
    }

    /// As many tiles of `ROWS` rows as there are from `row` on; gives the first row left over.
    #[inline(always)]
    fn strip<const ROWS: usize, const WIDE: usize, const PARTIAL: bool>(&self, out: &mut [[T; N]], mut row: usize, col: usize) -> usize {
        while row + ROWS <= out.len() {
            let sums = self.tile::<ROWS, WIDE, PARTIAL>(row, col);
            for (r, sums) in sums.into_iter().enumerate() {
                for (j, sum) in sums.into_iter().enumerate() {
                    let at = At { row: row + r, col: col + j * S::LANES };
                    if let Some(place) = out.get_mut(at.row).and_then(|row| row.get_mut(at.col..)) {
                        (self.finish)(sum, at, place);
                    }
                }
            }
            row += ROWS;
        }
        row
    }

    /// Σₖ a[row + r][k]·b[k][col…], k in order.
    #[inline(always)]
    fn tile<const ROWS: usize, const WIDE: usize, const PARTIAL: bool>(&self, row: usize, col: usize) -> [[S::Vector; WIDE]; ROWS] {
        let zero = self.simd.splat(T::ZERO);
        let mut sums = [[zero; WIDE]; ROWS];
        // The last rows of `b`, from which a whole vector would reach beyond the end of the matrix.
        let safe = if PARTIAL { K.saturating_sub(S::LANES.div_ceil(N.max(1))) } else { K };
        let flat = self.b.as_flattened();
        for k in 0..safe {
            let mut vectors = [zero; WIDE];
            for (j, vector) in vectors.iter_mut().enumerate() {
                let from = k * N + col + j * S::LANES;
                if let Some(xs) = flat.get(from..from + S::LANES) {
                    *vector = self.simd.load(xs);
                }
            }
            step(self.simd, &mut sums, self.a.at(row, k), vectors);
        }
        for k in safe..K {
            let mut vectors = [zero; WIDE];
            for (j, vector) in vectors.iter_mut().enumerate() {
                *vector = self.simd.load(flat.get(k * N + col + j * S::LANES..).unwrap_or_default());
            }
            step(self.simd, &mut sums, self.a.at(row, k), vectors);
        }
        sums
    }
}

/// sums[r][j] += factors[r]·vectors[j].
#[inline(always)]
fn step<T: Real, S: Simd<T>, const ROWS: usize, const WIDE: usize>(
    simd: S,
    sums: &mut [[S::Vector; WIDE]; ROWS],
    factors: [T; ROWS],
    vectors: [S::Vector; WIDE],
) {
    for (sums, factor) in sums.iter_mut().zip(factors) {
        let factor = simd.splat(factor);
        for (sum, vector) in sums.iter_mut().zip(vectors) {
            *sum = factor.mul_add(vector, *sum);
        }
    }
}
