//! Products whose right factor does not stay in the first-level cache, or lies transposed: panels of it are copied side by side.
//!
//! A panel is a block of `b`, as many columns as a tile has and as many k as fit the buffer, one k after the other. All rows of
//! `a` pass over it before the next one is copied, so that `b` is read once, in whole cache lines. The sums of a block go on
//! from those of the block before: every element is one sum over k in order, as in `tile`.

use core::ops::Range;

use super::block::{Rows, RowsMut, column, lines};
use super::edge;
use super::tile::Factor;
use super::turn::turn;
use crate::shapes::tallest;
use crate::{Real, Simd, Vector as _};

/// Elements of a panel: 32 KB of f32; 4 KB on small machines, whose stack it lies on.
const PANEL: usize = if cfg!(target_pointer_width = "64") { 8192 } else { 1024 };
/// Elements of a panel of a small product: a large one takes longer to clear than the product.
const SMALL_PANEL: usize = PANEL / 8;
/// The most k in a block.
const DEPTH: usize = 256;

/// Rows of `a` that a panel is copied for even if it can be read where it lies.
const COPY_ROWS: usize = 64;
/// The most k in a block that is not copied.
const SPREAD_DEPTH: usize = 64;
/// Rows of `b` of a multiple of this length begin in the same few lines of a cache.
const ALIASED: usize = 256;

/// From how many rows of `a` on panels pay.
pub(super) const FROM_ROWS: usize = 16;

/// Whether to work by panels of a `b` of so many elements for so many rows of `a`.
pub(super) const fn pays(rows: usize, elements: usize) -> bool {
    rows >= FROM_ROWS && elements > PANEL || rows >= 8 * FROM_ROWS && elements >= PANEL / 4
}

/// The copy, at the beginning of a cache line.
#[repr(C, align(64))]
pub(super) struct Aligned<T, const N: usize>(pub(super) [T; N]);

/// The right factor as it lies.
#[derive(Clone, Copy)]
pub enum Right<'a, T> {
    /// `b[k][n]`
    Plain(Rows<'a, T>),
    /// `b[n][k]`
    Transposed(Rows<'a, T>),
}

/// `out[m][n] = Σₖ a(m, k)·b(k, n)`, or with `add` += it, for as many rows as `out` has; `out` with `n` columns.
pub(crate) fn product<T: Real, S: Simd<T>>(simd: S, a: Factor<'_, T>, b: Right<'_, T>, out: RowsMut<'_, T>, n: usize, add: bool) {
    simd.enter(
        #[inline(always)]
        || {
            let work = Work { simd, a, b, stride: out.stride, n, add };
            let out = out.xs;
            let mut col = 0;
            // For few rows a copy is dear.
            if let Right::Plain(b) = b
                && out.len() < COPY_ROWS * work.stride
                && !b.stride.is_multiple_of(2 * ALIASED)
            {
                if const { S::REGISTERS >= 32 } {
                    while col + 4 * S::LANES <= n {
                        tallest!(S, 4, work.lying(b, out, col));
                        col += 4 * S::LANES;
                    }
                }
                while col + 2 * S::LANES <= n {
                    tallest!(S, 2, work.lying(b, out, col));
                    col += 2 * S::LANES;
                }
            }
            let width = if n > col + 2 * S::LANES { 4 * S::LANES } else { 2 * S::LANES };
            let (mut small, mut large);
            let panel: &mut [T] = if col >= n {
                &mut []
            } else if a.depth.min(DEPTH) * width <= SMALL_PANEL {
                small = Aligned([T::ZERO; SMALL_PANEL]);
                &mut small.0
            } else {
                large = Aligned([T::ZERO; PANEL]);
                &mut large.0
            };
            if const { S::REGISTERS >= 32 } {
                while col + 2 * S::LANES < n {
                    tallest!(S, 4, work.copied(panel, out, col));
                    col += 4 * S::LANES;
                }
            }
            while col < n {
                tallest!(S, 2, work.copied(panel, out, col));
                col += 2 * S::LANES;
            }
        },
    );
}

/// A block of `b` as the rows of `a` pass over it.
struct Block<'a, T> {
    /// Its first element is that of the first k; the next k is `stride` further on.
    panel: &'a [T],
    stride: usize,
    /// The first k, and how many there are.
    first: usize,
    depth: usize,
    /// The first column.
    col: usize,
    /// Whether the sums go on from what `out` holds.
    from_out: bool,
}

struct Work<'a, T, S> {
    simd: S,
    a: Factor<'a, T>,
    b: Right<'a, T>,
    /// From one row of the result to the next.
    stride: usize,
    n: usize,
    add: bool,
}

impl<T: Real, S: Simd<T>> Work<'_, T, S> {
    /// The columns from `col` on that a tile takes, for all rows: read where they lie, in blocks that stay in the cache although they are spread.
    #[inline(always)]
    fn lying<const R: usize, const WIDE: usize>(&self, b: Rows<'_, T>, out: &mut [T], col: usize) {
        let most = if b.stride.is_multiple_of(ALIASED) { SPREAD_DEPTH / 2 } else { SPREAD_DEPTH };
        let mut first = 0;
        while first < self.a.depth {
            let depth = (self.a.depth - first).min(most);
            self.all_rows::<R, WIDE>(b.xs.get(first * b.stride + col..).unwrap_or_default(), b.stride, first..first + depth, out, col);
            first += depth;
        }
    }

    /// The same, copied side by side.
    #[inline(always)]
    fn copied<const R: usize, const WIDE: usize>(&self, panel: &mut [T], out: &mut [T], col: usize) {
        let width = WIDE * S::LANES;
        let mut first = 0;
        while first < self.a.depth {
            let depth = (self.a.depth - first).min(panel.len() / width).clamp(1, DEPTH);
            let Some(panel) = panel.get_mut(..depth * width) else { return };
            match self.b {
                Right::Plain(b) => self.copy::<WIDE>(b, first, col, panel),
                Right::Transposed(b) => turn(self.simd, b, col..self.n.min(col + width), first..first + depth, panel, width),
            }
            self.all_rows::<R, WIDE>(panel, width, first..first + depth, out, col);
            first += depth;
        }
    }

    /// All rows of `a` over one block of these k.
    #[inline(always)]
    fn all_rows<const R: usize, const WIDE: usize>(&self, panel: &[T], stride: usize, ks: Range<usize>, out: &mut [T], col: usize) {
        let block = Block { panel, stride, first: ks.start, depth: ks.len(), col, from_out: self.add || ks.start > 0 };
        let rows = (out.len() + self.stride - self.n) / self.stride;
        let row = if const { WIDE == 4 } {
            let row = self.strip::<6, WIDE>(&block, out, 0, six(rows));
            self.strip::<4, WIDE>(&block, out, row, rows)
        } else {
            self.strip::<R, WIDE>(&block, out, 0, rows)
        };
        self.strip::<1, WIDE>(&block, out, row, rows);
    }

    /// As many times `R` rows as there are from `row` on, over one panel; gives the first row left over. A function of its own:
    /// around its inner loop stands little else that wants registers.
    #[inline(always)]
    fn strip<const R: usize, const WIDE: usize>(&self, block: &Block<'_, T>, out: &mut [T], row: usize, end: usize) -> usize {
        if row + R > end {
            return row;
        }
        self.simd.apart(
            #[inline(always)]
            || {
                let mut row = row;
                while row + R <= end && let Some(rows) = out.get_mut(row * self.stride..(row + R - 1) * self.stride + self.n) {
                    self.rows::<R, WIDE>(block, row, rows);
                    row += R;
                }
                row
            },
        )
    }

    /// `R` rows of the result, from row `row` on.
    #[inline(always)]
    fn rows<const R: usize, const WIDE: usize>(&self, block: &Block<'_, T>, row: usize, rows: &mut [T]) {
        let inside = block.col + WIDE * S::LANES <= self.n;
        let sums = match (block.from_out, inside) {
            (false, _) => [[self.simd.splat(T::ZERO); WIDE]; R],
            (true, true) => self.whole(block, rows),
            (true, false) => self.part(block, rows),
        };
        // A single row is the same either way.
        let sums = if R > 1 && self.a.k == 1 { self.along_rows(block, row, sums) } else { self.across_rows(block, row, sums) };
        if !inside {
            // A copy in memory; the sums themselves are never there.
            return edge::put(self.simd, { sums }.as_flattened(), WIDE, rows, (self.stride, block.col..self.n), false);
        }
        for (r, sums) in sums.iter().enumerate() {
            let Some(line) = rows.get_mut(r * self.stride + block.col..).and_then(|line| line.get_mut(..WIDE * S::LANES)) else { return };
            for (sum, place) in sums.iter().zip(line.chunks_exact_mut(S::LANES)) {
                sum.store(place);
            }
        }
    }

    /// The sums so far, of whole vectors.
    #[inline(always)]
    fn whole<const R: usize, const WIDE: usize>(&self, block: &Block<'_, T>, rows: &[T]) -> [[S::Vector; WIDE]; R] {
        let mut sums = [[self.simd.splat(T::ZERO); WIDE]; R];
        // At constant places of the array, which so stays in registers.
        for (r, sums) in sums.iter_mut().enumerate() {
            let Some(line) = rows.get(r * self.stride + block.col..).and_then(|line| line.get(..WIDE * S::LANES)) else { break };
            for (sum, xs) in sums.iter_mut().zip(line.chunks_exact(S::LANES)) {
                *sum = self.simd.load(xs);
            }
        }
        sums
    }

    /// The sums so far, where they end within a vector.
    #[inline(always)]
    fn part<const R: usize, const WIDE: usize>(&self, block: &Block<'_, T>, rows: &[T]) -> [[S::Vector; WIDE]; R] {
        let mut sums = [[self.simd.splat(T::ZERO); WIDE]; R];
        edge::get(self.simd, sums.as_flattened_mut(), WIDE, rows, (self.stride, block.col..self.n));
        sums
    }

    /// The sums, with a block's products added; each row of `a` is contiguous.
    #[inline(always)]
    fn along_rows<const R: usize, const WIDE: usize>(
        &self,
        block: &Block<'_, T>,
        row: usize,
        mut sums: [[S::Vector; WIDE]; R],
    ) -> [[S::Vector; WIDE]; R] {
        let &Block { panel, stride, first, depth, .. } = block;
        let Some(rows) = lines::<T, R>(self.a.a, row * self.a.row + first, self.a.row, depth) else { return sums };
        // All rows have `depth` elements and all lines of the panel but the last `stride`, which the optimiser knows: nothing is checked.
        let mut done = 0;
        for (k, line) in (0..depth).zip(panel.chunks_exact(stride.max(1))) {
            let Some(window) = line.get(..WIDE * S::LANES) else { break };
            self.step(window, column(rows, k), &mut sums);
            done += 1;
        }
        for k in done..depth {
            let Some(window) = panel.get(k * stride..k * stride + WIDE * S::LANES) else { break };
            self.step(window, column(rows, k), &mut sums);
        }
        sums
    }

    /// The same where the rows of `a` lie side by side.
    #[inline(always)]
    fn across_rows<const R: usize, const WIDE: usize>(
        &self,
        block: &Block<'_, T>,
        row: usize,
        mut sums: [[S::Vector; WIDE]; R],
    ) -> [[S::Vector; WIDE]; R] {
        let &Block { panel, stride, first, depth, .. } = block;
        let (next, a) = (self.a.k, self.a.a.get(first * self.a.k + row * self.a.row..).unwrap_or_default());
        let mut done = 0;
        for (factors, line) in a.chunks_exact(next.max(1)).zip(panel.chunks_exact(stride.max(1))).take(depth) {
            let (Some(factors), Some(window)) = (factors.first_chunk(), line.get(..WIDE * S::LANES)) else { break };
            self.step(window, *factors, &mut sums);
            done += 1;
        }
        for k in done..depth {
            let Some(window) = panel.get(k * stride..k * stride + WIDE * S::LANES) else { break };
            let Some(factors) = a.get(k * next..).and_then(|line| line.first_chunk()) else { break };
            self.step(window, *factors, &mut sums);
        }
        sums
    }

    /// `sums[r][j] += factors[r]·window[j]`.
    #[inline(always)]
    fn step<const R: usize, const WIDE: usize>(&self, window: &[T], factors: [T; R], sums: &mut [[S::Vector; WIDE]; R]) {
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

    /// Copies a block of `b`, followed by zeros where its rows end.
    #[inline(always)]
    fn copy<const WIDE: usize>(&self, b: Rows<'_, T>, first: usize, col: usize, panel: &mut [T]) {
        for (k, line) in panel.chunks_exact_mut(WIDE * S::LANES).enumerate() {
            let row = b.xs.get((first + k) * b.stride + col..(first + k) * b.stride + self.n).unwrap_or_default();
            if let Some(row) = row.get(..line.len()) {
                line.copy_from_slice(row);
                continue;
            }
            for (j, to) in line.chunks_exact_mut(S::LANES).enumerate() {
                self.simd.load(row.get(j * S::LANES..).unwrap_or_default()).store(to);
            }
        }
    }
}

/// Rows that go in tiles of six, so that four are left over.
pub(super) const fn six(rows: usize) -> usize {
    let even = rows / 2 * 2;
    let rest = match even % 6 {
        0 => 0,
        2 => 8,
        _ => 4,
    };
    if even < rest { 0 } else { even - rest }
}
