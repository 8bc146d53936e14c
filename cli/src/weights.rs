//! `import-weights` and `export-weights`: a network's checkpoint from another framework's file, and into one.

use std::path::Path;

use tapeless_compiler::emit::layout;
use tapeless_compiler::network::{Network, Parameter, Precision};
use tapeless_exchange::Place;
use tapeless_exchange::checkpoint::{OPTIMIZER, buffer, metadata, scalar, slot};
use tapeless_exchange::file::{self, Contents, Kind, Stored};
use tapeless_exchange::names::Names;
use tapeless_exchange::pytorch::{self, Refusal};

use crate::args::{ExportArgs, Framework, ImportArgs, Naming};
use crate::{Failure, Outcome, program, show};

pub(crate) fn import(args: &ImportArgs) -> Outcome {
    let network = network(&args.model, &args.naming)?;
    let contents = read(&args.file)?;
    let places = places(&network);
    let found = match args.from {
        Framework::Pytorch => pytorch::import(&places, &contents, &names(&args.naming)?),
    };
    let found = found.map_err(|why| refused(&args.file, &network, &why))?;
    show::result(&found.table.to_string())?;
    match &args.out {
        Some(out) => write(out, &checkpoint(&network, found.values, args.seed)),
        None => Ok(()),
    }
}

pub(crate) fn export(args: &ExportArgs) -> Outcome {
    let network = network(&args.model, &args.naming)?;
    let contents = read(&args.checkpoint)?;
    let values = held(&network, &contents).map_err(|why| refused(&args.checkpoint, &network, &why))?;
    let made = match args.to {
        Framework::Pytorch => pytorch::export(&places(&network), &values, kind(&network), &names(&args.naming)?),
    };
    let (tensors, table) = made.map_err(|why| refused(&args.checkpoint, &network, &why))?;
    show::result(&table.to_string())?;
    write(&args.out, &file::write(&Default::default(), tensors))
}

fn network(model: &Path, naming: &Naming) -> Result<Network, Failure> {
    program::open_one(model)?.network(naming.network.as_deref())
}

fn names(naming: &Naming) -> Result<Names, Failure> {
    let pairs = naming.map.iter().map(|(theirs, ours)| (theirs.as_str(), ours.as_str()));
    Names::new(pairs).map_err(|why| Failure::Usage(format!("--map: {why}")))
}

fn read(path: &Path) -> Result<Contents, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::Usage(format!("cannot read `{}`: {error}", path.display())))?;
    Contents::read(&bytes).map_err(|why| Failure::Usage(format!("cannot read `{}`: {why}", path.display())))
}

fn write(path: &Path, bytes: &[u8]) -> Outcome {
    file::replace(path, bytes).map_err(|error| Failure::Usage(format!("cannot write `{}`: {error}", path.display())))
}

fn refused(path: &Path, network: &Network, why: &Refusal) -> Failure {
    let lines: String = why.wrong.iter().map(|line| format!("\n  {line}")).collect();
    let perhaps: String = why.perhaps.iter().map(|(theirs, ours)| format!(" --map {theirs}={ours}")).collect();
    let perhaps = if perhaps.is_empty() { perhaps } else { format!("\nperhaps:{perhaps}") };
    Failure::Failed(format!("`{}` does not fit `{}`; nothing was written{lines}{perhaps}", path.display(), network.name))
}

fn stored(network: &Network) -> impl Iterator<Item = (String, &Parameter)> {
    let parameters = network.parameters.iter().map(|parameter| (parameter.path.clone(), parameter));
    parameters.chain(network.buffers.iter().map(|parameter| (buffer(&parameter.path), parameter)))
}

fn places(network: &Network) -> Vec<Place> {
    let place = |(_, parameter): (String, &Parameter)| Place {
        path: parameter.path.clone(),
        shape: parameter.shape.clone(),
        layers: parameter.layers.clone(),
    };
    stored(network).map(place).collect()
}

fn kind(network: &Network) -> Kind {
    match network.precision {
        Precision::F32 => Kind::F32,
        Precision::F64 => Kind::F64,
    }
}

/// A checkpoint before the first step, with these parameters and buffers.
fn checkpoint(network: &Network, values: Vec<Vec<f64>>, seed: u64) -> Vec<u8> {
    let kind = kind(network);
    let layout = layout(network);
    let shape = |path: &str| network.parameters.iter().find(|parameter| parameter.path == path).map(|parameter| parameter.shape.clone());
    let mut tensors: Vec<Stored> =
        stored(network).zip(values).map(|((name, parameter), values)| Stored::of(name, kind, parameter.shape.clone(), values)).collect();
    tensors.extend(layout.slots.iter().map(|entry| {
        let numbers = std::iter::repeat_n(entry.initial, entry.len);
        Stored::of(slot(&entry.name, &entry.path), kind, shape(&entry.path).unwrap_or_default(), numbers)
    }));
    tensors.extend(layout.scalars.iter().map(|(name, initial)| Stored::of(scalar(name), Kind::F64, Vec::new(), [*initial])));
    let hyper = layout.hyper.iter().map(|(name, value)| (name.as_str(), *value));
    file::write(&metadata(&network.name, seed, 0, hyper), tensors)
}

/// The parameters and buffers of a checkpoint.
fn held(network: &Network, contents: &Contents) -> Result<Vec<Vec<f64>>, Refusal> {
    let mut wrong = Vec::new();
    let mut values = Vec::new();
    for (name, parameter) in stored(network) {
        match contents.tensors.get(&name) {
            None => wrong.push(format!("`{name}` {:?} is missing", parameter.shape)),
            Some(tensor) if tensor.shape != parameter.shape || tensor.kind == Kind::Other => {
                wrong.push(format!("`{name}` is {} {:?}, expected {:?}", tensor.kind.name(), tensor.shape, parameter.shape));
            }
            Some(tensor) => values.push(tensor.numbers().collect()),
        }
    }
    let known: Vec<String> = stored(network).map(|(name, _)| name).collect();
    let left = contents.tensors.iter().filter(|(name, _)| !name.starts_with(OPTIMIZER) && !known.contains(*name));
    wrong.extend(left.map(|(name, tensor)| format!("`{name}` {:?} is unexpected", tensor.shape)));
    if wrong.is_empty() { Ok(values) } else { Err(wrong.into()) }
}
