//! W7: 128 samples.

use std::hint::black_box;

use tapeless::{AlignedBox, Threads};
use tapeless_benches::{Case, dense, labels, points, threads};

tapeless::nn_file!("networks/w7.nn");

fn main() {
    let (train_operations, infer_operations) = dense(&[1024, 1024, 1024, 1024, 10], 128);
    let (xs, ys) = (points::<1024>(128), labels(128, 10));
    let (mut net, other) = (W7::new(1).with_threads(threads()), W7::new(2));
    let mut crew = Threads::new(threads());
    let (mut workspace, mut out) = (AlignedBox::<f32, { w7::PREDICT_WORKSPACE }>::new(), vec![[0.0; 10]; xs.len()]);
    Case { name: "W7", train_operations, infer_operations }.run(
        || {
            black_box(net.train_step(black_box(&xs), black_box(&ys)).is_ok());
        },
        || {
            black_box(w7::predict_batch_with(&mut crew, other.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out).is_ok());
        },
    );
}
