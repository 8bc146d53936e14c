//! Windows of two columns (and one line or two) side by side, without padding: neighbours are taken apart, and put together again, a
//! vector of places at a time.
//!
//! A vector that reaches beyond the places of a line reads, and writes, what belongs to the next one, which then overwrites
//! it; only at the very end of all are vectors loaded and stored in part.

use super::Windows;
use crate::conv::at_least_one;
use crate::{Mask as _, Real, Simd, Vector as _};

impl Windows {
    /// Whether windows are pairs of columns, of at most two lines, that neither overlap nor are padded.
    pub(super) fn are_pairs(self) -> bool {
        let plain = |slide: crate::Slide| slide.is_cut_in(slide.window());
        self.columns.window() == 2 && self.rows.window() <= 2 && plain(self.columns) && plain(self.rows)
    }
}

/// `out[o] = end(join(… start(first element), each other element, its number))`, in the order of the elements of the window at o.
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
            if windows.rows.window() == 2 {
                fold_lines(
                    simd,
                    windows,
                    x,
                    out,
                    #[inline(always)]
                    |[(a, b), (c, d)]| end(join(join(join(start(a), b, 1), c, 2), d, 3)),
                );
            } else {
                fold_lines(
                    simd,
                    windows,
                    x,
                    out,
                    #[inline(always)]
                    |[(a, b)]| end(join(start(a), b, 1)),
                );
            }
        },
    );
}

#[inline(always)]
fn fold_lines<T: Real, S: Simd<T>, const LINES: usize>(
    simd: S,
    windows: Windows,
    x: &[T],
    out: &mut [T],
    value: impl Fn([(S::Vector, S::Vector); LINES]) -> S::Vector,
) {
    let (columns, width) = (windows.columns.places(), windows.columns.image());
    for plane in 0..x.len() / at_least_one(windows.image_len()) {
        let (mut from, mut to) = (plane * windows.image_len(), plane * windows.places());
        for _ in 0..windows.rows.places() {
            let mut column = 0;
            while column < columns {
                let window = x.get(from + 2 * column..).unwrap_or_default();
                let lines = core::array::from_fn(
                    #[inline(always)]
                    |line| {
                        let rest = window.get(line * width..).unwrap_or_default();
                        let (a, b) = rest.split_at_checked(S::LANES).unwrap_or((rest, &[]));
                        simd.load(a).unzip(simd.load(b))
                    },
                );
                value(lines).store(out.get_mut(to + column..).unwrap_or_default());
                column += S::LANES;
            }
            from += LINES * width;
            to += columns;
        }
    }
}

/// Both columns of each line of each window: `value(place)` gives what `element` makes the element of that number of.
#[inline(always)]
fn unfold<T: Real, S: Simd<T>, A: Copy>(
    simd: S,
    windows: Windows,
    out: &mut [T],
    len: usize,
    value: impl Fn(usize) -> A,
    element: impl Fn(A, usize) -> S::Vector,
) {
    simd.enter(
        #[inline(always)]
        || {
            if windows.rows.window() == 2 {
                unfold_lines::<T, S, A, 2>(windows, out, len, &value, &element);
            } else {
                unfold_lines::<T, S, A, 1>(windows, out, len, &value, &element);
            }
        },
    );
}

#[inline(always)]
fn unfold_lines<T: Real, S: Simd<T>, A: Copy, const LINES: usize>(
    windows: Windows,
    out: &mut [T],
    len: usize,
    value: &impl Fn(usize) -> A,
    element: &impl Fn(A, usize) -> S::Vector,
) {
    let (columns, width) = (windows.columns.places(), windows.columns.image());
    for plane in 0..len / at_least_one(windows.places()) {
        let (mut to, mut from) = (plane * windows.image_len(), plane * windows.places());
        for _ in 0..windows.rows.places() {
            for line in 0..LINES {
                let mut column = 0;
                while column < columns {
                    let held = value(from + column);
                    let (low, high) = element(held, 2 * line).zip(element(held, 2 * line + 1));
                    let rest = out.get_mut(to + 2 * column..).unwrap_or_default();
                    low.store(rest);
                    high.store(rest.get_mut(S::LANES..).unwrap_or_default());
                    column += S::LANES;
                }
                if 2 * columns < width {
                    // Columns that no window covers.
                    out.get_mut(to + 2 * columns..to + width).unwrap_or_default().fill(T::ZERO);
                }
                to += width;
            }
            from += columns;
        }
        // Lines that no window covers.
        let end = (plane + 1) * windows.image_len();
        if to < end {
            out.get_mut(to..end).unwrap_or_default().fill(T::ZERO);
        }
    }
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
        |at| simd.load(y.get(at..).unwrap_or_default()),
        #[inline(always)]
        |y, _| y,
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
        |at| (simd.load(index.get(at..).unwrap_or_default()), simd.load(y.get(at..).unwrap_or_default())),
        #[inline(always)]
        |(index, y), k| index.eq(simd.splat(T::from_f64(k as f64))).select(y, zero),
    );
}
