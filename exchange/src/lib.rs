//! What Tapeless keeps in files, for whoever has a network: the facade's `checkpoint`, and the command.
//!
//! [`mod@file`] is safetensors itself, read with care and put in place whole; [`checkpoint`] says what the tensors of a checkpoint are called;
//! [`pytorch`] is the same numbers by PyTorch's names and in its layouts. Nothing here knows a network: parameters come as lists.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod checkpoint;
pub mod file;
pub mod names;
pub mod pytorch;
pub mod table;

/// A parameter or buffer of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `fc1.weight`
    pub path: String,
    /// Its extents.
    pub shape: Vec<usize>,
    /// The prelude's layers that it is in, outermost first: the last one declares it.
    pub layers: Vec<String>,
}

impl Place {
    /// The number of its elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
