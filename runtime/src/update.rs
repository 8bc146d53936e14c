//! The update of parameters: an optimizer's formulas over stretches of them, with gradients that lie there, or that are made where the
//! update reads them.

mod gradient;
mod gradients;
mod product;

pub use gradient::Gradient;
pub use gradients::{Gradients, Late, Place};

use crate::each::{divided, each_in_place, in_place, whole_in_place};
use crate::{Pass, Real, Simd, Vector as _, one_lane, part};

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

/// Rows of the outputs, in whole vectors, and the gradient of each: a line of its own, or the same line times its factor.
struct Lines<'a, T> {
    /// One for each row; none where all are 1.
    factors: &'a [T],
    /// The first line.
    line: &'a [T],
    /// From the line of one to that of the next.
    next: usize,
    /// How many rows there are.
    count: usize,
    /// Elements of each.
    len: usize,
    /// Where the first lies in the outputs.
    at: usize,
    /// From there to the next.
    stride: usize,
}

/// `outs = f(factor · line, outs)`.
#[inline(always)]
fn by_lines<T: Real, S: Simd<T>, const O: usize>(
    simd: S,
    lines: Lines<'_, T>,
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
) {
    simd.apart(
        #[inline(always)]
        move || {
            let Lines { factors, line, next, count, len, at, stride } = lines;
            let zero = simd.splat(T::ZERO);
            let (_, mut rest) = divided(outs, at);
            for i in 0..count {
                let factor = simd.splat(factors.get(i).copied().unwrap_or(T::ONE));
                let now;
                (now, rest) = divided(rest, stride);
                whole_in_place(
                    simd,
                    [part(line, i * next, len)],
                    now,
                    #[inline(always)]
                    |[line], held| f([factor.mul_add(line, zero)], held),
                );
            }
        },
    );
}

/// `outs = f(line, outs)`, of the outputs' elements from `at` on.
#[inline(always)]
fn by_line<T: Real, S: Simd<T>, const O: usize>(
    simd: S,
    line: &[T],
    at: usize,
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
) {
    simd.apart(
        #[inline(always)]
        move || in_place(simd, [line], divided(outs, at).1, f),
    );
}
