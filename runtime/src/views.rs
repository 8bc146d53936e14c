//! Flat storage seen as arrays: constant offsets, no `unsafe`, nothing to go wrong at run time.

/// `N` elements of `xs` from `AT` on. What does not fit does not compile.
#[inline(always)]
pub fn view<T, const N: usize, const LEN: usize, const AT: usize>(xs: &[T; LEN]) -> &[T; N] {
    const { assert!(AT <= LEN && N <= LEN - AT, "the view reaches beyond the storage") };
    match xs.split_at_checked(AT).and_then(|(_, tail)| tail.first_chunk()) {
        Some(part) => part,
        None => unreachable!("asserted when compiling"),
    }
}

/// As [`view`], to write into.
#[inline(always)]
pub fn view_mut<T, const N: usize, const LEN: usize, const AT: usize>(xs: &mut [T; LEN]) -> &mut [T; N] {
    const { assert!(AT <= LEN && N <= LEN - AT, "the view reaches beyond the storage") };
    match xs.split_at_mut_checked(AT).and_then(|(_, tail)| tail.first_chunk_mut()) {
        Some(part) => part,
        None => unreachable!("asserted when compiling"),
    }
}

/// The first `R` rows of length `N`. `xs` holds at least `N·R` elements: generated code hands over arrays whose length it
/// has computed, and the check disappears; of a shorter slice there is no such view, and this stops the program.
#[inline(always)]
pub fn rows<T, const N: usize, const R: usize>(xs: &[T]) -> &[[T; N]; R] {
    match xs.as_chunks().0.first_chunk() {
        Some(rows) => rows,
        None => unreachable!("the caller's storage holds all rows"),
    }
}

/// As [`rows`], to write into.
#[inline(always)]
pub fn rows_mut<T, const N: usize, const R: usize>(xs: &mut [T]) -> &mut [[T; N]; R] {
    match xs.as_chunks_mut().0.first_chunk_mut() {
        Some(rows) => rows,
        None => unreachable!("the caller's storage holds all rows"),
    }
}

macro_rules! from_bytes {
    ($name:ident, $t:ident, $size:literal) => {
        /// Parameters from little-endian bytes, also in a `static` (`include_bytes!`). A file of another size does not compile.
        pub const fn $name<const LEN: usize, const BYTES: usize>(bytes: &[u8; BYTES]) -> [$t; LEN] {
            const { assert!(LEN.checked_mul($size).is_some() && BYTES == LEN * $size, "the bytes are not that many numbers") };
            let (chunks, _) = bytes.as_chunks::<$size>();
            let mut out = [0.0; LEN];
            let mut i = 0;
            while i < LEN && i < chunks.len() {
                out[i] = $t::from_le_bytes(chunks[i]);
                i += 1;
            }
            out
        }
    };
}

from_bytes!(f32_from_bytes, f32, 4);
from_bytes!(f64_from_bytes, f64, 8);
