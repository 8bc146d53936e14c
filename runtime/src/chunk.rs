//! A batch cut into chunks, so that several threads can share it: how it is cut, and what a pass does with a chunk.
//!
//! The cut depends on the network and the number of samples alone. Each chunk has sums of its own, which are added in order; so the
//! same batch gives the same bits for any number of threads.

use crate::{Column, DataError, Late, Network, Real, Step};

/// What a pass works through: a whole batch, one chunk of it, or what is left to do when all chunks are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The number of its first sample in the batch.
    pub(crate) first: usize,
    /// The number of the sample after its last.
    pub(crate) end: usize,
    /// Samples of the batch.
    pub(crate) batch: usize,
    /// Samples that decide about the tiles: as many for all chunks of a batch.
    size: usize,
    part: Part,
}

/// What of a pass is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// All.
    Whole,
    /// All but what comes after the last tile.
    Tiles,
    /// What comes after the last tile: the sums are there.
    After,
    /// All but the gradients that the update makes.
    Late,
    /// The same of a chunk, without what comes after the last tile.
    LateTiles,
}

impl Chunk {
    /// A batch that is not cut.
    #[inline(always)]
    #[must_use]
    pub const fn whole(samples: usize) -> Self {
        Chunk { first: 0, end: samples, batch: samples, size: samples, part: Part::Whole }
    }

    /// The same samples, if they are no more than the one tile of so many: for a step in which the update makes the gradients that it can
    /// make itself. All chunks of a batch are alike.
    #[inline(always)]
    #[must_use]
    pub const fn late_up_to(self, tile: usize) -> Self {
        let part = match self.part {
            Part::Whole if self.size <= tile => Part::Late,
            Part::Tiles if self.size <= tile => Part::LateTiles,
            part => part,
        };
        Chunk { part, ..self }
    }

    /// Whether gradients that the update can make are left to it.
    #[inline(always)]
    #[must_use]
    pub const fn is_late(&self) -> bool {
        matches!(self.part, Part::Late | Part::LateTiles)
    }

    /// Samples of the batch.
    #[inline(always)]
    #[must_use]
    pub const fn batch(&self) -> usize {
        self.batch
    }

    /// Samples that decide about the tiles: as many for all chunks of a batch.
    #[inline(always)]
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// The number of its first sample in the batch.
    #[inline(always)]
    #[must_use]
    pub const fn first(&self) -> usize {
        self.first
    }

    /// Samples of this chunk.
    #[inline(always)]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.end - self.first
    }

    /// Whether it has no samples: what comes after the last tile has none.
    #[inline(always)]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.end == self.first
    }

    /// Sums over the samples begin at zero, unless they are there.
    #[inline(always)]
    pub fn begin<T: Real>(&self, sums: &mut [T]) {
        if self.part != Part::After {
            sums.fill(T::ZERO);
        }
    }

    /// Whether the pass is to stop after the last tile.
    #[inline(always)]
    #[must_use]
    pub const fn stops(&self) -> bool {
        matches!(self.part, Part::Tiles | Part::LateTiles)
    }

    /// The first samples of its pieces of `len` samples.
    #[inline(always)]
    pub(crate) fn pieces(self, len: usize) -> impl Iterator<Item = usize> {
        (0..(self.end - self.first).div_ceil(len)).map(move |i| self.first + i * len)
    }
}

/// The most chunks that a batch is cut into, and so the most threads that can share one.
pub const MOST_CHUNKS: usize = 8;

/// How a pass may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// A chunk has so many samples at least: less work is not worth handing to another thread. 0 where the pass cannot be cut.
    pub least: usize,
    /// Chunks end at multiples of so many samples, but for the last.
    pub rows: usize,
}

impl Cut {
    /// A pass that is never cut.
    pub const NONE: Cut = Cut { least: 0, rows: 1 };

    /// The number of chunks of a batch: the largest of 1, 2, 4 and 8 that leaves each chunk its least number of samples.
    #[must_use]
    pub const fn chunks(self, samples: usize) -> usize {
        let mut chunks = MOST_CHUNKS;
        while chunks > 1 && (self.least == 0 || samples < chunks * self.least) {
            chunks /= 2;
        }
        chunks
    }

    /// The chunks of a batch, in order.
    pub fn of(self, samples: usize) -> impl Iterator<Item = Chunk> {
        let chunks = self.chunks(samples);
        let tiles = samples.div_ceil(self.rows);
        let size = tiles.div_ceil(chunks) * self.rows;
        let at = move |i: usize| (i * tiles / chunks * self.rows).min(samples);
        (0..chunks).map(move |i| Chunk { first: at(i), end: at(i + 1), batch: samples, size, part: Part::Tiles })
    }

    /// What is left to do when all chunks are done.
    #[must_use]
    pub const fn after(self, samples: usize) -> Chunk {
        let size = samples.div_ceil(self.rows).div_ceil(self.chunks(samples)) * self.rows;
        Chunk { first: samples, end: samples, batch: samples, size, part: Part::After }
    }
}

/// A place in a workspace: its first element and their number.
pub type Room = (usize, usize);

/// A network whose passes also work through a batch chunk by chunk. Written where threads are wanted.
///
/// The functions do what those of [`Network`] do, without looking at the data: [`crate::samples_of`] and its like have done so.
/// `ports` are those of the whole batch, `outputs` and `states` of the chunk alone.
pub trait Chunked: Network {
    /// How predictions are cut.
    const PREDICT: Cut;
    /// How evaluations are cut.
    const EVALUATE: Cut;
    /// How training steps are cut.
    const TRAIN: Cut;
    /// Gradients that the update can make, where a chunk has at most [`Chunked::TILE`] samples.
    const LATE: &'static [Late];
    /// Samples of a tile of a training step at most.
    const TILE: usize;

    /// Where the workspace of an evaluation holds sums over the samples.
    fn evaluate_sums() -> &'static [Room];

    /// Where the workspace of a training step holds sums over the samples. The gradients are such sums, too.
    fn train_sums() -> &'static [Room];

    /// The gradients that are read after the last tile: these sums must be there before.
    fn gradients_read() -> &'static [Room];

    /// What the program asserts of a training step of so many samples.
    ///
    /// # Errors
    /// It does not hold.
    fn holds(_samples: usize) -> Result<(), DataError> {
        Ok(())
    }

    /// The outputs for a chunk.
    ///
    /// # Errors
    /// Storage of another length.
    fn predict_chunk<T: Real>(
        chunk: Chunk,
        parameters: &[T],
        buffers: &[T],
        ports: &[Column<'_, T>],
        states: &mut [T],
        workspace: &mut [T],
        outputs: &mut [&mut [T]],
    ) -> Result<(), DataError>;

    /// The sums of a chunk, or what is made of the sums of all: gives the total loss then.
    ///
    /// # Errors
    /// Storage of another length.
    #[expect(clippy::too_many_arguments, reason = "one slice for each thing that the pass reads or writes")]
    fn evaluate_chunk<T: Real>(
        chunk: Chunk,
        parameters: &[T],
        buffers: &[T],
        ports: &[Column<'_, T>],
        states: &mut [T],
        workspace: &mut [T],
        losses: &mut [T],
        metrics: &mut [T],
    ) -> Result<T, DataError>;

    /// The sums of a chunk, the gradients among them, or what is made of the sums of all: gives the total loss then.
    ///
    /// # Errors
    /// Storage of another length.
    #[expect(clippy::too_many_arguments, reason = "one slice for each thing that the pass reads or writes")]
    fn gradients_chunk<T: Real>(
        chunk: Chunk,
        parameters: &[T],
        buffers: &[T],
        ports: &[Column<'_, T>],
        states: &mut [T],
        step: Step,
        workspace: &mut [T],
        outputs: &mut [&mut [T]],
        grads: &mut [T],
        port_grads: &mut [&mut [T]],
        losses: &mut [T],
    ) -> Result<T, DataError>;
}

#[cfg(test)]
mod tests {
    use std::{vec, vec::Vec};

    use super::*;

    fn lens(least: usize, rows: usize, samples: usize) -> Vec<usize> {
        Cut { least, rows }.of(samples).map(|chunk| chunk.len()).collect()
    }

    #[test]
    fn a_batch_is_cut_by_its_length_alone() {
        assert_eq!(lens(0, 1, 1000), [1000], "a pass that cannot be cut");
        assert_eq!(lens(32, 32, 63), [63], "too few");
        assert_eq!(lens(32, 32, 64), [32, 32]);
        assert_eq!(lens(32, 32, 100), [64, 36]);
        assert_eq!(lens(32, 32, 130), [32, 32, 32, 34], "the last chunk takes what does not fill a tile");
        assert_eq!(lens(1, 1, 20), [2, 3, 2, 3, 2, 3, 2, 3]);
    }

    #[test]
    fn chunks_follow_one_another() {
        for samples in 1..300 {
            for (least, rows) in [(1, 1), (16, 16), (64, 32), (96, 32)] {
                let cut = Cut { least, rows };
                let mut at = 0;
                for chunk in cut.of(samples) {
                    assert_eq!((chunk.first, chunk.batch), (at, samples));
                    assert!(chunk.end > chunk.first);
                    at = chunk.end;
                }
                assert_eq!(at, samples);
            }
        }
    }

    #[test]
    fn all_chunks_are_late_or_none() {
        let cut = Cut { least: 32, rows: 32 };
        for (samples, late) in [(64, true), (65, false), (128, true), (129, false), (250, false), (256, true), (257, false)] {
            let chunks: Vec<Chunk> = cut.of(samples).map(|chunk| chunk.late_up_to(32)).collect();
            assert!(chunks.iter().all(|chunk| chunk.is_late() == late && chunk.stops()), "{samples} samples: {chunks:?}");
            assert!(!cut.after(samples).late_up_to(32).is_late());
        }
        assert!(Chunk::whole(32).late_up_to(32).is_late() && !Chunk::whole(32).late_up_to(32).stops());
        assert!(!Chunk::whole(33).late_up_to(32).is_late());
    }

    #[test]
    fn sums_begin_once() {
        let cut = Cut { least: 2, rows: 2 };
        let mut sums = vec![3.0_f32];
        cut.after(4).begin(&mut sums);
        assert_eq!(sums, [3.0]);
        cut.of(4).for_each(|chunk| chunk.begin(&mut sums));
        assert_eq!(sums, [0.0]);
    }
}
