//! Windows of two columns (and any rows) side by side, without padding: neighbours are taken apart, and put together again, a
//! vector of places at a time.
//!
//! A vector that reaches beyond the places of a line reads, and writes, what belongs to the next one, which then overwrites
//! it; only at the very end of all are vectors loaded and stored in part.

use super::Windows;
use crate::conv::at_least_one;
use crate::{Mask as _, Real, Simd, Vector as _};

impl Windows {
    /// Whether windows are pairs of columns that neither overlap nor are padded.
    pub(super) fn are_pairs(self) -> bool {
        let plain = |slide: crate::Slide| slide.is_cut_in(slide.window());
        self.columns.window() == 2 && plain(self.columns) && plain(self.rows)
    }
}

/// `out[o] = join(out of the elements before, element, its number)`, in the order of the elements.
#[inline(always)]
fn fold<T: Real, S: Simd<T>, A: Copy>(
    simd: S,
    windows: Windows,
    x: &[T],
    out: &mut [T],
    start: impl Fn(S::Vector) -> A,
    join: impl Fn(A, S::Vector, usize) -> A,
    end: impl Fn(A) -> S::Vector,
) {
    simd.enter(
        #[inline(always)]
        || {
            let (lines, columns, width) = (windows.rows.window(), windows.columns.places(), windows.columns.image());
            let planes = x.len() / at_least_one(windows.image_len());
            for plane in 0..planes {
                for row in 0..windows.rows.places() {
                    let first = plane * windows.image_len() + row * lines * width;
                    let to = plane * windows.places() + row * columns;
                    let mut column = 0;
                    while column < columns {
                        let mut held = None;
                        for line in 0..lines {
                            let rest = x.get(first + line * width + 2 * column..).unwrap_or_default();
                            let (a, b) = (simd.load(rest), simd.load(rest.get(S::LANES..).unwrap_or_default()));
                            let (even, odd) = a.unzip(b);
                            let next = match held {
                                None => start(even),
                                Some(held) => join(held, even, 2 * line),
                            };
                            held = Some(join(next, odd, 2 * line + 1));
                        }
                        if let Some(held) = held {
                            end(held).store(out.get_mut(to + column..).unwrap_or_default());
                        }
                        column += S::LANES;
                    }
                }
            }
        },
    );
}

/// Both columns of each line of each window: `value(place's vectors, number)` gives the element of that number.
#[inline(always)]
fn unfold<T: Real, S: Simd<T>>(
    simd: S,
    windows: Windows,
    out: &mut [T],
    len: usize,
    value: impl Fn(usize, usize) -> (S::Vector, S::Vector),
) {
    simd.enter(
        #[inline(always)]
        || {
            let (lines, columns, width) = (windows.rows.window(), windows.columns.places(), windows.columns.image());
            for plane in 0..len / at_least_one(windows.places()) {
                for row in 0..windows.rows.places() {
                    let from = plane * windows.places() + row * columns;
                    for line in 0..lines {
                        let first = plane * windows.image_len() + (row * lines + line) * width;
                        let mut column = 0;
                        while column < columns {
                            let (even, odd) = value(from + column, line);
                            let (low, high) = even.zip(odd);
                            let rest = out.get_mut(first + 2 * column..).unwrap_or_default();
                            low.store(rest);
                            high.store(rest.get_mut(S::LANES..).unwrap_or_default());
                            column += S::LANES;
                        }
                        // Columns that no window covers.
                        out.get_mut(first + 2 * columns..first + width).unwrap_or_default().fill(T::ZERO);
                    }
                }
                // Lines that no window covers.
                let end = (plane + 1) * windows.image_len();
                let covered = plane * windows.image_len() + windows.rows.places() * lines * width;
                out.get_mut(covered..end).unwrap_or_default().fill(T::ZERO);
            }
        },
    );
}

#[inline(always)]
pub(super) fn sum<T: Real, S: Simd<T>>(simd: S, windows: Windows, x: &[T], out: &mut [T]) {
    fold(
        simd,
        windows,
        x,
        out,
        #[inline(always)]
        |x| x,
        #[inline(always)]
        |sum, x, _| sum + x,
        #[inline(always)]
        |sum| sum,
    );
}

#[inline(always)]
pub(super) fn max<T: Real, S: Simd<T>>(simd: S, windows: Windows, x: &[T], out: &mut [T]) {
    fold(
        simd,
        windows,
        x,
        out,
        #[inline(always)]
        |x| x,
        #[inline(always)]
        |most, x, _| most.max(x),
        #[inline(always)]
        |most| most,
    );
}

#[inline(always)]
pub(super) fn argmax<T: Real, S: Simd<T>>(simd: S, windows: Windows, x: &[T], out: &mut [T]) {
    fold(
        simd,
        windows,
        x,
        out,
        #[inline(always)]
        |x| (x, simd.splat(T::ZERO)),
        #[inline(always)]
        |(most, at), x, k| {
            let beats = x.gt(most).or(x.ne(x).and(most.eq(most)));
            (beats.select(x, most), beats.select(simd.splat(T::from_f64(k as f64)), at))
        },
        #[inline(always)]
        |(_, at)| at,
    );
}

#[inline(always)]
pub(super) fn spread<T: Real, S: Simd<T>>(simd: S, windows: Windows, y: &[T], out: &mut [T]) {
    unfold(
        simd,
        windows,
        out,
        y.len(),
        #[inline(always)]
        |at, _| {
            let y = simd.load(y.get(at..).unwrap_or_default());
            (y, y)
        },
    );
}

#[inline(always)]
pub(super) fn place<T: Real, S: Simd<T>>(simd: S, windows: Windows, index: &[T], y: &[T], out: &mut [T]) {
    let zero = simd.splat(T::ZERO);
    unfold(
        simd,
        windows,
        out,
        y.len(),
        #[inline(always)]
        |at, line| {
            let y = simd.load(y.get(at..).unwrap_or_default());
            let index = simd.load(index.get(at..).unwrap_or_default());
            let is = |k: usize| index.eq(simd.splat(T::from_f64(k as f64)));
            (is(2 * line).select(y, zero), is(2 * line + 1).select(y, zero))
        },
    );
}
