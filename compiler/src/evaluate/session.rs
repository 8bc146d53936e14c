//! A whole network by the interpreter: predictions, losses, gradients, updates. Slow; what generated code is compared with.

use ndarray::{ArrayD, IxDyn};

use super::random::Key;
use super::{Environment, Error, OptimizerEnvironment, Rounding, run};
use crate::differentiate::{Derived, NoDerivative, train, values};
use crate::graph::NodeId;
use crate::network::{Network, Optimizer, Precision};

/// A network with its parameters, buffers and optimizer states.
#[derive(Clone, Debug)]
pub struct Session {
    /// The parameters, in the network's order.
    pub parameters: Vec<ArrayD<f64>>,
    /// The buffers.
    pub buffers: Vec<ArrayD<f64>>,
    /// The number of updates so far.
    pub steps: u64,
    /// The seed of random operations.
    pub seed: u64,
    /// What values are rounded to.
    pub precision: Precision,
    /// The states that a pass begins with, the batch as leading axis; where it is empty, their initial values.
    pub states: Vec<ArrayD<f64>>,
    initial_states: Vec<ArrayD<f64>>,
    predict: Derived,
    evaluate: Derived,
    train: Derived,
    optimizers: Vec<State>,
}

/// An optimizer's body and what it keeps.
#[derive(Clone, Debug)]
struct State {
    body: Optimizer,
    /// For each of its parameters, each slot.
    slots: Vec<Vec<Vec<f64>>>,
    scalar_slots: Vec<f64>,
}

/// Outputs of a step in predict mode, and the states after it.
pub type Step = (Vec<ArrayD<f64>>, Vec<ArrayD<f64>>);

/// What one pass gives. In means over the batch, the batch is gone; outputs and the ports' gradients have it as leading axis.
#[derive(Clone, Debug)]
pub struct Results {
    /// The outputs.
    pub outputs: Vec<ArrayD<f64>>,
    /// The loss terms.
    pub losses: Vec<f64>,
    /// Their sum.
    pub total: f64,
    /// The metrics.
    pub metrics: Vec<f64>,
    /// The gradient of every parameter, 0 where frozen or not reached; none from a pass without gradients.
    pub gradients: Vec<ArrayD<f64>>,
    /// The gradient of every port; 0 where not reached, `None` for indices.
    pub port_gradients: Vec<Option<ArrayD<f64>>>,
    /// The buffers after the step.
    pub buffers: Vec<ArrayD<f64>>,
    /// The states after the last step.
    pub states: Vec<ArrayD<f64>>,
}

impl Session {
    /// A network that begins with these parameters and buffers. `tidy` is applied to what is derived: simplification, or nothing, to compare
    /// the two.
    ///
    /// # Errors
    /// The network has no gradient.
    pub fn new(
        network: &Network,
        parameters: Vec<ArrayD<f64>>,
        buffers: Vec<ArrayD<f64>>,
        tidy: impl Fn(Derived) -> Derived,
    ) -> Result<Session, NoDerivative> {
        let state = |body: &Optimizer| State {
            slots: body.parameters.iter().map(|&p| body.slots.iter().map(|slot| vec![slot.1; size(network, p)]).collect()).collect(),
            scalar_slots: body.scalar_slots.iter().map(|slot| slot.1).collect(),
            body: body.clone(),
        };
        Ok(Session {
            parameters,
            buffers,
            steps: 0,
            seed: 0,
            precision: network.precision,
            states: Vec::new(),
            initial_states: network.states.iter().map(initial_state).collect(),
            predict: tidy(values(&network.predict)),
            evaluate: tidy(values(&network.evaluate)),
            train: tidy(train(&network.train, &network.parameters, &network.ports)?),
            optimizers: network.optimizers.iter().map(state).collect(),
        })
    }

    /// Outputs, losses and metrics in predict mode, of all steps of a sample.
    ///
    /// # Errors
    /// A port is missing or has another shape.
    pub fn predict(&self, ports: &[ArrayD<f64>], batch: usize) -> Result<Results, Error> {
        self.pass(&self.evaluate, ports, batch)
    }

    /// Outputs in predict mode alone, of one step; targets may be missing.
    ///
    /// # Errors
    /// As [`Session::predict`].
    pub fn outputs(&self, ports: &[ArrayD<f64>], batch: usize) -> Result<Vec<ArrayD<f64>>, Error> {
        self.step(ports, batch).map(|made| made.0)
    }

    /// As [`Session::outputs`], and the states after the step.
    ///
    /// # Errors
    /// As [`Session::predict`].
    pub fn step(&self, ports: &[ArrayD<f64>], batch: usize) -> Result<Step, Error> {
        let roots: Vec<NodeId> = self.predict.outputs.iter().chain(&self.predict.new_states).copied().collect();
        let made = run(&self.predict.graph, &roots, &self.environment(ports, batch))?;
        let mut outputs: Vec<_> = roots.iter().zip(made).map(|(&id, value)| each_sample(&self.predict, id, value, batch)).collect();
        let states = outputs.split_off(self.predict.outputs.len());
        Ok((outputs, states))
    }

    /// All of a training step but the update.
    ///
    /// # Errors
    /// As [`Session::predict`].
    pub fn gradients(&self, ports: &[ArrayD<f64>], batch: usize) -> Result<Results, Error> {
        self.pass(&self.train, ports, batch)
    }

    /// The update of a training step.
    ///
    /// # Errors
    /// None that a network's own results can cause.
    pub fn update(&mut self, results: &Results) -> Result<(), Error> {
        self.steps += 1;
        let rounding = if self.precision == Precision::F32 { Rounding::F32Elements } else { Rounding::F64 };
        let norm = results.gradients.iter().flatten().map(|g| g * g).sum::<f64>().sqrt();
        for state in &mut self.optimizers {
            let body = &state.body;
            for (&p, slots) in body.parameters.iter().zip(&mut state.slots) {
                let parameter = &mut self.parameters[p];
                let mut environment = Environment::new(parameter.len());
                environment.rounding = rounding;
                environment.optimizer = OptimizerEnvironment {
                    parameter: parameter.iter().copied().collect(),
                    gradient: results.gradients[p].iter().copied().collect(),
                    slots: slots.clone(),
                    scalar_slots: state.scalar_slots.clone(),
                    hyper: body.hyper.iter().map(|hyper| hyper.value).collect(),
                    step: self.steps as f64,
                    global_norm: norm,
                    lr_scale: 1.0,
                };
                let roots: Vec<NodeId> = [body.parameter].into_iter().chain(body.new_slots.iter().copied()).collect();
                let len = parameter.len();
                let mut made = run(&body.graph, &roots, &environment)?.into_iter().map(|value| spread(value, len));
                let updated = made.next().into_iter().flatten();
                parameter.iter_mut().zip(updated).for_each(|(to, from)| *to = from);
                slots.iter_mut().zip(made).for_each(|(slot, value)| *slot = value.collect());
            }
            let mut environment = Environment::new(1);
            environment.optimizer = OptimizerEnvironment {
                scalar_slots: state.scalar_slots.clone(),
                hyper: body.hyper.iter().map(|hyper| hyper.value).collect(),
                step: self.steps as f64,
                global_norm: norm,
                lr_scale: 1.0,
                ..OptimizerEnvironment::default()
            };
            let made = run(&body.graph, &body.new_scalar_slots, &environment)?;
            state.scalar_slots = made.iter().map(scalar).collect();
        }
        self.buffers.clone_from(&results.buffers);
        Ok(())
    }

    fn environment(&self, ports: &[ArrayD<f64>], batch: usize) -> Environment {
        let mut environment = Environment::new(batch);
        environment.ports = ports.to_vec();
        environment.parameters.clone_from(&self.parameters);
        environment.buffers.clone_from(&self.buffers);
        environment.states = if self.states.is_empty() {
            self.initial_states.iter().map(|state| for_all(state.clone(), batch)).collect()
        } else {
            self.states.clone()
        };
        environment.random = Key { seed: self.seed, step: self.steps };
        environment.rounding = if self.precision == Precision::F32 { Rounding::F32 } else { Rounding::F64 };
        environment
    }

    fn pass(&self, derived: &Derived, ports: &[ArrayD<f64>], batch: usize) -> Result<Results, Error> {
        let environment = self.environment(ports, batch);
        let mut made = run(&derived.graph, &derived.roots(), &environment)?.into_iter();
        let mut next = || made.next().unwrap_or_else(|| unreachable!("a value for each root"));
        let outputs = derived.outputs.iter().map(|&id| each_sample(derived, id, next(), batch)).collect();
        let losses = derived.losses.iter().map(|_| scalar(&next())).collect();
        let total = scalar(&next());
        let metrics = derived.metrics.iter().map(|_| scalar(&next())).collect();
        let mut buffers = self.buffers.clone();
        for (i, _) in &derived.buffer_updates {
            buffers[*i] = next();
        }
        let states = derived.new_states.iter().map(|&id| each_sample(derived, id, next(), batch)).collect();
        let or_zero = |zero: &ArrayD<f64>, value: Option<ArrayD<f64>>| value.unwrap_or_else(|| ArrayD::zeros(zero.raw_dim()));
        let mut gradient = |id: &Option<NodeId>| id.map(|id| (id, next()));
        let gradients = derived.gradients.iter().zip(&self.parameters).map(|(id, p)| or_zero(p, gradient(id).map(|made| made.1)));
        let gradients: Vec<ArrayD<f64>> = gradients.collect();
        let port_gradients = derived.port_gradients.iter().map(|id| gradient(id).map(|(id, value)| each_sample(derived, id, value, batch)));
        Ok(Results { outputs, losses, total, metrics, gradients, port_gradients: port_gradients.collect(), buffers, states })
    }
}

/// A state as it begins.
fn initial_state(state: &crate::network::State) -> ArrayD<f64> {
    let numbers = state.initial();
    ArrayD::from_shape_vec(IxDyn(&state.shape), numbers).unwrap_or_else(|_| ArrayD::zeros(IxDyn(&state.shape)))
}

fn size(network: &Network, parameter: usize) -> usize {
    network.parameters[parameter].shape.iter().product()
}

fn scalar(value: &ArrayD<f64>) -> f64 {
    value.iter().copied().next().unwrap_or(f64::NAN)
}

/// A value for each sample, also of what turned out to be the same for all.
fn each_sample(derived: &Derived, id: NodeId, value: ArrayD<f64>, batch: usize) -> ArrayD<f64> {
    if derived.graph.ty(id).batched {
        return value;
    }
    for_all(value, batch)
}

/// One value as that of every sample.
fn for_all(value: ArrayD<f64>, batch: usize) -> ArrayD<f64> {
    let shape: Vec<usize> = std::iter::once(batch).chain(value.shape().iter().copied()).collect();
    value.broadcast(IxDyn(&shape)).map_or(value.clone(), |all| all.to_owned())
}

/// The elements of what an optimizer made; a number stands for each.
fn spread(value: ArrayD<f64>, len: usize) -> impl Iterator<Item = f64> {
    let same = value.ndim() == 0;
    (0..len).map(move |i| if same { value[IxDyn(&[])] } else { value[IxDyn(&[i])] })
}
