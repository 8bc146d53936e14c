//! W5: 1 and 32 signals of 64 steps, or as many as the argument says; `step`: one step of one signal at a time.

use std::hint::black_box;

use tapeless::AlignedBox;
use tapeless_benches::{Case, points};

tapeless::nn_file!("networks/w5.nn");

fn main() {
    match std::env::args().nth(1) {
        Some(argument) => argument.parse().map_or_else(|_| step(), run),
        None => {
            [1, 32].into_iter().for_each(run);
            step();
        }
    }
}

/// Operations of a step: the input and the state by the gates, the head.
const STEP: usize = 2 * (160 + 40 * 160 + 40);

fn run(batch: usize) {
    let infer_operations = (batch * 64 * STEP) as f64;
    let shaped = |xs: Vec<[f32; 64]>| -> Vec<[[f32; 1]; 64]> { xs.iter().map(|x| x.map(|x| [x])).collect() };
    let (xs, ys) = (shaped(points(batch)), shaped(points(batch)));
    let (mut net, other) = (W5::new(1), W5::new(2));
    let (mut workspace, mut out) = (AlignedBox::<f32, { w5::PREDICT_WORKSPACE }>::new(), vec![[[0.0; 1]; 64]; batch]);
    // The first input has no gradient.
    let train_operations = 3.0 * infer_operations - (batch * 64 * 2 * 160) as f64;
    Case { name: &format!("W5b{batch}"), train_operations, infer_operations }.run(
        || {
            black_box(net.train_step(black_box(&xs), black_box(&ys)).is_ok());
        },
        || {
            black_box(w5::predict_batch(other.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out).is_ok());
        },
    );
}

fn step() {
    let net = Stream::new(2);
    let (x, mut state) = ([0.3], stream::State::initial().into_storage());
    let (mut workspace, mut out) = (AlignedBox::<f32, { stream::PREDICT_WORKSPACE }>::new(), [0.0; 1]);
    Case { name: "W5step", train_operations: STEP as f64, infer_operations: STEP as f64 }.infer(|| {
        stream::predict(net.params().as_array(), &[], &mut state, black_box(&x), &mut workspace, &mut out);
        black_box(&out);
    });
}
