//! The register tile of a convolution: rows of kernels by vectors of places, tap after tap.

use super::image::Frame;
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
    /// Whether the kernel is read from its last element to its first.
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
        let Taps { weights, outer, frame, .. } = self.taps;
        let mut rows: [&[T]; ROWS] = [&[]; ROWS];
        for (r, out) in rows.iter_mut().enumerate() {
            *out = weights.get((row + r) * self.taps.row..).unwrap_or_default();
        }
        let (lines, columns) = frame.windows();
        let step = if self.taps.turned { usize::MAX } else { 1 };
        for plane in 0..self.taps.planes {
            let of_plane = plane * frame.channel() + col;
            let mut weight = plane * outer + if self.taps.turned { lines * columns - 1 } else { 0 };
            for i in 0..lines {
                let of_line = of_plane + frame.line(i);
                for j in 0..columns {
                    let rest = self.taps.image.get(of_line + frame.column(j)..).unwrap_or_default();
                    let mut vectors = [zero; WIDE];
                    if let Some(window) = rest.get(..WIDE * S::LANES) {
                        for (vector, xs) in vectors.iter_mut().zip(window.chunks_exact(S::LANES)) {
                            *vector = self.simd.load(xs);
                        }
                    } else {
                        self.at_the_end(rest, &mut vectors);
                    }
                    for (sums, row) in sums.iter_mut().zip(rows) {
                        let factor = self.simd.splat(row.get(weight).copied().unwrap_or(T::ZERO));
                        for (sum, vector) in sums.iter_mut().zip(vectors) {
                            *sum = factor.mul_add(vector, *sum);
                        }
                    }
                    weight = weight.wrapping_add(step);
                }
            }
        }
        sums
    }

    /// The vectors at the end of the last image, where it ends before they do.
    #[cold]
    #[inline(never)]
    fn at_the_end(&self, rest: &[T], vectors: &mut [S::Vector]) {
        for (j, vector) in vectors.iter_mut().enumerate() {
            *vector = self.simd.load(rest.get(j * S::LANES..).unwrap_or_default());
        }
    }
}
