//! W3: 1, 32 and 128 samples, or as many as the argument says.

use std::hint::black_box;

use tapeless::{AlignedBox, Threads};
use tapeless_benches::{Case, dense, labels, points, threads};

tapeless::nn_file!("networks/w3.nn");

fn main() {
    match std::env::args().nth(1).and_then(|batch| batch.parse().ok()) {
        Some(batch) => run(batch),
        None => [1, 32, 128].into_iter().for_each(run),
    }
}

fn run(batch: usize) {
    let (train_operations, infer_operations) = dense(&[784, 128, 64, 10], batch);
    let (xs, ys) = (points::<784>(batch), labels(batch, 10));
    let (mut net, other) = (W3::new(1).with_threads(threads()), W3::new(2));
    let mut crew = Threads::new(threads());
    let (mut workspace, mut out) = (AlignedBox::<f32, { w3::PREDICT_WORKSPACE }>::new(), vec![[0.0; 10]; xs.len()]);
    Case { name: &format!("W3b{batch}"), train_operations, infer_operations }.run(
        || {
            black_box(net.train_step(black_box(&xs), black_box(&ys)).is_ok());
        },
        || {
            black_box(w3::predict_batch_with(&mut crew, other.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out).is_ok());
        },
    );
}
