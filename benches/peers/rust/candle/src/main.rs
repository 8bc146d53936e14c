//! candle: tensors and its own optimizer; predictions on tensors that keep no graph.

mod dense;
mod heat;
mod image;
mod lstm;
mod transformer;

use std::hint::black_box;

use candle_core::{Device, Result, Tensor, Var};
use candle_nn::{Optimizer as _, SGD};
use peers_common::Report;

fn main() -> Result<()> {
    let mut report = Report::new("candle");
    match report.case().as_str() {
        "W1" | "W2a" | "W2b" | "W3b1" | "W3b32" | "W3b128" | "W7" => dense::run(&mut report)?,
        "W4" => image::run(&mut report)?,
        "W5b1" | "W5b32" => lstm::run(&mut report)?,
        "W5step" => lstm::step(&mut report)?,
        "W6" => transformer::run(&mut report)?,
        "W8" => heat::run(&mut report)?,
        _ => {}
    }
    report.print();
    Ok(())
}

/// What a failure of a step would contradict; it ends the program.
const SHAPES: &str = "the shapes fit";

/// Times steps of plain gradient descent on the loss, then predictions.
fn measure(
    report: &mut Report,
    parameters: Vec<Var>,
    loss: impl Fn(&[Tensor]) -> Result<Tensor>,
    predict: impl Fn(&[Tensor]) -> Result<Tensor>,
) -> Result<()> {
    let traced: Vec<Tensor> = parameters.iter().map(|var| var.as_tensor().clone()).collect();
    let plain: Vec<Tensor> = parameters.iter().map(Var::as_detached_tensor).collect();
    let mut sgd = SGD::new(parameters, 1e-4)?;
    report.train(|| loss(&traced).and_then(|loss| sgd.backward_step(&loss)).expect(SHAPES));
    report.infer(|| {
        black_box(predict(&plain).expect(SHAPES));
    });
    Ok(())
}

fn parameter(shape: &[usize], deviation: f32) -> Result<Var> {
    Var::randn(0.0, deviation, shape, &Device::Cpu)
}

fn normal(shape: &[usize]) -> Result<Tensor> {
    Tensor::randn(0_f32, 1.0, shape, &Device::Cpu)
}

fn labels(samples: usize, classes: usize) -> Result<Tensor> {
    let classes: Vec<u32> = peers_common::labels(samples, classes).into_iter().map(|class| class as u32).collect();
    Tensor::from_vec(classes, samples, &Device::Cpu)
}

/// `x·aᵀ + b`.
fn linear(x: &Tensor, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    x.matmul(&a.t()?)?.broadcast_add(b)
}

/// Weights and biases of dense layers.
fn layers(widths: &[usize]) -> Result<Vec<Var>> {
    let mut found = Vec::new();
    for pair in widths.windows(2) {
        found.push(parameter(&[pair[1], pair[0]], 1.0 / (pair[0] as f32).sqrt())?);
        found.push(parameter(&[pair[1]], 0.01)?);
    }
    Ok(found)
}

type Activation = fn(&Tensor) -> Result<Tensor>;

/// Dense layers, an activation between them and another one last.
fn stack(layers: &[Tensor], x: &Tensor, between: Activation, last: Activation) -> Result<Tensor> {
    let mut x = x.clone();
    let count = layers.len() / 2;
    for (i, layer) in layers.chunks_exact(2).enumerate() {
        x = linear(&x, &layer[0], &layer[1])?;
        x = if i + 1 < count { between(&x)? } else { last(&x)? };
    }
    Ok(x)
}
