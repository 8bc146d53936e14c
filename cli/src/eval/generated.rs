//! The engine `generated`: the network's Rust, compiled and run.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use tapeless_compiler::network::Precision;

use super::Results;
use super::job::{Job, lead};
use super::tensors::Array;
use crate::Failure;
use crate::args::Emit;
use crate::program::Program;
use crate::runner::exchange::{Request, answer_from_bytes};
use crate::runner::{self, Effort};

pub(super) fn run(program: &Program, job: &Job<'_>, emit: Option<Emit>, keep: Option<&Path>) -> Result<Results, Failure> {
    let network = job.network;
    let generated = runner::generated(program, network, emit)?;
    let real = match job.precision {
        Precision::F32 => "f32",
        Precision::F64 => "f64",
    };
    let operations = generated.report.train_operations as f64 * job.batch as f64 * job.steps as f64;
    let program = runner::compile("eval", &runner::eval_files(&generated, real, job.train), Effort::worth(operations), keep)?;
    let values = |arrays: &[Array]| arrays.iter().map(|array| array.values.clone()).collect::<Vec<_>>();
    let wanted = network.ports.iter().zip(&job.ports).filter(|(port, _)| job.train || !port.target);
    let request = Request {
        train: job.train,
        losses: job.losses,
        steps: if network.optimizers.is_empty() { 0 } else { job.steps },
        seed: job.seed,
        steps_of_sample: job.unrolled.unwrap_or(0) as u64,
        states: values(&job.states),
        parameters: values(&job.parameters),
        buffers: values(&job.buffers),
        ports: wanted.map(|(_, array)| array.values.clone()).collect(),
    };
    let answer = ask(&program, &request, keep)?;
    shaped(job, answer)
}

/// Runs the program on a request; the files go away, unless they are to be kept.
fn ask(program: &Path, request: &Request, keep: Option<&Path>) -> Result<Vec<(String, Vec<f64>)>, Failure> {
    let folder = match keep {
        Some(folder) => folder.to_path_buf(),
        None => runner::cache()?.join("runs"),
    };
    let told = |error: std::io::Error| Failure::Usage(format!("cannot work in `{}`: {error}", folder.display()));
    std::fs::create_dir_all(&folder).map_err(told)?;
    let own = if keep.is_some() { String::new() } else { format!("-{}", std::process::id()) };
    let (input, output) = (folder.join(format!("in{own}.bin")), folder.join(format!("out{own}.bin")));
    std::fs::write(&input, request.to_bytes()).map_err(told)?;
    let done = Command::new(program).arg(&input).arg(&output).output();
    let answer = std::fs::read(&output);
    if keep.is_none() {
        // Both are of no use any more; that they may stay behind is no reason to fail.
        let _ = std::fs::remove_file(&input);
        let _ = std::fs::remove_file(&output);
    }
    let done = done.map_err(|error| Failure::Usage(format!("cannot run `{}`: {error}", program.display())))?;
    if !done.status.success() {
        let told = String::from_utf8_lossy(&done.stderr);
        let why = if told.trim().is_empty() { done.status.to_string() } else { told.trim().to_owned() };
        return Err(if done.status.code() == Some(1) {
            Failure::Failed(why)
        } else {
            Failure::Usage(format!("the generated program failed: {why}"))
        });
    }
    let answer = answer.ok().and_then(|bytes| answer_from_bytes(&bytes));
    answer.ok_or_else(|| Failure::Usage("the generated program gave no answer".to_owned()))
}

/// The answer with the shapes of what it names.
fn shaped(job: &Job<'_>, answer: Vec<(String, Vec<f64>)>) -> Result<Results, Failure> {
    let network = job.network;
    let sampled = |shape: &[usize]| [&[job.batch], lead(job.unrolled, shape).as_slice()].concat();
    let mut shapes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for parameter in &network.parameters {
        shapes.insert(format!("grad.{}", parameter.path), parameter.shape.clone());
        shapes.insert(format!("updated.{}", parameter.path), parameter.shape.clone());
    }
    for buffer in &network.buffers {
        shapes.insert(format!("updated.{}", buffer.path), buffer.shape.clone());
    }
    for port in &network.ports {
        shapes.insert(format!("grad.{}", port.name), sampled(&port.shape));
    }
    for loss in &network.train.losses {
        shapes.insert(format!("loss.{}", loss.name), Vec::new());
    }
    shapes.insert("loss".to_owned(), Vec::new());
    for state in &network.states {
        shapes.insert(format!("state.{}", state.name), [&[job.batch], state.shape.as_slice()].concat());
    }
    for output in &network.predict.outputs {
        shapes.insert(output.name.clone(), sampled(&network.predict.graph.ty(output.node).shape));
    }
    let shaped = |(name, values): (String, Vec<f64>)| match shapes.get(&name) {
        Some(shape) if shape.iter().product::<usize>() == values.len() => Ok((name, Array::new(shape.clone(), values))),
        _ => Err(Failure::Usage(format!("the generated program's answer for `{name}` has {} elements", values.len()))),
    };
    answer.into_iter().map(shaped).collect()
}
