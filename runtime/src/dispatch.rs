//! Entering a SIMD level: once a pass, not once a kernel.

use fearless_simd::{Level, Simd as Token};

use crate::wide::Wide;
use crate::{OneLane, Real, Simd};

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
    pass.run(OneLane)
}

/// The level that a pass is run at: of x86-64 only three, since each costs the user compile time and machines that stop at
/// SSE4.2 are few.
pub(crate) enum Best {
    /// AVX-512 as of Ice Lake.
    #[cfg(target_arch = "x86_64")]
    Avx512(fearless_simd::x86::Avx512),
    /// AVX2 with FMA.
    #[cfg(target_arch = "x86_64")]
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
        match (level.as_avx512(), level.as_avx2(), level.as_sse2()) {
            (Some(token), _, _) => Best::Avx512(token),
            (_, Some(token), _) => Best::Avx2(token),
            (_, _, Some(token)) => Best::Sse2(token),
            _ => unreachable!("SSE2 is part of x86-64"),
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    #[inline(always)]
    pub(crate) fn of(level: Level) -> Self {
        Best::Other(level)
    }
}

/// Runs `pass` with the instructions of `token`.
#[inline(always)]
pub(crate) fn enter<T: Real, S: Token, P: Pass<T>>(token: S, pass: P) -> P::Output
where
    Wide<S>: Simd<T>,
{
    token.vectorize(
        #[inline(always)]
        || pass.run(Wide(token)),
    )
}
