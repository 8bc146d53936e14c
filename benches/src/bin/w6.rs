//! W6: 8 sequences.

use std::hint::black_box;

use tapeless::{AlignedBox, Threads};
use tapeless_benches::{Case, threads};

tapeless::nn_file!("networks/w6.nn");

fn main() {
    // Of a token: q, k, v, o, the two layers of 256, and scores and sums over 32 keys, in two blocks; then the head.
    let token = 2 * (4 * 64 * 64 + 2 * 64 * 256 + 2 * 32 * 64) + 64 * 64;
    let infer_operations = f64::from(2 * 8 * 32 * token);
    let train_operations = 3.0 * infer_operations;
    let (xs, ys) = (indices(5), indices(3));
    let (mut net, other) = (W6::new(1).with_threads(threads()), W6::new(2));
    let mut crew = Threads::new(threads());
    let (mut workspace, mut out) = (AlignedBox::<f32, { w6::PREDICT_WORKSPACE }>::new(), vec![[[0.0; 64]; 32]; xs.len()]);
    Case { name: "W6", train_operations, infer_operations }.run(
        || {
            black_box(net.train_step(black_box(&xs), black_box(&ys)).is_ok());
        },
        || {
            black_box(w6::predict_batch_with(&mut crew, other.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out).is_ok());
        },
    );
}

/// Eight sequences of 32 symbols.
fn indices(step: u32) -> Vec<[u32; 32]> {
    (0..8).map(|i| std::array::from_fn(|j| (step * j as u32 + i) % 64)).collect()
}
