//! Products whose right factor does not stay in the first-level cache, or lies transposed: panels of it are copied side by side.
//!
//! A panel is a block of `b`, as many columns as a tile has and as many k as fit the buffer, one k after the other. All rows of
//! `a` pass over it before the next one is copied, so that `b` is read once, in whole cache lines. The sums of a block go on
//! from those of the block before: every element is one sum over k in order, as in `tile`.

use super::block::{Rows, RowsMut, lines};
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
struct Aligned<T, const N: usize>([T; N]);

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
            let width = if n > 2 * S::LANES { 4 * S::LANES } else { 2 * S::LANES };
            let (mut small, mut large);
            let panel: &mut [T] = if a.depth.min(DEPTH) * width <= SMALL_PANEL {
                small = Aligned([T::ZERO; SMALL_PANEL]);
                &mut small.0
            } else {
                large = Aligned([T::ZERO; PANEL]);
                &mut large.0
            };
            let mut col = 0;
            if const { S::REGISTERS >= 32 } {
                while col + 2 * S::LANES < n {
                    tallest!(S, 4, work.panel(panel, out, col));
                    col += 4 * S::LANES;
                }
            }
            while col < n {
                tallest!(S, 2, work.panel(panel, out, col));
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
    /// The columns from `col` on that a tile takes, for all rows.
    #[inline(always)]
    fn panel<const R: usize, const WIDE: usize>(&self, panel: &mut [T], out: &mut [T], col: usize) {
        let width = WIDE * S::LANES;
        // For few rows a copy is dear: the panel is read where it lies, in blocks that stay in the cache although they are spread.
        let direct = match self.b {
            Right::Plain(b) if out.len() < COPY_ROWS * self.stride && col + width <= self.n && !b.stride.is_multiple_of(ALIASED) => Some(b),
            _ => None,
        };
        let most = if direct.is_some() { SPREAD_DEPTH } else { (panel.len() / width).min(DEPTH) };
        let mut first = 0;
        while first < self.a.depth {
            let depth = (self.a.depth - first).min(most);
            let (panel, stride) = match (direct, self.b) {
                (Some(b), _) => (b.xs.get(first * b.stride + col..).unwrap_or_default(), b.stride),
                (None, b) => {
                    let Some(panel) = panel.get_mut(..depth * width) else { return };
                    match b {
                        Right::Plain(b) => self.copy::<WIDE>(b, first, col, panel),
                        Right::Transposed(b) => {
                            turn(self.simd, b, col..self.n.min(col + width), first..first + depth, panel, width);
                        }
                    }
                    (&*panel, width)
                }
            };
            let block = Block { panel, stride, first, depth, col, from_out: self.add || first > 0 };
            let row = self.strip::<R, WIDE>(&block, out, 0);
            self.strip::<1, WIDE>(&block, out, row);
            first += depth;
        }
    }

    /// As many times `R` rows as there are from `row` on, over one panel; gives the first row left over. A function of its own:
    /// around its inner loop stands little else that wants registers.
    #[inline(always)]
    fn strip<const R: usize, const WIDE: usize>(&self, block: &Block<'_, T>, out: &mut [T], row: usize) -> usize {
        self.simd.apart(
            #[inline(always)]
            || {
                let mut row = row;
                while let Some(rows) = out.get_mut(row * self.stride..(row + R - 1) * self.stride + self.n) {
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
        let mut sums = [[self.simd.splat(T::ZERO); WIDE]; R];
        if block.from_out {
            if inside {
                // From constant places of the array, which so stays in registers.
                for (r, sums) in sums.iter_mut().enumerate() {
                    let Some(line) = rows.get(r * self.stride + block.col..).and_then(|line| line.get(..WIDE * S::LANES)) else { return };
                    for (sum, xs) in sums.iter_mut().zip(line.chunks_exact(S::LANES)) {
                        *sum = self.simd.load(xs);
                    }
                }
            } else {
                edge::get(self.simd, sums.as_flattened_mut(), WIDE, rows, (self.stride, block.col..self.n));
            }
        }
        // A single row is the same either way.
        let sums = if R > 1 && self.a.k == 1 { self.along_rows(block, row, sums) } else { self.across_rows(block, row, sums) };
        if !inside {
            return edge::put(self.simd, sums.as_flattened(), WIDE, rows, (self.stride, block.col..self.n), false);
        }
        for (r, sums) in sums.iter().enumerate() {
            let Some(line) = rows.get_mut(r * self.stride + block.col..).and_then(|line| line.get_mut(..WIDE * S::LANES)) else { return };
            for (sum, place) in sums.iter().zip(line.chunks_exact_mut(S::LANES)) {
                sum.store(place);
            }
        }
    }

    /// The sums, with a block's products added; each row of `a` is contiguous.
    #[inline(always)]
    fn along_rows<const R: usize, const WIDE: usize>(
        &self,
        block: &Block<'_, T>,
        row: usize,
        mut sums: [[S::Vector; WIDE]; R],
    ) -> [[S::Vector; WIDE]; R] {
        let width = WIDE * S::LANES;
        let &Block { panel, stride, first, depth, .. } = block;
        let Some(rows) = lines::<T, R>(self.a.a, row * self.a.row + first, self.a.row, depth) else { return sums };
        // One bound for all rows: where one would fail the loop ends, so that the other checks fall away.
        'whole: for k in 0..depth {
            let Some(window) = panel.get(k * stride..k * stride + width) else { break };
            let mut factors = [T::ZERO; R];
            for (factor, row) in factors.iter_mut().zip(rows) {
                let Some(&x) = row.get(k) else { break 'whole };
                *factor = x;
            }
            self.step(window, factors, &mut sums);
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
        let width = WIDE * S::LANES;
        let &Block { panel, stride, first, depth, .. } = block;
        let (next, a) = (self.a.k, self.a.a.get(first * self.a.k + row * self.a.row..).unwrap_or_default());
        for k in 0..depth {
            let Some(window) = panel.get(k * stride..k * stride + width) else { break };
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
