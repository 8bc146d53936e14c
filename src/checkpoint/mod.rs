//! A network to and from a safetensors file: parameters by path, `buffer.<path>`, `optimizer.<kind>.<path>` (`optimizer.adam.m.fc1.weight`),
//! `optimizer.scalar.<name>` (F64), and in the metadata the format's version, the network's name, the number of updates, the seed and the
//! optimizer's settable numbers. All numbers read back as the same bits: training that is resumed gives the same bits as training
//! that went on. (The order of samples is the trainer's: see `Trainer::first_epoch`.)
//!
//! [`load`] checks everything before it changes anything: a file that is cut short, of another network, with a tensor missing, unexpected,
//! twice, of another shape or type is refused whole, and the error names the difference. [`load_matching`] is for taking over
//! part of another network. Parameters whose path begins with `buffer.` or `optimizer.` do not exist: both are reserved words.

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};
use core::fmt::{self, Display, Formatter};
use std::io;
use std::path::{Path, PathBuf};

use crate::rt::{Network, Real};
use crate::trainable::{Parts, Trainable};

mod layout;
pub mod pytorch;

use layout::{Section, places, real_type, typed};
use tapeless_exchange::checkpoint::metadata;
use tapeless_exchange::file::{self, Contents, Kind, Stored};

/// The version of the layout that this module writes, and the only one it reads.
pub use tapeless_exchange::checkpoint::FORMAT;

/// Why a checkpoint could not be written or was refused. Nothing has changed then.
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The file system.
    Io(PathBuf, io::Error),
    /// The file is not a safetensors file, or not a whole one.
    Format(PathBuf, String),
    /// It is one, of something else than this network: what is different.
    Mismatch(PathBuf, Vec<String>),
}

impl Display for CheckpointError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            CheckpointError::Io(path, error) => write!(f, "{}: {error}", path.display()),
            CheckpointError::Format(path, what) => write!(f, "{}: not a whole safetensors file: {what}", path.display()),
            CheckpointError::Mismatch(path, differences) => {
                write!(f, "{}: not a checkpoint of this network", path.display())?;
                differences.iter().take(10).try_for_each(|difference| write!(f, "\n  {difference}"))?;
                match differences.len().checked_sub(10) {
                    None | Some(0) => Ok(()),
                    Some(more) => write!(f, "\n  and {more} more"),
                }
            }
        }
    }
}

impl core::error::Error for CheckpointError {}

/// Writes all that the network remembers. The file is written under another name in the same folder, synced and renamed: a reader sees
/// the old file or the new one, whole.
///
/// # Errors
/// What the file system says; an older file of this name is then as it was.
pub fn save<M: Trainable>(net: &M, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
    let path = path.as_ref();
    file::replace(path, &to_bytes(net)).map_err(|error| CheckpointError::Io(path.to_path_buf(), error))
}

/// What [`save`] writes.
#[must_use]
pub fn to_bytes<M: Trainable>(net: &M) -> Vec<u8> {
    let parts = net.parts();
    let store = |place: layout::Place| match place.section {
        Section::Scalars => Stored::of(place.name, place.kind, place.shape, parts.scalars[place.range].iter().copied()),
        section => Stored::of(place.name, place.kind, place.shape, reals(&parts, section)[place.range].iter().map(|x| x.to_f64())),
    };
    let tensors: Vec<Stored> = places::<M::Net>(real_type::<M::Real>()).into_iter().map(store).collect();
    let mut hyper = vec![0.0; M::Net::HYPER.len()];
    net.read_hyper(&mut hyper);
    let hyper = M::Net::HYPER.iter().map(|(name, _)| *name).zip(hyper);
    file::write(&metadata(M::Net::NAME, parts.seed, parts.steps, hyper), tensors)
}

fn reals<'a, T>(parts: &Parts<'a, T>, section: Section) -> &'a [T] {
    match section {
        Section::Parameters => parts.parameters,
        Section::Buffers => parts.buffers,
        Section::State => parts.state,
        Section::Scalars => &[],
    }
}

/// Reads all that the network remembers.
///
/// # Errors
/// Anything that is not as [`save`] would have written it for this network; nothing has changed then.
pub fn load<M: Trainable>(net: &mut M, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(|error| CheckpointError::Io(path.to_path_buf(), error))?;
    from_bytes(net, &bytes, path)
}

/// [`load`] from what a file holds; `path` is what errors call it.
///
/// # Errors
/// As [`load`]'s.
pub fn from_bytes<M: Trainable>(net: &mut M, bytes: &[u8], path: impl AsRef<Path>) -> Result<(), CheckpointError> {
    let contents = Contents::read(bytes).map_err(|what| CheckpointError::Format(path.as_ref().to_path_buf(), what))?;
    let places = places::<M::Net>(real_type::<M::Real>());
    let mut differences = Vec::new();

    let text = |key: &str| contents.metadata.get(key).map(String::as_str);
    for (key, expected) in [("tapeless.format", FORMAT), ("network", M::Net::NAME)] {
        match text(key) {
            Some(found) if found == expected => {}
            Some(found) => differences.push(format!("`{key}` is `{found}`, expected `{expected}`")),
            None => differences.push(format!("`{key}` is missing from the metadata, expected `{expected}`")),
        }
    }
    let mut whole = |key: &str| {
        text(key).and_then(|text| text.parse().ok()).unwrap_or_else(|| {
            differences.push(format!("`{key}` is not a whole number in the metadata: {:?}", text(key).unwrap_or_default()));
            0
        })
    };
    let (seed, steps): (u64, u64) = (whole("seed"), whole("step"));
    let mut hyper = Vec::new();
    for (name, _) in M::Net::HYPER {
        match text(&format!("hyper.{name}")).map(str::parse::<f64>) {
            Some(Ok(value)) => hyper.push(value),
            Some(Err(_)) => differences.push(format!("`hyper.{name}` is not a number in the metadata")),
            None => differences.push(format!("`hyper.{name}` is missing from the metadata")),
        }
    }
    for name in contents.metadata.keys().filter_map(|key| key.strip_prefix("hyper.")) {
        if !M::Net::HYPER.iter().any(|(known, _)| *known == name) {
            differences.push(format!("`hyper.{name}` is unexpected in the metadata"));
        }
    }
    for place in &places {
        match contents.tensors.get(&place.name) {
            None => differences.push(format!("`{}` {:?} is missing", place.name, place.shape)),
            Some(stored) if (stored.kind, &stored.shape) != (place.kind, &place.shape) => differences.push(format!(
                "`{}` is {} {:?}, expected {} {:?}",
                place.name,
                stored.kind.name(),
                stored.shape,
                place.kind.name(),
                place.shape
            )),
            Some(_) => {}
        }
    }
    for (name, stored) in &contents.tensors {
        if !places.iter().any(|place| place.name == *name) {
            differences.push(format!("`{name}` {:?} is unexpected", stored.shape));
        }
    }
    if !differences.is_empty() {
        return Err(CheckpointError::Mismatch(path.as_ref().to_path_buf(), differences));
    }

    let parts = net.parts_mut();
    for place in places {
        // All are there and of the right size: looked at above.
        let Some(stored) = contents.tensors.get(&place.name) else { continue };
        match place.section {
            Section::Parameters => typed(stored, &mut parts.parameters[place.range]),
            Section::Buffers => typed(stored, &mut parts.buffers[place.range]),
            Section::State => typed(stored, &mut parts.state[place.range]),
            Section::Scalars => parts.scalars[place.range].iter_mut().zip(stored.numbers()).for_each(|(x, new)| *x = new),
        }
    }
    (*parts.seed, *parts.steps) = (seed, steps);
    net.write_hyper(&hyper);
    Ok(())
}

/// What [`load_matching`] took over, and what not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// Parameters and buffers that have the file's values now, by their names in the file.
    pub copied: Vec<String>,
    /// Those that the file does not have.
    pub missing: Vec<String>,
    /// Those of another shape or type in the file, with both.
    pub different: Vec<String>,
    /// What else is in the file.
    pub unused: Vec<String>,
}

/// Takes over the parameters and buffers that the file has with the same path and shape, F32 or F64, from whatever network it is; the rest,
/// the optimizer and the steps stay as they are.
///
/// # Errors
/// Where the file cannot be read or is not a whole safetensors file; nothing has changed then.
pub fn load_matching<M: Trainable>(net: &mut M, path: impl AsRef<Path>) -> Result<Matched, CheckpointError> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(|error| CheckpointError::Io(path.to_path_buf(), error))?;
    let mut contents = Contents::read(&bytes).map_err(|what| CheckpointError::Format(path.to_path_buf(), what))?;
    let mut matched = Matched::default();
    let parts = net.parts_mut();
    for place in places::<M::Net>(real_type::<M::Real>()) {
        let target = match place.section {
            Section::Parameters => &mut parts.parameters[place.range],
            Section::Buffers => &mut parts.buffers[place.range],
            Section::State | Section::Scalars => continue,
        };
        match contents.tensors.remove(&place.name) {
            None => matched.missing.push(place.name),
            Some(stored) if stored.shape != place.shape || stored.kind == Kind::Other => {
                let how = format!("`{}` is {} {:?}, expected {:?}", place.name, stored.kind.name(), stored.shape, place.shape);
                matched.different.push(how);
            }
            Some(stored) => {
                typed(&stored, target);
                matched.copied.push(place.name);
            }
        }
    }
    matched.unused = contents.tensors.into_keys().collect();
    Ok(matched)
}
