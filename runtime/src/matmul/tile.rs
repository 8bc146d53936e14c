//! The register tile of `a · b` and `aᵀ · b`, and how tiles cover the result.
//!
//! The shapes arrive as numbers, not as types: one body a level is compiled for all the products of a program, which
//! would otherwise be most of its compile time. A tile is `ROWS` rows of `WIDE` vectors. Where the last vector of a row
//! reaches beyond it, its other lanes are the next row's, never stored; only at the end of `b` is there a padded copy.

use super::block::{Rows, RowsMut, column, lines};
use super::edge;
use crate::shapes::tallest;
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
            let cover = Cover { simd, a, b, stride: out.stride, n, add };
            let few = out.xs.len() < 2 * out.stride + n;
            let out = out.xs;
            let mut col = 0;
            // The widest panel: few rows need many vectors side by side to hide the latency of a multiply-add.
            while few && col + 7 * S::LANES < n {
                cover.strip::<1, 8>(out, 0, col);
                col += 8 * S::LANES;
            }
            if const { S::REGISTERS >= 32 } {
                while col + 3 * S::LANES < n {
                    let rows = (out.len() + cover.stride - n) / cover.stride;
                    let six = super::packed::six(rows);
                    let row = cover.strip::<6, 4>(out.get_mut(..(six * cover.stride + n).saturating_sub(cover.stride)).unwrap_or_default(), 0, col);
                    let row = cover.strip::<4, 4>(out, row, col);
                    cover.strip::<1, 4>(out, row, col);
                    col += 4 * S::LANES;
                }
            }
            while col + S::LANES < n {
                let row = tallest!(S, 2, cover.strip(out, 0, col));
                let row = if const { S::LEAN } { row } else { cover.strip::<2, 2>(out, row, col) };
                cover.strip::<1, 2>(out, row, col);
                col += 2 * S::LANES;
            }
            while col < n {
                let row = tallest!(S, 1, cover.strip(out, 0, col));
                let row = if const { S::LEAN } { row } else { cover.strip::<4, 1>(out, row, col) };
                cover.strip::<1, 1>(out, row, col);
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
    /// From one row of the result to the next.
    stride: usize,
    n: usize,
    add: bool,
}

impl<T: Real, S: Simd<T>> Cover<'_, T, S> {
    /// As many tiles of `ROWS` rows as there are from `row` on; gives the first row left over.
    #[inline(always)]
    fn strip<const ROWS: usize, const WIDE: usize>(&self, out: &mut [T], row: usize, col: usize) -> usize {
        if out.len() < (row + ROWS - 1) * self.stride + self.n {
            row
        } else if const { ROWS == 1 } {
            self.tiles::<ROWS, WIDE>(out, row, col)
        } else {
            // A function of its own: around its inner loop stands little else that wants registers.
            self.simd.apart(
                #[inline(always)]
                || self.tiles::<ROWS, WIDE>(out, row, col),
            )
        }
    }

    /// The same, where there is one at least.
    #[inline(always)]
    fn tiles<const ROWS: usize, const WIDE: usize>(&self, out: &mut [T], mut row: usize, col: usize) -> usize {
        while let Some(rows) = out.get_mut(row * self.stride..(row + ROWS - 1) * self.stride + self.n) {
            self.rows::<ROWS, WIDE>(rows, row, col);
            row += ROWS;
        }
        row
    }

    /// `ROWS` rows of the result, from row `row` on.
    #[inline(always)]
    fn rows<const ROWS: usize, const WIDE: usize>(&self, rows: &mut [T], row: usize, col: usize) {
        let mut sums = self.tile::<ROWS, WIDE>(row, col);
        if col + WIDE * S::LANES <= self.n {
            // At constant places of the array of sums, which so stays in registers.
            if self.add {
                for (r, sums) in sums.iter_mut().enumerate() {
                    let Some(line) = rows.get(r * self.stride + col..).and_then(|line| line.get(..WIDE * S::LANES)) else { break };
                    for (sum, xs) in sums.iter_mut().zip(line.chunks_exact(S::LANES)) {
                        *sum = self.simd.load(xs) + *sum;
                    }
                }
            }
            for (r, sums) in sums.iter().enumerate() {
                let Some(line) = rows.get_mut(r * self.stride + col..).and_then(|line| line.get_mut(..WIDE * S::LANES)) else { break };
                for (sum, place) in sums.iter().zip(line.chunks_exact_mut(S::LANES)) {
                    sum.store(place);
                }
            }
        } else if WIDE == 1 && col == 0 && self.stride == self.n {
            self.narrow(rows, &sums);
        } else {
            // A copy in memory; the sums themselves are never there.
            edge::put(self.simd, { sums }.as_flattened(), WIDE, rows, (self.stride, col..self.n), self.add);
        }
    }

    /// Rows narrower than a vector: what reaches beyond one is overwritten by the next.
    #[inline(always)]
    fn narrow<const ROWS: usize, const WIDE: usize>(&self, rows: &mut [T], sums: &[[S::Vector; WIDE]; ROWS]) {
        let mut sums = *sums;
        if self.add {
            for (r, sum) in sums.as_flattened_mut().iter_mut().enumerate() {
                *sum = self.simd.load(rows.get(r * self.n..).unwrap_or_default()) + *sum;
            }
        }
        for (r, sum) in sums.as_flattened().iter().enumerate() {
            sum.store(rows.get_mut(r * self.n..).unwrap_or_default());
        }
    }

    /// `Σₖ a(row + r, k)·b[k][col…]`, k in order.
    #[inline(always)]
    fn tile<const ROWS: usize, const WIDE: usize>(&self, row: usize, col: usize) -> [[S::Vector; WIDE]; ROWS] {
        let Factor { a, row: across, k: next, depth } = self.a;
        let Rows { xs: b, stride } = self.b;
        let mut sums = [[self.simd.splat(T::ZERO); WIDE]; ROWS];
        // Lines of `b` that are followed by a whole line are of one length, which is looked at once, before the loop; others each by itself.
        let whole = b.get(col..).unwrap_or_default().chunks_exact(stride.max(1));
        let mut done = 0;
        // A single row is the same either way.
        if ROWS > 1 && next == 1 {
            // All lines have `depth` elements, which the optimiser knows: nothing is checked in the loop.
            let Some(lines) = lines::<T, ROWS>(a, row * across, across, depth) else { return sums };
            for (k, window) in (0..depth).zip(whole) {
                let Some(window) = window.get(..WIDE * S::LANES) else { break };
                self.step(&mut sums, column(lines, k), window);
                done += 1;
            }
            for k in done..depth {
                let Some(window) = b.get(k * stride + col..k * stride + col + WIDE * S::LANES) else { return self.end(sums, k, row, col) };
                self.step(&mut sums, column(lines, k), window);
            }
            return sums;
        }
        let a = a.get(row * across..).unwrap_or_default();
        for (factors, window) in a.chunks_exact(next.max(1)).zip(whole).take(depth) {
            let (Some(factors), Some(window)) = (factors.first_chunk(), window.get(..WIDE * S::LANES)) else { break };
            self.step(&mut sums, *factors, window);
            done += 1;
        }
        for k in done..depth {
            let Some(factors) = a.get(k * next..).and_then(|line| line.first_chunk()) else { break };
            let Some(window) = b.get(k * stride + col..k * stride + col + WIDE * S::LANES) else { return self.end(sums, k, row, col) };
            self.step(&mut sums, *factors, window);
        }
        sums
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

    /// `sums[r][j] += factors[r]·window[j]`, with the window in vectors.
    #[inline(always)]
    fn step<const ROWS: usize, const WIDE: usize>(&self, sums: &mut [[S::Vector; WIDE]; ROWS], factors: [T; ROWS], window: &[T]) {
        let mut vectors = [self.simd.splat(T::ZERO); WIDE];
        for (vector, xs) in vectors.iter_mut().zip(window.chunks_exact(S::LANES)) {
            *vector = self.simd.load(xs);
        }
        for (sums, factor) in sums.iter_mut().zip(factors) {
            let factor = self.simd.splat(factor);
            for (sum, vector) in sums.iter_mut().zip(vectors) {
                *sum = factor.mul_add(vector, *sum);
            }
        }
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
