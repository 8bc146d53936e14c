//! Windows that slide over the two last axes of images: sums, largest elements, and their adjoints. Padding is never an
//! element.
//!
//! Windows of two by something that neither overlap nor are padded, which most pools are, go by vectors (`pairs`); the others
//! element by element. Indices within a window are stored as reals: whole numbers, row by row.

mod pairs;

use core::ops::Range;

use crate::conv::at_least_one;
use crate::{Real, Simd, Slide};

/// How windows slide (signals have one line).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    rows: Slide,
    columns: Slide,
}

/// One place of the windows: the elements of its window that lie on the image.
struct Place {
    rows: Range<usize>,
    columns: Range<usize>,
    /// Row and column of the place.
    at: (usize, usize),
}

impl Windows {
    /// Along rows and columns.
    #[must_use]
    pub const fn of(rows: Slide, columns: Slide) -> Windows {
        Windows { rows, columns }
    }

    const fn image_len(self) -> usize {
        self.rows.image() * self.columns.image()
    }

    const fn places(self) -> usize {
        self.rows.places() * self.columns.places()
    }

    /// Every place, in order.
    #[inline(always)]
    fn each_place(self, mut visit: impl FnMut(usize, Place)) {
        let columns = self.columns.places();
        for row in 0..self.rows.places() {
            let rows = self.rows.inside(row);
            for column in 0..columns {
                visit(row * columns + column, Place { rows: rows.clone(), columns: self.columns.inside(column), at: (row, column) });
            }
        }
    }

    /// Every element of a window that lies on the image: its number in the window, and its place in the image.
    #[inline(always)]
    fn each_element(self, place: &Place, mut visit: impl FnMut(usize, usize)) {
        for i in place.rows.clone() {
            let line = self.rows.element(place.at.0, i) * self.columns.image();
            for j in place.columns.clone() {
                visit(i * self.columns.window() + j, line + self.columns.element(place.at.1, j));
            }
        }
    }

    /// The element of the image that an index names, if it lies there.
    #[inline(always)]
    fn named<T: Real>(self, place: &Place, index: T) -> Option<usize> {
        let index = index.to_f64() as usize;
        let columns = at_least_one(self.columns.window());
        let (i, j) = (index / columns, index % columns);
        let inside = place.rows.contains(&i) && place.columns.contains(&j);
        inside.then(|| self.rows.element(place.at.0, i) * self.columns.image() + self.columns.element(place.at.1, j))
    }
}

/// `out[o] = Σ x` over the window at each place o of each plane.
#[inline(never)]
pub fn window_sum<T: Real, S: Simd<T>>(simd: S, windows: Windows, x: &[T], out: &mut [T]) {
    if windows.are_pairs() {
        return pairs::sum(simd, windows, x, out);
    }
    for (x, out) in x.chunks_exact(at_least_one(windows.image_len())).zip(out.chunks_exact_mut(at_least_one(windows.places()))) {
        windows.each_place(|o, place| {
            let mut sum = T::ZERO;
            windows.each_element(&place, |_, at| sum += x.get(at).copied().unwrap_or(T::ZERO));
            set(out, o, sum);
        });
    }
}

/// `out` is zero but for `y[o]`, added to every element of the window at o.
#[inline(never)]
pub fn window_spread<T: Real, S: Simd<T>>(simd: S, windows: Windows, y: &[T], out: &mut [T]) {
    if windows.are_pairs() {
        return pairs::spread(simd, windows, y, out);
    }
    for (y, out) in y.chunks_exact(at_least_one(windows.places())).zip(out.chunks_exact_mut(at_least_one(windows.image_len()))) {
        out.fill(T::ZERO);
        windows.each_place(|o, place| {
            let y = y.get(o).copied().unwrap_or(T::ZERO);
            windows.each_element(&place, |_, at| add(out, at, y));
        });
    }
}

/// `out[o]` is the largest element of the window at each place o of each plane; NaN where one is NaN.
#[inline(never)]
pub fn window_max<T: Real, S: Simd<T>>(simd: S, windows: Windows, x: &[T], out: &mut [T]) {
    if windows.are_pairs() {
        return pairs::max(simd, windows, x, out);
    }
    for (x, out) in x.chunks_exact(at_least_one(windows.image_len())).zip(out.chunks_exact_mut(at_least_one(windows.places()))) {
        windows.each_place(|o, place| set(out, o, largest(windows, &place, x).1));
    }
}

/// `out[o]` is where in the window at o the largest element is: the first of equals, NaN counting as largest.
#[inline(never)]
pub fn window_argmax<T: Real, S: Simd<T>>(simd: S, windows: Windows, x: &[T], out: &mut [T]) {
    if windows.are_pairs() {
        return pairs::argmax(simd, windows, x, out);
    }
    for (x, out) in x.chunks_exact(at_least_one(windows.image_len())).zip(out.chunks_exact_mut(at_least_one(windows.places()))) {
        windows.each_place(|o, place| set(out, o, T::from_f64(largest(windows, &place, x).0 as f64)));
    }
}

/// `out` is zero but for `y[o]`, added to element `index[o]` of the window at o.
#[inline(never)]
pub fn window_place<T: Real, S: Simd<T>>(simd: S, windows: Windows, index: &[T], y: &[T], out: &mut [T]) {
    if windows.are_pairs() && index.len() == y.len() {
        return pairs::place(simd, windows, index, y, out);
    }
    for (sample, out) in out.chunks_exact_mut(at_least_one(windows.image_len())).enumerate() {
        let (index, y) = (plane(index, sample, windows.places()), plane(y, sample, windows.places()));
        out.fill(T::ZERO);
        windows.each_place(|o, place| {
            if let (Some(&index), Some(&y)) = (index.get(o), y.get(o))
                && let Some(at) = windows.named(&place, index)
            {
                add(out, at, y);
            }
        });
    }
}

/// `out[o]` is element `index[o]` of the window at o; 0 where that lies in the padding.
#[inline(never)]
pub fn window_pick<T: Real, S: Simd<T>>(_: S, windows: Windows, index: &[T], x: &[T], out: &mut [T]) {
    for (sample, out) in out.chunks_exact_mut(at_least_one(windows.places())).enumerate() {
        let (index, x) = (plane(index, sample, windows.places()), plane(x, sample, windows.image_len()));
        windows.each_place(|o, place| {
            let named = index.get(o).and_then(|&index| windows.named(&place, index));
            set(out, o, named.and_then(|at| x.get(at)).copied().unwrap_or(T::ZERO));
        });
    }
}

/// A plane of an operand; where there are fewer planes than results (one sample's for all), they come again.
#[inline(always)]
fn plane<T>(xs: &[T], number: usize, len: usize) -> &[T] {
    let planes = (xs.len() / len.max(1)).max(1);
    xs.get(number % planes * len..).and_then(|rest| rest.get(..len)).unwrap_or_default()
}

/// Number in the window, and value, of the first of the largest elements.
#[inline(always)]
fn largest<T: Real>(windows: Windows, place: &Place, x: &[T]) -> (usize, T) {
    let mut best = (0, -T::INFINITY);
    let mut first = true;
    windows.each_element(place, |k, at| {
        let x = x.get(at).copied().unwrap_or(T::ZERO);
        let is_nan = |x: T| x.partial_cmp(&x).is_none();
        if first || x > best.1 || (is_nan(x) && !is_nan(best.1)) {
            best = (k, x);
        }
        first = false;
    });
    best
}

#[inline(always)]
fn set<T>(out: &mut [T], at: usize, value: T) {
    if let Some(place) = out.get_mut(at) {
        *place = value;
    }
}

#[inline(always)]
fn add<T: Real>(out: &mut [T], at: usize, value: T) {
    if let Some(place) = out.get_mut(at) {
        *place += value;
    }
}
