//! The engine `evaluator`: the interpreter of the graph, and the optimizers' graphs step by step.

use ndarray::{ArrayD, Axis, IxDyn};
use tapeless_compiler::emit::{Programs, programs};
use tapeless_compiler::evaluate::random::Key;
use tapeless_compiler::evaluate::{self, Environment, OptimizerEnvironment, Rounding};
use tapeless_compiler::graph::{Graph, NodeId};
use tapeless_compiler::network::{Network, Optimizer, Precision};
use tapeless_compiler::plan::What;

use super::Results;
use super::job::{Job, lead};
use super::tensors::Array;
use crate::program::Program;
use crate::{Failure, show};

pub(super) fn run(program: &Program, job: &Job<'_>) -> Result<Results, Failure> {
    let programs = programs(job.network).map_err(|diagnostic| {
        show::diagnostics(&program.shown(), &[diagnostic]);
        Failure::Told
    })?;
    let mut state = State::new(job)?;
    if !job.train {
        return predict(job, &programs, state.environment);
    }
    let first = step(job, &programs, &state)?;
    let mut out = results(job, first.clone())?;
    if !job.losses {
        return Ok(out);
    }
    let mut current = first;
    let mut buffers_after_one = Vec::new();
    let steps = if job.network.optimizers.is_empty() { 0 } else { job.steps };
    for number in 1..=steps.max(1) {
        if number > 1 {
            state.environment.random.step = number;
            current = step(job, &programs, &state)?;
            finite_losses(&current, number)?;
        }
        state.take_buffers(&current);
        if number == 1 {
            buffers_after_one.clone_from(&state.environment.buffers);
        }
        if steps > 0 {
            state.update(job.network, &gradients(job, &current), number)?;
        }
    }
    if steps > 0 {
        for (parameter, value) in job.network.parameters.iter().zip(&state.environment.parameters) {
            out.push((format!("updated.{}", parameter.path), plain(value)));
        }
    }
    for (buffer, value) in job.network.buffers.iter().zip(&buffers_after_one) {
        out.push((format!("updated.{}", buffer.path), plain(value)));
    }
    Ok(out)
}

/// The outputs: of one step, or of the steps of a sequence, one after another.
fn predict(job: &Job<'_>, programs: &Programs, mut environment: Environment) -> Result<Results, Failure> {
    let wanted: Vec<_> = programs.predict.results.iter().map(|wanted| (wanted.what, wanted.node)).collect();
    let Some(steps) = job.unrolled else {
        return results(job, values(&programs.predict.graph, &wanted, &environment)?);
    };
    let sequences = std::mem::take(&mut environment.ports);
    let mut made: Vec<Values> = Vec::new();
    for t in 0..steps {
        environment.ports = sequences.iter().map(|sequence| sequence.index_axis(Axis(1), t).to_owned()).collect();
        let values = values(&programs.predict.graph, &wanted, &environment)?;
        for (what, value) in &values {
            if let What::State(i) = what {
                environment.states[*i] = spread(value, &job.network.states[*i].shape, job.batch);
            }
        }
        made.push(values);
    }
    let mut last = made.last().cloned().unwrap_or_default();
    for (at, (what, value)) in last.iter_mut().enumerate() {
        let What::Output(i) = *what else { continue };
        let output = &job.network.predict.outputs[i];
        let shape = &job.network.predict.graph.ty(output.node).shape;
        let each: Vec<ArrayD<f64>> = made.iter().map(|values| spread(&values[at].1, shape, job.batch)).collect();
        let views: Vec<_> = each.iter().map(|array| array.view()).collect();
        *value = ndarray::stack(Axis(1), &views).map_err(|error| Failure::Usage(format!("the steps do not stack: {error}")))?;
    }
    results(job, last)
}

/// With the batch as leading axis.
fn spread(value: &ArrayD<f64>, shape: &[usize], batch: usize) -> ArrayD<f64> {
    let array = sampled(value, shape, batch);
    ArrayD::from_shape_vec(IxDyn(&array.shape), array.values).unwrap_or_else(|_| value.clone())
}

type Values = Vec<(What, ArrayD<f64>)>;

fn values(graph: &Graph, wanted: &[(What, NodeId)], environment: &Environment) -> Result<Values, Failure> {
    let roots: Vec<NodeId> = wanted.iter().map(|wanted| wanted.1).collect();
    let values = evaluate::run(graph, &roots, environment).map_err(told)?;
    Ok(wanted.iter().map(|wanted| wanted.0).zip(values).collect())
}

fn told(error: evaluate::Error) -> Failure {
    Failure::Usage(format!("the evaluator cannot go on: {error}"))
}

/// What a training step computes; without targets, its outputs.
fn step(job: &Job<'_>, programs: &Programs, state: &State) -> Result<Values, Failure> {
    let all = programs.train.results.iter().map(|wanted| (wanted.what, wanted.node));
    let wanted: Vec<_> = all.filter(|(what, _)| job.losses || matches!(what, What::Output(_) | What::State(_))).collect();
    values(&programs.train.graph, &wanted, &state.environment)
}

/// As in generated code, no step is made by a loss that is infinite or NaN.
fn finite_losses(values: &Values, number: u64) -> Result<(), Failure> {
    let totals = values.iter().filter(|(what, _)| *what == What::Total).flat_map(|(_, value)| value);
    match totals.copied().find(|loss| !loss.is_finite()) {
        Some(loss) => Err(Failure::Failed(format!("`loss` is {loss} at step {number}"))),
        None => Ok(()),
    }
}

/// The gradient of each parameter; zero where there is none.
fn gradients(job: &Job<'_>, values: &Values) -> Vec<Vec<f64>> {
    let mut grads: Vec<Vec<f64>> = job.parameters.iter().map(|parameter| vec![0.0; parameter.values.len()]).collect();
    for (what, value) in values {
        if let What::Gradient(i) = what {
            grads[*i] = value.iter().copied().collect();
        }
    }
    grads
}

/// By the names of the file.
fn results(job: &Job<'_>, values: Values) -> Result<Results, Failure> {
    let network = job.network;
    let mut out = Results::new();
    for (what, value) in &values {
        match *what {
            What::Output(i) => {
                let shape = lead(job.unrolled, &network.predict.graph.ty(network.predict.outputs[i].node).shape);
                out.push((network.predict.outputs[i].name.clone(), sampled(value, &shape, job.batch)));
            }
            What::State(i) => {
                let state = &network.states[i];
                out.push((format!("state.{}", state.name), sampled(value, &state.shape, job.batch)));
            }
            What::Loss(i) if !network.train.losses[i].name.is_empty() => {
                out.push((format!("loss.{}", network.train.losses[i].name), plain(value)));
            }
            What::Total => out.push(("loss".to_owned(), plain(value))),
            _ => {}
        }
    }
    if !job.train || !job.losses {
        return Ok(out);
    }
    for ((parameter, array), grad) in network.parameters.iter().zip(&job.parameters).zip(gradients(job, &values)) {
        out.push((format!("grad.{}", parameter.path), Array::new(array.shape.clone(), grad)));
    }
    for (i, port) in network.ports.iter().enumerate().filter(|(_, port)| port.index.is_none()) {
        let found = values.iter().find(|(what, _)| *what == What::PortGradient(i));
        let zero = || Array::new(job.ports[i].shape.clone(), vec![0.0; job.ports[i].values.len()]);
        let grad = found.map_or_else(zero, |(_, value)| sampled(value, &lead(job.unrolled, &port.shape), job.batch));
        out.push((format!("grad.{}", port.name), grad));
    }
    Ok(out)
}

fn plain(value: &ArrayD<f64>) -> Array {
    Array::new(value.shape().to_vec(), value.iter().copied().collect())
}

/// With the batch as leading axis, also where the value is the same for all samples.
fn sampled(value: &ArrayD<f64>, shape: &[usize], batch: usize) -> Array {
    let shape = [&[batch], shape].concat();
    let numbers: Vec<f64> = value.iter().copied().collect();
    let len = shape.iter().product();
    let values = if numbers.len() < len { numbers.iter().copied().cycle().take(len).collect() } else { numbers };
    Array::new(shape, values)
}

/// What changes from step to step.
struct State {
    environment: Environment,
    /// For each optimizer and each of its parameters, its slots.
    slots: Vec<Vec<Vec<Vec<f64>>>>,
    scalars: Vec<Vec<f64>>,
}

impl State {
    fn new(job: &Job<'_>) -> Result<State, Failure> {
        let array = |array: &Array| {
            ArrayD::from_shape_vec(IxDyn(&array.shape), array.values.clone())
                .map_err(|error| Failure::Usage(format!("a tensor has no shape: {error}")))
        };
        let arrays = |list: &[Array]| list.iter().map(array).collect::<Result<Vec<_>, Failure>>();
        let mut environment = Environment::new(job.batch);
        environment.ports = arrays(&job.ports)?;
        environment.parameters = arrays(&job.parameters)?;
        environment.buffers = arrays(&job.buffers)?;
        environment.states = arrays(&job.states)?;
        environment.random = Key { seed: job.seed, step: 1 };
        environment.rounding = match job.precision {
            Precision::F32 => Rounding::F32,
            Precision::F64 => Rounding::F64,
        };
        if job.precision == Precision::F32 {
            // What a step begins with is of the network's precision too.
            for list in [&mut environment.parameters, &mut environment.buffers, &mut environment.states] {
                list.iter_mut().for_each(|array| array.mapv_inplace(|x| f64::from(x as f32)));
            }
        }
        let slots = |optimizer: &Optimizer| {
            let each = |&parameter: &usize| {
                let len = job.parameters[parameter].values.len();
                optimizer.slots.iter().map(|(_, initial)| vec![*initial; len]).collect()
            };
            optimizer.parameters.iter().map(each).collect()
        };
        let optimizers = &job.network.optimizers;
        Ok(State {
            environment,
            slots: optimizers.iter().map(slots).collect(),
            scalars: optimizers.iter().map(|optimizer| optimizer.scalar_slots.iter().map(|(_, initial)| *initial).collect()).collect(),
        })
    }

    /// What the buffers hold after a step.
    fn take_buffers(&mut self, values: &Values) {
        for (what, value) in values {
            if let What::Buffer(i) = what {
                self.environment.buffers[*i].clone_from(value);
            }
        }
    }

    /// One update of all parameters.
    fn update(&mut self, network: &Network, grads: &[Vec<f64>], step: u64) -> Result<(), Failure> {
        let global_norm = grads.iter().flatten().map(|g| g * g).sum::<f64>().sqrt();
        for (at, optimizer) in network.optimizers.iter().enumerate() {
            let scalars = self.scalars[at].clone();
            for (&parameter, slots) in optimizer.parameters.iter().zip(&mut self.slots[at]) {
                let value = &mut self.environment.parameters[parameter];
                let mut environment = Environment::new(value.len());
                environment.rounding = match self.environment.rounding {
                    Rounding::F64 => Rounding::F64,
                    _ => Rounding::F32Elements,
                };
                environment.optimizer = OptimizerEnvironment {
                    parameter: value.iter().copied().collect(),
                    gradient: grads[parameter].clone(),
                    slots: slots.clone(),
                    scalar_slots: scalars.clone(),
                    hyper: optimizer.hyper.iter().map(|hyper| hyper.value).collect(),
                    step: step as f64,
                    global_norm,
                    lr_scale: 1.0,
                };
                let roots: Vec<NodeId> = std::iter::once(optimizer.parameter).chain(optimizer.new_slots.iter().copied()).collect();
                let mut found = evaluate::run(&optimizer.graph, &roots, &environment).map_err(told)?.into_iter();
                // What is the same for all elements comes as one number.
                let spread = |found: ArrayD<f64>, len: usize| found.iter().copied().cycle().take(len).collect::<Vec<f64>>();
                if let Some(found) = found.next() {
                    let len = value.len();
                    value.iter_mut().zip(spread(found, len)).for_each(|(old, new)| *old = new);
                }
                for (slot, found) in slots.iter_mut().zip(found) {
                    *slot = spread(found, slot.len());
                }
            }
            let mut environment = Environment::new(1);
            environment.optimizer = OptimizerEnvironment {
                scalar_slots: scalars,
                hyper: optimizer.hyper.iter().map(|hyper| hyper.value).collect(),
                step: step as f64,
                global_norm,
                lr_scale: 1.0,
                ..OptimizerEnvironment::default()
            };
            let found = evaluate::run(&optimizer.graph, &optimizer.new_scalar_slots, &environment).map_err(told)?;
            for (scalar, found) in self.scalars[at].iter_mut().zip(found) {
                *scalar = found.iter().next().copied().unwrap_or(*scalar);
            }
        }
        Ok(())
    }
}
