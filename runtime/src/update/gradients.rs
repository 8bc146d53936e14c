//! All gradients of a step as its passes have left them: made, to be added, or still products.

use core::ops::Range;
use core::slice;

use super::Gradient;
use super::product::Product;
use crate::chunk::MOST_CHUNKS;
use crate::{Chunk, Column, Real, part};

/// A gradient that the update can make itself, as `leftᵀ · right`: the factors have rows for each sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    /// The first element of its parameter among all.
    pub offset: usize,
    /// Rows and columns.
    pub shape: (usize, usize),
    /// Rows of the factors that a sample has: its positions, one where it has none.
    pub positions: usize,
    /// Where the left factor lies, in rows of as many elements as the product has rows.
    pub left: Place,
    /// Where the right factor lies, in rows of as many elements as the product has columns.
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
    chunks: Chunks<'a, T>,
    late: &'a [Late],
    ports: &'a [Column<'a, T>],
}

/// The gradients of the first chunk, and then the sums of all.
#[derive(Debug)]
enum Sums<'a, T> {
    Made(&'a [T]),
    Growing(&'a mut [T]),
}

/// What is known of the chunks.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is no allocator; a step that is not cut leaves the room as it is")]
enum Chunks<'a, T> {
    None,
    One(Left<'a, T>),
    /// And how many there are.
    Many([Left<'a, T>; MOST_CHUNKS], usize),
}

/// What the pass over a chunk has left.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a, T> {
    chunk: Chunk,
    workspace: &'a [T],
    /// Nothing for the first: its gradients are where the sums will be.
    grads: &'a [T],
}

impl<'a, T: Real> Left<'a, T> {
    /// The gradients.
    pub(super) fn grads(&self) -> &'a [T] {
        self.grads
    }

    /// Samples of the chunk.
    pub(super) fn samples(&self) -> usize {
        self.chunk.len()
    }

    /// What the samples have at a place, `size` elements each.
    #[inline(never)]
    pub(super) fn values(&self, place: Place, size: usize, ports: &'a [Column<'a, T>]) -> &'a [T] {
        match place {
            Place::Port(port) => match ports.get(port) {
                Some(Column::Real(column)) => part(column, self.chunk.first() * size, self.chunk.len() * size),
                _ => &[],
            },
            Place::Workspace(at) => part(self.workspace, at, self.chunk.len() * size),
        }
    }
}

impl<'a, T: Real> Gradients<'a, T> {
    /// Gradients that have all been made.
    #[inline(always)]
    #[must_use]
    pub fn made(grads: &'a [T]) -> Self {
        Gradients { sums: Sums::Made(grads), chunks: Chunks::None, late: &[], ports: &[] }
    }

    /// What the pass over `chunk` has left, the whole batch or the first of its chunks. If it is late, that is without the gradients
    /// `late`, whose factors are in `ports` and `workspace`.
    #[inline]
    #[must_use]
    pub fn left(chunk: Chunk, late: &'a [Late], ports: &'a [Column<'a, T>], workspace: &'a [T], grads: &'a mut [T]) -> Self {
        let late = if chunk.is_late() { late } else { &[] };
        Gradients { sums: Sums::Growing(grads), chunks: Chunks::One(Left { chunk, workspace, grads: &[] }), late, ports }
    }

    /// With what the pass over the next chunk has left: 8 at most.
    #[must_use]
    pub fn and(mut self, chunk: Chunk, workspace: &'a [T], grads: &'a [T]) -> Self {
        let next = Left { chunk, workspace, grads };
        if let Chunks::One(first) = self.chunks {
            self.chunks = Chunks::Many([first; MOST_CHUNKS], 1);
        }
        if let Chunks::Many(all, count) = &mut self.chunks
            && let Some(place) = all.get_mut(*count)
        {
            *place = next;
            *count += 1;
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
    #[inline]
    #[must_use]
    pub fn part(&mut self, stretch: Range<usize>) -> Gradient<'_, T> {
        let chunks = match &self.chunks {
            Chunks::None => &[],
            Chunks::One(left) => slice::from_ref(left),
            Chunks::Many(all, count) => all.get(..*count).unwrap_or_default(),
        };
        if let Some(late) = self.late.iter().find(|late| late.offset == stretch.start) {
            return Gradient::Product(Product::new(chunks, late, self.ports));
        }
        let at = stretch.start;
        match &mut self.sums {
            Sums::Made(made) => Gradient::Made(made.get(stretch).unwrap_or_default()),
            Sums::Growing(sums) => {
                let first = sums.get_mut(stretch).unwrap_or_default();
                match chunks {
                    [_, others @ ..] if !others.is_empty() => Gradient::Sum { first, others, at },
                    _ => Gradient::Made(first),
                }
            }
        }
    }

    /// Lets `add` add the chunks' gradients, where none is late; the sums are made from then on.
    pub fn sum_by(&mut self, add: impl FnOnce(Gradient<'_, T>)) {
        if self.late.is_empty() {
            add(self.part(0..self.len()));
            self.chunks = Chunks::None;
        }
    }
}
