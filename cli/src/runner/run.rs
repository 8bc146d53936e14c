//! One evaluation of a network, for any network and any kind of real.

use std::process::ExitCode;

use tapeless_runtime::{Column, DataError, Network, Port, Real, Step, initial_scalars, initial_state};

use crate::exchange::{Answer, Request, answer_to_bytes};

/// What answers a request: [`predict`] or [`train`]. Only the one that is named gets compiled.
type Answers = fn(&Request) -> Result<Answer, DataError>;

/// Reads the request of the first argument and writes the answer to the second.
pub(crate) fn main(answer: Answers) -> ExitCode {
    let mut paths = std::env::args_os().skip(1);
    let (Some(input), Some(output)) = (paths.next(), paths.next()) else {
        eprintln!("usage: IN OUT");
        return ExitCode::from(2);
    };
    let Some(request) = std::fs::read(input).ok().and_then(|bytes| Request::from_bytes(&bytes)) else {
        eprintln!("the request cannot be read");
        return ExitCode::from(2);
    };
    // Without optimisation every value of a straight line lies on the stack.
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(move || answer(&request));
    let Some(answer) = thread.ok().and_then(|thread| thread.join().ok()) else {
        eprintln!("the evaluation did not end well");
        return ExitCode::from(2);
    };
    match answer {
        Ok(answer) => match std::fs::write(output, answer_to_bytes(&answer)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("the answer cannot be written: {error}");
                ExitCode::from(2)
            }
        },
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(1)
        }
    }
}

/// The samples of a port.
enum Values<T> {
    Real(Vec<T>),
    Index(Vec<u32>),
}

/// What a pass begins with.
struct Given<T> {
    parameters: Vec<T>,
    buffers: Vec<T>,
    /// The ports that the request has, and their samples.
    ports: Vec<&'static Port>,
    values: Vec<Values<T>>,
    samples: usize,
    /// All states of each sample, one sample after another.
    states: Vec<T>,
}

impl<T: Real> Given<T> {
    fn of<N: Network>(request: &Request) -> Given<T> {
        let real = |list: &[f64]| list.iter().map(|&x| T::from_f64(x)).collect::<Vec<T>>();
        let mut parameters = vec![T::ZERO; N::PARAMETER_LEN];
        let mut buffers = vec![T::ZERO; N::BUFFER_LEN];
        for (entry, list) in N::PARAMETERS.iter().zip(&request.parameters) {
            parameters[entry.offset..entry.offset + entry.len()].copy_from_slice(&real(list));
        }
        for (entry, list) in N::BUFFERS.iter().zip(&request.buffers) {
            buffers[entry.offset..entry.offset + entry.len()].copy_from_slice(&real(list));
        }
        // A prediction is a step, or several one after another; what is trained on is a sample.
        let all = if request.train { N::PORTS } else { N::STEP_PORTS };
        let steps = if request.train { 1 } else { (request.steps_of_sample as usize).max(1) };
        let ports: Vec<&Port> = all.iter().filter(|port| request.train || !port.target).collect();
        let values = |(port, list): (&&Port, &Vec<f64>)| match port.index {
            Some(_) => Values::Index(list.iter().map(|&x| x as u32).collect()),
            None => Values::Real(real(list)),
        };
        let values = ports.iter().zip(&request.ports).map(values).collect();
        let samples = ports.iter().zip(&request.ports).next().map_or(1, |(port, list)| list.len() / (steps * port.size()));
        let mut states = vec![T::ZERO; samples * N::CARRIED_LEN];
        for (entry, list) in N::STATES.iter().zip(&request.states) {
            for (sample, values) in states.chunks_mut(N::CARRIED_LEN).zip(list.chunks(entry.len())) {
                sample[entry.offset..entry.offset + entry.len()].copy_from_slice(&real(values));
            }
        }
        Given { parameters, buffers, ports, values, samples, states }
    }

    fn columns(&self) -> Vec<Column<'_, T>> {
        columns(&self.values)
    }

    /// Step `t` of `steps` of each sample.
    fn step(&self, t: usize, steps: usize) -> Vec<Values<T>> {
        fn taken<T: Copy>(all: &[T], size: usize, t: usize, steps: usize) -> Vec<T> {
            all.chunks(size * steps).flat_map(|sample| &sample[t * size..(t + 1) * size]).copied().collect()
        }
        let step = |(port, values): (&&Port, &Values<T>)| match values {
            Values::Real(xs) => Values::Real(taken(xs, port.size(), t, steps)),
            Values::Index(xs) => Values::Index(taken(xs, port.size(), t, steps)),
        };
        self.ports.iter().zip(&self.values).map(step).collect()
    }

    fn outputs(&self, ports: &[Port]) -> Vec<Vec<T>> {
        ports.iter().map(|port| vec![T::ZERO; self.samples * port.size()]).collect()
    }
}

fn columns<T>(values: &[Values<T>]) -> Vec<Column<'_, T>> {
    let column = |values| match values {
        &Values::Real(ref xs) => Column::Real(xs),
        Values::Index(xs) => Column::Index(xs),
    };
    values.iter().map(column).collect()
}

fn slices<T>(lists: &mut [Vec<T>]) -> Vec<&mut [T]> {
    lists.iter_mut().map(Vec::as_mut_slice).collect()
}

fn double<T: Real>(list: &[T]) -> Vec<f64> {
    list.iter().map(|x| x.to_f64()).collect()
}

/// Outputs, and what the states are afterwards.
fn named<N: Network, T: Real>(outputs: &[Vec<T>], states: &[T]) -> Answer {
    let mut answer: Answer = N::OUTPUTS.iter().zip(outputs).map(|(port, list)| (port.name.to_owned(), double(list))).collect();
    for entry in N::STATES {
        let mine = states.chunks(N::CARRIED_LEN).flat_map(|sample| double(&sample[entry.offset..entry.offset + entry.len()]));
        answer.push((format!("state.{}", entry.path), mine.collect()));
    }
    answer
}

/// The outputs.
#[allow(dead_code, reason = "a crate needs this or `train`")]
pub(crate) fn predict<N: Network, T: Real>(request: &Request) -> Result<Answer, DataError> {
    let given = Given::<T>::of::<N>(request);
    let mut workspace = vec![T::ZERO; N::PREDICT_WORKSPACE];
    let steps = (request.steps_of_sample as usize).max(1);
    let mut states = given.states.clone();
    let mut all: Vec<Vec<T>> = N::STEP_OUTPUTS.iter().map(|port| vec![T::ZERO; given.samples * steps * port.size()]).collect();
    for t in 0..steps {
        let values = given.step(t, steps);
        let mut outputs = given.outputs(N::STEP_OUTPUTS);
        let columns = columns(&values);
        N::predict(&given.parameters, &given.buffers, &columns, &mut states, &mut workspace, &mut slices(&mut outputs))?;
        for ((port, all), output) in N::STEP_OUTPUTS.iter().zip(&mut all).zip(&outputs) {
            let size = port.size();
            for (sample, made) in all.chunks_mut(steps * size).zip(output.chunks(size)) {
                sample[t * size..(t + 1) * size].copy_from_slice(made);
            }
        }
    }
    Ok(named::<N, T>(&all, &states))
}

/// A training step: outputs, losses, gradients, updated parameters.
#[allow(dead_code, reason = "a crate needs this or `predict`")]
pub(crate) fn train<N: Network, T: Real>(request: &Request) -> Result<Answer, DataError> {
    let given = Given::<T>::of::<N>(request);
    let columns = given.columns();
    let mut outputs = given.outputs(N::OUTPUTS);
    let mut states = given.states.clone();
    let mut workspace = vec![T::ZERO; N::TRAIN_WORKSPACE];
    let mut grads = vec![T::ZERO; N::PARAMETER_LEN];
    let mut losses = vec![T::ZERO; N::LOSSES.len()];
    let size = |(port, column): (&&Port, &Column<'_, T>)| if port.index.is_some() { 0 } else { column.len() };
    let mut port_grads: Vec<Vec<T>> = given.ports.iter().zip(&columns).map(|pair| vec![T::ZERO; size(pair)]).collect();
    let step = |number| Step { seed: request.seed, number };
    let mut parameters = given.parameters.clone();
    let total = N::gradients(
        &parameters,
        &given.buffers,
        &columns,
        &mut states,
        step(1),
        &mut workspace,
        &mut slices(&mut outputs),
        &mut grads,
        &mut slices(&mut port_grads),
        &mut losses,
    );
    let mut answer = named::<N, T>(&outputs, &states);
    let total = match total {
        // Without targets there is no loss that could be finite.
        Err(DataError::NotFiniteLoss { .. }) if !request.losses => return Ok(answer),
        total => total?,
    };
    if !request.losses {
        return Ok(answer);
    }
    answer.push(("loss".to_owned(), vec![total.to_f64()]));
    for (name, loss) in N::LOSSES.iter().zip(&losses).filter(|(name, _)| !name.is_empty()) {
        answer.push((format!("loss.{name}"), vec![loss.to_f64()]));
    }
    for entry in N::PARAMETERS {
        answer.push((format!("grad.{}", entry.path), double(&grads[entry.offset..entry.offset + entry.len()])));
    }
    for (port, list) in given.ports.iter().zip(&port_grads).filter(|(port, _)| port.index.is_none()) {
        answer.push((format!("grad.{}", port.name), double(list)));
    }
    // What the buffers hold after the step stands first in the workspace.
    let mut buffers = given.buffers.clone();
    buffers.copy_from_slice(&workspace[..N::BUFFER_LEN]);
    for entry in N::BUFFERS {
        answer.push((format!("updated.{}", entry.path), double(&buffers[entry.offset..entry.offset + entry.len()])));
    }
    if request.steps == 0 {
        return Ok(answer);
    }

    let mut state = vec![T::ZERO; N::STATE_LEN];
    initial_state::<N, T>(&mut state);
    let mut scalars = vec![0.0; N::SCALAR_SLOTS.len()];
    initial_scalars::<N>(&mut scalars);
    let hyper: Vec<f64> = N::HYPER.iter().map(|(_, value)| *value).collect();
    for number in 1..=request.steps {
        if number > 1 {
            // The same samples from the same states.
            let mut states = given.states.clone();
            let (states, outputs, port_grads) = (&mut states, &mut [], &mut []);
            let at = step(number);
            N::gradients(&parameters, &buffers, &columns, states, at, &mut workspace, outputs, &mut grads, port_grads, &mut losses)?;
            buffers.copy_from_slice(&workspace[..N::BUFFER_LEN]);
        }
        N::update(&mut parameters, &grads, &mut state, &mut scalars, &hyper, number);
    }
    for entry in N::PARAMETERS {
        answer.push((format!("updated.{}", entry.path), double(&parameters[entry.offset..entry.offset + entry.len()])));
    }
    Ok(answer)
}
