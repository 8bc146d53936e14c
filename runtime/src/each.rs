//! Fused element-wise loops over slices of one length: whole vectors, then one partial.

use crate::{Real, Simd, Vector};

/// `out[o][i] = f(ins[0][i], ins[1][i], …)[o]` for every i of the shortest slice.
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
    run::<T, S, false, I, O>(
        simd,
        ins,
        outs,
        #[inline(always)]
        |x, _, _| f(x),
    );
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
    run::<T, S, false, I, O>(
        simd,
        ins,
        outs,
        #[inline(always)]
        |x, _, at| f(x, at),
    );
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
    run::<T, S, true, I, O>(
        simd,
        ins,
        outs,
        #[inline(always)]
        |x, y, _| f(x, y),
    );
}

/// first, first + 1, … as reals (whole numbers up to 2²⁴ are exact in f32).
#[inline(always)]
pub fn iota<T: Real, S: Simd<T>>(simd: S, first: usize) -> S::Vector {
    simd.splat(T::from_f64(first as f64)) + simd.from_fn(|i| T::from_f64(i as f64))
}

/// The loop; `f` is given inputs, outputs (with `READS`, otherwise zeros) and the index.
#[inline(always)]
fn run<T, S, const READS: bool, const I: usize, const O: usize>(
    simd: S,
    ins: [&[T]; I],
    mut outs: [&mut [T]; O],
    f: impl Fn([S::Vector; I], [S::Vector; O], usize) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    simd.apart(
        #[inline(always)]
        || {
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
            // One loop and one call of `f`: what is called once is inlined, and so compiled for this level.
            let mut at = 0;
            while at < len {
                let end = (at + S::LANES).min(len);
                let mut x = [simd.splat(T::ZERO); I];
                for (x, xs) in x.iter_mut().zip(ins) {
                    *x = simd.load(xs.get(at..end).unwrap_or_default());
                }
                let mut y = [simd.splat(T::ZERO); O];
                if READS {
                    for (y, ys) in y.iter_mut().zip(&outs) {
                        *y = simd.load(ys.get(at..end).unwrap_or_default());
                    }
                }
                for (out, value) in outs.iter_mut().zip(f(x, y, at)) {
                    value.store(out.get_mut(at..end).unwrap_or_default());
                }
                at = end;
            }
        },
    );
}
