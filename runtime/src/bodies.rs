//! Work whose shapes are numbers: one body a level serves all programs, so it is compiled here and not once more in each of them.
//!
//! On x86-64 with `std`, where there are three levels, each body is a function of this crate for f32. For f64, which few programs want, and
//! for numbers of one lane ([`crate::Plain`], [`crate::Dual`]), it is a function of the program that calls it. Without `std` all are compiled
//! where they are called: there the object of a step shows that it cannot panic.

use fearless_simd::Simd as Token;

use crate::conv::{self, Conv};
use crate::matmul::{Factor, Right, Rows, RowsMut, nt, packed, tile, turn, turned};
use crate::wide::Wide;
use crate::{Inside, OneLane, Real, Simd};

/// The bodies at one level.
pub trait Bodies<T: Real>: Copy {
    /// [`tile::product`]
    fn product(self, a: Factor<'_, T>, b: Rows<'_, T>, out: RowsMut<'_, T>, n: usize, add: bool);
    /// [`packed::product`]
    fn packed(self, a: Factor<'_, T>, b: Right<'_, T>, out: RowsMut<'_, T>, n: usize, add: bool);
    /// [`nt::product`]
    fn nt(self, a: Rows<'_, T>, b: Rows<'_, T>, out: RowsMut<'_, T>, k: usize, n: usize, add: bool);
    /// [`turned`]
    fn turned(self, a: Factor<'_, T>, b: Rows<'_, T>, out: RowsMut<'_, T>, n: usize, add: bool);
    /// [`turn::transpose`]
    fn transpose(self, x: &[T], out: &mut [T], rows: usize, columns: usize);
    /// [`conv::output`]
    fn conv_output(self, conv: Conv, x: &[T], w: &[T], fresh: bool, out: &mut [T], scratch: &mut [T]);
    /// [`conv::input`]
    fn conv_input(self, conv: Conv, w: &[T], y: &[T], fresh: bool, out: &mut [T], scratch: &mut [T]);
    /// [`conv::weight`]
    fn conv_weight(self, conv: Conv, samples: usize, x: &[T], y: &[T], out: &mut [T], scratch: &mut [T]);
}

macro_rules! bodies {
    // Functions of this crate.
    (compiled: $($(#[$cfg:meta])* $t:ident $token:ty;)*) => {$(
        $(#[$cfg])*
        impl Bodies<$t> for Wide<$token> {
            bodies!(@functions inline(never), here, $t);
        }
    )*};
    // Functions of whoever calls them, among those of its level.
    (apart: $(<$($p:ident: $bound:ident),*> $t:ident $level:ty;)*) => {$(
        impl<$($p: $bound),*> Bodies<$t> for $level {
            bodies!(@functions inline(always), apart, $t);
        }
    )*};
    // Part of whoever calls them, or functions beside it.
    (generic $inline:ident: $(<$($p:ident: $bound:ident),*> $t:ident $level:ty;)*) => {$(
        impl<$($p: $bound),*> Bodies<$t> for $level {
            bodies!(@functions inline($inline), here, $t);
        }
    )*};
    (@run here $simd:ident $work:expr) => {
        $work
    };
    (@run apart $simd:ident $work:expr) => {
        crate::levels::kernel(
            $simd.0,
            #[inline(always)]
            || $work,
        )
    };
    (@functions $inline:meta, $run:ident, $t:ident) => {
        #[$inline]
        fn product(self, a: Factor<'_, $t>, b: Rows<'_, $t>, out: RowsMut<'_, $t>, n: usize, add: bool) {
            bodies!(@run $run self tile::product(self, a, b, out, n, add));
        }
        #[$inline]
        fn packed(self, a: Factor<'_, $t>, b: Right<'_, $t>, out: RowsMut<'_, $t>, n: usize, add: bool) {
            bodies!(@run $run self packed::product(self, a, b, out, n, add));
        }
        #[$inline]
        fn nt(self, a: Rows<'_, $t>, b: Rows<'_, $t>, out: RowsMut<'_, $t>, k: usize, n: usize, add: bool) {
            bodies!(@run $run self nt::product(self, a, b, out, k, n, add));
        }
        #[$inline]
        fn turned(self, a: Factor<'_, $t>, b: Rows<'_, $t>, out: RowsMut<'_, $t>, n: usize, add: bool) {
            bodies!(@run $run self turned(self, a, b, out, n, add));
        }
        #[$inline]
        fn transpose(self, x: &[$t], out: &mut [$t], rows: usize, columns: usize) {
            bodies!(@run $run self turn::transpose(self, x, out, rows, columns));
        }
        #[$inline]
        fn conv_output(self, conv: Conv, x: &[$t], w: &[$t], fresh: bool, out: &mut [$t], scratch: &mut [$t]) {
            bodies!(@run $run self conv::output(self, conv, x, w, fresh, out, scratch));
        }
        #[$inline]
        fn conv_input(self, conv: Conv, w: &[$t], y: &[$t], fresh: bool, out: &mut [$t], scratch: &mut [$t]) {
            bodies!(@run $run self conv::input(self, conv, w, y, fresh, out, scratch));
        }
        #[$inline]
        fn conv_weight(self, conv: Conv, samples: usize, x: &[$t], y: &[$t], out: &mut [$t], scratch: &mut [$t]) {
            bodies!(@run $run self conv::weight(self, conv, samples, x, y, out, scratch));
        }
    };
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
bodies! { compiled:
    f32 fearless_simd::x86::Avx512;
    f32 fearless_simd::x86::Avx2;
    f32 fearless_simd::x86::Sse2;
    #[cfg(test)] f32 fearless_simd::x86::Sse4_2;
    #[cfg(test)] f32 fearless_simd::Fallback;
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
bodies! { generic always:
    <S: Token> f32 Wide<S>;
}

#[cfg(feature = "std")]
bodies! { apart:
    <S: Token> f64 Wide<S>;
}

#[cfg(feature = "std")]
bodies! { generic never:
    <T: Real> T OneLane;
}

#[cfg(not(feature = "std"))]
bodies! { generic always:
    <S: Token> f64 Wide<S>;
    <T: Real> T OneLane;
}

impl<T: Real, S: Simd<T>> Bodies<T> for Inside<S> {
    #[inline(always)]
    fn product(self, a: Factor<'_, T>, b: Rows<'_, T>, out: RowsMut<'_, T>, n: usize, add: bool) {
        self.level().product(a, b, out, n, add);
    }
    #[inline(always)]
    fn packed(self, a: Factor<'_, T>, b: Right<'_, T>, out: RowsMut<'_, T>, n: usize, add: bool) {
        self.level().packed(a, b, out, n, add);
    }
    #[inline(always)]
    fn nt(self, a: Rows<'_, T>, b: Rows<'_, T>, out: RowsMut<'_, T>, k: usize, n: usize, add: bool) {
        self.level().nt(a, b, out, k, n, add);
    }
    #[inline(always)]
    fn turned(self, a: Factor<'_, T>, b: Rows<'_, T>, out: RowsMut<'_, T>, n: usize, add: bool) {
        self.level().turned(a, b, out, n, add);
    }
    #[inline(always)]
    fn transpose(self, x: &[T], out: &mut [T], rows: usize, columns: usize) {
        self.level().transpose(x, out, rows, columns);
    }
    #[inline(always)]
    fn conv_output(self, conv: Conv, x: &[T], w: &[T], fresh: bool, out: &mut [T], scratch: &mut [T]) {
        self.level().conv_output(conv, x, w, fresh, out, scratch);
    }
    #[inline(always)]
    fn conv_input(self, conv: Conv, w: &[T], y: &[T], fresh: bool, out: &mut [T], scratch: &mut [T]) {
        self.level().conv_input(conv, w, y, fresh, out, scratch);
    }
    #[inline(always)]
    fn conv_weight(self, conv: Conv, samples: usize, x: &[T], y: &[T], out: &mut [T], scratch: &mut [T]) {
        self.level().conv_weight(conv, samples, x, y, out, scratch);
    }
}
