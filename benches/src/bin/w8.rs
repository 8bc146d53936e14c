//! W8: 256 points of the heat equation.

use std::hint::black_box;

use tapeless::AlignedBox;
use tapeless_benches::{Case, dense, points};

tapeless::nn_file!("networks/w8.nn");

fn main() {
    // The network with its value and three derivatives carried along, forward and backward.
    let (_, infer_operations) = dense(&[2, 32, 32, 32, 1], 256);
    let train_operations = 12.0 * infer_operations;
    let xs = points::<2>(256);
    let (mut net, other) = (W8::new(1), W8::new(2));
    let (mut workspace, mut out) = (AlignedBox::<f32, { w8::PREDICT_WORKSPACE }>::new(), vec![0.0; xs.len()]);
    Case { name: "W8", train_operations, infer_operations }.run(
        || {
            black_box(net.train_step(black_box(&xs)).is_ok());
        },
        || {
            black_box(w8::predict_batch(other.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out).is_ok());
        },
    );
}
