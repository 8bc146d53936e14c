//! dfdx: the workloads of dense layers. Convolutions of static shape need a nightly compiler, and there is no LSTM.

use std::hint::black_box;

use dfdx::optim::{Sgd, SgdConfig};
use dfdx::prelude::*;
use peers_common::{Report, labels};

type W1 = ((Linear<3, 2>, Tanh), (Linear<2, 1>, Tanh));
type W2a = ((Linear<2, 16>, ReLU), (Linear<16, 8>, ReLU), (Linear<8, 1>, Sigmoid));
type W2b = ((Linear<2, 32>, ReLU), (Linear<32, 16>, ReLU), (Linear<16, 8>, ReLU), (Linear<8, 1>, Sigmoid));
type W3 = ((Linear<784, 128>, ReLU), (Linear<128, 64>, ReLU), Linear<64, 10>);
type W7 = ((Linear<1024, 1024>, ReLU), (Linear<1024, 1024>, ReLU), (Linear<1024, 1024>, ReLU), Linear<1024, 10>);

type Batch<const ROWS: usize, const COLUMNS: usize, T = NoneTape> = Tensor<Rank2<ROWS, COLUMNS>, f32, Cpu, T>;
type Loss = Tensor<Rank0, f32, Cpu, OwnedTape<f32, Cpu>>;

/// A network as the type says, its batch, inputs, outputs and loss.
macro_rules! run {
    ($report:ident, $network:ty, $batch:literal, $inputs:literal, $outputs:literal, $loss:expr) => {{
        let dev = Cpu::default();
        let mut net = dev.build_module::<$network, f32>();
        let mut sgd = Sgd::new(&net, SgdConfig { lr: 1e-4, momentum: None, weight_decay: None });
        let x: Batch<$batch, $inputs> = dev.sample_normal();
        let mut y: Batch<$batch, $outputs> = dev.zeros();
        y.copy_from(&one_hot($batch, $outputs));
        let loss: fn(Batch<$batch, $outputs, OwnedTape<f32, Cpu>>, Batch<$batch, $outputs>) -> Loss = $loss;
        let mut kept = Some(net.alloc_grads());
        $report.train(|| {
            let gradients = kept.take().unwrap_or_else(|| net.alloc_grads());
            let mut gradients = loss(net.forward_mut(x.clone().traced(gradients)), y.clone()).backward();
            sgd.update(&mut net, &gradients).expect("every parameter has a gradient");
            net.zero_grads(&mut gradients);
            kept = Some(gradients);
        });
        $report.infer(|| {
            black_box(net.forward(black_box(x.clone())));
        });
    }};
}

fn main() {
    let mut report = Report::new("dfdx");
    match report.case().as_str() {
        "W1" => run!(report, W1, 1, 3, 1, |p, y| mse_loss(p, y) * 0.5),
        "W2a" => run!(report, W2a, 32, 2, 1, |p, y| mse_loss(p, y)),
        "W2b" => run!(report, W2b, 32, 2, 1, |p, y| mse_loss(p, y)),
        "W3b1" => run!(report, W3, 1, 784, 10, |p, y| cross_entropy_with_logits_loss(p, y)),
        "W3b32" => run!(report, W3, 32, 784, 10, |p, y| cross_entropy_with_logits_loss(p, y)),
        "W3b128" => run!(report, W3, 128, 784, 10, |p, y| cross_entropy_with_logits_loss(p, y)),
        "W7" => run!(report, W7, 128, 1024, 10, |p, y| cross_entropy_with_logits_loss(p, y)),
        _ => {}
    }
    report.print();
}

/// One in the column of each row's class.
fn one_hot(rows: usize, columns: usize) -> Vec<f32> {
    let classes = labels(rows, columns);
    classes.iter().flat_map(|&class| (0..columns).map(move |column| f32::from(u8::from(column == class)))).collect()
}
