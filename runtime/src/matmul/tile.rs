//! The register tile of `a · b` and `aᵀ · b`, and how tiles cover the result.
//!
//! The shapes arrive as numbers, not as types: one body a level is compiled for all the products of a program, which
//! would otherwise be most of its compile time. A tile is `ROWS` rows of `WIDE` vectors. Where the last vector of a row
//! reaches beyond it, its other lanes are the next row's, never stored; only at the end of `b` is there a padded copy.

use super::block::{Rows, RowsMut};
use super::sums;
use crate::shapes::{in_sixes, tallest};
use crate::{Real, Simd, Vector as _};

/// The most elements of a row that a tile takes: 8 vectors of 16.
pub(crate) const MOST: usize = 128;

/// A left factor by rows of the result: element (row, k) lies at row·`row` + k·`k`.
#[derive(Clone, Copy)]
pub struct Factor<'a, T> {
    /// All elements.
    pub(crate) a: &'a [T],
    /// From one row to the next.
    pub(crate) row: usize,
    /// From one k to the next.
    pub(crate) k: usize,
    /// How many k there are.
    pub(crate) depth: usize,
}

impl<T> Factor<'_, T> {
    /// What begins at this row and k.
    #[inline(always)]
    pub(crate) fn from(&self, row: usize, k: usize) -> Self {
        Factor { a: self.a.get(row * self.row + k * self.k..).unwrap_or_default(), ..*self }
    }
}

/// `out[m][n] = Σₖ a(m, k)·b[k][n]`, or with `add` += it, for as many rows as `out` has; `b` and `out` with `n` columns.
pub(crate) fn product<T: Real, S: Simd<T>>(simd: S, a: Factor<'_, T>, b: Rows<'_, T>, out: RowsMut<'_, T>, n: usize, add: bool) {
    simd.enter(
        #[inline(always)]
        || {
            if a.depth == 1 {
                // A function of its own: what it needs in registers is not what tiles do.
                return simd.apart(
                    #[inline(always)]
                    || outer(simd, a, b, out, n, add),
                );
            }
            let rows = out.count(n);
            let mut cover = Cover { simd, a, b, out: out.xs, stride: out.stride, n, add };
            let mut col = 0;
            // The widest panel: few rows need many vectors side by side to hide the latency of a multiply-add.
            while rows <= 2 && col + 7 * S::LANES < n {
                cover.strip::<1, 8>(0, rows, col);
                col += 8 * S::LANES;
            }
            if const { S::REGISTERS >= 32 } {
                while col + 3 * S::LANES < n {
                    let row = cover.strip::<6, 4>(0, in_sixes(rows), col);
                    let row = cover.strip::<4, 4>(row, rows, col);
                    cover.strip::<1, 4>(row, rows, col);
                    col += 4 * S::LANES;
                }
            }
            while col + S::LANES < n {
                let row = tallest!(S, 2, cover.strip(0, rows, col));
                let row = if const { S::LEAN } { row } else { cover.strip::<2, 2>(row, rows, col) };
                cover.strip::<1, 2>(row, rows, col);
                col += 2 * S::LANES;
            }
            while col < n {
                let row = tallest!(S, 1, cover.strip(0, rows, col));
                let row = if const { S::LEAN } { row } else { cover.strip::<4, 1>(row, rows, col) };
                cover.strip::<1, 1>(row, rows, col);
                col += S::LANES;
            }
        },
    );
}

/// The same for a single k: each row of the result is that of `b` times one number, and writing it is all the work there is.
#[inline(always)]
fn outer<T: Real, S: Simd<T>>(simd: S, a: Factor<'_, T>, b: Rows<'_, T>, out: RowsMut<'_, T>, n: usize, add: bool) {
    let zero = simd.splat(T::ZERO);
    let whole = b.xs.get(..n).unwrap_or_default().chunks_exact(S::LANES);
    let last = simd.load(whole.remainder());
    let mut at = 0;
    for &factor in a.a.iter().step_by(a.row.max(1)) {
        let Some(line) = out.xs.get_mut(at..at + n) else { return };
        at += out.stride;
        let factor = simd.splat(factor);
        let mut places = line.chunks_exact_mut(S::LANES);
        for (place, b) in places.by_ref().zip(whole.clone()) {
            let product = factor.mul_add(simd.load(b), zero);
            let sum = if add { simd.load(place) + product } else { product };
            sum.store(place);
        }
        let place = places.into_remainder();
        if !place.is_empty() {
            let product = factor.mul_add(last, zero);
            let sum = if add { simd.load(place) + product } else { product };
            sum.store(place);
        }
    }
}

struct Cover<'a, T, S> {
    simd: S,
    a: Factor<'a, T>,
    b: Rows<'a, T>,
    out: &'a mut [T],
    /// From one row of the result to the next.
    stride: usize,
    n: usize,
    add: bool,
}

impl<T: Real, S: Simd<T>> Cover<'_, T, S> {
    /// As many tiles of `ROWS` rows as there are from `row` to `end`; gives the first row left over.
    #[inline(always)]
    fn strip<const ROWS: usize, const WIDE: usize>(&mut self, row: usize, end: usize, col: usize) -> usize {
        if row + ROWS > end {
            row
        } else if const { ROWS == 1 } {
            self.tiles::<ROWS, WIDE>(row, end, col)
        } else {
            // A function of its own: around its inner loop stands little else that wants registers.
            self.simd.apart(
                #[inline(always)]
                || self.tiles::<ROWS, WIDE>(row, end, col),
            )
        }
    }

    /// The same, where there is one at least.
    #[inline(always)]
    fn tiles<const ROWS: usize, const WIDE: usize>(&mut self, mut row: usize, end: usize, col: usize) -> usize {
        while row + ROWS <= end {
            self.tile::<ROWS, WIDE>(row, col);
            row += ROWS;
        }
        row
    }

    /// `ROWS` rows of the result, from row `row` on.
    #[inline(always)]
    fn tile<const ROWS: usize, const WIDE: usize>(&mut self, row: usize, col: usize) {
        let (a, b) = (self.a.from(row, 0), Rows { xs: self.b.xs.get(col..).unwrap_or_default(), stride: self.b.stride });
        let (sums, k) = sums::add_products(self.simd, a, b, [[self.simd.splat(T::ZERO); WIDE]; ROWS]);
        let mut sums = if k < a.depth { self.end(sums, k, row, col) } else { sums };
        let Some(rows) = self.out.get_mut(row * self.stride..(row + ROWS - 1) * self.stride + self.n) else { return };
        let place = (self.stride, col..self.n);
        let narrow = const { WIDE == 1 && !S::LEAN } && self.n < S::LANES && self.stride == self.n;
        // To what is there the whole sum is added: many small numbers, one after the other, would lose more digits.
        if self.add {
            let before: [[S::Vector; WIDE]; ROWS] = sums::read(self.simd, rows, place.clone());
            for (sums, before) in sums.iter_mut().zip(before) {
                for (sum, before) in sums.iter_mut().zip(before) {
                    *sum = before + *sum;
                }
            }
        }
        if narrow {
            write_narrow::<T, S, ROWS, WIDE>(&sums, rows, self.n);
        } else {
            sums::write(self.simd, sums, rows, place);
        }
    }

    /// The sums with what is left from `k` on, where vectors reach beyond the end of `b`.
    #[inline(always)]
    fn end<const ROWS: usize, const WIDE: usize>(
        &self,
        mut sums: [[S::Vector; WIDE]; ROWS],
        k: usize,
        row: usize,
        col: usize,
    ) -> [[S::Vector; WIDE]; ROWS] {
        self.add_end(sums.as_flattened_mut(), WIDE, k, row, col);
        sums
    }

    /// What is left from `k` on, added to the sums of rows of `wide` vectors. One function serves tiles of all shapes.
    #[inline(always)]
    fn add_end(&self, sums: &mut [S::Vector], wide: usize, k: usize, row: usize, col: usize) {
        let Factor { a, row: across, k: next, depth } = self.a;
        self.simd.apart(
            #[inline(always)]
            move || {
                for k in k..depth {
                    let mut window = [T::ZERO; MOST];
                    for (place, &x) in window.iter_mut().zip(self.b.xs.get(k * self.b.stride + col..).unwrap_or_default()) {
                        *place = x;
                    }
                    for (r, sums) in sums.chunks_mut(wide.max(1)).enumerate() {
                        let factor = self.simd.splat(a.get((row + r) * across + k * next).copied().unwrap_or(T::ZERO));
                        for (sum, xs) in sums.iter_mut().zip(window.chunks_exact(S::LANES)) {
                            *sum = factor.mul_add(self.simd.load(xs), *sum);
                        }
                    }
                }
            },
        );
    }
}

/// Writes rows narrower than a vector: what reaches beyond one is overwritten by the next.
#[inline(always)]
fn write_narrow<T: Real, S: Simd<T>, const ROWS: usize, const WIDE: usize>(sums: &[[S::Vector; WIDE]; ROWS], rows: &mut [T], n: usize) {
    for (r, sum) in sums.as_flattened().iter().enumerate() {
        sum.store(rows.get_mut(r * n..).unwrap_or_default());
    }
}

/// The elements, followed by zeros.
#[cold]
#[inline(never)]
pub(crate) fn pad<'a, T: Real>(padded: &'a mut [T; MOST], xs: &[T]) -> &'a [T] {
    *padded = [T::ZERO; MOST];
    for (place, &x) in padded.iter_mut().zip(xs) {
        *place = x;
    }
    padded
}
