//! Where vectors reach beyond the last column of a matrix: functions that serve tiles of all shapes.

use core::ops::Range;

use crate::{Real, Simd, Vector as _};

/// Writes, or adds, the sums of rows of `wide` vectors into these columns; rows begin so many elements after each other.
#[inline(always)]
pub(super) fn put<T: Real, S: Simd<T>>(
    simd: S,
    sums: &[S::Vector],
    wide: usize,
    rows: &mut [T],
    (stride, columns): (usize, Range<usize>),
    add: bool,
) {
    simd.apart(
        #[inline(always)]
        move || {
            for (sums, row) in sums.chunks(wide.max(1)).zip(rows.chunks_mut(stride.max(1))) {
                let row = row.get_mut(columns.clone()).unwrap_or_default();
                for (&sum, place) in sums.iter().zip(row.chunks_mut(S::LANES)) {
                    let sum = if add { simd.load(place) + sum } else { sum };
                    sum.store(place);
                }
            }
        },
    );
}

/// Reads them, zeros beyond the last column.
#[inline(always)]
pub(super) fn get<T: Real, S: Simd<T>>(simd: S, sums: &mut [S::Vector], wide: usize, rows: &[T], (stride, columns): (usize, Range<usize>)) {
    simd.apart(
        #[inline(always)]
        move || {
            for (sums, row) in sums.chunks_mut(wide.max(1)).zip(rows.chunks(stride.max(1))) {
                let row = row.get(columns.clone()).unwrap_or_default();
                for (sum, xs) in sums.iter_mut().zip(row.chunks(S::LANES)) {
                    *sum = simd.load(xs);
                }
            }
        },
    );
}
