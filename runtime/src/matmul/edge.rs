//! Where vectors reach beyond the last column of a matrix: functions that serve tiles of all shapes.
//!
//! Such a vector is read and written whole wherever so many elements follow, which are the next row's and stay as they are.

use core::ops::Range;

use crate::{Mask as _, Real, Simd, Vector as _, iota};

/// Writes the sums of rows of `wide` vectors into these columns; rows begin so many elements after each other.
#[inline(always)]
pub(super) fn put<T: Real, S: Simd<T>>(simd: S, sums: &[S::Vector], wide: usize, rows: &mut [T], (stride, columns): (usize, Range<usize>)) {
    simd.apart(
        #[inline(always)]
        move || {
            let inside = iota(simd, 0).lt(simd.splat(T::from_f64((columns.len() % S::LANES) as f64)));
            for (r, sums) in sums.chunks(wide.max(1)).enumerate() {
                let end = r * stride + columns.end;
                for (at, &sum) in (r * stride + columns.start..end).step_by(S::LANES).zip(sums) {
                    let whole = at + S::LANES <= end;
                    let place = match rows.len().saturating_sub(at) < S::LANES {
                        true => rows.get_mut(at..end),
                        false => rows.get_mut(at..at + S::LANES),
                    }
                    .unwrap_or_default();
                    let after = if whole || place.len() < S::LANES { sum } else { inside.select(sum, simd.load(place)) };
                    after.store(place);
                }
            }
        },
    );
}

/// Reads them; beyond the last column is anything.
#[inline(always)]
pub(super) fn get<T: Real, S: Simd<T>>(simd: S, sums: &mut [S::Vector], wide: usize, rows: &[T], (stride, columns): (usize, Range<usize>)) {
    simd.apart(
        #[inline(always)]
        move || {
            for (r, sums) in sums.chunks_mut(wide.max(1)).enumerate() {
                let ats = (r * stride + columns.start..r * stride + columns.end).step_by(S::LANES);
                for (at, sum) in ats.zip(sums) {
                    *sum = simd.load(rows.get(at..).unwrap_or_default());
                }
            }
        },
    );
}
