//! The update of parameters, and gradients that are made where it reads them.

use crate::each::{divided, in_place};
use crate::matmul::{Factor, Rows, RowsMut, product};
use crate::{Real, Simd, Vector as _};

/// The gradient of a stretch of parameters on its way into the update.
#[derive(Debug)]
pub enum Gradient<'a, T> {
    /// As it lies.
    Made(&'a [T]),
    /// A matrix that is a product and not made yet.
    Product(Product<'a, T>),
}

/// A product `leftᵀ · right`, of as many rows as both have, and room for a piece of it.
#[derive(Debug)]
pub struct Product<'a, T> {
    left: &'a [T],
    right: &'a [T],
    /// Rows and columns of the product.
    shape: (usize, usize),
    room: &'a mut [T],
}

impl<'a, T> Product<'a, T> {
    /// Of `left`, `[k, rows]`, and `right`, `[k, columns]`, both flat. `room` is for one row of the product at least: how much is best
    /// says the compiler (`plan/late.rs`).
    pub fn of(left: &'a [T], right: &'a [T], shape: (usize, usize), room: &'a mut [T]) -> Self {
        Product { left, right, shape, room }
    }
}

/// `outs = f(gradient, outs)`, element by element. A product is made piece by piece, so that it is neither written nor read as a whole; that of a
/// single sample is not made at all, but multiplied where it is read.
#[inline(always)]
pub fn update_each<T, S, const O: usize>(
    simd: S,
    gradient: Gradient<'_, T>,
    mut outs: [&mut [T]; O],
    f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
) where
    T: Real,
    S: Simd<T>,
{
    let one = [T::ONE];
    let mut row = 0;
    let (factors, made, mut product) = match gradient {
        Gradient::Made(made) => (one.as_slice(), made, None),
        Gradient::Product(product) if product.is_outer(S::LANES) => (product.left, product.right, None),
        Gradient::Product(product) => (one.as_slice(), &[] as &[T], Some(product)),
    };
    loop {
        let line = match &mut product {
            Some(product) => product.piece(simd, &mut row),
            None => made,
        };
        // Of each the part that belongs to the piece.
        let count = line.len() * factors.len();
        let mut parts = [(); O].map(|()| Default::default());
        for (part, out) in parts.iter_mut().zip(&mut outs) {
            let all = core::mem::take(out);
            (*part, *out) = all.split_at_mut(count.min(all.len()));
        }
        by_lines(simd, factors, line, parts, f);
        if product.as_ref().is_none_or(|product| row >= product.shape.0) {
            return;
        }
    }
}

/// `outs = f(factor · line, outs)`: for each factor as many elements of the outputs as the line has.
#[inline(always)]
fn by_lines<T, S, const O: usize>(
    simd: S,
    factors: &[T],
    line: &[T],
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
) where
    T: Real,
    S: Simd<T>,
{
    simd.apart(
        #[inline(always)]
        move || {
            let zero = simd.splat(T::ZERO);
            let mut rest = outs;
            for &factor in factors {
                let factor = simd.splat(factor);
                let now;
                (now, rest) = divided(rest, line.len());
                in_place(
                    simd,
                    [line],
                    now,
                    #[inline(always)]
                    |[line], held| f([factor.mul_add(line, zero)], held),
                );
            }
        },
    );
}

impl<T: Real> Product<'_, T> {
    /// Whether it is of a single sample, in rows of whole vectors.
    #[inline(always)]
    fn is_outer(&self, lanes: usize) -> bool {
        self.left.len() == self.shape.0 && self.right.len() == self.shape.1 && self.shape.1.is_multiple_of(lanes)
    }

    /// The next rows of the product, as many as there is room for.
    #[inline(always)]
    fn piece<S: Simd<T>>(&mut self, simd: S, row: &mut usize) -> &[T] {
        let (rows, columns) = self.shape;
        let count = (self.room.len() / columns.max(1)).clamp(1, rows.saturating_sub(*row).max(1));
        let depth = self.left.len() / rows.max(1);
        let left = Factor { a: self.left.get(*row..).unwrap_or_default(), row: 1, k: rows, depth };
        let room = self.room.get_mut(..count * columns).unwrap_or_default();
        product(simd, left, Rows { xs: self.right, stride: columns }, count, RowsMut { xs: &mut *room, stride: columns }, columns, false);
        *row += count;
        room
    }
}
