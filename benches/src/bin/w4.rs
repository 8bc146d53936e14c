//! W4: 32 images.

use std::hint::black_box;

use tapeless::AlignedBox;
use tapeless_benches::{Case, labels, points};

tapeless::nn_file!("networks/w4.nn");

fn main() {
    // Of an image: what the first layer's kernels meet, the second's, the head.
    let (first, rest) = (8 * 26 * 26 * 9, 16 * 11 * 11 * 8 * 9 + 400 * 10);
    let infer_operations = f64::from(2 * 32 * (first + rest));
    // The images have no gradient.
    let train_operations = f64::from(2 * 32 * (2 * first + 3 * rest));
    let xs: Vec<[[[f32; 28]; 28]; 1]> =
        points::<784>(32).iter().map(|x| [std::array::from_fn(|i| std::array::from_fn(|j| x[28 * i + j]))]).collect();
    let ys = labels(32, 10);
    let (mut net, other) = (W4::new(1), W4::new(2));
    let (mut workspace, mut out) = (AlignedBox::<f32, { w4::PREDICT_WORKSPACE }>::new(), vec![[0.0; 10]; xs.len()]);
    Case { name: "W4", train_operations, infer_operations }.run(
        || {
            black_box(net.train_step(black_box(&xs), black_box(&ys)).is_ok());
        },
        || {
            black_box(w4::predict_batch(other.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out).is_ok());
        },
    );
}
