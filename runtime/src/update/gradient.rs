//! The gradient of a stretch of parameters on its way into the update.

use super::gradients::Left;
use super::product::{self, Product};
use super::{Grad, by_factors, by_lines};
use crate::each::in_place;
use crate::{Real, Simd};

/// Elements that are added and used while they are in the first-level cache.
const BLOCK: usize = 1 << 11;

/// The gradient of a stretch of parameters, or of a part of it.
#[derive(Debug)]
pub enum Gradient<'a, T> {
    /// As it lies.
    Made(&'a [T]),
    /// The sum of several, which are added to the first, in order.
    Sum {
        /// Of the first chunk, and then the sum.
        first: &'a mut [T],
        /// What the others have.
        others: &'a [Left<'a, T>],
        /// Where the stretch begins in these.
        at: usize,
    },
    /// A matrix that is a product and not made yet.
    Product(Product<'a, T>),
}

impl<'a, T: Real> Gradient<'a, T> {
    /// It can be cut at multiples of so many elements.
    #[must_use]
    pub fn grain(&self) -> usize {
        match self {
            Gradient::Product(product) => product.columns(),
            _ => BLOCK,
        }
    }

    /// How dear it is: with a product, its multiply-adds, in units of what it takes to read an element.
    #[must_use]
    pub fn cost(&self, elements: usize) -> usize {
        match self {
            Gradient::Made(_) => elements,
            Gradient::Sum { others, .. } => elements.saturating_mul(1 + others.len()),
            Gradient::Product(product) => elements.saturating_mul(1 + product.depth() / 8),
        }
    }

    /// Of the elements before and from `at`, a multiple of its grain.
    #[must_use]
    pub fn split_at(self, at: usize) -> (Self, Self) {
        match self {
            Gradient::Made(made) => {
                let (before, behind) = made.split_at(at.min(made.len()));
                (Gradient::Made(before), Gradient::Made(behind))
            }
            Gradient::Sum { first, others, at: start } => {
                let (before, behind) = first.split_at_mut(at.min(first.len()));
                let start_behind = start + before.len();
                (Gradient::Sum { first: before, others, at: start }, Gradient::Sum { first: behind, others, at: start_behind })
            }
            Gradient::Product(product) => {
                let (before, behind) = product.split_at(at);
                (Gradient::Product(before), Gradient::Product(behind))
            }
        }
    }

    /// Adds what is still to be added.
    pub fn sum(self) {
        if let Gradient::Sum { first, others, at } = self {
            for (i, block) in first.chunks_mut(BLOCK).enumerate() {
                for other in others {
                    let other = other.grads().get(at + i * BLOCK..).unwrap_or_default();
                    block.iter_mut().zip(other).for_each(|(to, from)| *to += *from);
                }
            }
        }
    }
}

impl<T: Real> Grad<T> for Gradient<'_, T> {
    /// A product is made piece by piece or tile by tile, so that it is neither written nor read as a whole; that of a single sample is not made at all, but
    /// multiplied where it is read.
    #[inline(always)]
    fn update_each<S: Simd<T>, const O: usize>(
        self,
        simd: S,
        mut outs: [&mut [T]; O],
        f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
    ) {
        match self {
            Gradient::Made(made) => by_lines(simd, made, made.len(), (0, made.len()), outs, f),
            Gradient::Sum { first, others, at } => {
                for (i, block) in first.chunks_mut(BLOCK).enumerate() {
                    for other in others {
                        let at = at + i * BLOCK;
                        let other = other.grads().get(at..at + block.len()).unwrap_or_default();
                        in_place(
                            simd,
                            [other],
                            [&mut *block],
                            #[inline(always)]
                            |[other], [sum]| [sum + other],
                        );
                    }
                    by_lines(simd, block, block.len(), (i * BLOCK, block.len()), outs.each_mut().map(|out| &mut **out), f);
                }
            }
            Gradient::Product(product) => match product.outer(S::LANES) {
                Some((factors, line)) => by_factors(simd, factors, line, outs, f),
                None => product::by_pieces(simd, &product, outs, f),
            },
        }
    }
}
