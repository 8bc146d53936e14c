//! Small pieces that generated code is made of: rows of flat storage, boxes copied at strides, look-ups, sums of products.

use crate::{RandomKey, Real, Simd, Vector, random_uniform};

/// The first `N` elements as an array.
#[inline(always)]
#[must_use]
pub fn row<T, const N: usize>(xs: &[T]) -> &[T; N] {
    match xs.first_chunk() {
        Some(row) => row,
        None => unreachable!("generated code asks for no more than there is"),
    }
}

/// The first `N` elements as an array.
#[inline(always)]
pub fn row_mut<T, const N: usize>(xs: &mut [T]) -> &mut [T; N] {
    match xs.first_chunk_mut() {
        Some(row) => row,
        None => unreachable!("generated code asks for no more than there is"),
    }
}

/// Copies `rows` rows of `N` elements, the first from `from` to `to`, each next one `step_from` and `step_to` elements, `N` at least, further
/// on. A row that does not lie inside both is left out.
#[inline(always)]
pub fn copy_rows<T: Copy, const N: usize>(x: &[T], from: usize, step_from: usize, out: &mut [T], to: usize, step_to: usize, rows: usize) {
    let x = x.get(from..).unwrap_or_default().chunks(step_from.max(1));
    let out = out.get_mut(to..).unwrap_or_default().chunks_mut(step_to.max(1));
    for (x, out) in x.zip(out).take(rows) {
        if let (Some(x), Some(out)) = (x.first_chunk::<N>(), out.first_chunk_mut::<N>()) {
            out.copy_from_slice(x);
        }
    }
}

/// Copies a box of `shape`: element `to + Σ i·to_strides` of `out` becomes element `from + Σ i·from_strides` of `x`.
/// What would lie outside either is left out.
#[inline(always)]
pub fn copy_box<T: Copy, const D: usize>(
    x: &[T],
    from: usize,
    from_strides: [isize; D],
    out: &mut [T],
    to: usize,
    to_strides: [isize; D],
    shape: [usize; D],
) {
    copy_axis(x, from as isize, &from_strides, out, to as isize, &to_strides, &shape);
}

fn copy_axis<T: Copy>(x: &[T], from: isize, from_strides: &[isize], out: &mut [T], to: isize, to_strides: &[isize], shape: &[usize]) {
    let (Some((&extent, shape)), Some((&step_from, from_strides)), Some((&step_to, to_strides))) =
        (shape.split_first(), from_strides.split_first(), to_strides.split_first())
    else {
        return copy_line(x, from, 0, out, to, 0, 1);
    };
    if shape.is_empty() {
        return copy_line(x, from, step_from, out, to, step_to, extent);
    }
    for i in 0..extent as isize {
        copy_axis(x, from + i * step_from, from_strides, out, to + i * step_to, to_strides, shape);
    }
}

/// The innermost axis of a box.
#[inline(always)]
fn copy_line<T: Copy>(x: &[T], from: isize, step_from: isize, out: &mut [T], to: isize, step_to: isize, extent: usize) {
    // One element after the other, unless both are walked forwards.
    if from < 0 || to < 0 || step_from < 1 || step_to < 1 {
        for i in 0..extent as isize {
            if let (Some(x), Some(out)) = (x.get((from + i * step_from) as usize), out.get_mut((to + i * step_to) as usize)) {
                *out = *x;
            }
        }
        return;
    }
    let (x, out) = (x.get(from as usize..).unwrap_or_default(), out.get_mut(to as usize..).unwrap_or_default());
    match (step_from, step_to) {
        (1, 1) => {
            let extent = extent.min(x.len()).min(out.len());
            if let (Some(x), Some(out)) = (x.get(..extent), out.get_mut(..extent)) {
                out.copy_from_slice(x);
            }
        }
        (step, 1) => out.iter_mut().zip(x.iter().step_by(step as usize)).take(extent).for_each(|(out, x)| *out = *x),
        (1, step) => out.iter_mut().step_by(step as usize).zip(x).take(extent).for_each(|(out, x)| *out = *x),
        (step_from, step_to) => {
            let places = out.iter_mut().step_by(step_to as usize).zip(x.iter().step_by(step_from as usize));
            places.take(extent).for_each(|(out, x)| *out = *x);
        }
    }
}

/// Each lane's row of a table, at `column`; 0 for an index outside.
#[inline(always)]
pub fn lookup<T: Real, S: Simd<T>, const D: usize, const N: usize>(
    simd: S,
    table: &[[T; D]; N],
    index: S::Vector,
    column: usize,
) -> S::Vector {
    simd.from_fn(|lane| table.get(index.lane(lane).to_f64() as usize).and_then(|row| row.get(column)).copied().unwrap_or(T::ZERO))
}

/// Adds each lane's value to its row of a table, at `column`.
#[inline(always)]
pub fn lookup_add<T: Real, S: Simd<T>, const D: usize, const N: usize>(
    _: S,
    index: S::Vector,
    value: S::Vector,
    column: usize,
    table: &mut [[T; D]; N],
) {
    for lane in 0..S::LANES {
        if let Some(entry) = table.get_mut(index.lane(lane).to_f64() as usize).and_then(|row| row.get_mut(column)) {
            *entry += value.lane(lane);
        }
    }
}

/// 1 with probability `p`, else 0: the same draw in every precision.
#[inline(always)]
#[must_use]
pub fn random_bernoulli<T: Real>(key: &RandomKey, sample: u64, place: u32, i: usize, p: f64) -> T {
    if random_uniform::<f64>(key, sample, place, i) < p { T::ONE } else { T::ZERO }
}

/// Sums of products in the order they are read.
pub trait PlusProduct<T: Real>: Vector<T> {
    /// `self + a · b`, rounded once where the level has the instruction and the feature `strict` is off.
    #[inline(always)]
    #[must_use]
    fn plus_product(self, a: Self, b: Self) -> Self {
        a.mul_add(b, self)
    }
}

impl<T: Real, V: Vector<T>> PlusProduct<T> for V {}
