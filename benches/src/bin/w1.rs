//! W1: one sample.

use std::hint::black_box;

use tapeless_benches::{Case, dense, points};

tapeless::nn_file!("networks/w1.nn");

fn main() {
    let (train_operations, infer_operations) = dense(&[3, 2, 1], 1);
    let (xs, ys) = (points::<3>(1), points::<1>(1));
    let (mut net, mut other) = (W1::new(1), W1::new(2));
    Case { name: "W1", train_operations, infer_operations }.run(
        || {
            black_box(net.train_step(black_box(&xs), black_box(&ys)).is_ok());
        },
        || {
            black_box(other.predict(black_box(&xs[0])));
        },
    );
}
