//! A generated network beside the interpreter.

use ndarray::ArrayD;
use tapeless::rt::{DataError, Network, Port, Real, Step, initial_scalars, initial_state};
use tapeless_compiler::differentiate::Derived;
use tapeless_compiler::evaluate::session::Session;
use tapeless_compiler::network as compiled;

use crate::data::{Batch, Draws, arrays, state_arrays, storage};
use crate::program::Program;
use crate::stack::with_a_large_stack;

/// Batches of less than a register, of a tile and its neighbours, of several tiles.
const BATCHES: [usize; 6] = [1, 2, 5, 31, 33, 70];

/// The generated network `N` gives what the interpreter gives for the network `index` of the program.
///
/// # Panics
/// With every difference, where there is one.
pub fn agrees<N: Network>(program: &str, index: usize) {
    let faults = with_a_large_stack(|| {
        let networks = Program::named(program).networks();
        let mut faults = differences::<N, f64>(&networks[index], &BATCHES, F64);
        faults.extend(differences::<N, f32>(&networks[index], &[1, 5, 33], F32));
        faults
    });
    assert!(faults.is_empty(), "{} of {program}.nn: {} differences\n{}", N::NAME, faults.len(), faults[..faults.len().min(40)].join("\n"));
}

/// How far numbers may be apart.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Of a number's own size.
    relative: f64,
    /// Of the size of the largest number beside it.
    absolute: f64,
}

/// For f64.
pub const F64: Bounds = Bounds { relative: 1e-9, absolute: 1e-12 };
/// For f32.
pub const F32: Bounds = Bounds { relative: 1e-4, absolute: 1e-4 };

/// Where the generated network `N`, in the precision `T`, differs from the interpreter's, with batches of these sizes.
///
/// # Panics
/// When they are not the same network, or it has no gradient.
#[must_use]
pub fn differences<N: Network, T: Real>(network: &compiled::Network, samples: &[usize], bounds: Bounds) -> Vec<String> {
    assert_eq!(network.name, N::NAME);
    let session = Session::new(network, Vec::new(), Vec::new(), |derived: Derived| derived).expect("a gradient");
    let mut faults = Vec::new();
    // Where samples are looked across, a step takes so many and no more.
    let takes = |samples: &&usize| N::BATCH.is_none_or(|most| **samples <= most);
    for &samples in samples.iter().filter(takes) {
        Case::<T>::new::<N>(&session, network, samples, bounds).run::<N>(&mut faults);
    }
    faults
}

/// One batch in one precision.
struct Case<T> {
    session: Session,
    batch: Batch<T>,
    parameters: Vec<T>,
    buffers: Vec<T>,
    /// What each sample begins with, one after another.
    states: Vec<T>,
    bounds: Bounds,
    label: String,
    /// An `assert` of the program does not hold for so many samples.
    refused: bool,
}

impl<T: Real> Case<T> {
    fn new<N: Network>(session: &Session, network: &compiled::Network, samples: usize, bounds: Bounds) -> Case<T> {
        let mut draws = Draws(samples as u64);
        let parameters: Vec<T> = storage(N::PARAMETERS, N::PARAMETER_LEN, &mut draws);
        let buffers: Vec<T> = storage(N::BUFFERS, N::BUFFER_LEN, &mut draws);
        let mut session = session.clone();
        session.seed = 11;
        session.parameters = arrays(N::PARAMETERS, &parameters);
        session.buffers = arrays(N::BUFFERS, &buffers);
        let states: Vec<T> = (0..samples).flat_map(|_| storage(N::STATES, N::CARRIED_LEN, &mut draws)).collect();
        session.states = state_arrays::<N, T>(&states, samples);
        let label = format!("{} samples of {}", samples, std::any::type_name::<T>());
        let refused = network.refuses(samples).is_some();
        Case { session, batch: Batch::random::<N>(samples, &mut draws), parameters, buffers, states, bounds, label, refused }
    }

    fn run<N: Network>(mut self, faults: &mut Vec<String>) {
        self.predict::<N>(faults);
        self.evaluate::<N>(faults);
        self.train::<N>(faults);
    }

    fn predict<N: Network>(&self, faults: &mut Vec<String>) {
        // Without inputs there is one prediction.
        let samples = if N::PORTS.iter().all(|port| port.target) { 1 } else { self.batch.samples };
        let step = self.batch.first_step::<N>();
        let mut found_states = self.states[..samples * N::CARRIED_LEN].to_vec();
        let mut session = self.session.clone();
        session.states = state_arrays::<N, T>(&found_states, samples);
        let (wanted, states) = session.step(&step.arrays, samples).expect("the interpreter predicts");
        let mut outputs: Vec<Vec<T>> = N::STEP_OUTPUTS.iter().map(|port| vec![T::ONE; samples * port.size()]).collect();
        let mut slices: Vec<&mut [T]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
        let mut workspace = vec![nan::<T>(); N::PREDICT_WORKSPACE];
        let columns = step.columns::<N>(|port| !port.target);
        let done = N::predict(&self.parameters, &self.buffers, &columns, &mut found_states, &mut workspace, &mut slices);
        if let Err(error) = done {
            return faults.push(format!("{}: predict: {error}", self.label));
        }
        self.same_states::<N>("predict", &found_states, &states, faults);
        for ((port, found), wanted) in N::STEP_OUTPUTS.iter().zip(&outputs).zip(&wanted) {
            self.same(&format!("predicted {}", port.name), found, wanted.iter().copied(), faults);
        }
    }

    fn evaluate<N: Network>(&self, faults: &mut Vec<String>) {
        let wanted = self.session.predict(&self.batch.arrays, self.batch.samples).expect("the interpreter evaluates");
        let mut workspace = vec![nan::<T>(); N::EVALUATE_WORKSPACE];
        let (mut losses, mut metrics) = (vec![nan::<T>(); N::LOSSES.len()], vec![nan::<T>(); N::METRICS.len()]);
        let columns = self.batch.columns::<N>(|_| true);
        let mut states = self.states.clone();
        match N::evaluate(&self.parameters, &self.buffers, &columns, &mut states, &mut workspace, &mut losses, &mut metrics) {
            Err(error) => faults.push(format!("{}: evaluate: {error}", self.label)),
            Ok(total) => {
                self.same("evaluated losses", &losses, wanted.losses.iter().copied(), faults);
                self.same("evaluated total", &[total], [wanted.total], faults);
                self.same("metrics", &metrics, wanted.metrics.iter().copied(), faults);
                self.same_states::<N>("evaluate", &states, &wanted.states, faults);
            }
        }
    }

    fn train<N: Network>(&mut self, faults: &mut Vec<String>) {
        let samples = self.batch.samples;
        let size = |port: &Port| if port.index.is_some() { 0 } else { samples * port.size() };
        let mut grads = vec![nan::<T>(); N::PARAMETER_LEN];
        let mut losses = vec![nan::<T>(); N::LOSSES.len()];
        let mut state = vec![T::ZERO; N::STATE_LEN];
        initial_state::<N, T>(&mut state);
        let mut scalars = vec![0.0; N::SCALAR_SLOTS.len()];
        initial_scalars::<N>(&mut scalars);
        let hyper: Vec<f64> = N::HYPER.iter().map(|hyper| hyper.1).collect();
        for number in 0..3 {
            // Once without states: those at the beginning.
            let mut states = if number == 2 { Vec::new() } else { self.states.clone() };
            if number == 2 {
                self.session.states.clear();
            }
            let wanted = self.session.gradients(&self.batch.arrays, samples).expect("the interpreter derives");
            let mut workspace = vec![nan::<T>(); N::TRAIN_WORKSPACE];
            let mut outputs: Vec<Vec<T>> = N::OUTPUTS.iter().map(|port| vec![nan::<T>(); samples * port.size()]).collect();
            let mut port_grads: Vec<Vec<T>> = N::PORTS.iter().map(|port| vec![nan::<T>(); size(port)]).collect();
            let columns = self.batch.columns::<N>(|_| true);
            let step = Step { seed: self.session.seed, number };
            // Every second time without what may be left out.
            let (mut all_outputs, mut all_ports): (Vec<&mut [T]>, Vec<&mut [T]>) = if number == 1 {
                (Vec::new(), Vec::new())
            } else {
                (outputs.iter_mut().map(Vec::as_mut_slice).collect(), port_grads.iter_mut().map(Vec::as_mut_slice).collect())
            };
            let total = N::gradients(
                &self.parameters,
                &self.buffers,
                &columns,
                &mut states,
                step,
                &mut workspace,
                &mut all_outputs,
                &mut grads,
                &mut all_ports,
                &mut losses,
            );
            let total = match total {
                Ok(total) => total,
                // Such a batch is refused by the program itself.
                Err(DataError::Assert { .. }) if self.refused => return,
                Err(error) => return faults.push(format!("{}: gradients of step {number}: {error}", self.label)),
            };
            self.same(&format!("total of step {number}"), &[total], [wanted.total], faults);
            self.same(&format!("losses of step {number}"), &losses, wanted.losses.iter().copied(), faults);
            if number != 2 {
                self.same_states::<N>("train", &states, &wanted.states, faults);
            }
            for (entry, wanted) in N::PARAMETERS.iter().zip(&wanted.gradients) {
                let found = &grads[entry.offset..entry.offset + entry.len()];
                self.same(&format!("gradient of {} in step {number}", entry.path), found, wanted.iter().copied(), faults);
            }
            if number != 1 {
                for ((port, found), wanted) in N::OUTPUTS.iter().zip(&outputs).zip(&wanted.outputs) {
                    self.same(&format!("{} of step {number}", port.name), found, wanted.iter().copied(), faults);
                }
                for ((port, found), wanted) in N::PORTS.iter().zip(&port_grads).zip(&wanted.port_gradients) {
                    let zeros = ArrayD::zeros(ndarray::IxDyn(&[found.len()]));
                    let wanted = wanted.as_ref().unwrap_or(&zeros);
                    self.same(&format!("gradient of {} in step {number}", port.name), found, wanted.iter().copied(), faults);
                }
            }
            if self.refused {
                return faults.push(format!("{}: a batch that the program refuses was taken", self.label));
            }
            N::update(&mut self.parameters, &grads, &mut state, &mut scalars, &hyper, number + 1);
            self.session.update(&wanted).expect("the interpreter updates");
            // What the buffers hold after the step stands first in the workspace.
            self.buffers.copy_from_slice(&workspace[..N::BUFFER_LEN]);
            for (entry, wanted) in N::BUFFERS.iter().zip(&self.session.buffers) {
                let found = &self.buffers[entry.offset..entry.offset + entry.len()];
                self.same(&format!("{} after step {number}", entry.path), found, wanted.iter().copied(), faults);
            }
            for (entry, wanted) in N::PARAMETERS.iter().zip(&self.session.parameters) {
                let found = &self.parameters[entry.offset..entry.offset + entry.len()];
                self.same(&format!("{} after step {number}", entry.path), found, wanted.iter().copied(), faults);
            }
        }
    }

    /// The states of each sample, which lie one sample after another, beside the interpreter's, which lie one state after another.
    fn same_states<N: Network>(&self, pass: &str, found: &[T], wanted: &[ArrayD<f64>], faults: &mut Vec<String>) {
        for (entry, wanted) in N::STATES.iter().zip(wanted) {
            let found: Vec<T> =
                found.chunks(N::CARRIED_LEN).flat_map(|sample| &sample[entry.offset..entry.offset + entry.len()]).copied().collect();
            self.same(&format!("state {} after {pass}", entry.path), &found, wanted.iter().copied(), faults);
        }
    }

    fn same(&self, what: &str, found: &[T], wanted: impl IntoIterator<Item = f64>, faults: &mut Vec<String>) {
        let wanted: Vec<f64> = wanted.into_iter().collect();
        if found.len() != wanted.len() {
            return faults.push(format!("{}: {what}: {} numbers, not {}", self.label, found.len(), wanted.len()));
        }
        let scale = wanted.iter().fold(1.0f64, |scale, x| scale.max(x.abs()));
        let far = |(found, wanted): (&T, &f64)| {
            let distance = (found.to_f64() - wanted).abs();
            distance.is_nan() || distance > self.bounds.relative * wanted.abs() + self.bounds.absolute * scale
        };
        if let Some(at) = found.iter().zip(&wanted).position(far) {
            faults.push(format!("{}: {what}: element {at} is {}, not {}", self.label, found[at].to_f64(), wanted[at]));
        }
    }
}

fn nan<T: Real>() -> T {
    T::from_f64(f64::NAN)
}
