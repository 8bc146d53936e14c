//! Programs whose values PyTorch recorded (f64, in `tests/parity` of the workspace): outputs, losses, gradients and updates by the
//! interpreter, through the prelude. And that there is such a program for every item of the prelude.
#![cfg(feature = "evaluate")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ndarray::{ArrayD, IxDyn};
use tapeless_compiler::elaborate::{NoFiles, documentation, elaborate};
use tapeless_compiler::evaluate::session::Session;
use tapeless_compiler::network::{Network, Precision};
use tapeless_grammar::span::Sources;
use tapeless_grammar::tree::ItemKind;

type Tensors = BTreeMap<String, ArrayD<f64>>;

/// A safetensors file: its tensors, and what its metadata say.
struct File {
    tensors: Tensors,
    steps: usize,
    predict: bool,
}

fn read(path: &Path) -> File {
    let bytes = std::fs::read(path).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = std::str::from_utf8(&bytes[8..8 + length]).unwrap();
    let data = &bytes[8 + length..];
    let steps = header.split_once("\"steps\":\"").map_or(1, |(_, rest)| rest.split('"').next().unwrap().parse().unwrap());
    let predict = header.contains("\"mode\":\"predict\"");
    let mut tensors = Tensors::new();
    for part in header.split("\"data_offsets\":[").collect::<Vec<_>>().windows(2) {
        let (before, after) = (part[0], part[1]);
        let (head, shape) = before.rsplit_once("\"shape\":[").unwrap();
        let (name, kind) = head.rsplit_once(":{\"dtype\":\"").unwrap();
        let name = name.rsplit_once('"').unwrap().0.rsplit_once('"').unwrap().1;
        let numbers = |text: &str| -> Vec<usize> {
            text.split(']').next().unwrap().split(',').filter(|n| !n.trim().is_empty()).map(|n| n.trim().parse().unwrap()).collect()
        };
        let (shape, offsets) = (numbers(shape), numbers(after));
        let values: Vec<f64> = data[offsets[0]..offsets[1]]
            .chunks(8)
            .map(|chunk| {
                let eight: [u8; 8] = chunk.try_into().unwrap();
                if kind.starts_with("I64") { i64::from_le_bytes(eight) as f64 } else { f64::from_le_bytes(eight) }
            })
            .collect();
        tensors.insert(name.to_owned(), ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap());
    }
    File { tensors, steps, predict }
}

fn network(text: &str) -> Network {
    let mut sources = Sources::new();
    let root = sources.add("program.nn", text);
    let made = elaborate(&mut sources, root, &mut NoFiles);
    assert!(!made.has_errors(), "{:?}", made.diagnostics);
    let mut network = made.networks.into_iter().next().unwrap();
    network.precision = Precision::F64;
    network
}

/// Everything that `tapeless eval` would write, computed.
fn results(network: &Network, given: &Tensors, wanted: &File) -> Tensors {
    let parameters = network.parameters.iter().map(|p| given[&p.path].clone()).collect();
    let buffers = network.buffers.iter().map(|p| given[&p.path].clone()).collect();
    let ports: Vec<ArrayD<f64>> = network.ports.iter().map(|port| given[&port.name].clone()).collect();
    let batch = ports[0].shape()[0];
    let mut session = Session::new(network, parameters, buffers, |derived| derived).unwrap();
    let mut out = Tensors::new();
    if wanted.predict {
        for (named, value) in network.predict.outputs.iter().zip(session.outputs(&ports, batch).unwrap()) {
            out.insert(named.name.clone(), value);
        }
        return out;
    }
    let first = session.gradients(&ports, batch).unwrap();
    let number = |x: f64| ArrayD::from_elem(IxDyn(&[]), x);
    out.insert("loss".into(), number(first.total));
    for (named, value) in network.train.outputs.iter().zip(&first.outputs) {
        out.insert(named.name.clone(), value.clone());
    }
    for (named, &value) in network.train.losses.iter().zip(&first.losses) {
        out.insert(format!("loss.{}", named.name), number(value));
    }
    for (parameter, gradient) in network.parameters.iter().zip(&first.gradients) {
        out.insert(format!("grad.{}", parameter.path), gradient.clone());
    }
    for ((port, gradient), value) in network.ports.iter().zip(&first.port_gradients).zip(&ports).filter(|row| row.0.0.index.is_none()) {
        let gradient = gradient.clone().unwrap_or_else(|| ArrayD::zeros(value.raw_dim()));
        out.insert(format!("grad.{}", port.name), gradient);
    }
    for (buffer, value) in network.buffers.iter().zip(&first.buffers) {
        out.insert(format!("updated.{}", buffer.path), value.clone());
    }
    for _ in 0..wanted.steps {
        let results = session.gradients(&ports, batch).unwrap();
        session.update(&results).unwrap();
    }
    for (parameter, value) in network.parameters.iter().zip(&session.parameters) {
        out.insert(format!("updated.{}", parameter.path), value.clone());
    }
    out
}

/// The cases: name, program, folder.
fn cases() -> Vec<(String, String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/parity");
    let mut cases: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let text = std::fs::read_to_string(path.join("model.nn")).ok()?;
            Some((path.file_name()?.to_string_lossy().into_owned(), text, path))
        })
        .collect();
    cases.sort();
    cases
}

#[test]
fn values_of_pytorch() {
    let mut faults = Vec::new();
    let mut count = 0;
    for (name, text, folder) in cases() {
        let wanted = read(&folder.join("out.safetensors"));
        let given = read(&folder.join("in.safetensors")).tensors;
        let found = results(&network(&text), &given, &wanted);
        let wanted = wanted.tensors;
        let largest = |prefix: &str| -> f64 {
            wanted.iter().filter(|(name, _)| name.starts_with(prefix)).flat_map(|(_, x)| x.iter()).fold(0.0, |a, x| a.max(x.abs()))
        };
        // PyTorch's hard_sigmoid has 1/6 in f32 in its derivative, which is 5e-9 off.
        let tolerance = if name == "activations" { 1e-9 } else { 1e-11 };
        for (tensor, value) in &wanted {
            count += 1;
            let Some(made) = found.get(tensor) else {
                faults.push(format!("{name}: {tensor} is missing"));
                continue;
            };
            if made.shape() != value.shape() {
                faults.push(format!("{name}: {tensor} is {:?}, wanted {:?}", made.shape(), value.shape()));
                continue;
            }
            let prefix = tensor.split_once('.').map_or("", |(prefix, _)| prefix);
            let scale = largest(prefix).mul_add(1e-2, 0.0).max(1e-6).max(value.iter().fold(0.0, |a, x| a.max(x.abs())));
            let apart = |(x, y): (&f64, &f64)| if x.is_nan() { f64::INFINITY } else { (x - y).abs() / scale };
            let worst = made.iter().zip(value).map(apart).fold(0.0f64, f64::max);
            if worst > tolerance {
                faults.push(format!("{name}: {tensor} is off by {worst:.2e}: {made} wanted {value}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {count} tensors:\n{}", faults.len(), faults.join("\n"));
    assert!(count > 300, "{count} tensors");
}

/// A layer, function or optimizer of the prelude is called by a recorded program by its name. What is only a part of others, whose
/// documentation begins with "For", is recorded with them.
#[test]
fn every_item_of_the_prelude_has_recorded_values() {
    let texts: Vec<String> = cases().into_iter().map(|case| case.1).collect();
    let mut missing = Vec::new();
    let mut count = 0;
    for (file, text) in documentation() {
        let mut sources = Sources::new();
        let id = sources.add(*file, *text);
        for item in tapeless_grammar::parse(&sources, id).unwrap().items {
            let (ItemKind::Fn(function) | ItemKind::Layer(function) | ItemKind::Optimizer(function)) = &item.kind else { continue };
            if item.doc[0].starts_with("For ") {
                continue;
            }
            count += 1;
            let name = &function.name.text;
            if !texts.iter().any(|text| calls(text, name)) {
                missing.push(format!("{file}: {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "no program of tests/parity calls\n{}", missing.join("\n"));
    assert!(count > 85, "{count} items");
}

/// Whether `name` is called in a program: `name(`, `|> name`, `label: name`, `optimizer name`.
fn calls(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (text[..at].trim_end(), &text[at + name.len()..]);
        let whole = !text[..at].ends_with(word) && !after.starts_with(word);
        whole && (after.starts_with('(') || before.ends_with("|>") || before.ends_with(':') || before.ends_with("optimizer"))
    })
}
