//! `a · bᵀ`: both rows are contiguous, so the lanes run over k. A tile of rows by rows keeps one vector a pair, whose lanes
//! are summed at the end, many at a time; of a single column of narrow rows several rows fill a vector. As in `tile`, shapes are numbers and one body a level serves all.

use super::block::{Rows, RowsMut, lines};
use super::narrow;
use crate::reduce::group_sums;
use crate::wide::MOST;
use crate::{Mask as _, Real, Simd, Vector as _, iota};

/// `out[m][n] = Σₖ a[m][k]·b[n][k]`, or with `add` += it; `a` and `b` with `k` columns, `out` with `n`.
pub(crate) fn product<T: Real, S: Simd<T>>(simd: S, a: Rows<'_, T>, b: Rows<'_, T>, out: RowsMut<'_, T>, k: usize, n: usize, add: bool) {
    simd.enter(
        #[inline(always)]
        || {
            let inside = iota(simd, 0).lt(simd.splat(T::from_f64((k % S::LANES) as f64)));
            let cover = Cover { simd, a, b, stride: out.stride, k, n, add, inside };
            let out = out.xs;
            let is_column = const { S::REGISTERS >= 32 } && n == 1 && narrow(k, S::LANES) && (a.stride, cover.stride) == (k, 1);
            let row = if is_column { cover.column(out) } else { 0 };
            // Four rows by one column read as much for each product as one row by four.
            let row = if const { S::LEAN } { row } else { cover.rows::<4>(out, row) };
            cover.rows::<1>(out, row);
        },
    );
}

struct Cover<'a, T: Real, S: Simd<T>> {
    simd: S,
    a: Rows<'a, T>,
    b: Rows<'a, T>,
    /// From one row of the result to the next.
    stride: usize,
    k: usize,
    n: usize,
    add: bool,
    /// The lanes of a row's last vector that belong to it.
    inside: S::Mask,
}

impl<T: Real, S: Simd<T>> Cover<'_, T, S> {
    /// A single column where rows fill a half of a vector or less: sums of neighbours, as often as it takes to have one a row. As many rows as
    /// fill vectors of results; gives the first row left over.
    #[inline(always)]
    fn column(&self, out: &mut [T]) -> usize {
        let (simd, k) = (self.simd, self.k);
        let mut line = [T::ZERO; MOST];
        for (place, &x) in line.iter_mut().zip(self.b.xs.get(..k).unwrap_or_default().iter().cycle()) {
            *place = x;
        }
        let (factor, zero) = (simd.load(&line), simd.splat(T::ZERO));
        let mut row = 0;
        for (rows, out) in self.a.xs.chunks_exact(k * S::LANES).zip(out.chunks_exact_mut(S::LANES)) {
            let mut sums = [factor; MOST / 2];
            for (sum, xs) in sums.iter_mut().zip(rows.chunks_exact(S::LANES)) {
                *sum = simd.load(xs).mul_add(factor, zero);
            }
            let mut count = k;
            while count > 1 {
                count /= 2;
                let before = sums;
                for (sum, [one, other]) in sums.iter_mut().zip(before.as_chunks().0) {
                    *sum = one.pair_sums(*other);
                }
            }
            let [sum, ..] = sums;
            if self.add {
                (simd.load(out) + sum).store(out)
            } else {
                sum.store(out)
            }
            row += S::LANES;
        }
        row
    }

    /// As many times `ROWS` rows as there are from `row` on; gives the first row left over.
    #[inline(always)]
    fn rows<const ROWS: usize>(&self, out: &mut [T], mut row: usize) -> usize {
        while let Some(rows) = out.get_mut(row * self.stride..(row + ROWS - 1) * self.stride + self.n) {
            let mut col = 0;
            if const { ROWS == 1 && S::LEAN } {
                col = self.columns::<ROWS, 4>(rows, row, col);
            } else if const { ROWS == 1 } {
                col = self.columns::<ROWS, 8>(rows, row, col);
            } else if const { S::REGISTERS >= 32 } {
                col = self.columns::<ROWS, 4>(rows, row, col);
            } else {
                col = self.columns::<ROWS, 2>(rows, row, col);
            }
            self.columns::<ROWS, 1>(rows, row, col);
            row += ROWS;
        }
        row
    }

    /// As many times `COLS` columns as there are from `col` on; gives the first column left over.
    #[inline(always)]
    fn columns<const ROWS: usize, const COLS: usize>(&self, out: &mut [T], row: usize, mut col: usize) -> usize {
        while col + COLS <= self.n {
            let vectors = self.tile::<ROWS, COLS>(row, col);
            let mut sums = [[T::ZERO; COLS]; ROWS];
            for (group, out) in vectors.as_flattened().chunks(S::LANES).zip(sums.as_flattened_mut().chunks_mut(S::LANES)) {
                group_sums(self.simd, group).store(out);
            }
            for (r, sums) in sums.into_iter().enumerate() {
                let Some(places) = out.get_mut(r * self.stride + col..).and_then(|out| out.first_chunk_mut::<COLS>()) else { continue };
                for (place, sum) in places.iter_mut().zip(sums) {
                    *place = if self.add { *place + sum } else { sum };
                }
            }
            col += COLS;
        }
        col
    }

    /// For every pair of rows, a vector whose lanes add up to their product.
    #[inline(always)]
    fn tile<const ROWS: usize, const COLS: usize>(&self, row: usize, col: usize) -> [[S::Vector; COLS]; ROWS] {
        let zero = self.simd.splat(T::ZERO);
        let mut sums = [[zero; COLS]; ROWS];
        let (a, b) = (self.a, self.b);
        let left = lines::<T, ROWS>(a.xs, row * a.stride, a.stride, self.k);
        let right = lines::<T, COLS>(b.xs, col * b.stride, b.stride, self.k);
        let (Some(left), Some(right)) = (left, right) else { return sums };
        let mut at = 0;
        // One bound for all lines: where one would fail the loop ends, so that the other checks fall away.
        'whole: while at + S::LANES <= self.k {
            let (mut columns, mut factors) = ([zero; COLS], [zero; ROWS]);
            for (column, line) in columns.iter_mut().zip(right) {
                let Some(xs) = line.get(at..at + S::LANES) else { break 'whole };
                *column = self.simd.load(xs);
            }
            for (factor, line) in factors.iter_mut().zip(left) {
                let Some(xs) = line.get(at..at + S::LANES) else { break 'whole };
                *factor = self.simd.load(xs);
            }
            step(&mut sums, factors, columns);
            at += S::LANES;
        }
        if at < self.k { self.end(sums, row, col, at) } else { sums }
    }

    /// The sums with the last vectors of the rows, which begin at `at`.
    #[inline(always)]
    fn end<const ROWS: usize, const COLS: usize>(
        &self,
        mut sums: [[S::Vector; COLS]; ROWS],
        row: usize,
        col: usize,
        at: usize,
    ) -> [[S::Vector; COLS]; ROWS] {
        if const { ROWS > 1 && COLS == 1 } {
            // Of a single column, the end is a good part of the work.
            let column = self.part(self.b, col, at);
            for (r, sum) in sums.as_flattened_mut().iter_mut().enumerate() {
                *sum = self.part(self.a, row + r, at).mul_add(column, *sum);
            }
        } else {
            self.add_end(sums.as_flattened_mut(), COLS, row, col, at);
        }
        sums
    }

    /// The same for sums by `cols`. One function serves tiles of all shapes.
    #[inline(always)]
    fn add_end(&self, sums: &mut [S::Vector], cols: usize, row: usize, col: usize, at: usize) {
        self.simd.apart(
            #[inline(always)]
            move || {
                for (r, sums) in sums.chunks_mut(cols.max(1)).enumerate() {
                    let factor = self.part(self.a, row + r, at);
                    for (c, sum) in sums.iter_mut().enumerate() {
                        *sum = factor.mul_add(self.part(self.b, col + c, at), *sum);
                    }
                }
            },
        );
    }

    /// The last vector of row `r`: the next row's elements come along and are masked.
    #[inline(always)]
    fn part(&self, rows: Rows<'_, T>, r: usize, at: usize) -> S::Vector {
        self.inside.select(self.simd.load(rows.xs.get(r * rows.stride + at..).unwrap_or_default()), self.simd.splat(T::ZERO))
    }
}

/// `sums[r][c] += factors[r]·columns[c]`.
#[inline(always)]
fn step<T: Real, V: crate::Vector<T>, const ROWS: usize, const COLS: usize>(
    sums: &mut [[V; COLS]; ROWS],
    factors: [V; ROWS],
    columns: [V; COLS],
) {
    for (sums, factor) in sums.iter_mut().zip(factors) {
        for (sum, column) in sums.iter_mut().zip(columns) {
            *sum = factor.mul_add(column, *sum);
        }
    }
}
