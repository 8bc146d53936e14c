//! The register tile of `a · b` and `aᵀ · b`, and how tiles cover the result.
//!
//! The shapes arrive as numbers, not as types: one body a level is compiled for all the products of a program, which
//! would otherwise be most of its compile time. A tile is `ROWS` rows of `WIDE` vectors. Where the last vector of a row
//! reaches beyond it, its other lanes are the next row's, never stored; only at the end of `b` is there a padded copy.

use crate::{Real, Simd, Vector as _};

/// The most elements of a row that a tile takes: 8 vectors of 16.
pub(crate) const MOST: usize = 128;

/// A left factor by rows of the result: element (row, k) lies at row·`row` + k·`k`.
#[derive(Clone, Copy)]
pub(super) struct Factor<'a, T> {
    /// All elements.
    pub(super) a: &'a [T],
    /// From one row to the next.
    pub(super) row: usize,
    /// From one k to the next.
    pub(super) k: usize,
    /// How many k there are.
    pub(super) depth: usize,
}

impl<'a, T: Real> Factor<'a, T> {
    /// What begins at each of the rows from `row` on.
    #[inline(always)]
    fn rows<const ROWS: usize>(self, row: usize) -> [&'a [T]; ROWS] {
        let mut out: [&[T]; ROWS] = [&[]; ROWS];
        for (r, out) in out.iter_mut().enumerate() {
            *out = self.a.get((row + r) * self.row..).unwrap_or_default();
        }
        out
    }
}

/// `COUNT` lines of this length from line `first` on, if there are so many.
#[inline(always)]
pub(super) fn lines<T, const COUNT: usize>(xs: &[T], len: usize, first: usize) -> Option<[&[T]; COUNT]> {
    let mut out: [&[T]; COUNT] = [&[]; COUNT];
    for (i, line) in out.iter_mut().enumerate() {
        // In two steps, so that the optimiser knows the length.
        *line = xs.get((first + i) * len..)?.get(..len)?;
    }
    Some(out)
}

/// `out[m][n] = Σₖ a(m, k)·b[k][n]`, or with `add` += it, for as many rows as `out` has; `b` and `out` in rows of length `n`.
#[inline(never)]
pub(super) fn product<T: Real, S: Simd<T>>(simd: S, a: Factor<'_, T>, b: &[T], out: &mut [T], n: usize, add: bool) {
    simd.enter(
        #[inline(always)]
        || {
            if a.depth == 1 {
                return outer(simd, a, b, out, n, add);
            }
            let cover = Cover { simd, a, b, n, add };
            let few = out.len() < 3 * n;
            let mut col = 0;
            // The widest panel: few rows need many vectors side by side to hide the latency of a multiply-add.
            while few && col + 7 * S::LANES < n {
                cover.strip::<1, 8>(out, 0, col);
                col += 8 * S::LANES;
            }
            if const { S::REGISTERS >= 32 } {
                while col + 2 * S::LANES < n {
                    let row = cover.strip::<4, 4>(out, 0, col);
                    let row = cover.strip::<2, 4>(out, row, col);
                    cover.strip::<1, 4>(out, row, col);
                    col += 4 * S::LANES;
                }
            }
            while col + S::LANES < n {
                let row = if const { S::REGISTERS >= 32 } { cover.strip::<8, 2>(out, 0, col) } else { cover.strip::<6, 2>(out, 0, col) };
                let row = cover.strip::<2, 2>(out, row, col);
                cover.strip::<1, 2>(out, row, col);
                col += 2 * S::LANES;
            }
            while col < n {
                let row = if const { S::REGISTERS >= 32 } { cover.strip::<16, 1>(out, 0, col) } else { 0 };
                let row = cover.strip::<4, 1>(out, row, col);
                cover.strip::<1, 1>(out, row, col);
                col += S::LANES;
            }
        },
    );
}

/// The same for a single k: each row of the result is that of `b` times one number, and writing it is all the work there is.
#[inline(always)]
fn outer<T: Real, S: Simd<T>>(simd: S, a: Factor<'_, T>, b: &[T], out: &mut [T], n: usize, add: bool) {
    let zero = simd.splat(T::ZERO);
    for (row, line) in out.chunks_exact_mut(n.max(1)).enumerate() {
        let factor = simd.splat(a.a.get(row * a.row).copied().unwrap_or(T::ZERO));
        let mut col = 0;
        while let Some(place) = line.get_mut(col..).filter(|place| !place.is_empty()) {
            let product = factor.mul_add(simd.load(b.get(col..).unwrap_or_default()), zero);
            let sum = if add { simd.load(place) + product } else { product };
            sum.store(place);
            col += S::LANES;
        }
    }
}

struct Cover<'a, T, S> {
    simd: S,
    a: Factor<'a, T>,
    b: &'a [T],
    n: usize,
    add: bool,
}

impl<T: Real, S: Simd<T>> Cover<'_, T, S> {
    /// As many tiles of `ROWS` rows as there are from `row` on; gives the first row left over.
    #[inline(always)]
    fn strip<const ROWS: usize, const WIDE: usize>(&self, out: &mut [T], mut row: usize, col: usize) -> usize {
        while let Some(rows) = out.get_mut(row * self.n..(row + ROWS) * self.n) {
            let mut sums = self.tile::<ROWS, WIDE>(row, col);
            if col + WIDE * S::LANES <= self.n {
                if self.add {
                    for (r, sums) in sums.iter_mut().enumerate() {
                        for (j, sum) in sums.iter_mut().enumerate() {
                            *sum = self.simd.load(self.window(rows, r, col + j * S::LANES)) + *sum;
                        }
                    }
                }
                for (r, sums) in sums.iter().enumerate() {
                    for (j, sum) in sums.iter().enumerate() {
                        let at = r * self.n + col + j * S::LANES;
                        if let Some(place) = rows.get_mut(at..at + S::LANES) {
                            sum.store(place);
                        }
                    }
                }
            } else {
                let mut lines = [[T::ZERO; MOST]; ROWS];
                for (line, sums) in lines.iter_mut().zip(&sums) {
                    for (place, sum) in line.chunks_exact_mut(S::LANES).zip(sums) {
                        sum.store(place);
                    }
                }
                put_part(&lines, rows, self.n, col, self.add);
            }
            row += ROWS;
        }
        row
    }

    /// A vector's elements of row `r`.
    #[inline(always)]
    fn window<'b>(&self, rows: &'b [T], r: usize, col: usize) -> &'b [T] {
        let at = r * self.n + col;
        rows.get(at..at + S::LANES).unwrap_or_default()
    }

    /// `Σₖ a(row + r, k)·b[k][col…]`, k in order.
    #[inline(always)]
    fn tile<const ROWS: usize, const WIDE: usize>(&self, row: usize, col: usize) -> [[S::Vector; WIDE]; ROWS] {
        let zero = self.simd.splat(T::ZERO);
        let mut sums = [[zero; WIDE]; ROWS];
        let mut padded = [T::ZERO; MOST];
        let rows = self.a.rows::<ROWS>(row);
        for k in 0..self.a.depth {
            let rest = self.b.get(k * self.n + col..).unwrap_or_default();
            let window = match rest.get(..WIDE * S::LANES) {
                Some(window) => window,
                None => pad(&mut padded, rest),
            };
            let mut vectors = [zero; WIDE];
            for (j, vector) in vectors.iter_mut().enumerate() {
                if let Some(xs) = window.get(j * S::LANES..(j + 1) * S::LANES) {
                    *vector = self.simd.load(xs);
                }
            }
            for (sums, row) in sums.iter_mut().zip(rows) {
                let factor = self.simd.splat(row.get(k * self.a.k).copied().unwrap_or(T::ZERO));
                for (sum, vector) in sums.iter_mut().zip(vectors) {
                    *sum = factor.mul_add(vector, *sum);
                }
            }
        }
        sums
    }
}

/// Writes, or with `add` adds, each line into what is left of its row from `col` on.
#[inline(never)]
fn put_part<T: Real>(lines: &[[T; MOST]], rows: &mut [T], n: usize, col: usize, add: bool) {
    for (line, row) in lines.iter().zip(rows.chunks_exact_mut(n.max(1))) {
        for (place, &sum) in row.get_mut(col..).unwrap_or_default().iter_mut().zip(line) {
            *place = if add { *place + sum } else { sum };
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
