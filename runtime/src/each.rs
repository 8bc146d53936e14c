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
    simd.apart(
        #[inline(always)]
        move || {
            let (ins, mut outs, len) = one_length(ins, outs);
            let mut next = 0;
            while next < len {
                // The last vector ends where the slices end: what it computes again is the same.
                let at = next.min(len.saturating_sub(S::LANES));
                store(&mut outs, at, f(load(simd, &ins, at)));
                next = at + S::LANES;
            }
        },
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
    simd.apart(
        #[inline(always)]
        move || {
            let (ins, mut outs, len) = one_length(ins, outs);
            let mut next = 0;
            while next < len {
                // The last vector ends where the slices end: what it computes again is the same.
                let at = next.min(len.saturating_sub(S::LANES));
                store(&mut outs, at, f(load(simd, &ins, at), at));
                next = at + S::LANES;
            }
        },
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
    simd.apart(
        #[inline(always)]
        move || {
            let (ins, mut outs, len) = one_length(ins, outs);
            let mut at = 0;
            while at < len {
                let mut held = [simd.splat(T::ZERO); O];
                for (held, out) in held.iter_mut().zip(&outs) {
                    *held = simd.load(out.get(at..).unwrap_or_default());
                }
                store(&mut outs, at, f(load(simd, &ins, at), held));
                at += S::LANES;
            }
        },
    );
}

/// first, first + 1, … as reals (whole numbers up to 2²⁴ are exact in f32).
#[inline(always)]
pub fn iota<T: Real, S: Simd<T>>(simd: S, first: usize) -> S::Vector {
    simd.splat(T::from_f64(first as f64)) + simd.from_fn(|i| T::from_f64(i as f64))
}

// What the loops are made of knows nothing of `f`: it is compiled once for all kernels. Each loop calls `f` once: what is called once is
// inlined, and so compiled for this level.

/// All slices cut to the length of the shortest, which the optimiser then knows; 0 where nothing is written. They are handed on by value:
/// what lies behind a reference would be read again after each store.
#[inline(always)]
fn one_length<'i, 'o, T, const I: usize, const O: usize>(
    mut ins: [&'i [T]; I],
    mut outs: [&'o mut [T]; O],
) -> ([&'i [T]; I], [&'o mut [T]; O], usize) {
    let mut len = if O == 0 { 0 } else { usize::MAX };
    for x in &ins {
        len = len.min(x.len());
    }
    for y in &outs {
        len = len.min(y.len());
    }
    for x in &mut ins {
        *x = x.get(..len).unwrap_or_default();
    }
    for y in &mut outs {
        *y = core::mem::take(y).get_mut(..len).unwrap_or_default();
    }
    (ins, outs, len)
}

/// The vectors from `at` on.
#[inline(always)]
pub(crate) fn load<T: Real, S: Simd<T>, const I: usize>(simd: S, ins: &[&[T]; I], at: usize) -> [S::Vector; I] {
    let mut x = [simd.splat(T::ZERO); I];
    for (x, xs) in x.iter_mut().zip(ins) {
        *x = simd.load(xs.get(at..).unwrap_or_default());
    }
    x
}

/// The vectors to where `at` is.
#[inline(always)]
fn store<T: Real, V: Vector<T>, const O: usize>(outs: &mut [&mut [T]; O], at: usize, values: [V; O]) {
    for (out, value) in outs.iter_mut().zip(values) {
        value.store(out.get_mut(at..).unwrap_or_default());
    }
}
