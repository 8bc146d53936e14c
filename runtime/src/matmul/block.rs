//! Matrices as products read and write them: rows of contiguous elements, that begin so many elements after each other. A matrix that is a
//! part of a larger array (the columns of one head of an attention) is read and written where it lies.

use core::hint::black_box;

/// Rows to read: row `r` begins at element `r`·`stride`.
#[derive(Clone, Copy)]
pub struct Rows<'a, T> {
    /// All elements from the first row on; more may follow.
    pub(crate) xs: &'a [T],
    /// From one row to the next.
    pub(crate) stride: usize,
}

/// Rows to write: as many as there are whole ones.
pub struct RowsMut<'a, T> {
    /// All elements from the first row on, to the end of the last.
    pub(crate) xs: &'a mut [T],
    /// From one row to the next.
    pub(crate) stride: usize,
}

/// `R` rows of `C` elements of a larger array; of what the samples of a tile have, as many rows as there are.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a, T, const C: usize, const R: usize> {
    xs: &'a [T],
    stride: usize,
}

/// As [`Block`], to write into.
#[derive(Debug)]
pub struct BlockMut<'a, T, const C: usize, const R: usize> {
    xs: &'a mut [T],
    stride: usize,
}

/// `R` rows of `C` elements, from one to the next `stride`, the first at `first`.
#[inline(always)]
#[must_use]
pub fn block<T, const C: usize, const R: usize>(xs: &[T], stride: usize, first: usize) -> Block<'_, T, C, R> {
    Block { xs: xs.get(first..).unwrap_or_default(), stride }
}

/// As [`block`], to write into.
#[inline(always)]
pub fn block_mut<T, const C: usize, const R: usize>(xs: &mut [T], stride: usize, first: usize) -> BlockMut<'_, T, C, R> {
    let xs = xs.get_mut(first..).unwrap_or_default();
    let end = match whole_rows::<C, R>(xs.len(), stride) {
        0 => 0,
        rows => (rows - 1) * stride + C,
    };
    BlockMut { xs: xs.get_mut(..end).unwrap_or_default(), stride }
}

/// How many of `R` rows of `C` elements there are among so many elements.
#[inline(always)]
const fn whole_rows<const C: usize, const R: usize>(len: usize, stride: usize) -> usize {
    if len >= R.saturating_sub(1) * stride + C { R } else { rows_in(len, stride, C) }
}

/// How many rows of so many columns there are among so many elements.
#[inline(always)]
const fn rows_in(len: usize, stride: usize, columns: usize) -> usize {
    match len.checked_sub(columns) {
        Some(rest) if stride > 0 => rest / stride + 1,
        _ => 0,
    }
}

impl<T> RowsMut<'_, T> {
    /// How many rows of so many columns there are.
    #[inline(always)]
    pub(super) fn count(&self, columns: usize) -> usize {
        rows_in(self.xs.len(), self.stride, columns)
    }
}

impl<'a, T, const C: usize, const R: usize> Block<'a, T, C, R> {
    /// How many rows there are.
    #[inline(always)]
    pub(crate) fn count(&self) -> usize {
        whole_rows::<C, R>(self.xs.len(), self.stride)
    }

    /// As products take it.
    #[inline(always)]
    pub(crate) fn rows(self) -> Rows<'a, T> {
        Rows { xs: self.xs, stride: self.stride }
    }
}

impl<'a, T, const C: usize, const R: usize> BlockMut<'a, T, C, R> {
    /// How many rows there are.
    #[inline(always)]
    pub(crate) fn count(&self) -> usize {
        whole_rows::<C, R>(self.xs.len(), self.stride)
    }

    /// As products take it.
    #[inline(always)]
    pub(crate) fn rows(self) -> RowsMut<'a, T> {
        RowsMut { xs: self.xs, stride: self.stride }
    }
}

impl<'a, T, const N: usize> From<&'a [[T; N]]> for Rows<'a, T> {
    #[inline(always)]
    fn from(rows: &'a [[T; N]]) -> Self {
        Rows { xs: rows.as_flattened(), stride: N }
    }
}

impl<'a, T, const N: usize> From<&'a mut [[T; N]]> for RowsMut<'a, T> {
    #[inline(always)]
    fn from(rows: &'a mut [[T; N]]) -> Self {
        RowsMut { xs: rows.as_flattened_mut(), stride: N }
    }
}

/// Copied elements, at the beginning of a cache line.
#[repr(C, align(64))]
pub(crate) struct Aligned<T, const N: usize>(pub(crate) [T; N]);

/// `COUNT` pieces of `len` elements, the first at `start`, the others `stride` further on each, if there are so many.
#[inline(always)]
pub(super) fn lines<T, const COUNT: usize>(xs: &[T], start: usize, stride: usize, len: usize) -> Option<[&[T]; COUNT]> {
    let mut out: [&[T]; COUNT] = [&[]; COUNT];
    for (i, line) in out.iter_mut().enumerate() {
        // In two steps, so that the optimiser knows the length. It must not know where one line lies from another: it would work that out
        // from few registers at each element.
        *line = black_box(xs.get(start + i * stride..)?).get(..len)?;
    }
    Some(out)
}

/// Element `k` of each line, if all have one. (A loop that goes on where one is missing looks at a length for each of them, and fetches them
/// all before it multiplies.)
#[inline(always)]
pub(super) fn column<T: Copy + Default, const COUNT: usize>(lines: [&[T]; COUNT], k: usize) -> Option<[T; COUNT]> {
    let mut out = [T::default(); COUNT];
    for (x, line) in out.iter_mut().zip(lines) {
        *x = *line.get(k)?;
    }
    Some(out)
}
