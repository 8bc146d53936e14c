//! W5: candle's LSTM and a dense layer.

use std::hint::black_box;

use candle_core::{DType, Device, Module as _, Result, Tensor};
use candle_nn::{LSTM, LSTMConfig, Linear, RNN as _, VarBuilder, VarMap, loss};
use peers_common::Report;

use crate::{SHAPES, measure, normal};

const PARAMETERS: [(&str, &[usize]); 6] = [
    ("lstm.weight_ih_l0", &[160, 1]),
    ("lstm.weight_hh_l0", &[160, 40]),
    ("lstm.bias_ih_l0", &[160]),
    ("lstm.bias_hh_l0", &[160]),
    ("head.weight", &[1, 40]),
    ("head.bias", &[1]),
];

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let batch = report.batch();
    let (x, y) = (normal(&[batch, 64, 1])?, normal(&[batch, 64, 1])?.flatten_all()?);
    // The layers hold tensors, so they are made once with the parameters and once with detached copies.
    let parameters = VarMap::new();
    let trained = Network::new(VarBuilder::from_varmap(&parameters, DType::F32, &Device::Cpu))?;
    let plain = plain(&parameters)?;
    let loss = |_: &[Tensor]| loss::mse(&trained.forward(&x)?.flatten_all()?, &y);
    measure(report, parameters.all_vars(), loss, |_| plain.forward(&x))
}

pub(crate) fn step(report: &mut Report) -> Result<()> {
    let parameters = VarMap::new();
    Network::new(VarBuilder::from_varmap(&parameters, DType::F32, &Device::Cpu))?;
    let net = plain(&parameters)?;
    let x = normal(&[1, 1])?;
    let mut state = net.lstm.zero_state(1)?;
    report.infer(|| {
        state = net.lstm.step(&x, &state).expect(SHAPES);
        black_box(net.head.forward(state.h()).expect(SHAPES));
    });
    Ok(())
}

struct Network {
    lstm: LSTM,
    head: Linear,
}

impl Network {
    fn new(from: VarBuilder<'_>) -> Result<Self> {
        Ok(Self { lstm: candle_nn::lstm(1, 40, LSTMConfig::default(), from.pp("lstm"))?, head: candle_nn::linear(40, 1, from.pp("head"))? })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.head.forward(&self.lstm.states_to_tensor(&self.lstm.seq(x)?)?)
    }
}

/// The same network without a graph behind its parameters.
fn plain(parameters: &VarMap) -> Result<Network> {
    let from = VarBuilder::from_varmap(parameters, DType::F32, &Device::Cpu);
    let mut detached = std::collections::HashMap::new();
    for (name, shape) in PARAMETERS {
        detached.insert(name.to_owned(), from.get(shape, name)?.detach());
    }
    Network::new(VarBuilder::from_tensors(detached, DType::F32, &Device::Cpu))
}
