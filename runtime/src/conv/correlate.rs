//! The register tile of a convolution: rows of kernels by vectors of places, tap after tap.

use super::image::Frame;
use crate::matmul::{MOST, pad};
use crate::shapes::tallest;
use crate::{Real, Simd, Vector as _};

/// The taps of a convolution: for each row of the result a weight, for all of them a place in the image.
#[derive(Clone, Copy)]
pub(super) struct Taps<'a, T> {
    /// The weights of all rows, tap after tap.
    pub(super) panel: &'a [T],
    /// Rows of the result: from one tap's weights to the next's.
    pub(super) rows: usize,
    /// Whether the first weight of a kernel meets the last of the elements under it, and so on.
    pub(super) turned: bool,
    /// The planes that the kernel slides over.
    pub(super) image: &'a [T],
    /// How many there are.
    pub(super) planes: usize,
    /// How they lie.
    pub(super) frame: Frame,
}

/// Which places are computed, and where their results go: lines of at least a vector, one behind the other, for each row.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub(super) lines: usize,
    pub(super) columns: usize,
    /// From one line to the next, in the image.
    pub(super) width: usize,
    /// From one row of the result to the next.
    pub(super) apart: usize,
}

/// `out[r][p] = Σ weight(r, tap) · image[place(tap) + p]`. The last vector of a line ends where the line ends. A function of its own, which
/// serves results and gradients by the image alike.
#[inline(always)]
pub(super) fn correlate<T: Real, S: Simd<T>>(simd: S, taps: Taps<'_, T>, places: Places, out: &mut [T]) {
    simd.apart(
        #[inline(always)]
        || correlate_inside(simd, taps, places, out),
    );
}

#[inline(always)]
fn correlate_inside<T: Real, S: Simd<T>>(simd: S, taps: Taps<'_, T>, places: Places, out: &mut [T]) {
    let cover = Cover { simd, taps, apart: places.apart };
    for line in 0..places.lines {
        let mut column = 0;
        while column < places.columns {
            let left = places.columns - column;
            // A last vector alone begins before the column.
            let from = column.min(places.columns.saturating_sub(S::LANES));
            let at = Corner { image: line * places.width + from, out: line * places.columns + from, last: left.saturating_sub(S::LANES) };
            if const { S::REGISTERS >= 32 } && left > 3 * S::LANES {
                let row = tallest!(S, 4, cover.strip(out, 0, at));
                cover.strip::<1, 4>(out, row, at);
                column += 4 * S::LANES;
            } else if const { S::LEAN } || left > S::LANES {
                let row = tallest!(S, 2, cover.strip(out, 0, at));
                let row = if const { S::LEAN } { row } else { cover.strip::<2, 2>(out, row, at) };
                cover.strip::<1, 2>(out, row, at);
                column += 2 * S::LANES;
            } else {
                let row = if const { S::REGISTERS >= 32 } { cover.strip::<16, 1>(out, 0, at) } else { 0 };
                let row = cover.strip::<4, 1>(out, row, at);
                cover.strip::<1, 1>(out, row, at);
                column += S::LANES;
            }
        }
    }
}

/// Where a tile begins.
#[derive(Clone, Copy)]
struct Corner {
    image: usize,
    out: usize,
    /// From here to where the last vector of the line begins.
    last: usize,
}

struct Cover<'a, T, S> {
    simd: S,
    taps: Taps<'a, T>,
    apart: usize,
}

impl<T: Real, S: Simd<T>> Cover<'_, T, S> {
    /// As many tiles of `ROWS` rows as there are from `row` on; gives the first row left over.
    #[inline(always)]
    fn strip<const ROWS: usize, const WIDE: usize>(&self, out: &mut [T], mut row: usize, at: Corner) -> usize {
        // The last vector may lie over the one before it: it computes the same there.
        let starts: [usize; WIDE] = core::array::from_fn(|j| if j + 1 == WIDE { at.last.min(j * S::LANES) } else { j * S::LANES });
        while row + ROWS <= self.taps.rows {
            let sums = self.tile::<ROWS, WIDE>(row, at.image, starts);
            for (r, sums) in sums.iter().enumerate() {
                for (sum, start) in sums.iter().zip(starts) {
                    let to = (row + r) * self.apart + at.out + start;
                    if let Some(place) = out.get_mut(to..to + S::LANES) {
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
    fn tile<const ROWS: usize, const WIDE: usize>(&self, row: usize, first: usize, starts: [usize; WIDE]) -> [[S::Vector; WIDE]; ROWS] {
        let zero = self.simd.splat(T::ZERO);
        let mut sums = [[zero; WIDE]; ROWS];
        let mut padded = [T::ZERO; MOST];
        let Taps { panel, rows, turned, image, planes, frame } = self.taps;
        let reach = starts.last().map_or(0, |last| last + S::LANES);
        let (lines, columns) = frame.windows();
        let mut weight = row;
        for plane in 0..planes {
            let of_plane = plane * frame.channel() + first;
            for i in 0..lines {
                let of_line = of_plane + frame.line(if turned { lines - 1 - i } else { i });
                for j in 0..columns {
                    let at = of_line + frame.column(if turned { columns - 1 - j } else { j });
                    let Some(weights) = panel.get(weight..weight + ROWS) else { return sums };
                    weight += rows;
                    let window = match image.get(at..at + reach) {
                        Some(window) => window,
                        None => pad(&mut padded, image.get(at..).unwrap_or_default()),
                    };
                    let mut vectors = [zero; WIDE];
                    for (vector, start) in vectors.iter_mut().zip(starts) {
                        if let Some(xs) = window.get(start..start + S::LANES) {
                            *vector = self.simd.load(xs);
                        }
                    }
                    for (sums, &weight) in sums.iter_mut().zip(weights) {
                        let factor = self.simd.splat(weight);
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
