//! Memory that begins at a cache line.

use alloc::boxed::Box;
use alloc::vec;
use core::fmt;
use core::ops::{Deref, DerefMut};

use crate::rt::{Real, Storage, StorageMut};

/// Bytes of a cache line, which is as wide as the widest vector.
const LINE: usize = 64;

/// So many numbers on the heap. The first lies at the beginning of a cache line, so that no vector is part of two. Of the workspaces that was
/// worth a tenth of a training step; of parameters and gradients besides, between nothing and a fifth, most where one sample meets large
/// weights.
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

impl<T: PartialEq> PartialEq for Aligned<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: fmt::Debug> fmt::Debug for Aligned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
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

/// A box of `N` numbers, zeros at first, which begins at a cache line: where parameters, gradients, optimizer states and workspaces lie on the
/// heap. Generated code runs in any `[T; N]`, in this one faster.
///
/// ```
/// let mut workspace: tapeless::AlignedBox<f32, 1000> = tapeless::AlignedBox::new();
/// let array: &mut [f32; 1000] = &mut workspace;
/// assert_eq!(array.as_ptr().align_offset(64), 0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AlignedBox<T: Real, const N: usize>(Aligned<T>);

impl<T: Real, const N: usize> AlignedBox<T, N> {
    /// Zeros, made on the heap.
    #[must_use]
    pub fn new() -> Self {
        AlignedBox(Aligned::zeros(N))
    }
}

impl<T: Real, const N: usize> Default for AlignedBox<T, N> {
    fn default() -> Self {
        AlignedBox::new()
    }
}

impl<T: Real, const N: usize> Deref for AlignedBox<T, N> {
    type Target = [T; N];
    #[inline]
    fn deref(&self) -> &[T; N] {
        match self.0.first_chunk() {
            Some(array) => array,
            None => unreachable!("it was made with N elements"),
        }
    }
}

impl<T: Real, const N: usize> DerefMut for AlignedBox<T, N> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T; N] {
        match self.0.first_chunk_mut() {
            Some(array) => array,
            None => unreachable!("it was made with N elements"),
        }
    }
}

impl<T: Real, const N: usize> Storage<N> for AlignedBox<T, N> {
    type Elem = T;
    #[inline]
    fn array(&self) -> &[T; N] {
        self
    }
}

impl<T: Real, const N: usize> StorageMut<N> for AlignedBox<T, N> {
    #[inline]
    fn array_mut(&mut self) -> &mut [T; N] {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Aligned, AlignedBox, LINE};

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
        let mut room: AlignedBox<f64, 100> = AlignedBox::new();
        room[99] = 3.0;
        let copy = room.clone();
        assert_eq!((copy[0], copy[99], copy.as_ptr().align_offset(LINE)), (0.0, 3.0, 0));
        assert_eq!(room, copy);
    }
}
