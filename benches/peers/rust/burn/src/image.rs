//! W4.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::prelude::*;
use burn::tensor::activation::relu;
use peers_common::Report;

use crate::{Devices, infer, labels, normal, train};

#[derive(Module, Debug)]
struct Image {
    first: Conv2d,
    second: Conv2d,
    pool: MaxPool2d,
    head: Linear,
}

impl Image {
    fn new(device: &Device) -> Self {
        Self {
            first: Conv2dConfig::new([1, 8], [3, 3]).init(device),
            second: Conv2dConfig::new([8, 16], [3, 3]).init(device),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            head: LinearConfig::new(400, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let x = self.pool.forward(relu(self.first.forward(x)));
        let x = self.pool.forward(relu(self.second.forward(x)));
        self.head.forward(x.flatten(1, 3))
    }
}

pub(crate) fn run(report: &mut Report, devices: &Devices) {
    let device = &devices.traced;
    let (x, y) = (normal([32, 1, 28, 28], device), labels(32, 10, device));
    let cross_entropy = CrossEntropyLossConfig::new().init(device);
    train(report, Image::new(device), |net| cross_entropy.forward(net.forward(x.clone()), y.clone()));
    let (net, x) = (Image::new(&devices.plain), normal([32, 1, 28, 28], &devices.plain));
    infer(report, || net.forward(x.clone()));
}
