//! What can be wrong with data: found before anything changes.

use core::fmt;

/// Why a batch was refused.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum DataError {
    /// There are no samples.
    Empty,
    /// Two slices that go together have different lengths.
    Lengths {
        /// The input, target or state.
        name: &'static str,
        /// Samples of the first slice.
        expected: usize,
        /// Samples of this one.
        found: usize,
    },
    /// More samples than a network takes in one training step.
    TooMany {
        /// The network's `batch`.
        most: usize,
        /// Samples given.
        found: usize,
    },
    /// An index outside its declared range.
    Index {
        /// The input or target.
        name: &'static str,
        /// Position of the sample in the batch.
        sample: usize,
        /// What came.
        value: u64,
        /// First legal index and the first beyond.
        range: (u64, u64),
    },
    /// An infinite or NaN number in the data.
    NotFinite {
        /// The input or target.
        name: &'static str,
        /// Position of the sample in the batch.
        sample: usize,
    },
    /// A loss that came out infinite or NaN.
    NotFiniteLoss {
        /// The loss term.
        name: &'static str,
    },
    /// An `assert` of the program about the batch does not hold.
    Assert {
        /// The author's message.
        message: &'static str,
    },
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            DataError::Empty => write!(f, "the batch is empty: hand over at least one sample"),
            DataError::Lengths { name, expected, found } => {
                write!(f, "`{name}` has {found} samples where {expected} were expected: all slices of a batch are of one length")
            }
            DataError::TooMany { most, found } => {
                write!(f, "the batch has {found} samples, this network takes at most {most}: declare `batch {found};` or cut the batch")
            }
            DataError::Index { name, sample, value, range: (from, to) } => {
                write!(f, "`{name}` of sample {sample} is {value}, outside {from}..{to}")
            }
            DataError::NotFinite { name, sample } => write!(f, "`{name}` of sample {sample} holds an infinite or NaN number"),
            DataError::NotFiniteLoss { name } => {
                write!(f, "loss `{name}` is infinite or NaN: the parameters are unchanged; try a smaller learning rate or `clip_norm`")
            }
            DataError::Assert { message } => f.write_str(message),
        }
    }
}

impl core::error::Error for DataError {}
