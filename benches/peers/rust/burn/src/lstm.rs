//! W5: burn's LSTM and a dense layer.

use std::hint::black_box;

use burn::module::Module;
use burn::nn::loss::{MseLoss, Reduction};
use burn::nn::{Linear, LinearConfig, Lstm, LstmConfig};
use burn::prelude::*;
use peers_common::Report;

use crate::{Devices, infer, normal, train};

#[derive(Module, Debug)]
struct Network {
    lstm: Lstm,
    head: Linear,
}

impl Network {
    fn new(device: &Device) -> Self {
        Self { lstm: LstmConfig::new(1, 40, true).init(device), head: LinearConfig::new(40, 1).init(device) }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.head.forward(self.lstm.forward(x, None).0)
    }
}

pub(crate) fn run(report: &mut Report, devices: &Devices) {
    let (batch, device) = (report.batch(), &devices.traced);
    let (x, y) = (normal([batch, 64, 1], device), normal([batch, 64, 1], device));
    train(report, Network::new(device), |net| MseLoss::new().forward(net.forward(x.clone()), y.clone(), Reduction::Mean));
    let (net, x) = (Network::new(&devices.plain), normal([batch, 64, 1], &devices.plain));
    infer(report, || net.forward(x.clone()));
}

pub(crate) fn step(report: &mut Report, devices: &Devices) {
    let (net, x) = (Network::new(&devices.plain), normal([1, 1, 1], &devices.plain));
    let mut state = None;
    report.infer(|| {
        let (hidden, next) = net.lstm.forward(x.clone(), state.take());
        state = Some(next);
        black_box(net.head.forward(hidden));
    });
}
