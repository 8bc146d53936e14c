//! W2b: 32 points of the plane.

use std::hint::black_box;

use tapeless::AlignedBox;
use tapeless_benches::{Case, dense, points};

tapeless::nn_file!("networks/w2b.nn");

fn main() {
    let (train_operations, infer_operations) = dense(&[2, 32, 16, 8, 1], 32);
    let (xs, ys) = (points::<2>(32), points::<1>(32));
    let (mut net, other) = (W2b::new(1), W2b::new(2));
    let (mut workspace, mut out) = (AlignedBox::<f32, { w2b::PREDICT_WORKSPACE }>::new(), vec![[0.0; 1]; xs.len()]);
    Case { name: "W2b", train_operations, infer_operations }.run(
        || {
            black_box(net.train_step(black_box(&xs), black_box(&ys)).is_ok());
        },
        || {
            black_box(w2b::predict_batch(other.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out).is_ok());
        },
    );
}
