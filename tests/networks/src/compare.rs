//! A generated network beside the interpreter.

use ndarray::ArrayD;
use tapeless::rt::{Chunked, DataError, Port, Real, Step};
use tapeless_compiler::differentiate::Derived;
use tapeless_compiler::evaluate::session::Session;
use tapeless_compiler::network as compiled;

use crate::data::{Batch, Draws, arrays, state_arrays, storage};
use crate::generated::Generated;
use crate::program::Program;
use crate::stack::with_a_large_stack;

/// Batches of less than a register, of a tile and its neighbours, of several tiles.
const BATCHES: [usize; 6] = [1, 2, 5, 31, 33, 70];

/// The generated network `N` gives what the interpreter gives for the network `index` of the program.
///
/// # Panics
/// With every difference, where there is one.
pub fn agrees<N: Chunked, const THREADS: usize>(program: &str, index: usize) {
    all_agree(Generated::of::<N>(), Generated::of::<N>(), Generated::shared::<N, THREADS>(), program, index);
}

fn all_agree(in_f64: Generated<f64>, in_f32: Generated<f32>, shared: Generated<f64>, program: &str, index: usize) {
    let faults = with_a_large_stack(|| {
        let networks = Program::named(program).networks();
        let mut faults = differences(in_f64, &networks[index], &BATCHES, F64).faults;
        faults.extend(differences(in_f32, &networks[index], &[1, 5, 33], F32).faults);
        faults.extend(differences(shared, &networks[index], &[5, 33, 70], F64).faults);
        faults
    });
    let (name, told) = (in_f64.name, faults[..faults.len().min(40)].join("\n"));
    assert!(faults.is_empty(), "{name} of {program}.nn: {} differences\n{told}", faults.len());
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

/// What was compared.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Each difference beyond the bounds.
    pub faults: Vec<String>,
    /// How many numbers.
    pub numbers: usize,
    /// The largest difference, in the size of the largest number beside it (or 1, if that is smaller).
    pub worst: f64,
}

/// Compares a generated network with the interpreter's, with batches of these sizes.
///
/// # Panics
/// When they are not the same network, or it has no gradient.
#[must_use]
pub fn differences<T: Real>(generated: Generated<T>, network: &compiled::Network, samples: &[usize], bounds: Bounds) -> Compared {
    assert_eq!(network.name, generated.name);
    let session = Session::new(network, Vec::new(), Vec::new(), |derived: Derived| derived).expect("a gradient");
    let mut found = Compared::default();
    // Where samples are looked across, a step takes so many and no more.
    let takes = |samples: &&usize| generated.batch.is_none_or(|most| **samples <= most);
    for &samples in samples.iter().filter(takes) {
        Case::new(generated, &session, network, samples, bounds).run(&mut found);
    }
    found
}

/// One batch in one precision.
struct Case<T> {
    net: Generated<T>,
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
    fn new(net: Generated<T>, session: &Session, network: &compiled::Network, samples: usize, bounds: Bounds) -> Case<T> {
        let mut draws = Draws(samples as u64);
        let parameters: Vec<T> = storage(net.parameters, net.parameter_len, &mut draws);
        let buffers: Vec<T> = storage(net.buffers, net.buffer_len, &mut draws);
        let mut session = session.clone();
        session.seed = 11;
        session.parameters = arrays(net.parameters, &parameters);
        session.buffers = arrays(net.buffers, &buffers);
        let states: Vec<T> = (0..samples).flat_map(|_| storage(net.states, net.carried_len, &mut draws)).collect();
        session.states = state_arrays(net.states, net.carried_len, &states, samples);
        let label = format!("{} samples of {}", samples, std::any::type_name::<T>());
        let refused = network.refuses(samples).is_some();
        let batch = Batch::random(net.ports, samples, &mut draws);
        Case { net, session, batch, parameters, buffers, states, bounds, label, refused }
    }

    fn run(mut self, told: &mut Compared) {
        self.predict(told);
        self.evaluate(told);
        self.train(told);
    }

    fn predict(&self, told: &mut Compared) {
        // Without inputs there is one prediction.
        let samples = if self.net.ports.iter().all(|port| port.target) { 1 } else { self.batch.samples };
        let step = self.batch.first_step(&self.net);
        let mut found_states = self.states[..samples * self.net.carried_len].to_vec();
        let mut session = self.session.clone();
        session.states = state_arrays(self.net.states, self.net.carried_len, &found_states, samples);
        let (wanted, states) = session.step(&step.arrays, samples).expect("the interpreter predicts");
        let mut outputs: Vec<Vec<T>> = self.net.step_outputs.iter().map(|port| vec![T::ONE; samples * port.size()]).collect();
        let mut slices: Vec<&mut [T]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
        let mut workspace = vec![nan::<T>(); self.net.predict_workspace];
        let columns = step.columns(self.net.ports, |port| !port.target);
        let done = (self.net.predict)(&self.parameters, &self.buffers, &columns, &mut found_states, &mut workspace, &mut slices);
        if let Err(error) = done {
            return told.faults.push(format!("{}: predict: {error}", self.label));
        }
        self.same_states("predict", &found_states, &states, told);
        for ((port, found), wanted) in self.net.step_outputs.iter().zip(&outputs).zip(&wanted) {
            self.same(&format!("predicted {}", port.name), found, wanted.iter().copied(), told);
        }
    }

    fn evaluate(&self, told: &mut Compared) {
        let wanted = self.session.predict(&self.batch.arrays, self.batch.samples).expect("the interpreter evaluates");
        let mut workspace = vec![nan::<T>(); self.net.evaluate_workspace];
        let (mut losses, mut metrics) = (vec![nan::<T>(); self.net.losses.len()], vec![nan::<T>(); self.net.metrics.len()]);
        let columns = self.batch.columns(self.net.ports, |_| true);
        let mut states = self.states.clone();
        match (self.net.evaluate)(&self.parameters, &self.buffers, &columns, &mut states, &mut workspace, &mut losses, &mut metrics) {
            Err(error) => told.faults.push(format!("{}: evaluate: {error}", self.label)),
            Ok(total) => {
                self.same("evaluated losses", &losses, wanted.losses.iter().copied(), told);
                self.same("evaluated total", &[total], [wanted.total], told);
                self.same("metrics", &metrics, wanted.metrics.iter().copied(), told);
                self.same_states("evaluate", &states, &wanted.states, told);
            }
        }
    }

    fn train(&mut self, told: &mut Compared) {
        let samples = self.batch.samples;
        let size = |port: &Port| if port.index.is_some() { 0 } else { samples * port.size() };
        let mut grads = vec![nan::<T>(); self.net.parameter_len];
        let mut losses = vec![nan::<T>(); self.net.losses.len()];
        let mut state = vec![T::ZERO; self.net.state_len];
        (self.net.initial_state)(&mut state);
        let mut scalars: Vec<f64> = self.net.scalar_slots.iter().map(|slot| slot.1).collect();
        let hyper: Vec<f64> = self.net.hyper.iter().map(|hyper| hyper.1).collect();
        for number in 0..3 {
            // Once without states: those at the beginning.
            let mut states = if number == 2 { Vec::new() } else { self.states.clone() };
            if number == 2 {
                self.session.states.clear();
            }
            let mut wanted = self.session.gradients(&self.batch.arrays, samples).expect("the interpreter derives");
            let mut workspace = vec![nan::<T>(); self.net.train_workspace];
            let mut outputs: Vec<Vec<T>> = self.net.outputs.iter().map(|port| vec![nan::<T>(); samples * port.size()]).collect();
            let mut port_grads: Vec<Vec<T>> = self.net.ports.iter().map(|port| vec![nan::<T>(); size(port)]).collect();
            let columns = self.batch.columns(self.net.ports, |_| true);
            let step = Step { seed: self.session.seed, number };
            // Every second time without what may be left out.
            let (mut all_outputs, mut all_ports): (Vec<&mut [T]>, Vec<&mut [T]>) = if number == 1 {
                (Vec::new(), Vec::new())
            } else {
                (outputs.iter_mut().map(Vec::as_mut_slice).collect(), port_grads.iter_mut().map(Vec::as_mut_slice).collect())
            };
            let total = (self.net.gradients)(
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
                Err(error) => return told.faults.push(format!("{}: gradients of step {number}: {error}", self.label)),
            };
            self.same(&format!("total of step {number}"), &[total], [wanted.total], told);
            self.same(&format!("losses of step {number}"), &losses, wanted.losses.iter().copied(), told);
            if number != 2 {
                self.same_states("train", &states, &wanted.states, told);
            }
            for (entry, wanted) in self.net.parameters.iter().zip(&wanted.gradients) {
                let found = &grads[entry.offset..entry.offset + entry.len()];
                self.same(&format!("gradient of {} in step {number}", entry.path), found, wanted.iter().copied(), told);
            }
            if number != 1 {
                for ((port, found), wanted) in self.net.outputs.iter().zip(&outputs).zip(&wanted.outputs) {
                    self.same(&format!("{} of step {number}", port.name), found, wanted.iter().copied(), told);
                }
                for ((port, found), wanted) in self.net.ports.iter().zip(&port_grads).zip(&wanted.port_gradients) {
                    let zeros = ArrayD::zeros(ndarray::IxDyn(&[found.len()]));
                    let wanted = wanted.as_ref().unwrap_or(&zeros);
                    self.same(&format!("gradient of {} in step {number}", port.name), found, wanted.iter().copied(), told);
                }
            }
            if self.refused {
                return told.faults.push(format!("{}: a batch that the program refuses was taken", self.label));
            }
            (self.net.update)(&mut self.parameters, &grads, &mut state, &mut scalars, &hyper, number + 1);
            // The gradients are compared; the optimizers are, on equal ones. What divides by a gradient's size makes a step of full length of
            // one that is zero but for rounding, and rounding chooses where to.
            wanted.gradients = arrays(self.net.parameters, &grads);
            self.session.update(&wanted).expect("the interpreter updates");
            // What the buffers hold after the step stands first in the workspace.
            self.buffers.copy_from_slice(&workspace[..self.net.buffer_len]);
            for (entry, wanted) in self.net.buffers.iter().zip(&self.session.buffers) {
                let found = &self.buffers[entry.offset..entry.offset + entry.len()];
                self.same(&format!("{} after step {number}", entry.path), found, wanted.iter().copied(), told);
            }
            for (entry, wanted) in self.net.parameters.iter().zip(&self.session.parameters) {
                let found = &self.parameters[entry.offset..entry.offset + entry.len()];
                self.same(&format!("{} after step {number}", entry.path), found, wanted.iter().copied(), told);
            }
        }
    }

    /// The states of each sample, which lie one sample after another, beside the interpreter's, which lie one state after another.
    fn same_states(&self, pass: &str, found: &[T], wanted: &[ArrayD<f64>], told: &mut Compared) {
        for (entry, wanted) in self.net.states.iter().zip(wanted) {
            let found: Vec<T> =
                found.chunks(self.net.carried_len).flat_map(|sample| &sample[entry.offset..entry.offset + entry.len()]).copied().collect();
            self.same(&format!("state {} after {pass}", entry.path), &found, wanted.iter().copied(), told);
        }
    }

    fn same(&self, what: &str, found: &[T], wanted: impl IntoIterator<Item = f64>, told: &mut Compared) {
        let wanted: Vec<f64> = wanted.into_iter().collect();
        if found.len() != wanted.len() {
            return told.faults.push(format!("{}: {what}: {} numbers, not {}", self.label, found.len(), wanted.len()));
        }
        let scale = wanted.iter().fold(1.0f64, |scale, x| scale.max(x.abs()));
        let far = |(found, wanted): (&T, &f64)| {
            let distance = (found.to_f64() - wanted).abs();
            distance.is_nan() || distance > self.bounds.relative * wanted.abs() + self.bounds.absolute * scale
        };
        told.numbers += wanted.len();
        told.worst = found.iter().zip(&wanted).fold(told.worst, |worst, (x, y)| worst.max((x.to_f64() - y).abs() / scale));
        if let Some(at) = found.iter().zip(&wanted).position(far) {
            told.faults.push(format!("{}: {what}: element {at} is {}, not {}", self.label, found[at].to_f64(), wanted[at]));
        }
    }
}

fn nan<T: Real>() -> T {
    T::from_f64(f64::NAN)
}
