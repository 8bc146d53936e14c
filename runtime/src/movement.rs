//! Copies between layouts: one strided side, one in rows.

use crate::Real;

/// `out[i₀…] = x[offset + Σ iₐ·strides[a]]`, `out` in row-major order of `shape`. What lies outside `x` leaves `out` alone.
#[inline(always)]
pub fn copy_strided<T: Real, const D: usize>(x: &[T], out: &mut [T], shape: [usize; D], strides: [isize; D], offset: usize) {
    gather_rows(x, out, shape, strides, offset, |out, x| *out = x);
}

/// As [`copy_strided`], adding to what `out` holds.
#[inline(always)]
pub fn copy_strided_add<T: Real, const D: usize>(x: &[T], out: &mut [T], shape: [usize; D], strides: [isize; D], offset: usize) {
    gather_rows(x, out, shape, strides, offset, |out, x| *out += x);
}

/// `out[offset + Σ iₐ·strides[a]] = x[i₀…]`, `x` in row-major order of `shape`.
#[inline(always)]
pub fn copy_into_strided<T: Real, const D: usize>(x: &[T], out: &mut [T], shape: [usize; D], strides: [isize; D], offset: usize) {
    scatter_rows(x, out, shape, strides, offset, |out, x| *out = x);
}

/// `out[offset + Σ iₐ·strides[a]] += x[i₀…]`, `x` in row-major order of `shape`: the adjoint of [`copy_strided`].
#[inline(always)]
pub fn add_into_strided<T: Real, const D: usize>(x: &[T], out: &mut [T], shape: [usize; D], strides: [isize; D], offset: usize) {
    scatter_rows(x, out, shape, strides, offset, |out, x| *out += x);
}

#[inline(always)]
fn gather_rows<T: Real, const D: usize>(
    x: &[T],
    out: &mut [T],
    shape: [usize; D],
    strides: [isize; D],
    offset: usize,
    put: impl Fn(&mut T, T),
) {
    each_row(shape, strides, offset, |start, stride, row, len| {
        let Some(out) = out.get_mut(row..).and_then(|out| out.get_mut(..len)) else { return };
        if let (1, Some(x)) = (stride, x.get(start..).and_then(|x| x.get(..len))) {
            for (out, &x) in out.iter_mut().zip(x) {
                put(out, x);
            }
            return;
        }
        let mut at = start;
        for out in out {
            if let Some(&x) = x.get(at) {
                put(out, x);
            }
            at = at.wrapping_add_signed(stride);
        }
    });
}

#[inline(always)]
fn scatter_rows<T: Real, const D: usize>(
    x: &[T],
    out: &mut [T],
    shape: [usize; D],
    strides: [isize; D],
    offset: usize,
    put: impl Fn(&mut T, T),
) {
    each_row(shape, strides, offset, |start, stride, row, len| {
        let Some(x) = x.get(row..).and_then(|x| x.get(..len)) else { return };
        if let (1, Some(out)) = (stride, out.get_mut(start..).and_then(|out| out.get_mut(..len))) {
            for (out, &x) in out.iter_mut().zip(x) {
                put(out, x);
            }
            return;
        }
        let mut at = start;
        for &x in x {
            if let Some(out) = out.get_mut(at) {
                put(out, x);
            }
            at = at.wrapping_add_signed(stride);
        }
    });
}

/// Calls `row(start on the strided side, last stride, start on the row-major side, length)` for every row.
#[inline(always)]
fn each_row<const D: usize>(shape: [usize; D], strides: [isize; D], offset: usize, mut row: impl FnMut(usize, isize, usize, usize)) {
    let (Some((&len, outer)), Some((&stride, outer_strides))) = (shape.split_last(), strides.split_last()) else {
        row(offset, 1, 0, 1);
        return;
    };
    let count: usize = outer.iter().product();
    let mut index = [0_usize; D];
    let mut start = offset;
    for i in 0..count {
        row(start, stride, i * len, len);
        // The odometer: the last outer axis that has room moves on, those behind it return to 0.
        for ((index, &extent), &stride) in index.iter_mut().zip(outer).zip(outer_strides).rev() {
            *index += 1;
            start = start.wrapping_add_signed(stride);
            if *index < extent {
                break;
            }
            start = start.wrapping_sub((extent as isize).wrapping_mul(stride) as usize);
            *index = 0;
        }
    }
}
