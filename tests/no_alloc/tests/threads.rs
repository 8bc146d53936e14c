//! Threads that share a batch allocate when they are made and when the first batch comes, and then nothing, on none of them. One test
//! alone: what others do at the same time would be counted. (So the network, which brings its own, is another crate's.)

use std::time::Duration;

use tapeless::Trainable as _;
use tapeless::rt::Chunked as _;
use tapeless_tests_no_alloc::{Counting, allocations_of_all};
use tapeless_tests_threads::{Dense, dense};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Samples that make eight chunks of a training step, and several of an evaluation.
const SAMPLES: usize = 8 * dense::Net::TRAIN.least + 3;

#[test]
fn a_step_of_several_threads_is_quiet() {
    let data = dense::Data {
        x: (0..SAMPLES).map(|i| std::array::from_fn(|j| ((i * 64 + j) as f32 * 0.37).sin())).collect(),
        y: (0..SAMPLES as u32).map(|i| i % 10).collect(),
    };
    for threads in [1, 3] {
        let mut net = Dense::new(1).with_threads(threads);
        let (_, first) = allocations_of_all(|| net.train_step(&data.x, &data.y).expect("good data"));
        assert!(first > 0, "memory of the chunks");
        net.evaluate(&data.x, &data.y).expect("good data");
        // Each of the other threads makes what it sleeps on when it first has nothing to do.
        let asleep = |net: &mut Dense| {
            net.train_step(&data.x, &data.y).expect("good data");
            std::thread::sleep(Duration::from_millis(100));
        };
        while allocations_of_all(|| asleep(&mut net)).1 > 0 {}
        // More steps than a queue would have places for.
        let (_, count) = allocations_of_all(|| {
            for _ in 0..35 {
                net.train_step(&data.x, &data.y).expect("good data");
                net.evaluate(&data.x, &data.y).expect("good data");
                net.train_on(&data, &mut [0.0]).expect("good data");
            }
        });
        assert_eq!(count, 0, "{threads} threads");
        assert_eq!(net.threads().ran_on().count(), 8);
        // The list that it gives, and that alone.
        let (_, count) = allocations_of_all(|| net.predict_batch(&data.x));
        assert_eq!(count, 1, "{threads} threads");
    }
}
