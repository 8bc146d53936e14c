//! The example whose network convolves images: its gradients are right, and a step allocates nothing.

use tapeless_tests_larger::{quiet, right};
use tapeless_tests_no_alloc::Counting;

#[path = "../../../examples/digits_cnn.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod digits_cnn;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A batch of another length than the tiles'.
const SAMPLES: usize = 37;

#[test]
fn digits_cnn() {
    right(&digits_cnn::digits_cnn::gradient_check());
    let mut net = digits_cnn::DigitsCnn::new(1);
    let pixel = |i: usize, y: usize, x: usize| ((i * 784 + y * 28 + x) as f32 * 0.37).sin() * 0.5 + 0.5;
    let images: Vec<[[[f32; 28]; 28]; 1]> =
        (0..SAMPLES).map(|i| [std::array::from_fn(|y| std::array::from_fn(|x| pixel(i, y, x)))]).collect();
    let labels: Vec<u32> = (0..SAMPLES as u32).map(|i| i % 10).collect();
    quiet(|| net.train_step(&images, &labels).expect("good data"));
    quiet(|| net.evaluate(&images, &labels).expect("good data"));
    quiet(|| net.predict(&images[0]));
}
