//! The sums of a register tile, `ROWS` rows of `WIDE` vectors: what they begin with, the loop over k, and where they go.

use core::ops::Range;

use super::block::{Rows, column, lines};
use super::edge;
use super::tile::Factor;
use crate::{Real, Simd, Vector as _};

/// `sums[r][j] += Σₖ a(r, k)·b[k][j]`, k in order, as long as whole vectors can be read of `b`; and how many k these are. Both factors begin
/// at the tile.
#[inline(always)]
pub(super) fn add_products<T: Real, S: Simd<T>, const ROWS: usize, const WIDE: usize>(
    simd: S,
    a: Factor<'_, T>,
    b: Rows<'_, T>,
    mut sums: [[S::Vector; WIDE]; ROWS],
) -> ([[S::Vector; WIDE]; ROWS], usize) {
    let window = |k: usize| b.xs.get(k * b.stride..k * b.stride + WIDE * S::LANES);
    // Lines of `b` that are followed by a whole line are of one length, which is looked at once, before the loop; others each by itself.
    let whole = b.xs.chunks_exact(b.stride.max(1));
    let mut done = 0;
    // A single row is the same either way.
    if ROWS > 1 && a.k == 1 {
        // All lines have `depth` elements, which the optimiser knows: it looks at the length of one of them.
        let Some(lines) = lines::<T, ROWS>(a.a, 0, a.row, a.depth) else { return (sums, a.depth) };
        for (k, line) in (0..a.depth).zip(whole) {
            let (Some(factors), Some(window)) = (column(lines, k), line.get(..WIDE * S::LANES)) else { break };
            step(simd, &mut sums, factors, vectors(simd, window));
            done += 1;
        }
        for k in done..a.depth {
            let (Some(factors), Some(window)) = (column(lines, k), window(k)) else { return (sums, k) };
            step(simd, &mut sums, factors, vectors(simd, window));
        }
        return (sums, a.depth);
    }
    for (factors, line) in a.a.chunks_exact(a.k.max(1)).zip(whole).take(a.depth) {
        let (Some(factors), Some(window)) = (factors.first_chunk(), line.get(..WIDE * S::LANES)) else { break };
        step(simd, &mut sums, *factors, vectors(simd, window));
        done += 1;
    }
    for k in done..a.depth {
        let Some(factors) = a.a.get(k * a.k..).and_then(|line| line.first_chunk()) else { break };
        let Some(window) = window(k) else { return (sums, k) };
        step(simd, &mut sums, *factors, vectors(simd, window));
    }
    (sums, a.depth)
}

/// The same with the columns of `b` from `col` on, where all its lines are whole. That is one loop: after a second one the optimiser would have
/// the sums of the widest tiles now in these registers and now in those.
#[inline(always)]
pub(crate) fn add_whole_products<T: Real, S: Simd<T>, const ROWS: usize, const WIDE: usize>(
    simd: S,
    a: Factor<'_, T>,
    b: Rows<'_, T>,
    col: usize,
    mut sums: [[S::Vector; WIDE]; ROWS],
) -> Option<[[S::Vector; WIDE]; ROWS]> {
    let lines_of_b = b.xs.chunks_exact(b.stride.max(1));
    // A single row is the same either way.
    if ROWS > 1 && a.k == 1 {
        let lines = lines::<T, ROWS>(a.a, 0, a.row, a.depth)?;
        for (k, line) in (0..a.depth).zip(lines_of_b) {
            step(simd, &mut sums, column(lines, k)?, vectors(simd, from(line, col, WIDE * S::LANES)?));
        }
        return Some(sums);
    }
    let mut at = 0;
    for (_, line) in (0..a.depth).zip(lines_of_b) {
        step(simd, &mut sums, *a.a.get(at..at + ROWS)?.first_chunk()?, vectors(simd, from(line, col, WIDE * S::LANES)?));
        at += a.k;
    }
    Some(sums)
}

/// The same, of a left factor that lies by rows; what is read of `b` is copied on the way, one line behind the other.
#[inline(always)]
pub(super) fn add_whole_products_copying<T: Real, S: Simd<T>, const ROWS: usize, const WIDE: usize>(
    simd: S,
    a: Factor<'_, T>,
    b: Rows<'_, T>,
    col: usize,
    panel: &mut [T],
    mut sums: [[S::Vector; WIDE]; ROWS],
) -> Option<[[S::Vector; WIDE]; ROWS]> {
    let lines_of_b = b.xs.chunks_exact(b.stride.max(1));
    let lines = lines::<T, ROWS>(a.a, 0, a.row, a.depth)?;
    for ((k, line), place) in (0..a.depth).zip(lines_of_b).zip(panel.chunks_exact_mut(WIDE * S::LANES)) {
        let (factors, vectors) = (column(lines, k)?, vectors(simd, from(line, col, WIDE * S::LANES)?));
        for (vector, place) in vectors.iter().zip(place.chunks_exact_mut(S::LANES)) {
            vector.store(place);
        }
        step(simd, &mut sums, factors, vectors);
    }
    Some(sums)
}

/// So many elements from there on.
#[inline(always)]
fn from<T>(line: &[T], first: usize, len: usize) -> Option<&[T]> {
    line.get(first..)?.get(..len)
}

/// The first vectors of a line.
#[inline(always)]
fn vectors<T: Real, S: Simd<T>, const WIDE: usize>(simd: S, line: &[T]) -> [S::Vector; WIDE] {
    let mut vectors = [simd.splat(T::ZERO); WIDE];
    for (vector, xs) in vectors.iter_mut().zip(line.chunks_exact(S::LANES)) {
        *vector = simd.load(xs);
    }
    vectors
}

/// `sums[r][j] += factors[r]·vectors[j]`.
#[inline(always)]
fn step<T: Real, S: Simd<T>, const ROWS: usize, const WIDE: usize>(
    simd: S,
    sums: &mut [[S::Vector; WIDE]; ROWS],
    factors: [T; ROWS],
    vectors: [S::Vector; WIDE],
) {
    for (sums, factor) in sums.iter_mut().zip(factors) {
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
