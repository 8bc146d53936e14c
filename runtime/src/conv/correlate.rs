//! The register tile of a convolution: rows of kernels by vectors of places, tap after tap.

use super::image::Frame;
use crate::matmul::{MOST, pad};
use crate::{Real, Simd, Vector as _};

/// The taps of a convolution: for each row of the result a weight, for all of them a place in the image.
#[derive(Clone, Copy)]
pub(super) struct Taps<'a, T> {
    /// All weights.
    pub(super) weights: &'a [T],
    /// From one row of the result to the next.
    pub(super) row: usize,
    /// From one plane of the image to the next.
    pub(super) outer: usize,
    /// Whether the first weight of a kernel meets the last of the elements under it, and so on.
    pub(super) turned: bool,
    /// The planes that the kernel slides over.
    pub(super) image: &'a [T],
    /// How many there are.
    pub(super) planes: usize,
    /// How they lie.
    pub(super) frame: Frame,
}

/// `out[r][p] = Σ weight(r, tap) · image[place(tap) + p]`, rows of `len`, whole vectors.
#[inline(always)]
pub(super) fn correlate<T: Real, S: Simd<T>>(simd: S, taps: Taps<'_, T>, out: &mut [T], len: usize) {
    let cover = Cover { simd, taps, len };
    let mut col = 0;
    if const { S::REGISTERS >= 32 } {
        while col + 4 * S::LANES <= len {
            let row = cover.strip::<4, 4>(out, 0, col);
            let row = cover.strip::<2, 4>(out, row, col);
            cover.strip::<1, 4>(out, row, col);
            col += 4 * S::LANES;
        }
    }
    while col + 2 * S::LANES <= len {
        let row = if const { S::REGISTERS >= 32 } { cover.strip::<8, 2>(out, 0, col) } else { cover.strip::<6, 2>(out, 0, col) };
        let row = cover.strip::<2, 2>(out, row, col);
        cover.strip::<1, 2>(out, row, col);
        col += 2 * S::LANES;
    }
    while col < len {
        let row = if const { S::REGISTERS >= 32 } { cover.strip::<16, 1>(out, 0, col) } else { 0 };
        let row = cover.strip::<4, 1>(out, row, col);
        cover.strip::<1, 1>(out, row, col);
        col += S::LANES;
    }
}

struct Cover<'a, T, S> {
    simd: S,
    taps: Taps<'a, T>,
    len: usize,
}

impl<T: Real, S: Simd<T>> Cover<'_, T, S> {
    /// As many tiles of `ROWS` rows as there are from `row` on; gives the first row left over.
    #[inline(always)]
    fn strip<const ROWS: usize, const WIDE: usize>(&self, out: &mut [T], mut row: usize, col: usize) -> usize {
        while let Some(rows) = out.get_mut(row * self.len..(row + ROWS) * self.len) {
            let sums = self.tile::<ROWS, WIDE>(row, col);
            for (r, sums) in sums.iter().enumerate() {
                for (j, sum) in sums.iter().enumerate() {
                    let at = r * self.len + col + j * S::LANES;
                    if let Some(place) = rows.get_mut(at..at + S::LANES) {
                        sum.store(place);
                    }
                }
            }
            row += ROWS;
        }
        row
    }

    /// The sums of `ROWS` rows and `WIDE` vectors: plane by plane, line by line, element by element of the kernel.
    #[inline(always)]
    fn tile<const ROWS: usize, const WIDE: usize>(&self, row: usize, col: usize) -> [[S::Vector; WIDE]; ROWS] {
        let zero = self.simd.splat(T::ZERO);
        let mut sums = [[zero; WIDE]; ROWS];
        let mut padded = [T::ZERO; MOST];
        let Taps { weights, outer, frame, .. } = self.taps;
        let mut rows: [&[T]; ROWS] = [&[]; ROWS];
        for (r, out) in rows.iter_mut().enumerate() {
            *out = weights.get((row + r) * self.taps.row..).unwrap_or_default();
        }
        let (lines, columns) = frame.windows();
        for plane in 0..self.taps.planes {
            let of_plane = plane * frame.channel() + col;
            for i in 0..lines {
                let of_line = of_plane + frame.line(if self.taps.turned { lines - 1 - i } else { i });
                let first = plane * outer + i * columns;
                let mut weights: [&[T]; ROWS] = [&[]; ROWS];
                for (line, row) in weights.iter_mut().zip(rows) {
                    // In two steps, so that the optimiser knows the length.
                    *line = row.get(first..).unwrap_or_default().get(..columns).unwrap_or_default();
                }
                if weights.iter().any(|line| line.len() != columns) {
                    continue;
                }
                for j in 0..columns {
                    let at = of_line + frame.column(if self.taps.turned { columns - 1 - j } else { j });
                    let window = match self.taps.image.get(at..at + WIDE * S::LANES) {
                        Some(window) => window,
                        None => pad(&mut padded, self.taps.image.get(at..).unwrap_or_default()),
                    };
                    let mut vectors = [zero; WIDE];
                    for (j, vector) in vectors.iter_mut().enumerate() {
                        if let Some(xs) = window.get(j * S::LANES..(j + 1) * S::LANES) {
                            *vector = self.simd.load(xs);
                        }
                    }
                    for (sums, line) in sums.iter_mut().zip(weights) {
                        let factor = self.simd.splat(line.get(j).copied().unwrap_or(T::ZERO));
                        for (sum, vector) in sums.iter_mut().zip(vectors) {
                            *sum = factor.mul_add(vector, *sum);
                        }
                    }
                }
            }
        }
        sums
    }
}
