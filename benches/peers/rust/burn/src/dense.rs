//! W1, W2, W3 and W7.

use burn::module::Module;
use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::nn::{Linear, LinearConfig};
use burn::prelude::*;
use burn::tensor::activation::{relu, sigmoid};
use peers_common::{Report, widths};

use crate::{Devices, infer, labels, normal, train};

pub(crate) type Activation = fn(Tensor<2>) -> Tensor<2>;

/// Dense layers.
#[derive(Module, Debug)]
pub(crate) struct Dense {
    pub(crate) layers: Vec<Linear>,
}

impl Dense {
    pub(crate) fn new(widths: &[usize], device: &Device) -> Self {
        Self { layers: widths.windows(2).map(|pair| LinearConfig::new(pair[0], pair[1]).init(device)).collect() }
    }

    /// An activation between the layers and another one last.
    pub(crate) fn forward(&self, mut x: Tensor<2>, between: Activation, last: Activation) -> Tensor<2> {
        for (i, layer) in self.layers.iter().enumerate() {
            x = layer.forward(x);
            x = if i + 1 < self.layers.len() { between(x) } else { last(x) };
        }
        x
    }
}

pub(crate) fn run(report: &mut Report, devices: &Devices) {
    let case = report.case();
    let widths = widths(&case);
    let batch = match case.as_str() {
        "W2a" | "W2b" => 32,
        "W7" => 128,
        _ => report.batch(),
    };
    let (between, last): (Activation, Activation) = match case.as_str() {
        "W1" => (Tensor::tanh, Tensor::tanh),
        "W2a" | "W2b" => (relu, sigmoid),
        _ => (relu, |x| x),
    };
    let device = &devices.traced;
    let (x, y, classes) = (normal([batch, widths[0]], device), normal([batch, 1], device), labels(batch, 10, device));
    let cross_entropy = CrossEntropyLossConfig::new().init(device);
    train(report, Dense::new(widths, device), |net| {
        let p = net.forward(x.clone(), between, last);
        match case.as_str() {
            "W1" => {
                let d = p - y.clone();
                (d.clone() * d).sum().mul_scalar(0.5)
            }
            "W2a" | "W2b" => MseLoss::new().forward(p, y.clone(), Reduction::Mean),
            _ => cross_entropy.forward(p, classes.clone()),
        }
    });
    let (net, x) = (Dense::new(widths, &devices.plain), normal([batch, widths[0]], &devices.plain));
    infer(report, || net.forward(x.clone(), between, last));
}
