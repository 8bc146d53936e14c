//! A gradient that is a product, tile by tile: the sums of a tile go into the optimizer's formulas while they are in registers.

use crate::each::{divided, load_mut, store};
use crate::matmul::sums::add_whole_products;
use crate::matmul::{Factor, Rows};
use crate::{Real, Simd};

/// `outs = f(left · right, outs)` for as many rows as whole tiles take, and how many these are. `right` has as many
/// whole lines as `left` has k. None are done where tiles do not fit its columns, nor at lean levels.
#[inline(always)]
pub(super) fn by_tiles<T: Real, S: Simd<T>, const O: usize>(
    simd: S,
    left: Factor<'_, T>,
    right: Rows<'_, T>,
    rows: usize,
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
) -> usize {
    if const { S::LEAN } {
        0
    } else if const { S::REGISTERS >= 32 } {
        strip::<T, S, O, 6, 4>(simd, left, right, rows, outs, f)
    } else {
        strip::<T, S, O, 6, 2>(simd, left, right, rows, outs, f)
    }
}

/// The same by tiles of `ROWS` rows of `WIDE` vectors. A function of its own: around its inner loop stands little else that wants registers.
#[inline(always)]
fn strip<T: Real, S: Simd<T>, const O: usize, const ROWS: usize, const WIDE: usize>(
    simd: S,
    left: Factor<'_, T>,
    right: Rows<'_, T>,
    rows: usize,
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
) -> usize {
    let columns = right.stride;
    // Nothing within a tile may be missing: its rows would be made a second time.
    if !columns.is_multiple_of(WIDE * S::LANES) || outs.iter().any(|out| out.len() < rows * columns) {
        return 0;
    }
    simd.apart(
        #[inline(always)]
        move || {
            let (mut rest, mut row) = (outs, 0);
            while row + ROWS <= rows {
                for col in (0..columns).step_by(WIDE * S::LANES) {
                    let zeros = [[simd.splat(T::ZERO); WIDE]; ROWS];
                    let Some(sums) = add_whole_products(simd, left.from(row, 0), right, col, zeros) else { return row };
                    for (r, sums) in sums.iter().enumerate() {
                        for (j, &sum) in sums.iter().enumerate() {
                            let at = r * columns + col + j * S::LANES;
                            let Some(held) = load_mut(simd, &rest, at) else { return row };
                            store(simd, &mut rest, at, f([sum], held));
                        }
                    }
                }
                (_, rest) = divided(rest, ROWS * columns);
                row += ROWS;
            }
            row
        },
    )
}
