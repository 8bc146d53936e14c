//! Programs whose values PyTorch recorded (f64): outputs, losses, gradients and updates by the interpreter, through the prelude.
#![cfg(feature = "evaluate")]

use std::collections::BTreeMap;
use std::path::Path;

use ndarray::{ArrayD, IxDyn};
use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::evaluate::session::Session;
use tapeless_compiler::network::{Network, Precision};
use tapeless_grammar::span::Sources;

type Tensors = BTreeMap<String, ArrayD<f64>>;

/// The tensors of a safetensors file and the number of steps that it states.
fn read(path: &Path) -> (Tensors, usize) {
    let bytes = std::fs::read(path).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = std::str::from_utf8(&bytes[8..8 + length]).unwrap();
    let data = &bytes[8 + length..];
    let steps = header.split_once("\"steps\":\"").map_or(1, |(_, rest)| rest.split('"').next().unwrap().parse().unwrap());
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
    (tensors, steps)
}

fn network(path: &Path) -> Network {
    let mut sources = Sources::new();
    let root = sources.add("program.nn", std::fs::read_to_string(path).unwrap());
    let made = elaborate(&mut sources, root, &mut NoFiles);
    assert!(!made.has_errors(), "{:?}", made.diagnostics);
    let mut network = made.networks.into_iter().next().unwrap();
    network.precision = Precision::F64;
    network
}

/// Everything that `tapeless eval` would write, computed.
fn results(network: &Network, given: &Tensors, steps: usize) -> Tensors {
    let parameters = network.parameters.iter().map(|p| given[&p.path].clone()).collect();
    let ports: Vec<ArrayD<f64>> = network.ports.iter().map(|port| given[&port.name].clone()).collect();
    let batch = ports[0].shape()[0];
    let mut session = Session::new(network, parameters, Vec::new(), |derived| derived).unwrap();
    let mut out = Tensors::new();
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
    for (port, gradient) in network.ports.iter().zip(&first.port_gradients) {
        gradient.iter().for_each(|gradient| _ = out.insert(format!("grad.{}", port.name), gradient.clone()));
    }
    for _ in 0..steps {
        let results = session.gradients(&ports, batch).unwrap();
        session.update(&results).unwrap();
    }
    for (parameter, value) in network.parameters.iter().zip(&session.parameters) {
        out.insert(format!("updated.{}", parameter.path), value.clone());
    }
    out
}

#[test]
fn values_of_pytorch() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let mut faults = Vec::new();
    let mut count = 0;
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.to_string_lossy().ends_with(".out.safetensors")) {
        let name = path.file_name().unwrap().to_string_lossy().replace(".out.safetensors", "");
        let (wanted, steps) = read(path);
        let (given, _) = read(&folder.join(format!("{name}.in.safetensors")));
        let found = results(&network(&folder.join(format!("{name}.nn"))), &given, steps);
        let largest = |prefix: &str| -> f64 {
            wanted.iter().filter(|(name, _)| name.starts_with(prefix)).flat_map(|(_, x)| x.iter()).fold(0.0, |a, x| a.max(x.abs()))
        };
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
            let worst = made.iter().zip(value).fold(0.0f64, |a, (x, y)| a.max((x - y).abs() / scale));
            // PyTorch's hard_sigmoid has 1/6 in f32 in its derivative, which is 5e-9 off.
            if worst.is_nan() || worst > if name == "activations" { 1e-9 } else { 1e-11 } {
                faults.push(format!("{name}: {tensor} is off by {worst:.2e}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {count} tensors:\n{}", faults.len(), faults.join("\n"));
    assert!(count > 100, "{count} tensors");
}
