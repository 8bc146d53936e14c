//! Functions for the instructions of a level, in modules of their own: rustc hands what the functions of a module need to the optimiser in
//! one piece, and works on several pieces at once. Without them all kernels of a program at all levels were a single piece.

use fearless_simd::{Simd as Token, SimdBase};

macro_rules! levels {
    ($($(#[$attribute:meta])* $function:ident in $widest:ident, $wide:ident, $narrow:ident;)*) => {$(
        $(#[$attribute])*
        mod $widest {
            levels!(@run);
        }
        $(#[$attribute])*
        mod $wide {
            levels!(@run);
        }
        $(#[$attribute])*
        mod $narrow {
            levels!(@run);
        }

        $(#[$attribute])*
        #[inline(always)]
        pub(crate) fn $function<S: Token, R>(token: S, f: impl FnOnce() -> R) -> R {
            if const { <S::f32s as SimdBase<S>>::LEN >= 16 } {
                $widest::run(token, f)
            } else if const { <S::f32s as SimdBase<S>>::LEN == 8 } {
                $wide::run(token, f)
            } else {
                $narrow::run(token, f)
            }
        }
    )*};
    (@run) => {
        #[inline(never)]
        pub(super) fn run<S: fearless_simd::Simd, R>(token: S, f: impl FnOnce() -> R) -> R {
            token.vectorize(f)
        }
    };
}

levels! {
    /// Runs `f`, which must be `#[inline(always)]`, as a function of its own for the instructions of `token`: a kernel.
    kernel in widest_kernels, wide_kernels, narrow_kernels;
    /// The same of a whole pass. (On other machines the library enters it.)
    #[cfg(target_arch = "x86_64")]
    pass in widest_passes, wide_passes, narrow_passes;
}
