//! Entering a SIMD level: once a pass, not once a kernel.

use fearless_simd::Level;

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

/// The best level of this machine; without `std`, that of the target.
#[inline(always)]
pub(crate) fn level() -> Level {
    Level::try_detect().unwrap_or(Level::baseline())
}
