//! Entering a SIMD level: once a pass, not once a kernel.

use fearless_simd::Level;
#[cfg(target_arch = "x86_64")]
use fearless_simd::Simd as Token;

#[cfg(target_arch = "x86_64")]
use crate::wide::Wide;
use crate::{Real, Simd};

/// A piece of work written for any level.
///
/// Mark `run` `#[inline(always)]`: it must be compiled inside the function which the level's instructions are enabled for.
pub trait Pass<T: Real> {
    /// What the work gives.
    type Output;
    /// Does the work at the level `simd`.
    fn run<S: Simd<T>>(self, simd: S) -> Self::Output;
}

/// The same pass at one lane, without dispatch: for a single sample in a control loop.
#[inline(always)]
pub fn one_lane<T: Real, P: Pass<T>>(pass: P) -> P::Output {
    T::one_lane(pass)
}

/// The level that a pass is run at: of x86-64 only three, since each costs the user compile time and machines that stop at
/// SSE4.2 are few.
pub(crate) enum Best {
    /// AVX-512 as of Ice Lake.
    #[cfg(all(target_arch = "x86_64", any(feature = "std", target_feature = "avx512f")))]
    Avx512(fearless_simd::x86::Avx512),
    /// AVX2 with FMA.
    #[cfg(all(target_arch = "x86_64", any(feature = "std", target_feature = "avx2")))]
    Avx2(fearless_simd::x86::Avx2),
    /// What every x86-64 has.
    #[cfg(target_arch = "x86_64")]
    Sse2(fearless_simd::x86::Sse2),
    /// Other machines: the library's own choice.
    #[cfg(not(target_arch = "x86_64"))]
    Other(Level),
}

impl Best {
    /// Of this machine; without `std`, of the target.
    #[inline(always)]
    pub(crate) fn level() -> Self {
        Best::of(Level::try_detect().unwrap_or(Level::baseline()))
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(crate) fn of(level: Level) -> Self {
        // Without `std` nothing is detected: only what the target has for certain is compiled.
        #[cfg(any(feature = "std", target_feature = "avx512f"))]
        if let Some(token) = level.as_avx512() {
            return Best::Avx512(token);
        }
        #[cfg(any(feature = "std", target_feature = "avx2"))]
        if let Some(token) = level.as_avx2() {
            return Best::Avx2(token);
        }
        match level.as_sse2() {
            Some(token) => Best::Sse2(token),
            None => unreachable!("SSE2 is part of x86-64"),
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    #[inline(always)]
    pub(crate) fn of(level: Level) -> Self {
        Best::Other(level)
    }
}

/// Runs `pass` at every level that this machine has, and hands on what it gives: for measurements.
#[doc(hidden)]
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub fn at_each_level<P: Pass<f32> + Copy>(pass: P, mut told: impl FnMut(&'static str, P::Output)) {
    let level = Level::new();
    if let Some(token) = level.as_sse2() {
        told("SSE2", enter(token, pass));
    }
    if let Some(token) = level.as_avx2() {
        told("AVX2", enter(token, pass));
    }
    if let Some(token) = level.as_avx512() {
        told("AVX-512", enter(token, pass));
    }
}

/// Runs `pass` at every level that this machine has, and hands on what it gives: for measurements.
#[doc(hidden)]
#[cfg(all(not(target_arch = "x86_64"), feature = "std"))]
pub fn at_each_level<P: Pass<f32> + Copy>(pass: P, mut told: impl FnMut(&'static str, P::Output)) {
    told("this machine's", f32::dispatch(pass));
}

/// Runs `pass` with the instructions of `token`.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn enter<T: Real, S: Token, P: Pass<T>>(token: S, pass: P) -> P::Output
where
    Wide<S>: Simd<T>,
{
    crate::levels::pass(
        token,
        #[inline(always)]
        || pass.run(Wide(token)),
    )
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use std::{boxed::Box, vec, vec::Vec};

    use super::*;
    use crate::{Vector, each, lane_sums_add, matmul, matmul_nt, matmul_tn, matmul_tn_add, sum_each, sum_rows, transpose};

    /// A bit of everything, with lengths that fit no vector.
    struct Everything;

    impl<T: Real> Pass<T> for Everything {
        type Output = Vec<f64>;
        #[inline(always)]
        fn run<S: Simd<T>>(self, simd: S) -> Vec<f64> {
            const N: usize = 133;
            let stream = crate::Stream::new(1, 1);
            let x: Vec<T> = (0..N).map(|i| T::from_f64(4.0 * stream.uniform::<f64>(0, 0, i) - 2.0)).collect();
            let mut y = vec![[T::ZERO; N]; 16];
            let [a, b, c, d, e, f, g, h, ..] = y.as_mut_slice() else { return vec![] };
            each(simd, [&x], [a, b, c, d], |[x]| [x.exp(), x.tanh(), x.sigmoid(), x.erf()]);
            each(simd, [&x], [e, f, g, h], |[x]| [x.sin(), x.abs().log(), x.expm1(), x.abs().pow(x)]);
            let [.., a, b, c, d, e, f, g, h] = y.as_mut_slice() else { return vec![] };
            each(simd, [&x], [a, b, c, d], |[x]| [x.abs().log1p(), x.cos(), x.abs().sqrt(), x.abs().rsqrt()]);
            each(simd, [&x], [e, f, g, h], |[x]| [x.mul_add(x, x), x.powi(-3), x.round(), (x * simd.splat(T::from_f64(1e6))).sin()]);

            let (m, k): (&[[T; 19]; 7], &[[T; 7]; 19]) = (crate::rows(&x), crate::rows(&x));
            let (mut square, mut wide, mut sums) = ([[T::ZERO; 7]; 7], [[T::ZERO; 19]; 19], [T::ZERO; 19]);
            matmul(simd, m, k, &mut square);
            matmul_tn(simd, m, m, &mut wide);
            matmul_tn_add(simd, m, m, &mut wide);
            y.as_flattened_mut()[..49].iter_mut().zip(square.as_flattened()).for_each(|(y, &x)| *y += x);
            matmul_nt(simd, m, m, &mut square);
            sum_rows(simd, m, &mut sums);
            let mut turned = [[T::ZERO; 7]; 19];
            transpose(simd, m, &mut turned);
            lane_sums_add(simd, core::array::from_fn::<_, 19, _>(|i| simd.load(turned[i].get(..2).unwrap_or_default())), &mut sums);
            let parts: [&[T]; 4] = [y.as_flattened(), square.as_flattened(), wide.as_flattened(), &sums];
            let total = sum_each(simd, [y.as_flattened()], |[x]| x);
            parts.concat().into_iter().chain([total]).map(Real::to_f64).collect()
        }
    }

    /// The same work at every level that this machine has.
    fn at_all_levels<T: Real>() -> Vec<(&'static str, Vec<f64>)>
    where
        Wide<fearless_simd::x86::Avx512>: Simd<T>,
        Wide<fearless_simd::x86::Avx2>: Simd<T>,
        Wide<fearless_simd::x86::Sse4_2>: Simd<T>,
        Wide<fearless_simd::x86::Sse2>: Simd<T>,
        Wide<fearless_simd::Fallback>: Simd<T>,
    {
        let level = Level::new();
        let mut results = vec![("fallback", enter(fearless_simd::Fallback::new(), Everything))];
        results.extend(level.as_sse2().map(|token| ("SSE2", enter(token, Everything))));
        results.extend(level.as_sse4_2().map(|token| ("SSE4.2", enter(token, Everything))));
        results.extend(level.as_avx2().map(|token| ("AVX2", enter(token, Everything))));
        results.extend(level.as_avx512().map(|token| ("AVX-512", enter(token, Everything))));
        results
    }

    fn check(results: &[(&str, Vec<f64>)], tolerance: f64) {
        let [(_, first), rest @ ..] = results else { return };
        for (name, values) in rest {
            let same = first.iter().zip(values).filter(|(a, b)| a.to_bits() == b.to_bits()).count();
            std::println!("{name}: {same} of {} the same bits", first.len());
            for (i, (a, b)) in first.iter().zip(values).enumerate() {
                assert!((a - b).abs() <= tolerance * (1.0 + a.abs()), "{name}, {i}: {a} and {b}");
                // The promise of `strict`.
                assert!(!cfg!(feature = "strict") || a.to_bits() == b.to_bits(), "{name}, {i}: {a} and {b}");
            }
        }
    }

    #[test]
    fn levels_agree_and_with_strict_to_the_bit() {
        check(&at_all_levels::<f32>(), 1e-5);
        check(&at_all_levels::<f64>(), 1e-13);
    }

    /// Products with panels, of which the last are not full: some read where they lie, some copied on the way, some turned.
    #[derive(Clone, Copy)]
    struct Large;

    impl<T: Real> Pass<T> for Large {
        type Output = Vec<f64>;
        #[inline(always)]
        fn run<S: Simd<T>>(self, simd: S) -> Vec<f64> {
            const K: usize = 150;
            const N: usize = 101;
            let stream = crate::Stream::new(2, 1);
            let numbers = |sample, len| -> Vec<T> { (0..len).map(|i| T::from_f64(stream.uniform::<f64>(0, sample, i) - 0.5)).collect() };
            let (b, d) = (numbers(1, K * N), numbers(2, 131 * N));
            let (b, bt): (&[[T; N]; K], &[[T; K]; N]) = (crate::rows(&b), crate::rows(&b));
            let mut results = Vec::new();
            for m in [17, 40, 67, 131] {
                let a = numbers(3, m * K);
                let (mut out, mut weights) = (vec![[T::ZERO; N]; m], Box::new([[T::ZERO; N]; K]));
                matmul(simd, a.as_chunks::<K>().0, b, &mut out);
                results.extend(out.as_flattened().iter().map(|x| x.to_f64()));
                matmul_nt(simd, a.as_chunks::<K>().0, bt, &mut out);
                results.extend(out.as_flattened().iter().map(|x| x.to_f64()));
                matmul_tn(simd, a.as_chunks::<K>().0, &d.as_chunks::<N>().0[..m], &mut weights);
                results.extend(weights.as_flattened().iter().map(|x| x.to_f64()));
            }
            results
        }
    }

    #[test]
    fn large_products_agree_at_all_levels() {
        let level = Level::new();
        let mut results = vec![("fallback", enter::<f32, _, _>(fearless_simd::Fallback::new(), Large))];
        results.extend(level.as_sse2().map(|token| ("SSE2", enter::<f32, _, _>(token, Large))));
        results.extend(level.as_avx2().map(|token| ("AVX2", enter::<f32, _, _>(token, Large))));
        results.extend(level.as_avx512().map(|token| ("AVX-512", enter::<f32, _, _>(token, Large))));
        check(&results, 1e-5);
    }

    #[test]
    fn dispatch_finds_the_best_level() {
        struct Lanes;
        impl<T: Real> Pass<T> for Lanes {
            type Output = usize;
            fn run<S: Simd<T>>(self, _: S) -> usize {
                S::LANES
            }
        }
        let level = Level::new();
        let bytes = if cfg!(feature = "strict") || level.as_avx512().is_none() && level.as_avx2().is_some() {
            32
        } else if level.as_avx512().is_some() {
            64
        } else {
            16
        };
        assert_eq!((f32::dispatch(Lanes), f64::dispatch(Lanes)), (bytes / 4, bytes / 8));
        assert_eq!((<crate::Dual as Real>::dispatch(Lanes), <crate::Plain as Real>::dispatch(Lanes)), (1, 1));
        assert_eq!(one_lane::<f32, _>(Lanes), 1);
    }
}
