//! Fused element-wise loops over slices of one length: whole vectors, then one partial.

use crate::{Real, Simd, Vector};

/// out[o][i] = f(ins[0][i], ins[1][i], …)[o] for every i of the shortest slice.
#[inline(always)]
pub fn each<T, S, const I: usize, const O: usize>(
    simd: S,
    ins: [&[T]; I],
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; I]) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    run(simd, ins, outs, |x, _, _| f(x));
}

/// As [`each`]; `f` is also given the index of the vector's first element.
#[inline(always)]
pub fn each_at<T, S, const I: usize, const O: usize>(
    simd: S,
    ins: [&[T]; I],
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; I], usize) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    run(simd, ins, outs, |x, _, at| f(x, at));
}

/// As [`each`]; `f` is also given what the outputs hold: updates and accumulation.
#[inline(always)]
pub fn each_in_place<T, S, const I: usize, const O: usize>(
    simd: S,
    ins: [&[T]; I],
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; I], [S::Vector; O]) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    run(simd, ins, outs, |x, y, _| f(x, y.map(|y| simd.load(y))));
}

/// first, first + 1, … as reals (whole numbers up to 2²⁴ are exact in f32).
#[inline(always)]
pub fn iota<T: Real, S: Simd<T>>(simd: S, first: usize) -> S::Vector {
    simd.splat(T::from_f64(first as f64)) + simd.from_fn(|i| T::from_f64(i as f64))
}

/// Element-wise loop; `f` is given the loaded vectors, what is left of the outputs' windows, and the index.
#[inline(always)]
fn run<T, S, const I: usize, const O: usize>(
    simd: S,
    ins: [&[T]; I],
    mut outs: [&mut [T]; O],
    f: impl Fn([S::Vector; I], [&[T]; O], usize) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    let mut len = usize::MAX;
    for x in &ins {
        len = len.min(x.len());
    }
    for y in &outs {
        len = len.min(y.len());
    }
    // All of one length, which the optimiser now knows.
    let ins = ins.map(|x| x.get(..len).unwrap_or_default());
    for y in &mut outs {
        *y = core::mem::take(y).get_mut(..len).unwrap_or_default();
    }
    if O == 0 {
        return;
    }
    let mut step = |at: usize, end: usize| {
        let x = ins.map(|x| simd.load(x.get(at..end).unwrap_or_default()));
        let y = outs.each_ref().map(|y| y.get(at..end).unwrap_or_default());
        let values = f(x, y, at);
        for (out, value) in outs.iter_mut().zip(values) {
            value.store(out.get_mut(at..end).unwrap_or_default());
        }
    };
    let mut at = 0;
    while at + S::LANES <= len {
        step(at, at + S::LANES);
        at += S::LANES;
    }
    if at < len {
        step(at, len);
    }
}
