//! Loops over time: slices of one step taken from all steps of each sample, and put back.
//!
//! A tensor with `steps` slices of `N` elements lies sample by sample; the slices of one step lie sample by sample too. What only
//! loops write and read lies step by step instead: there the slices of a step are read and written where they are.

use crate::Tile;

/// `0, 1, … n − 1` from the last to the first: a loop back through time.
#[inline(always)]
pub fn numbers_back(n: usize) -> impl Iterator<Item = usize> {
    (0..n).rev()
}

/// The slices of step `t` of all samples. What is one for all samples is given to each.
#[inline(always)]
pub fn take_step<T: Copy, const N: usize>(all: &[T], steps: usize, t: usize, out: &mut [T]) {
    let (all, _) = all.as_chunks::<N>();
    let same = all.len() == steps;
    for (row, out) in out.as_chunks_mut::<N>().0.iter_mut().enumerate() {
        if let Some(slice) = all.get(if same { t } else { row * steps + t }) {
            *out = *slice;
        }
    }
}

/// The slices of step `t` of all samples to their places. What is one for all samples is put in each.
#[inline(always)]
pub fn put_step<T: Copy, const N: usize>(slices: &[T], steps: usize, t: usize, all: &mut [T]) {
    let (slices, _) = slices.as_chunks::<N>();
    for (row, sample) in all.chunks_exact_mut((steps * N).max(1)).enumerate() {
        if let (Some(slice), Some(out)) = (slices.get(row).or(slices.first()), sample.as_chunks_mut::<N>().0.get_mut(t)) {
            *out = *slice;
        }
    }
}

impl<const ROWS: usize> Tile<ROWS> {
    /// Step `t` of what lies step by step: in each of `STEPS` steps the slices of the tile's samples, as many as there are. Behind them
    /// stand those of the next steps.
    #[inline(always)]
    #[must_use]
    pub fn step<'a, T, const N: usize, const STEPS: usize>(&self, all: &'a [T], t: usize) -> &'a [[T; N]; ROWS] {
        match all.as_chunks::<N>().0.as_chunks::<ROWS>().0.first_chunk::<STEPS>() {
            Some(steps) => crate::row(&steps.as_flattened()[self.begins::<STEPS>(t)..]),
            None => unreachable!("the caller's storage holds all steps"),
        }
    }

    /// As [`Tile::step`], to write into.
    #[inline(always)]
    pub fn step_mut<'a, T, const N: usize, const STEPS: usize>(&self, all: &'a mut [T], t: usize) -> &'a mut [[T; N]; ROWS] {
        match all.as_chunks_mut::<N>().0.as_chunks_mut::<ROWS>().0.first_chunk_mut::<STEPS>() {
            Some(steps) => crate::row_mut(&mut steps.as_flattened_mut()[self.begins::<STEPS>(t)..]),
            None => unreachable!("the caller's storage holds all steps"),
        }
    }

    /// The slice that a step begins with. The loop has no other steps, which the optimiser need not know.
    #[inline(always)]
    fn begins<const STEPS: usize>(&self, t: usize) -> usize {
        const { assert!(STEPS > 0, "a loop has a step") };
        (t * self.len()).min((STEPS - 1) * ROWS)
    }
}

/// `values` for each sample: as they are, or one for all given to each.
#[inline(always)]
pub fn spread<T: Copy>(values: &[T], out: &mut [T]) {
    for out in out.chunks_exact_mut(values.len().max(1)) {
        out.copy_from_slice(values);
    }
}
