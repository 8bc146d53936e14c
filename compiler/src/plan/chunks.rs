//! How a batch is cut so that threads can share it: chunks of as many samples as make it worth handing one to another thread.
//!
//! The cut must not depend on the number of threads, else the bits would. So a chunk has at least the work of [`WORK`] operations; since
//! each begins with what no sample is in, many times that; and where each has a gradient of its own, which is added to the others, enough
//! operations for every element of it.

use std::collections::BTreeSet;

use super::{Phase, Place, Plan, Wanted, What, sums_batch, work};
use crate::graph::NodeId;

/// Operations of a chunk at least: some 40 µs, of which handing it over takes a few.
const WORK: usize = 4_000_000;
/// How often the work of a chunk's samples is what each chunk does before them.
const ONCE: usize = 16;
/// Operations of a chunk for each element of a gradient: adding one costs as much as some 40 operations in the caches, and more beyond.
const GRADIENT: usize = 250;

impl Plan {
    /// Samples of a chunk at least, a multiple of `rows`; none where the samples cannot be worked through chunk by chunk.
    #[must_use]
    pub fn least_chunk(&self, rows: usize, gradients: usize) -> Option<usize> {
        if self.whole || self.stages > 1 {
            return None;
        }
        let graph = &self.program.graph;
        let of_phase = |phase: Phase| {
            let inside: BTreeSet<NodeId> = self.kernels_of(0, phase).flat_map(|kernel| self.inside(kernel)).collect();
            inside.into_iter().fold(0, |sum: usize, id| sum.saturating_add(work(graph, id)))
        };
        let (sample, once) = (of_phase(Phase::Tile), of_phase(Phase::Once));
        let least = WORK.max(once.saturating_mul(ONCE)).max(gradients.saturating_mul(GRADIENT)).div_ceil(sample.max(1));
        Some(least.div_ceil(rows).saturating_mul(rows)).filter(|_| sample > 0)
    }

    /// The parameters whose gradients are read after the last tile: others are made of them, or are the same.
    #[must_use]
    pub fn gradients_read(&self) -> BTreeSet<usize> {
        let kernels = self.kernels.iter().filter(|kernel| kernel.phase == Phase::After).flat_map(|kernel| self.reads(kernel));
        let read = kernels.filter_map(|id| self.gradient_at(id));
        read.chain(self.program.results.iter().filter_map(|wanted| self.copied_gradient(wanted))).collect()
    }

    /// The parameter whose gradient another result is a copy of.
    pub(super) fn copied_gradient(&self, wanted: &Wanted) -> Option<usize> {
        self.gradient_at(self.base(wanted.node)).filter(|&parameter| wanted.what != What::Gradient(parameter))
    }

    /// The parameter whose gradient a value is, where it lies.
    fn gradient_at(&self, id: NodeId) -> Option<usize> {
        match self.places[id.index()] {
            Place::Gradient(parameter) => Some(parameter),
            _ => None,
        }
    }

    /// Where sums over the samples lie in the workspace, in order: first element and number of elements; neighbours are one.
    #[must_use]
    pub fn sums(&self) -> Vec<(usize, usize)> {
        let graph = &self.program.graph;
        let sums = self.kernels.iter().map(|kernel| kernel.output);
        let sums: BTreeSet<NodeId> =
            sums.filter(|id| sums_batch(graph, *id) && self.places[id.index()] == Place::Stored && !self.whole).collect();
        let mut rooms: Vec<(usize, usize)> =
            sums.into_iter().filter_map(|id| Some((self.place_of(id)?, super::stored_len(self, id)))).collect();
        rooms.sort_unstable();
        rooms.dedup_by(|next, last| {
            let joins = last.0 + last.1 == next.0;
            last.1 += if joins { next.1 } else { 0 };
            joins
        });
        rooms
    }
}
