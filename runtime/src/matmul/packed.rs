//! Products whose right factor does not stay in the first-level cache, or lies transposed: panels of it are copied side by side.
//!
//! A panel is a block of `b`, as many columns as a tile has and as many k as fit the buffer, one k after the other. All rows of
//! `a` pass over it before the next one is copied, so that `b` is read once, in whole cache lines. The sums of a block go on
//! from those of the block before: every element is one sum over k in order, as in `tile`.

use core::hint::black_box;
use core::ops::Range;

use super::block::{Aligned, Rows, RowsMut};
use super::sums;
use super::tile::Factor;
use super::turn::turn;
use crate::shapes::{in_sixes, tallest};
use crate::{Real, Simd, Vector as _};

/// Elements of a panel: 32 KB of f32; 4 KB on small machines, whose stack it lies on.
const PANEL: usize = if cfg!(target_pointer_width = "64") { 8192 } else { 1024 };
/// Elements of a panel of a small product: a large one takes longer to clear than the product.
const SMALL_PANEL: usize = PANEL / 4;
/// The most k in a block.
const DEPTH: usize = 256;

/// Rows of `a` that a panel is copied for even if it can be read where it lies.
const COPY_ROWS: usize = 64;
/// The most k in a block that is not copied.
const SPREAD_DEPTH: usize = 64;
/// Elements from which on `b` comes from a cache so far that its lines are read one after the other before they are turned: by squares the
/// core would wait for sixteen lines of as many pages at a time.
const FAR: usize = 1 << 18;
/// Rows of `b` of a multiple of this length begin in the same few lines of a cache.
const ALIASED: usize = 256;

/// From how many rows of `a` on panels pay.
pub(super) const FROM_ROWS: usize = 16;

/// Whether to work by panels of a `b` of so many elements for so many rows of `a`.
pub(super) const fn pays(rows: usize, elements: usize) -> bool {
    rows >= FROM_ROWS && elements > PANEL || rows >= 8 * FROM_ROWS && elements >= PANEL / 4
}

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
            let rows = out.count(n);
            let mut work = Work { simd, a, b, out: out.xs, stride: out.stride, rows, n, add };
            let col = if rows < COPY_ROWS { work.lying() } else { 0 };
            if col < n {
                work.copied(col);
            }
        },
    );
}

/// Brings elements that lie side by side into the caches.
#[inline(always)]
fn read<T: Real>(xs: &[T]) {
    let mut seen = T::ZERO;
    for &x in xs.iter().step_by(64 / size_of::<T>()) {
        seen += x;
    }
    black_box(seen);
}

/// A block of `b` as the rows of `a` pass over it.
#[derive(Clone, Copy)]
struct Block<'a, T> {
    /// Begins with the line of the first k.
    b: Rows<'a, T>,
    /// Where in a line the first column is.
    offset: usize,
    /// The first k, and how many there are.
    first: usize,
    depth: usize,
    /// The first column.
    col: usize,
}

struct Work<'a, T, S> {
    simd: S,
    a: Factor<'a, T>,
    b: Right<'a, T>,
    out: &'a mut [T],
    /// From one row of the result to the next.
    stride: usize,
    /// Rows and columns of the result.
    rows: usize,
    n: usize,
    add: bool,
}

impl<T: Real, S: Simd<T>> Work<'_, T, S> {
    /// Columns of a tile of four vectors; where there are not registers enough for it, of two.
    const WIDE: usize = if S::REGISTERS >= 32 { 4 * S::LANES } else { 2 * S::LANES };

    /// As many columns as there are for whole tiles, with `b` read where it lies, in blocks that stay in the cache although they are spread;
    /// gives the first column left over. For few rows a copy is dear. (None where the last line of `b` ends before the others: a part of a
    /// larger array.)
    #[inline(always)]
    fn lying(&mut self) -> usize {
        let Right::Plain(b) = self.b else { return 0 };
        if b.stride.is_multiple_of(2 * ALIASED) || b.xs.len() < self.a.depth * b.stride {
            return 0;
        }
        let most = if b.stride.is_multiple_of(ALIASED) { SPREAD_DEPTH / 2 } else { SPREAD_DEPTH };
        let mut col = 0;
        while col + 2 * S::LANES <= self.n {
            let width = if col + Self::WIDE <= self.n { Self::WIDE } else { 2 * S::LANES };
            for first in (0..self.a.depth).step_by(most) {
                let b = Rows { xs: b.xs.get(first * b.stride..).unwrap_or_default(), stride: b.stride };
                self.rows_from(0, &Block { b, offset: col, first, depth: (self.a.depth - first).min(most), col }, width);
            }
            col += width;
        }
        col
    }

    /// The columns from `col` on, with panels of `b` copied side by side.
    #[inline(always)]
    fn copied(&mut self, col: usize) {
        let width = if self.n > col + 2 * S::LANES { Self::WIDE } else { 2 * S::LANES };
        let (mut small, mut large);
        let panel: &mut [T] = if self.a.depth.min(DEPTH) * width <= SMALL_PANEL {
            small = Aligned([T::ZERO; SMALL_PANEL]);
            &mut small.0
        } else {
            large = Aligned([T::ZERO; PANEL]);
            &mut large.0
        };
        let most = (panel.len() / width).clamp(1, DEPTH);
        let (depth, columns) = (self.a.depth, col..self.n);
        // One panel after the other as `b` lies: its lines are read on where the panel before has ended.
        match self.b {
            Right::Plain(_) => {
                for first in (0..depth).step_by(most) {
                    for col in columns.clone().step_by(width) {
                        self.panel(panel, first..depth.min(first + most), col);
                    }
                }
            }
            Right::Transposed(b) => {
                for col in columns.step_by(width) {
                    if depth * self.n > FAR {
                        for row in col..self.n.min(col + width) {
                            read(b.xs.get(row * b.stride..row * b.stride + depth).unwrap_or_default());
                        }
                    }
                    for first in (0..depth).step_by(most) {
                        self.panel(panel, first..depth.min(first + most), col);
                    }
                }
            }
        }
    }

    /// All rows over a copy of these k and the columns from `col` on. One function, which is called from both orders of panels.
    #[inline(always)]
    fn panel(&mut self, panel: &mut [T], ks: Range<usize>, col: usize) {
        self.simd.apart(
            #[inline(always)]
            || {
                let width = if self.n > col + 2 * S::LANES { Self::WIDE } else { 2 * S::LANES };
                let Some(panel) = panel.get_mut(..ks.len() * width) else { return };
                let block = |b, offset| Block { b, offset, first: ks.start, depth: ks.len(), col };
                let mut row = 0;
                match self.b {
                    Right::Plain(b) => match b.xs.get(ks.start * b.stride..ks.end * b.stride) {
                        Some(xs) if self.can_copy(col, width) => {
                            row = self.first_rows(&block(Rows { xs, stride: b.stride }, col), panel);
                        }
                        _ => self.copy(b, ks.start, col, panel, width),
                    },
                    Right::Transposed(b) => turn(self.simd, b, col..self.n.min(col + width), ks.clone(), panel, width),
                }
                self.rows_from(row, &block(Rows { xs: panel, stride: width }, 0), width);
            },
        );
    }

    /// Whether the first rows can copy what they read on their way, which costs little.
    #[inline(always)]
    fn can_copy(&self, col: usize, width: usize) -> bool {
        !S::LEAN && self.a.k == 1 && width == Self::WIDE && col + width <= self.n && self.rows >= FROM_ROWS
    }

    /// The first rows over a block, which they copy; gives how many they are.
    #[inline(always)]
    fn first_rows(&mut self, block: &Block<'_, T>, panel: &mut [T]) -> usize {
        if const { S::REGISTERS >= 32 } {
            self.copying::<6, 4>(block, panel)
        } else if const { !S::LEAN } {
            self.copying::<6, 2>(block, panel)
        } else {
            0
        }
    }

    /// The first `R` rows over a block, which they copy.
    #[inline(always)]
    fn copying<const R: usize, const WIDE: usize>(&mut self, block: &Block<'_, T>, panel: &mut [T]) -> usize {
        self.simd.apart(
            #[inline(always)]
            || {
                self.tile::<R, WIDE>(
                    block,
                    0,
                    #[inline(always)]
                    |simd, a, sums| sums::add_whole_products_copying(simd, a, block.b, block.offset, panel, sums),
                )
            },
        );
        R
    }

    /// The rows from `row` on over one block, by tiles of this width.
    #[inline(always)]
    fn rows_from(&mut self, row: usize, block: &Block<'_, T>, width: usize) {
        if const { S::REGISTERS >= 32 } && width == 4 * S::LANES {
            let row = self.strip::<6, 4>(block, row, row + in_sixes(self.rows.saturating_sub(row)));
            let row = self.strip::<4, 4>(block, row, self.rows);
            self.strip::<1, 4>(block, row, self.rows);
        } else {
            let row = tallest!(S, 2, self.strip(block, row, self.rows));
            self.strip::<1, 2>(block, row, self.rows);
        }
    }

    /// As many times `R` rows as there are from `row` to `end`; gives the first row left over. A function of its own: around its inner loop
    /// stands little else that wants registers.
    #[inline(always)]
    fn strip<const R: usize, const WIDE: usize>(&mut self, block: &Block<'_, T>, row: usize, end: usize) -> usize {
        if row + R > end {
            return row;
        }
        self.simd.apart(
            #[inline(always)]
            || {
                let mut row = row;
                while row + R <= end {
                    self.tile::<R, WIDE>(
                        block,
                        row,
                        #[inline(always)]
                        |simd, a, sums| sums::add_whole_products(simd, a, block.b, block.offset, sums),
                    );
                    row += R;
                }
                row
            },
        )
    }

    /// `R` rows of the result, from row `row` on, to which `add` adds this block's products.
    #[inline(always)]
    fn tile<const R: usize, const WIDE: usize>(
        &mut self,
        block: &Block<'_, T>,
        row: usize,
        add: impl FnOnce(S, Factor<'_, T>, [[S::Vector; WIDE]; R]) -> Option<[[S::Vector; WIDE]; R]>,
    ) {
        let Some(rows) = self.out.get_mut(row * self.stride..(row + R - 1) * self.stride + self.n) else { return };
        let place = (self.stride, block.col..self.n);
        let sums = match self.add || block.first > 0 {
            true => sums::read(self.simd, rows, place.clone()),
            false => [[self.simd.splat(T::ZERO); WIDE]; R],
        };
        let a = Factor { depth: block.depth, ..self.a.from(row, block.first) };
        if let Some(sums) = add(self.simd, a, sums) {
            sums::write(self.simd, sums, rows, place);
        }
    }

    /// Copies a block of `b`, followed by zeros where its rows end.
    #[inline(always)]
    fn copy(&self, b: Rows<'_, T>, first: usize, col: usize, panel: &mut [T], width: usize) {
        for (k, line) in panel.chunks_exact_mut(width).enumerate() {
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
