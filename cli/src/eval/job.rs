//! What is to be evaluated: a network, a batch, and the numbers it begins with, all of the right shape.

use std::collections::BTreeMap;

use tapeless_compiler::network::{self, Network, Parameter, Port, Precision};
use tapeless_exchange::checkpoint;
use tapeless_runtime::{Initialiser, fill};

use super::tensors::Array;
use crate::args::{EvalArgs, Mode};
use crate::{Failure, show};

/// An evaluation.
pub(super) struct Job<'n> {
    pub(super) network: &'n Network,
    pub(super) precision: Precision,
    /// A training step, not only outputs.
    pub(super) train: bool,
    /// The targets are there: losses and gradients are wanted.
    pub(super) losses: bool,
    /// Optimizer steps.
    pub(super) steps: u64,
    pub(super) seed: u64,
    /// The number of samples.
    pub(super) batch: usize,
    /// Steps of each sample: of a prediction under `unroll`, as many as the inputs have.
    pub(super) unrolled: Option<usize>,
    /// Inputs and targets; a target that is not there is zero.
    pub(super) ports: Vec<Array>,
    /// The state that each sample begins with.
    pub(super) states: Vec<Array>,
    pub(super) parameters: Vec<Array>,
    pub(super) buffers: Vec<Array>,
}

impl<'n> Job<'n> {
    /// Takes from the tensors of the file what the network needs.
    pub(super) fn new(network: &'n Network, mut given: BTreeMap<String, Array>, args: &EvalArgs) -> Result<Job<'n>, Failure> {
        let train = args.mode == Mode::Train;
        let precision = args.precision.map_or(network.precision, Into::into);
        let mut batch: Option<(usize, &str)> = None;
        let mut losses = train;
        let mut found = Vec::new();
        let mut unrolled = network.unroll;
        if let (Some(_), false) = (unrolled, train) {
            // A prediction goes as far as there are inputs.
            let steps = network.ports.iter().filter(|port| !port.target).find_map(|port| given.get(&port.name)?.shape.get(1).copied());
            unrolled = steps.filter(|&steps| steps > 0).or(unrolled);
        }
        let sample_ports = network.ports.iter().map(|port| Port { shape: lead(unrolled, &port.shape), ..port.clone() });
        let sample_ports: Vec<Port> = sample_ports.collect();
        for port in &sample_ports {
            let array = given.remove(&port.name);
            match &array {
                Some(array) => {
                    check_port(port, array)?;
                    match batch {
                        None => batch = Some((array.shape[0], &port.name)),
                        Some((samples, _)) if samples == array.shape[0] => {}
                        Some((samples, first)) => {
                            let (name, others) = (&port.name, array.shape[0]);
                            return Err(Failure::Usage(format!("`{first}` holds {samples} samples, `{name}` {others}")));
                        }
                    }
                }
                None if port.target => losses = false,
                None => return Err(missing(port, &given)),
            }
            found.push(array);
        }
        let batch = batch.map_or(1, |(samples, _)| samples);
        if batch == 0 {
            return Err(Failure::Usage("there are no samples".to_owned()));
        }
        if let Some(why) = network.refuses(batch).filter(|_| train) {
            return Err(Failure::Failed(why));
        }
        let absent = |port: &Port| {
            let shape = [&[batch], port.shape.as_slice()].concat();
            Array::new(shape.clone(), vec![0.0; shape.iter().product()])
        };
        let ports = sample_ports.iter().zip(found).map(|(port, array)| array.unwrap_or_else(|| absent(port))).collect();
        // Of a checkpoint's tensors these are wanted, by the names that they have there.
        for buffer in &network.buffers {
            if let Some(array) = given.remove(&checkpoint::buffer(&buffer.path)) {
                given.entry(buffer.path.clone()).or_insert(array);
            }
        }
        given.retain(|name, _| !name.starts_with(checkpoint::OPTIMIZER));
        let parameters = begin(&network.parameters, &mut given, args.seed, precision)?;
        let buffers = begin(&network.buffers, &mut given, args.seed, precision)?;
        let states = network.states.iter().map(|state| begin_state(state, &mut given, batch)).collect::<Result<_, _>>()?;
        for name in given.keys() {
            let known = network.ports.iter().map(|port| port.name.as_str());
            let known = known.chain(network.parameters.iter().chain(&network.buffers).map(|parameter| parameter.path.as_str()));
            let near = tapeless_grammar::nearest(name, known);
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            show::warning(&format!("`{}` has no use for the tensor `{name}`{hint}", network.name));
        }
        Ok(Job {
            network,
            precision,
            train,
            losses,
            steps: args.steps,
            seed: args.seed,
            batch,
            unrolled,
            ports,
            states,
            parameters,
            buffers,
        })
    }
}

/// A shape of one step with the steps as leading axis, where there are several.
pub(super) fn lead(unrolled: Option<usize>, shape: &[usize]) -> Vec<usize> {
    unrolled.into_iter().chain(shape.iter().copied()).collect()
}

/// A state of each sample: as given, `state.h`, or as it begins.
fn begin_state(state: &network::State, given: &mut BTreeMap<String, Array>, batch: usize) -> Result<Array, Failure> {
    let name = format!("state.{}", state.name);
    let port = Port { name: name.clone(), doc: Vec::new(), span: state.span, shape: state.shape.clone(), index: None, target: false };
    match given.remove(&name) {
        Some(array) => {
            check_port(&port, &array)?;
            if array.shape[0] != batch {
                return Err(Failure::Usage(format!("`{name}` holds {} samples, the inputs {batch}", array.shape[0])));
            }
            Ok(array)
        }
        None => Ok(Array::new([&[batch], state.shape.as_slice()].concat(), state.initial().repeat(batch))),
    }
}

fn missing(port: &Port, given: &BTreeMap<String, Array>) -> Failure {
    let near = tapeless_grammar::nearest(&port.name, given.keys().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; there is `{near}`"));
    Failure::Usage(format!("the input `{}`, the batch and then {:?}, is not there{hint}", port.name, port.shape))
}

fn check_port(port: &Port, array: &Array) -> Result<(), Failure> {
    let name = &port.name;
    if array.shape.len() != port.shape.len() + 1 || array.shape[1..] != port.shape {
        let (expected, found) = (&port.shape, &array.shape);
        return Err(Failure::Usage(format!("`{name}` should have the batch and then {expected:?} as its shape, it has {found:?}")));
    }
    let size = port.shape.iter().product::<usize>();
    match port.index {
        Some(_) if !array.whole => Err(Failure::Usage(format!("`{name}` is an index: integers are wanted"))),
        Some(n) => match array.values.iter().position(|&value| !(0.0..f64::from(n)).contains(&value)) {
            Some(at) => Err(Failure::Usage(format!("`{name}` of sample {} is {}, outside 0..{n}", at / size, array.values[at]))),
            None => Ok(()),
        },
        None if array.whole => Err(Failure::Usage(format!("`{name}` is real: F32 or F64 are wanted"))),
        None => match array.values.iter().position(|value| !value.is_finite()) {
            Some(at) => Err(Failure::Usage(format!("`{name}` of sample {} is {}", at / size, array.values[at]))),
            None => Ok(()),
        },
    }
}

/// Parameters or buffers: as given, or as they begin.
fn begin(list: &[Parameter], given: &mut BTreeMap<String, Array>, seed: u64, precision: Precision) -> Result<Vec<Array>, Failure> {
    let mut out = Vec::new();
    for (place, parameter) in list.iter().enumerate() {
        let path = &parameter.path;
        let array = match given.remove(path) {
            Some(array) if array.shape != parameter.shape => {
                let (expected, found) = (&parameter.shape, &array.shape);
                return Err(Failure::Usage(format!("`{path}` should have the shape {expected:?}, it has {found:?}")));
            }
            Some(array) if array.whole => return Err(Failure::Usage(format!("`{path}` is real: F32 or F64 are wanted"))),
            Some(array) => array,
            None => Array::new(parameter.shape.clone(), initial(parameter, seed, place as u32, precision)),
        };
        out.push(array);
    }
    Ok(out)
}

/// The elements as the runtime draws them.
fn initial(parameter: &Parameter, seed: u64, place: u32, precision: Precision) -> Vec<f64> {
    let initialiser = match &parameter.init {
        network::Initialiser::Constant(value) => Initialiser::Constant(*value),
        network::Initialiser::Uniform(a, b) => Initialiser::Uniform { a: *a, b: *b },
        network::Initialiser::Normal(mean, std) => Initialiser::Normal { mean: *mean, std: *std },
        network::Initialiser::GlorotUniform => Initialiser::GlorotUniform,
        network::Initialiser::GlorotNormal => Initialiser::GlorotNormal,
        network::Initialiser::HeUniform => Initialiser::HeUniform,
        network::Initialiser::HeNormal => Initialiser::HeNormal,
        network::Initialiser::LecunNormal => Initialiser::LecunNormal,
        network::Initialiser::FanInUniform => Initialiser::FanInUniform,
        network::Initialiser::Orthogonal => Initialiser::Orthogonal,
        network::Initialiser::Values(values) => return values.to_vec(),
    };
    let len = parameter.shape.iter().product();
    match precision {
        Precision::F32 => {
            let mut out = vec![0.0_f32; len];
            fill(&mut out, initialiser, &parameter.shape, seed, place);
            out.into_iter().map(f64::from).collect()
        }
        Precision::F64 => {
            let mut out = vec![0.0_f64; len];
            fill(&mut out, initialiser, &parameter.shape, seed, place);
            out
        }
    }
}
