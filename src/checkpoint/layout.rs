//! What a network's checkpoint holds, by name, and where in the network it belongs.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use super::file::Stored;
use crate::rt::{Network, Real};

/// Element types of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    F64,
    F32,
    /// Any that no network's parameters have.
    Other,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::F64 => "F64",
            Kind::F32 => "F32",
            Kind::Other => "of another type",
        }
    }
}

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
    let buffers = N::BUFFERS.iter().map(|e| entry(format!("buffer.{}", e.path), e, Section::Buffers));
    let slots = N::SLOTS.iter().map(|slot| {
        // A state has the shape of its parameter.
        let parameter = N::PARAMETERS.iter().find(|entry| entry.path == slot.path);
        Place {
            name: format!("optimizer.{}.{}", slot.name, slot.path),
            kind,
            shape: parameter.map_or(Vec::from([slot.len]), |entry| entry.shape.to_vec()),
            section: Section::State,
            range: slot.offset..slot.offset + slot.len,
        }
    });
    let scalars = N::SCALAR_SLOTS.iter().enumerate().map(|(i, (name, _))| Place {
        name: format!("optimizer.scalar.{name}"),
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

/// The bytes of a number in its own type.
pub(super) fn element<T: Real>(x: T) -> impl Iterator<Item = u8> {
    let wide = x.to_f64();
    let (short, long) = ((wide as f32).to_le_bytes(), wide.to_le_bytes());
    let short_is_all = real_type::<T>() == Kind::F32;
    short.into_iter().filter(move |_| short_is_all).chain(long.into_iter().filter(move |_| !short_is_all))
}

/// A stored tensor's numbers; none of a type that is not read.
pub(super) fn numbers(stored: &Stored) -> impl Iterator<Item = f64> {
    let (short, _) = stored.bytes.as_chunks::<4>();
    let (long, _) = stored.bytes.as_chunks::<8>();
    let short = if stored.kind == Kind::F32 { short } else { &[] };
    let long = if stored.kind == Kind::F64 { long } else { &[] };
    short.iter().map(|&bytes| f64::from(f32::from_le_bytes(bytes))).chain(long.iter().map(|&bytes| f64::from_le_bytes(bytes)))
}

/// A stored tensor's numbers into a slice of its length.
pub(super) fn typed<T: Real>(stored: &Stored, out: &mut [T]) {
    for (x, new) in out.iter_mut().zip(numbers(stored)) {
        *x = T::from_f64(new);
    }
}
