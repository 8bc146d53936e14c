//! The register tile of the gradient by the kernels: filters by taps, along the places of all samples at hand.

use super::at_least_one;
use super::image::Frame;
use crate::matmul::{MOST, pad};
use crate::{Real, Simd, Vector as _};

/// The two factors: gradients of the results, a run for each filter with zeros between the lines, and images.
#[derive(Clone, Copy)]
pub(super) struct Factors<'a, T> {
    /// How many samples there are.
    pub(super) samples: usize,
    pub(super) y: &'a [T],
    /// From one sample to the next.
    pub(super) y_sample: usize,
    /// Elements of a run, whole vectors; from one filter to the next.
    pub(super) run: usize,
    pub(super) image: &'a [T],
    /// From one sample to the next.
    pub(super) image_sample: usize,
    /// Taps of a filter.
    pub(super) taps: usize,
    /// How images lie.
    pub(super) frame: Frame,
}

/// `out[f][tap] += Σ y[f][p] · image[place(tap) + p]` over places and samples, for as many filters as `out` has.
#[inline(always)]
pub(super) fn correlate_weight<T: Real, S: Simd<T>>(simd: S, factors: Factors<'_, T>, out: &mut [T]) {
    let sums = Sums { simd, factors };
    let row = if const { S::REGISTERS >= 32 } { sums.filters::<8>(out, 0) } else { sums.filters::<4>(out, 0) };
    sums.filters::<1>(out, row);
}

struct Sums<'a, T, S> {
    simd: S,
    factors: Factors<'a, T>,
}

impl<T: Real, S: Simd<T>> Sums<'_, T, S> {
    /// All taps of as many times `ROWS` filters as there are; gives the first filter left over.
    #[inline(always)]
    fn filters<const ROWS: usize>(&self, out: &mut [T], mut row: usize) -> usize {
        let taps = self.factors.taps;
        while let Some(rows) = out.get_mut(row * taps..(row + ROWS) * taps) {
            let mut tap = 0;
            while tap < taps {
                self.tile::<ROWS, 3>(rows, row, tap);
                tap += 3;
            }
            row += ROWS;
        }
        row
    }

    #[inline(always)]
    fn tile<const ROWS: usize, const WIDE: usize>(&self, out: &mut [T], row: usize, tap: usize) {
        let Factors { samples, y, y_sample, run, image, image_sample, taps, .. } = self.factors;
        let zero = self.simd.splat(T::ZERO);
        let mut sums = [[zero; WIDE]; ROWS];
        let mut padded = [T::ZERO; MOST];
        // Beyond the last tap it is the last one again, and of no use.
        let places: [usize; WIDE] = core::array::from_fn(|j| self.place((tap + j).min(taps - 1)));
        for sample in 0..samples {
            let mut rows: [&[T]; ROWS] = [&[]; ROWS];
            for (r, line) in rows.iter_mut().enumerate() {
                let rest = y.get(sample * y_sample + (row + r) * run..).unwrap_or_default();
                *line = rest.get(..run).unwrap_or_default();
            }
            let images = places.map(|place| image.get(sample * image_sample + place..).unwrap_or_default());
            let mut at = 0;
            while at < run {
                let mut vectors = [zero; WIDE];
                for (vector, image) in vectors.iter_mut().zip(images) {
                    let window = match image.get(at..at + S::LANES) {
                        Some(window) => window,
                        None => pad(&mut padded, image.get(at..).unwrap_or_default()),
                    };
                    *vector = self.simd.load(window);
                }
                for (sums, row) in sums.iter_mut().zip(rows) {
                    let factor = match row.get(at..at + S::LANES) {
                        Some(xs) => self.simd.load(xs),
                        None => zero,
                    };
                    for (sum, vector) in sums.iter_mut().zip(vectors) {
                        *sum = factor.mul_add(vector, *sum);
                    }
                }
                at += S::LANES;
            }
        }
        // Over the constant extents of the tile, so that sums stay in registers.
        for (r, sums) in sums.iter().enumerate() {
            for (j, sum) in sums.iter().enumerate() {
                if let Some(place) = out.get_mut(r * taps + tap + j).filter(|_| tap + j < taps) {
                    *place += sum.sum();
                }
            }
        }
    }

    /// Where a tap of the kernel reads, from where its first does.
    #[inline(always)]
    fn place(&self, tap: usize) -> usize {
        let frame = self.factors.frame;
        let (lines, columns) = frame.windows();
        let (of_plane, columns) = (at_least_one(lines * columns), at_least_one(columns));
        let (plane, rest) = (tap / of_plane, tap % of_plane);
        plane * frame.channel() + frame.line(rest / columns) + frame.column(rest % columns)
    }
}
