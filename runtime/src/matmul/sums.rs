//! The sums of a register tile, `ROWS` rows of `WIDE` vectors: what they begin with, the loop over k, and where they go.

use core::ops::Range;

use super::block::{Rows, column, lines};
use super::edge;
use super::tile::Factor;
use crate::{Real, Simd, Vector as _};

/// The first `WIDE` vectors of one line of `b` after the other, as long as whole ones can be read.
#[inline(always)]
pub(super) fn lines_of<T: Real, S: Simd<T>, const WIDE: usize>(simd: S, b: Rows<'_, T>) -> impl FnMut() -> Option<[S::Vector; WIDE]> {
    let mut at = 0;
    move || {
        let window = b.xs.get(at..at + WIDE * S::LANES)?;
        at += b.stride;
        let mut vectors = [simd.splat(T::ZERO); WIDE];
        for (vector, xs) in vectors.iter_mut().zip(window.chunks_exact(S::LANES)) {
            *vector = simd.load(xs);
        }
        Some(vectors)
    }
}

/// The same, copied into a panel on the way: there they follow each other.
#[inline(always)]
pub(super) fn copied_lines_of<T: Real, S: Simd<T>, const WIDE: usize>(
    simd: S,
    b: Rows<'_, T>,
    panel: &mut [T],
) -> impl FnMut() -> Option<[S::Vector; WIDE]> {
    let (mut lines, mut places) = (lines_of(simd, b), panel.chunks_exact_mut(WIDE * S::LANES));
    move || {
        let vectors: [S::Vector; WIDE] = lines()?;
        for (vector, place) in vectors.iter().zip(places.next()?.chunks_exact_mut(S::LANES)) {
            vector.store(place);
        }
        Some(vectors)
    }
}

/// `sums[r][j] += Σₖ a(r, k)·b[k][j]`, k in order, as long as there are lines of `b`; and how many k these are. Both factors begin at the tile.
#[inline(always)]
pub(super) fn add_products<T: Real, S: Simd<T>, const ROWS: usize, const WIDE: usize>(
    simd: S,
    a: Factor<'_, T>,
    mut line: impl FnMut() -> Option<[S::Vector; WIDE]>,
    mut sums: [[S::Vector; WIDE]; ROWS],
) -> ([[S::Vector; WIDE]; ROWS], usize) {
    // One loop for all k: after another one the sums would lie in other registers.
    // A single row is the same either way.
    if ROWS > 1 && a.k == 1 {
        // All lines have `depth` elements, which the optimiser knows: it looks at one length for all of them.
        let Some(lines) = lines::<T, ROWS>(a.a, 0, a.row, a.depth) else { return (sums, a.depth) };
        for k in 0..a.depth {
            let (Some(factors), Some(vectors)) = (column(lines, k), line()) else { return (sums, k) };
            step(simd, &mut sums, &factors, vectors);
        }
        return (sums, a.depth);
    }
    let mut at = 0;
    for k in 0..a.depth {
        let (Some(factors), Some(vectors)) = (a.a.get(at..at + ROWS), line()) else { return (sums, k) };
        step(simd, &mut sums, factors, vectors);
        at += a.k;
    }
    (sums, a.depth)
}

/// `sums[r][j] += factors[r]·vectors[j]`.
#[inline(always)]
fn step<T: Real, S: Simd<T>, const ROWS: usize, const WIDE: usize>(
    simd: S,
    sums: &mut [[S::Vector; WIDE]; ROWS],
    factors: &[T],
    vectors: [S::Vector; WIDE],
) {
    for (sums, &factor) in sums.iter_mut().zip(factors) {
        let factor = simd.splat(factor);
        for (sum, vector) in sums.iter_mut().zip(vectors) {
            *sum = factor.mul_add(vector, *sum);
        }
    }
}

/// What the matrix holds in these columns, of rows that begin so many elements after each other; beyond the last column is anything.
#[inline(always)]
pub(super) fn read<T: Real, S: Simd<T>, const ROWS: usize, const WIDE: usize>(
    simd: S,
    rows: &[T],
    (stride, columns): (usize, Range<usize>),
) -> [[S::Vector; WIDE]; ROWS] {
    let mut sums = [[simd.splat(T::ZERO); WIDE]; ROWS];
    if columns.len() < WIDE * S::LANES {
        edge::get(simd, sums.as_flattened_mut(), WIDE, rows, (stride, columns));
        return sums;
    }
    // At constant places of the array, which so stays in registers.
    for (r, sums) in sums.iter_mut().enumerate() {
        let Some(line) = rows.get(r * stride + columns.start..).and_then(|line| line.get(..WIDE * S::LANES)) else { break };
        for (sum, xs) in sums.iter_mut().zip(line.chunks_exact(S::LANES)) {
            *sum = simd.load(xs);
        }
    }
    sums
}

/// Writes the sums into these columns.
#[inline(always)]
pub(super) fn write<T: Real, S: Simd<T>, const ROWS: usize, const WIDE: usize>(
    simd: S,
    sums: [[S::Vector; WIDE]; ROWS],
    rows: &mut [T],
    (stride, columns): (usize, Range<usize>),
) {
    if columns.len() < WIDE * S::LANES {
        // A copy in memory; the sums themselves are never there.
        return edge::put(simd, { sums }.as_flattened(), WIDE, rows, (stride, columns));
    }
    for (r, sums) in sums.iter().enumerate() {
        let Some(line) = rows.get_mut(r * stride + columns.start..).and_then(|line| line.get_mut(..WIDE * S::LANES)) else { break };
        for (sum, place) in sums.iter().zip(line.chunks_exact_mut(S::LANES)) {
            sum.store(place);
        }
    }
}
