//! How threads share an update: each has a range of a stretch of parameters.

use core::array;

use thread_tree::ThreadTree;

use super::{divide, split_off};
use crate::rt::{Crew, Gradient, Gradients, MOST_CHUNKS, Real, Update, update};

/// What a thread's share of an update costs at least, in elements that are read, where the threads have just worked on the batch.
const SHARE: usize = 1 << 14;
/// The same where they sleep, and their caches have nothing of it.
const SHARE_ASLEEP: usize = 1 << 20;

/// The threads of a network as they share an update.
#[derive(Clone, Copy, Debug)]
pub struct Hands<'a> {
    crew: &'a [ThreadTree],
    /// What the share of each costs at least.
    share: usize,
}

impl<T: Real> Crew<T> for Hands<'_> {
    fn update<const O: usize>(&self, rule: impl Update<T, O>, grad: Gradient<'_, T>, outs: [&mut [T]; O]) {
        let len = outs.first().map_or(0, |out| out.len());
        self.share(grad, outs, len, |grad, outs| update(rule, grad, outs));
    }

    fn sum(&self, grads: &mut Gradients<'_, T>) {
        let len = grads.len();
        grads.sum_by(|grad| self.share(grad, [], len, |grad, []| grad.sum()));
    }
}

impl<'a> Hands<'a> {
    /// Threads that have just worked on the batch.
    pub(super) fn awake(crew: &'a [ThreadTree]) -> Self {
        Hands { crew, share: SHARE }
    }

    /// Threads that must be woken.
    pub(super) fn asleep(crew: &'a [ThreadTree]) -> Self {
        Hands { crew, share: SHARE_ASLEEP }
    }

    /// The same work with a gradient of `len` elements and what belongs to it, by all threads that it is worth it for.
    fn share<T: Real, const O: usize>(
        &self,
        grad: Gradient<'_, T>,
        outs: [&mut [T]; O],
        len: usize,
        work: impl Fn(Gradient<'_, T>, [&mut [T]; O]) + Sync,
    ) {
        let shares = (grad.cost(len) / self.share).clamp(1, self.crew.len() + 1);
        if shares == 1 {
            return work(grad, outs);
        }
        let grain = grad.grain();
        let mut left = len;
        let mut rest = Some((grad, outs));
        let mut parts: [Share<'_, '_, T, O>; MOST_CHUNKS] = array::from_fn(|i| {
            let (grad, mut outs) = rest.take()?;
            if i + 1 == shares {
                return Some((grad, outs));
            }
            let at = (left / (shares - i)).next_multiple_of(grain).min(left);
            left -= at;
            let (now, later) = grad.split_at(at);
            let outs_now = outs.each_mut().map(|out| split_off(out, at));
            rest = Some((later, outs));
            Some((now, outs_now))
        });
        divide(self.crew, &mut parts[..shares], &|part: &mut Option<_>| {
            if let Some((grad, outs)) = part.take() {
                work(grad, outs);
            }
        });
    }
}

/// A thread's part of a gradient, and of what belongs to it.
type Share<'g, 'o, T, const O: usize> = Option<(Gradient<'g, T>, [&'o mut [T]; O])>;
