//! burn on its backend flex: modules, losses and the optimizer of its own.

mod dense;
mod heat;
mod image;
mod lstm;
mod transformer;

use std::hint::black_box;

use burn::module::Module;
use burn::optim::{GradientsParams, SgdConfig};
use burn::prelude::*;
use burn::tensor::{Distribution, Int};
use peers_common::Report;

fn main() {
    let mut report = Report::new("burn");
    let devices = Devices { plain: Device::flex(), traced: Device::flex().autodiff() };
    match report.case().as_str() {
        "W1" | "W2a" | "W2b" | "W3b1" | "W3b32" | "W3b128" | "W7" => dense::run(&mut report, &devices),
        "W4" => image::run(&mut report, &devices),
        "W5b1" | "W5b32" => lstm::run(&mut report, &devices),
        "W5step" => lstm::step(&mut report, &devices),
        "W6" => transformer::run(&mut report, &devices),
        "W8" => heat::run(&mut report, &devices),
        _ => {}
    }
    report.print();
}

/// Where predictions are made, and where steps of training are.
struct Devices {
    plain: Device,
    traced: Device,
}

/// Times steps of plain gradient descent; the network goes through the optimizer, as burn wants it.
fn train<M: Module + Clone>(report: &mut Report, net: M, loss: impl Fn(&M) -> Tensor<1>) {
    let mut sgd = SgdConfig::new().init();
    let mut kept = Some(net);
    report.train(|| {
        if let Some(net) = kept.take() {
            let gradients = GradientsParams::from_grads(loss(&net).backward(), &net);
            kept = Some(sgd.step(1e-4, net, gradients));
        }
    });
}

/// Times predictions.
fn infer<const AXES: usize>(report: &mut Report, predict: impl Fn() -> Tensor<AXES>) {
    report.infer(|| {
        black_box(predict());
    });
}

fn normal<const AXES: usize>(shape: [usize; AXES], device: &Device) -> Tensor<AXES> {
    Tensor::random(shape, Distribution::Normal(0.0, 1.0), device)
}

fn labels(samples: usize, classes: usize, device: &Device) -> Tensor<1, Int> {
    let classes: Vec<i32> = peers_common::labels(samples, classes).into_iter().map(|class| class as i32).collect();
    Tensor::from_ints(classes.as_slice(), device)
}
