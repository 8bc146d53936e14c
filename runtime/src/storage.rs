//! Where a network's numbers lie: an array, a reference to one (flash), a box.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

use crate::Real;

/// `LEN` numbers to read.
pub trait Storage<const LEN: usize> {
    /// Their type.
    type Elem: Real;
    /// The numbers.
    fn array(&self) -> &[Self::Elem; LEN];
}

/// `LEN` numbers to read and write.
pub trait StorageMut<const LEN: usize>: Storage<LEN> {
    /// The numbers.
    fn array_mut(&mut self) -> &mut [Self::Elem; LEN];
}

impl<T: Real, const LEN: usize> Storage<LEN> for [T; LEN] {
    type Elem = T;
    #[inline(always)]
    fn array(&self) -> &[T; LEN] {
        self
    }
}

impl<T: Real, const LEN: usize> StorageMut<LEN> for [T; LEN] {
    #[inline(always)]
    fn array_mut(&mut self) -> &mut [T; LEN] {
        self
    }
}

impl<T: Real, const LEN: usize> Storage<LEN> for &[T; LEN] {
    type Elem = T;
    #[inline(always)]
    fn array(&self) -> &[T; LEN] {
        self
    }
}

impl<T: Real, const LEN: usize> Storage<LEN> for &mut [T; LEN] {
    type Elem = T;
    #[inline(always)]
    fn array(&self) -> &[T; LEN] {
        self
    }
}

impl<T: Real, const LEN: usize> StorageMut<LEN> for &mut [T; LEN] {
    #[inline(always)]
    fn array_mut(&mut self) -> &mut [T; LEN] {
        self
    }
}

#[cfg(feature = "alloc")]
impl<T: Real, const LEN: usize> Storage<LEN> for Box<[T; LEN]> {
    type Elem = T;
    #[inline(always)]
    fn array(&self) -> &[T; LEN] {
        self
    }
}

#[cfg(feature = "alloc")]
impl<T: Real, const LEN: usize> StorageMut<LEN> for Box<[T; LEN]> {
    #[inline(always)]
    fn array_mut(&mut self) -> &mut [T; LEN] {
        self
    }
}
