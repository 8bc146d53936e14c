//! Matrices turned over: squares of as many rows as a vector has lanes, in registers.

use core::ops::Range;

use super::block::Rows;
use crate::{Real, Simd, Vector};

/// The most lanes of any level.
const MOST: usize = 16;

/// `to[k][c] = from[rows.start + c][columns.start + k]`: as many rows of `width` elements as there are columns, zeros behind what they get.
#[inline(always)]
pub(super) fn turn<T: Real, S: Simd<T>>(simd: S, from: Rows<'_, T>, rows: Range<usize>, columns: Range<usize>, to: &mut [T], width: usize) {
    simd.apart(
        #[inline(always)]
        move || {
            let count = columns.end.saturating_sub(columns.start);
            let mut at = 0;
            while at < width {
                let to_end = S::LANES.min(width - at);
                let mut k = 0;
                while k < count {
                    let len = (count - k).min(S::LANES);
                    let mut square = [simd.splat(T::ZERO); MOST];
                    for (row, line) in (rows.start + at..rows.end).zip(square.iter_mut().take(S::LANES)) {
                        // What comes along from beyond the last column ends in lines that are not stored.
                        *line = simd.load(from.xs.get(row * from.stride + columns.start + k..).unwrap_or_default());
                    }
                    for (i, line) in transposed(square, S::LANES).iter().take(len).enumerate() {
                        let start = (k + i) * width + at;
                        line.store(to.get_mut(start..start + to_end).unwrap_or_default());
                    }
                    k += S::LANES;
                }
                at += S::LANES;
            }
        },
    );
}

/// The square of the first `lanes` vectors, transposed: each step riffles its first half with its second.
#[inline(always)]
fn transposed<T: Real, V: Vector<T>>(mut square: [V; MOST], lanes: usize) -> [V; MOST] {
    let mut done = 1;
    while done < lanes {
        let mut next = square;
        for (i, pair) in next.as_chunks_mut().0.iter_mut().take(lanes / 2).enumerate() {
            if let (Some(&a), Some(&b)) = (square.get(i), square.get(i + lanes / 2)) {
                *pair = a.zip(b).into();
            }
        }
        square = next;
        done *= 2;
    }
    square
}

/// `out[n][m] = x[m][n]`, of matrices of so many rows and columns.
pub(crate) fn transpose<T: Real, S: Simd<T>>(simd: S, x: &[T], out: &mut [T], rows: usize, columns: usize) {
    simd.enter(
        #[inline(always)]
        || turn(simd, Rows { xs: x, stride: columns }, 0..rows, 0..columns, out, rows),
    );
}
