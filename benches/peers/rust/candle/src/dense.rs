//! W1, W2, W3 and W7.

use candle_core::{Result, Tensor};
use candle_nn::{loss, ops};
use peers_common::{Report, widths};

use crate::{Activation, labels, layers, measure, normal, stack};

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let case = report.case();
    let widths = widths(&case);
    let batch = match case.as_str() {
        "W2a" | "W2b" => 32,
        "W7" => 128,
        _ => report.batch(),
    };
    let (between, last): (Activation, Activation) = match case.as_str() {
        "W1" => (Tensor::tanh, Tensor::tanh),
        "W2a" | "W2b" => (Tensor::relu, ops::sigmoid),
        _ => (Tensor::relu, |x| Ok(x.clone())),
    };
    let (x, y, classes) = (normal(&[batch, widths[0]])?, normal(&[batch, 1])?, labels(batch, 10)?);
    let loss = |p: &Tensor| match case.as_str() {
        "W1" => (p - &y)?.sqr()?.sum_all()? * 0.5,
        "W2a" | "W2b" => loss::mse(p, &y),
        _ => loss::cross_entropy(p, &classes),
    };
    measure(
        report,
        layers(widths)?,
        |parameters| loss(&stack(parameters, &x, between, last)?),
        |parameters| stack(parameters, &x, between, last),
    )
}
