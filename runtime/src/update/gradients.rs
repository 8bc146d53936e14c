//! All gradients of a step as its passes have left them: made, to be added, or still products.

use core::ops::Range;

use super::Gradient;
use super::product::{Factors, Product};
use crate::chunk::MOST_CHUNKS;
use crate::{Chunk, Column, Real, part};

/// A gradient that the update can make itself, as `leftᵀ · right`: the factors have a row for each sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    /// The first element of its parameter among all.
    pub offset: usize,
    /// Rows and columns.
    pub shape: (usize, usize),
    /// Where the left factor lies, a row of as many elements as the product has rows.
    pub left: Place,
    /// Where the right factor lies, a row of as many elements as the product has columns.
    pub right: Place,
}

/// Where the values of a batch lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the column of a port.
    Port(usize),
    /// In the workspace, from an element on.
    Workspace(usize),
}

/// All gradients of a step as its passes have left them.
#[derive(Debug)]
pub struct Gradients<'a, T> {
    sums: Sums<'a, T>,
    /// The chunks' samples and workspaces, where gradients are late.
    chunks: [(Chunk, &'a [T]); MOST_CHUNKS],
    /// The gradients of the chunks but the first.
    others: [&'a [T]; MOST_CHUNKS],
    /// How many chunks there are.
    count: usize,
    late: &'a [Late],
    ports: &'a [Column<'a, T>],
    /// The factors of the gradient that has been asked for.
    factors: [Factors<'a, T>; MOST_CHUNKS],
}

/// The gradients of the first chunk, and then the sums of all.
#[derive(Debug)]
enum Sums<'a, T> {
    Made(&'a [T]),
    Growing(&'a mut [T]),
}

impl<'a, T: Real> Gradients<'a, T> {
    #[inline(always)]
    fn of(sums: Sums<'a, T>) -> Self {
        let none: &[T] = &[];
        Gradients {
            sums,
            chunks: [(Chunk::whole(0), none); MOST_CHUNKS],
            others: [none; MOST_CHUNKS],
            count: 1,
            late: &[],
            ports: &[],
            factors: [Factors { left: none, right: none }; MOST_CHUNKS],
        }
    }

    /// Gradients that have all been made.
    #[inline(always)]
    #[must_use]
    pub fn made(grads: &'a [T]) -> Self {
        Gradients::of(Sums::Made(grads))
    }

    /// What the pass over `chunk` has left, the whole batch or the first of its chunks. If it is late, that is without the gradients
    /// `late`, whose factors are in `ports` and `workspace`.
    #[must_use]
    pub fn left(chunk: Chunk, late: &'a [Late], ports: &'a [Column<'a, T>], workspace: &'a [T], grads: &'a mut [T]) -> Self {
        let mut gradients = Gradients::of(Sums::Growing(grads));
        gradients.chunks[0] = (chunk, workspace);
        if chunk.is_late() {
            (gradients.late, gradients.ports) = (late, ports);
        }
        gradients
    }

    /// With what the pass over the next chunk has left: 8 at most.
    #[must_use]
    pub fn and(mut self, chunk: Chunk, workspace: &'a [T], grads: &'a [T]) -> Self {
        if let Some(next) = self.chunks.get_mut(self.count) {
            *next = (chunk, workspace);
            self.others[self.count - 1] = grads;
            self.count += 1;
        }
        self
    }

    /// Number of all parameters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.summed().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sums, where all chunks have been added.
    #[must_use]
    pub fn summed(&self) -> &[T] {
        match &self.sums {
            Sums::Made(sums) => sums,
            Sums::Growing(sums) => sums,
        }
    }

    /// The gradient of a stretch of parameters: one that is late stands alone.
    #[must_use]
    pub fn part(&mut self, stretch: Range<usize>) -> Gradient<'_, T> {
        if let Some(late) = self.late.iter().find(|late| late.offset == stretch.start) {
            let ports = self.ports;
            let factor = |(chunk, workspace): (Chunk, &'a [T]), place: Place, size: usize| match place {
                Place::Port(port) => match ports.get(port) {
                    Some(Column::Real(column)) => part(column, chunk.first() * size, chunk.len() * size),
                    _ => &[],
                },
                Place::Workspace(at) => part(workspace, at, chunk.len() * size),
            };
            let (rows, columns) = late.shape;
            for (factors, chunk) in self.factors.iter_mut().zip(&self.chunks).take(self.count) {
                *factors = Factors { left: factor(*chunk, late.left, rows), right: factor(*chunk, late.right, columns) };
            }
            return Gradient::Product(Product::new(&self.factors[..self.count], late.shape));
        }
        let at = stretch.start;
        match &mut self.sums {
            Sums::Made(made) => Gradient::Made(made.get(stretch).unwrap_or_default()),
            Sums::Growing(sums) => {
                let first = sums.get_mut(stretch).unwrap_or_default();
                match &self.others[..self.count - 1] {
                    [] => Gradient::Made(first),
                    others => Gradient::Sum { first, others, at },
                }
            }
        }
    }

    /// Lets `add` add the chunks' gradients, where none is late; gives the sums, which are made from then on.
    pub fn sum_by(&mut self, add: impl FnOnce(Gradient<'_, T>)) -> &[T] {
        if self.late.is_empty() {
            add(self.part(0..self.len()));
            self.count = 1;
        }
        self.summed()
    }
}
