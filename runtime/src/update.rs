//! The update of parameters: an optimizer's formulas over stretches of them, with gradients that lie there, or that are made where the
//! update reads them.

mod gradient;
mod gradients;
mod product;
mod tiles;

pub use gradient::Gradient;
pub use gradients::{Gradients, Late, Place};

use crate::each::{divided, each_in_place, in_place_beside, whole_in_place};
use crate::wide::MOST;
use crate::{Pass, Real, Simd, Vector as _, one_lane};

/// The formulas of an optimizer, with the numbers of a step.
pub trait Update<T: Real, const O: usize>: Copy + Send + Sync {
    /// Updates a stretch of parameters and what is kept beside them, `outs`.
    ///
    /// Mark it `#[inline(always)]`, as a pass: it must be compiled inside the function which the level's instructions are enabled for.
    fn run<S: Simd<T>>(self, simd: S, grad: impl Grad<T>, outs: [&mut [T]; O]);
}

/// The gradient of a stretch of parameters.
pub trait Grad<T: Real> {
    /// `outs = f(gradient, outs)`, element by element.
    fn update_each<S: Simd<T>, const O: usize>(
        self,
        simd: S,
        outs: [&mut [T]; O],
        f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
    );
}

impl<T: Real> Grad<T> for &[T] {
    #[inline(always)]
    fn update_each<S: Simd<T>, const O: usize>(
        self,
        simd: S,
        outs: [&mut [T]; O],
        f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
    ) {
        each_in_place(simd, [self], outs, f);
    }
}

/// `outs = f(gradient, outs)`, element by element.
#[inline(always)]
pub fn update_each<T: Real, S: Simd<T>, const O: usize>(
    simd: S,
    grad: impl Grad<T>,
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
) {
    grad.update_each(simd, outs, f);
}

/// Updates a stretch of parameters by `rule`.
#[inline(always)]
pub fn update<T: Real, const O: usize>(rule: impl Update<T, O>, grad: impl Grad<T>, outs: [&mut [T]; O]) {
    T::dispatch(Run { rule, grad, outs });
}

/// Updates parameters so few that they fill no vector.
#[inline(always)]
pub fn update_few<T: Real, const O: usize>(rule: impl Update<T, O>, grad: impl Grad<T>, outs: [&mut [T]; O]) {
    one_lane(Run { rule, grad, outs });
}

/// An update as a pass.
struct Run<'a, T, U, G, const O: usize> {
    rule: U,
    grad: G,
    outs: [&'a mut [T]; O],
}

impl<T: Real, U: Update<T, O>, G: Grad<T>, const O: usize> Pass<T> for Run<'_, T, U, G, O> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd<T>>(self, simd: S) {
        self.rule.run(simd, self.grad, self.outs);
    }
}

/// Who updates: one thread, or several that share a stretch. The results are the same.
pub trait Crew<T: Real> {
    /// As [`update`].
    fn update<const O: usize>(&self, rule: impl Update<T, O>, grad: Gradient<'_, T>, outs: [&mut [T]; O]);

    /// Adds the gradients of all chunks, where none is late: `grads` has the sums from then on.
    fn sum(&self, grads: &mut Gradients<'_, T>);
}

/// The caller's thread.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl<T: Real> Crew<T> for Alone {
    #[inline(always)]
    fn update<const O: usize>(&self, rule: impl Update<T, O>, grad: Gradient<'_, T>, outs: [&mut [T]; O]) {
        update(rule, grad, outs);
    }

    fn sum(&self, grads: &mut Gradients<'_, T>) {
        grads.sum_by(|grad| grad.sum());
    }
}

/// `outs = f(factor · line, outs)`, each row of the outputs, in whole vectors, with its own factor.
#[inline(always)]
fn by_factors<T: Real, S: Simd<T>, const O: usize>(
    simd: S,
    factors: &[T],
    line: &[T],
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
) {
    simd.apart(
        #[inline(always)]
        move || {
            let zero = simd.splat(T::ZERO);
            let mut rest = outs;
            for &factor in factors {
                let factor = simd.splat(factor);
                let now;
                (now, rest) = divided(rest, line.len());
                whole_in_place(
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

/// `outs = f(lines, outs)`, one line of `len` elements after the other, from element `at` of the outputs on and then `stride` further on each.
#[inline(always)]
fn by_lines<T: Real, S: Simd<T>, const O: usize>(
    simd: S,
    lines: &[T],
    len: usize,
    (at, stride): (usize, usize),
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
) {
    simd.apart(
        #[inline(always)]
        move || {
            let mut rooms = ([[T::ZERO; MOST]; 1], [[T::ZERO; MOST]; O]);
            let (_, mut rest) = divided(outs, at);
            for line in lines.chunks_exact(len.max(1)) {
                let now;
                (now, rest) = divided(rest, stride);
                in_place_beside(simd, [line], now, (&mut rooms.0, &mut rooms.1), f);
            }
        },
    );
}
