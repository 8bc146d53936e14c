//! What a network's checkpoint holds, by name, and where in the network it belongs.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use tapeless_exchange::checkpoint::{buffer, scalar, slot};
use tapeless_exchange::file::{Kind, Stored};

use crate::rt::{Network, Real};

/// Which of a network's slices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Parameters,
    Buffers,
    State,
    Scalars,
}

/// A tensor of the file and its place in the network.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) shape: Vec<usize>,
    pub(super) section: Section,
    pub(super) range: Range<usize>,
}

pub(super) fn places<N: Network>(kind: Kind) -> Vec<Place> {
    let entry = |name: String, entry: &crate::rt::Entry, section| Place {
        name,
        kind,
        shape: entry.shape.to_vec(),
        section,
        range: entry.offset..entry.offset + entry.len(),
    };
    let parameters = N::PARAMETERS.iter().map(|e| entry(e.path.to_string(), e, Section::Parameters));
    let buffers = N::BUFFERS.iter().map(|e| entry(buffer(e.path), e, Section::Buffers));
    let slots = N::SLOTS.iter().map(|entry| {
        // A state has the shape of its parameter.
        let parameter = N::PARAMETERS.iter().find(|known| known.path == entry.path);
        Place {
            name: slot(entry.name, entry.path),
            kind,
            shape: parameter.map_or(Vec::from([entry.len]), |known| known.shape.to_vec()),
            section: Section::State,
            range: entry.offset..entry.offset + entry.len,
        }
    });
    let scalars = N::SCALAR_SLOTS.iter().enumerate().map(|(i, (name, _))| Place {
        name: scalar(name),
        kind: Kind::F64,
        shape: Vec::new(),
        section: Section::Scalars,
        range: i..i + 1,
    });
    parameters.chain(buffers).chain(slots).chain(scalars).collect()
}

/// The element type of a network's reals.
pub(super) fn real_type<T: Real>() -> Kind {
    const { assert!(size_of::<T>() == 4 || size_of::<T>() == 8, "checkpoints are of f32 or f64") };
    if size_of::<T>() == 4 { Kind::F32 } else { Kind::F64 }
}

/// A stored tensor's numbers into a slice of its length.
pub(super) fn typed<T: Real>(stored: &Stored, out: &mut [T]) {
    typed_from(stored.numbers(), out);
}

/// Numbers into a slice.
pub(super) fn typed_from<T: Real>(numbers: impl Iterator<Item = f64>, out: &mut [T]) {
    for (x, new) in out.iter_mut().zip(numbers) {
        *x = T::from_f64(new);
    }
}
