//! W4.

use candle_core::{Result, Tensor};
use candle_nn::loss;
use peers_common::Report;

use crate::{labels, linear, measure, normal, parameter};

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let parameters = vec![
        parameter(&[8, 1, 3, 3], 0.33)?,
        parameter(&[1, 8, 1, 1], 0.01)?,
        parameter(&[16, 8, 3, 3], 0.12)?,
        parameter(&[1, 16, 1, 1], 0.01)?,
        parameter(&[10, 400], 0.05)?,
        parameter(&[10], 0.01)?,
    ];
    let (x, y) = (normal(&[32, 1, 28, 28])?, labels(32, 10)?);
    measure(report, parameters, |parameters| loss::cross_entropy(&forward(parameters, &x)?, &y), |parameters| forward(parameters, &x))
}

fn forward(parameters: &[Tensor], x: &Tensor) -> Result<Tensor> {
    let x = block(x, &parameters[0], &parameters[1])?;
    let x = block(&x, &parameters[2], &parameters[3])?;
    linear(&x.flatten_from(1)?, &parameters[4], &parameters[5])
}

fn block(x: &Tensor, kernel: &Tensor, bias: &Tensor) -> Result<Tensor> {
    x.conv2d(kernel, 0, 1, 1, 1)?.broadcast_add(bias)?.relu()?.max_pool2d(2)
}
