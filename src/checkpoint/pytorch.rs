//! A network's weights from a PyTorch `state_dict` and into one, as safetensors files.
//!
//! Names decide: equal ones, and pairs of theirs and ours, `("0", "fc1")`, each a whole tensor or all that begins with it; an empty name is
//! all of a network. How a tensor is laid out is known from the layer that declares it: `dense` is a transposed `Linear`, the gates of
//! `lstm` are two transposed matrices and two biases that are added up, `attention` is cut out of an `in_proj_weight`. What is missing, left
//! over or of another shape refuses the whole file; a batch norm's `num_batches_tracked` is left out, which the table says.
//!
//! On the other side: `safetensors.torch.save_file(model.state_dict(), "weights.safetensors")`.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use std::path::Path;

use tapeless_exchange::Place;
use tapeless_exchange::file::{self, Contents};
use tapeless_exchange::names::Names;
use tapeless_exchange::pytorch::{self, Refusal};

pub use tapeless_exchange::table::{Row, Table};

use super::CheckpointError;
use super::layout::{real_type, typed_from};
use crate::rt::{Entry, Network, Real};
use crate::trainable::Trainable;

/// Takes over parameters and buffers; optimizer, seed and steps stay as they are. Gives what went where.
///
/// # Errors
/// Everything that does not fit; nothing has changed then.
pub fn load<M: Trainable>(net: &mut M, path: impl AsRef<Path>, names: &[(&str, &str)]) -> Result<Table, CheckpointError> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(|error| CheckpointError::Io(path.to_path_buf(), error))?;
    let contents = Contents::read(&bytes).map_err(|what| CheckpointError::Format(path.to_path_buf(), what))?;
    let found =
        pairs(names).and_then(|names| pytorch::import(&places::<M::Net>(), &contents, &names)).map_err(|why| mismatch(path, why))?;
    let parts = net.parts_mut();
    let mut values = found.values.iter();
    for (entries, numbers) in [(M::Net::PARAMETERS, parts.parameters), (M::Net::BUFFERS, parts.buffers)] {
        for (entry, values) in entries.iter().zip(&mut values) {
            typed_from(values.iter().copied(), &mut numbers[entry.offset..entry.offset + entry.len()]);
        }
    }
    Ok(found.table)
}

/// Writes parameters and buffers. The sum of an RNN's or LSTM's biases is written as the first, beside zeros. Gives what went where.
///
/// # Errors
/// Names that meet, and what the file system says; an older file is then as it was.
pub fn save<M: Trainable>(net: &M, path: impl AsRef<Path>, names: &[(&str, &str)]) -> Result<Table, CheckpointError> {
    let path = path.as_ref();
    let parts = net.parts();
    let mut values: Vec<Vec<f64>> = Vec::new();
    for (entries, numbers) in [(M::Net::PARAMETERS, parts.parameters), (M::Net::BUFFERS, parts.buffers)] {
        let wide = |entry: &Entry| numbers[entry.offset..entry.offset + entry.len()].iter().map(|x| x.to_f64()).collect();
        values.extend(entries.iter().map(wide));
    }
    let (tensors, table) = pairs(names)
        .and_then(|names| pytorch::export(&places::<M::Net>(), &values, real_type::<M::Real>(), &names))
        .map_err(|why| mismatch(path, why))?;
    file::replace(path, &file::write(&Default::default(), tensors)).map_err(|error| CheckpointError::Io(path.to_path_buf(), error))?;
    Ok(table)
}

fn pairs(names: &[(&str, &str)]) -> Result<Names, Refusal> {
    Names::new(names.iter().copied()).map_err(|why| Vec::from([why]).into())
}

fn mismatch(path: &Path, why: Refusal) -> CheckpointError {
    let perhaps = why.perhaps.iter().map(|(theirs, ours)| format!("perhaps (\"{theirs}\", \"{ours}\")"));
    CheckpointError::Mismatch(path.to_path_buf(), why.wrong.into_iter().chain(perhaps).collect())
}

fn places<N: Network>() -> Vec<Place> {
    let place = |entry: &Entry| Place {
        path: entry.path.to_string(),
        shape: entry.shape.to_vec(),
        layers: entry.layers.iter().map(ToString::to_string).collect(),
    };
    N::PARAMETERS.iter().chain(N::BUFFERS).map(place).collect()
}
