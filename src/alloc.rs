//! What generated objects need of an allocator, in a crate that may not have one by default.

pub use alloc::boxed::Box;
pub use alloc::vec;
pub use alloc::vec::Vec;

use crate::rt::Real;

/// Zeros, made on the heap: a large array never passes through the stack.
#[must_use]
pub fn boxed<T: Real, const N: usize>() -> Box<[T; N]> {
    // The length is right; the other way is there for the type.
    vec![T::ZERO; N].into_boxed_slice().try_into().unwrap_or_else(|_| Box::new([T::ZERO; N]))
}
