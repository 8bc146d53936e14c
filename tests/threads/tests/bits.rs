//! 1, 2, 3 and 7 threads give the same bits, and each of them works.

use std::collections::HashSet;
use std::fmt::Debug;

use tapeless::Threads;
use tapeless::rt::{Chunked, Column, Cut, DataError, Network};
use tapeless_tests_threads::*;

/// Samples that make eight chunks and do not divide evenly.
const fn samples(cut: Cut) -> usize {
    8 * cut.least + 5
}

/// A number between −1 and 1 for each place.
fn wave(i: usize) -> f32 {
    (i as f32 * 0.37).sin()
}

fn rows<const N: usize>(samples: usize) -> Vec<[f32; N]> {
    (0..samples).map(|i| std::array::from_fn(|j| wave(i * N + j))).collect()
}

/// The same in samples of two.
fn pairs<const N: usize>(samples: usize) -> Vec<[[f32; N]; 2]> {
    rows(2 * samples).chunks(2).map(|pair| [pair[0], pair[1]]).collect()
}

fn labels(samples: usize, classes: u32) -> Vec<u32> {
    (0..samples as u32).map(|i| (i * 7 + 3) % classes).collect()
}

fn bits(xs: &[f32]) -> Vec<u32> {
    xs.iter().map(|x| x.to_bits()).collect()
}

/// Each of `count` threads worked on the last batch, which was cut into eight chunks.
fn all_worked(threads: &Threads<f32>, count: usize) {
    let ran_on: Vec<_> = threads.ran_on().collect();
    assert_eq!(ran_on.len(), 8, "chunks");
    assert_eq!(ran_on.iter().collect::<HashSet<_>>().len(), count, "threads that worked: {ran_on:?}");
}

fn near(what: &str, found: &[f32], wanted: &[f32]) {
    let scale = wanted.iter().fold(1e-6f32, |scale, x| scale.max(x.abs()));
    let far = found.iter().zip(wanted).position(|(found, wanted)| (found - wanted).abs() > 1e-4 * scale);
    assert_eq!((found.len(), far), (wanted.len(), None), "{what}");
}

/// What a network of an object gives: losses of three steps, gradients, parameters after them, an evaluation. A float is printed so that
/// it can be read back: the same text is the same bits.
macro_rules! same_bits {
    ($net:ident, $module:ident, $samples:expr, $($column:expr),+) => {{
        let samples = $samples;
        let run = |threads: usize| {
            let mut net = $net::new(1).with_threads(threads);
            let mut said = Vec::new();
            for _ in 0..3 {
                said.push(format!("{:?}", net.train_step($(&$column(samples)),+).expect("good data")));
                all_worked(net.threads(), threads);
            }
            said.push(format!("{:?}", net.gradients($(&$column(samples)),+).expect("good data")));
            let evaluated = samples_of_evaluation::<$module::Net>();
            said.push(format!("{:?}", net.evaluate($(&$column(evaluated)),+).expect("good data")));
            all_worked(net.threads(), threads);
            (said, bits(net.grads().as_array()), bits(net.params().as_array()))
        };
        let one = run(1);
        for threads in [2, 3, 7] {
            assert!(run(threads) == one, "{threads} threads");
        }
        // Beside a batch that is not cut.
        let (mut alone, mut shared) = ($net::new(1), $net::new(1).with_threads(2));
        let losses = alone.gradients($(&$column(samples)),+).expect("good data").total;
        near("the loss", &[shared.gradients($(&$column(samples)),+).expect("good data").total], &[losses]);
        near("the gradients", shared.grads().as_array(), alone.grads().as_array());
    }};
}

fn samples_of_evaluation<N: Chunked>() -> usize {
    samples(N::EVALUATE)
}

/// Predictions of any number of threads.
fn predictions<N: Chunked, T: PartialEq + Debug>(predict: impl Fn(usize, usize) -> (Vec<T>, usize)) {
    let samples = samples(N::PREDICT);
    let (one, chunks) = predict(1, samples);
    assert_eq!((one.len(), chunks), (samples, 8));
    for threads in [0, 2, 3, 7] {
        assert!(predict(threads, samples).0 == one, "{threads} threads");
    }
}

#[test]
fn dense_layers_and_metrics() {
    same_bits!(Dense, dense, samples(dense::Net::TRAIN), rows::<64>, |samples| labels(samples, 10));
    predictions::<dense::Net, _>(|threads, samples| {
        let mut net = Dense::new(1).with_threads(threads);
        (net.predict_batch(&rows(samples)), net.threads().ran_on().count())
    });
}

#[test]
fn convolutions() {
    let images = |samples: usize| -> Vec<[[[f32; 12]; 12]; 1]> {
        (0..samples).map(|i| [std::array::from_fn(|j| std::array::from_fn(|k| wave(i * 144 + j * 12 + k)))]).collect()
    };
    same_bits!(Image, image, samples(image::Net::TRAIN), images, |samples| labels(samples, 3));
}

#[test]
fn random_numbers_penalties_and_frozen_layers() {
    same_bits!(Noisy, noisy, samples(noisy::Net::TRAIN), rows::<32>, rows::<4>);
    // The penalty counts once, not once a chunk.
    let (mut alone, mut shared) = (Noisy::new(1), Noisy::new(1).with_threads(3));
    let (x, y) = (rows(samples(noisy::Net::TRAIN)), rows(samples(noisy::Net::TRAIN)));
    let (alone, shared) = (alone.gradients(&x, &y).expect("good data"), shared.gradients(&x, &y).expect("good data"));
    assert_eq!(alone.decay, shared.decay);
}

#[test]
fn states() {
    let signals = |samples: usize| -> Vec<[[f32; 4]; 6]> {
        (0..samples).map(|i| std::array::from_fn(|j| std::array::from_fn(|k| wave(i * 24 + j * 4 + k)))).collect()
    };
    let samples = samples(stream::Net::TRAIN);
    same_bits!(Stream, stream, samples, signals, signals);
    // Each chunk has the states of its own samples.
    let run = |threads: usize| {
        let mut net = Stream::new(1).with_threads(threads);
        let mut states = vec![stream::State::initial().into_storage(); samples];
        for _ in 0..2 {
            net.train_step_from(&mut states, &signals(samples), &signals(samples)).expect("good data");
        }
        net.evaluate_from(&mut states, &signals(samples), &signals(samples)).expect("good data");
        (bits(states.as_flattened()), bits(net.params().as_array()))
    };
    let one = run(1);
    assert!(one.0.chunks(stream::STATE).collect::<HashSet<_>>().len() > samples / 2, "states differ from sample to sample");
    assert!(run(2) == one && run(7) == one);
    near("the states", &floats(&run(0).0), &floats(&one.0));
}

fn floats(bits: &[u32]) -> Vec<f32> {
    bits.iter().map(|bits| f32::from_bits(*bits)).collect()
}

#[test]
fn unrolled_code() {
    same_bits!(Tiny, tiny, samples(tiny::Net::TRAIN), rows::<2>, rows::<1>);
}

#[test]
fn gradients_that_the_update_makes() {
    assert_eq!((heavy::Net::LATE.len(), clipped::Net::LATE.len()), (2, 0), "a norm of all gradients needs all");
    same_bits!(Heavy, heavy, samples(heavy::Net::TRAIN), rows::<300>, rows::<3>);
    same_bits!(Clipped, clipped, samples(clipped::Net::TRAIN), rows::<300>, rows::<3>);
    same_bits!(Shared, shared, samples(shared::Net::TRAIN), rows::<64>, rows::<10>);
    assert_eq!(positions::Net::LATE.len(), 2);
    same_bits!(Positions, positions, samples(positions::Net::TRAIN), pairs::<300>, pairs::<3>);
    let (x, y) = (rows(samples(heavy::Net::TRAIN)), rows(samples(heavy::Net::TRAIN)));
    let mut net = Heavy::new(1).with_threads(2);
    net.train_step(&x, &y).expect("good data");
    all_worked(net.threads(), 2);
    assert!(net.grads().fc1().weight().as_flattened().iter().all(|g| *g == 0.0), "nobody has made it");
    assert!(net.grads().fc1().bias().iter().any(|g| *g != 0.0));
}

/// A step is its gradients and the update, of so many samples.
macro_rules! same_apart {
    ($net:ident, $samples:expr, $($column:expr),+) => {
        for samples in $samples {
            let (mut at_once, mut apart) = ($net::new(1).with_threads(3), $net::new(1).with_threads(2));
            for _ in 0..2 {
                let losses = at_once.train_step($(&$column(samples)),+).expect("good data");
                assert_eq!(losses, apart.gradients($(&$column(samples)),+).expect("good data"));
                apart.apply();
            }
            assert_eq!(bits(at_once.params().as_array()), bits(apart.params().as_array()), "{samples} samples");
        }
    };
}

#[test]
fn a_step_is_gradients_and_update() {
    // Not cut, one tile each, and several.
    let least = heavy::Net::TRAIN.least;
    same_apart!(Heavy, [5, 2 * least - 1, 2 * least, 4 * least + 1, 20 * least], rows::<300>, rows::<3>);
    same_apart!(Clipped, [5, 4 * least + 1], rows::<300>, rows::<3>);
    same_apart!(Positions, [5, 2 * least - 1, 4 * least + 1], pairs::<300>, pairs::<3>);
    same_apart!(Shared, [5, samples(shared::Net::TRAIN)], rows::<64>, rows::<10>);
    same_apart!(Dense, [5, samples(dense::Net::TRAIN)], rows::<64>, |samples| labels(samples, 10));
    same_apart!(Noisy, [samples(noisy::Net::TRAIN)], rows::<32>, rows::<4>);
    same_apart!(Tiny, [samples(tiny::Net::TRAIN)], rows::<2>, rows::<1>);
}

#[test]
fn memory_is_used_again_by_other_passes() {
    // Steps keep all that chunks have made, gradients and predictions only sums.
    let samples = samples(heavy::Net::TRAIN);
    let (x, y) = (rows(samples), rows(samples));
    let mut net = Heavy::new(1).with_threads(2);
    for _ in 0..2 {
        net.train_step(&x, &y).expect("good data");
        let mut fresh = net.clone();
        assert_eq!(net.gradients(&x, &y).expect("good data"), fresh.gradients(&x, &y).expect("good data"));
        assert_eq!(bits(net.grads().as_array()), bits(fresh.grads().as_array()));
        assert_eq!(net.predict_batch(&x), fresh.predict_batch(&x));
        let mut fresh = net.clone();
        net.train_step(&x, &y).expect("good data");
        fresh.train_step(&x, &y).expect("good data");
        assert_eq!(bits(net.params().as_array()), bits(fresh.params().as_array()));
    }
}

#[test]
fn a_workspace_that_is_too_short_is_an_error() {
    let samples = samples(dense::Net::EVALUATE);
    let (net, x, y) = (Dense::new(1), rows::<64>(samples), labels(samples, 10));
    let ports = [Column::Real(x.as_flattened()), Column::Index(&y)];
    let (mut losses, mut metrics) = (vec![0.0; dense::Net::LOSSES.len()], vec![0.0; dense::Net::METRICS.len()]);
    let mut threads = Threads::new(2);
    let found = threads.evaluate::<dense::Net>(net.params().as_array(), &[], &ports, &mut [], &mut [], &mut losses, &mut metrics);
    assert!(matches!(found, Err(DataError::Lengths { .. })), "{found:?}");
}

#[test]
fn batch_statistics_stay_on_one_thread() {
    assert_eq!(normed::Net::TRAIN.chunks(1 << 30), 1);
    let (mut alone, mut shared) = (Normed::new(1), Normed::new(1).with_threads(2));
    let (x, y) = (rows(64), rows(64));
    assert_eq!(alone.train_step(&x, &y).expect("good data"), shared.train_step(&x, &y).expect("good data"));
    assert_eq!(shared.threads().ran_on().count(), 0);
    predictions::<normed::Net, _>(|threads, samples| {
        let mut net = Normed::new(1).with_threads(threads);
        (net.predict_batch(&rows(samples)), net.threads().ran_on().count())
    });
}

#[test]
fn small_batches_are_not_cut() {
    let least = dense::Net::TRAIN.least;
    let (mut alone, mut shared) = (Dense::new(1), Dense::new(1).with_threads(2));
    let (x, y) = (rows(2 * least - 1), labels(2 * least - 1, 10));
    assert_eq!(alone.train_step(&x, &y).expect("good data"), shared.train_step(&x, &y).expect("good data"));
    assert_eq!(alone.params(), shared.params());
    assert_eq!(shared.threads().ran_on().count(), 0);
    shared.train_step(&rows(2 * least), &labels(2 * least, 10)).expect("good data");
    assert_eq!(shared.threads().ran_on().count(), 2);
}

#[test]
fn bad_data_is_refused_before_anything_changes() {
    let samples = samples(stream::Net::TRAIN);
    let mut net = Stream::new(1).with_threads(2);
    let mut x = vec![[[0.5; 4]; 6]; samples];
    let y = x.clone();
    x[samples - 1][5][3] = f32::NAN;
    let mut states = vec![stream::State::initial().into_storage(); samples];
    let before = (states.clone(), net.params().as_array().to_vec(), net.steps());
    let error = net.train_step_from(&mut states, &x, &y).expect_err("not finite");
    assert_eq!(error.to_string(), Stream::new(1).train_step_from(&mut states, &x, &y).expect_err("not finite").to_string());
    assert_eq!((states, net.params().as_array().to_vec(), net.steps()), before);
    assert!(net.train_step(&y, &y[1..]).is_err() && net.evaluate(&y[1..], &y).is_err());
}

#[test]
fn each_thread_looks_at_its_own_data_and_the_first_fault_is_told() {
    let samples = samples(dense::Net::TRAIN);
    let (mut alone, mut shared) = (Dense::new(1), Dense::new(1).with_threads(3));
    let before = bits(shared.params().as_array());
    let (x, y) = (rows::<64>(samples), labels(samples, 10));
    let mut faults = vec![(x.clone(), y.clone()); 4];
    faults[0].0[samples - 1][63] = f32::INFINITY;
    faults[1].1[samples - 1] = 10;
    // The column that comes first, although the sample does not.
    faults[2].0[samples - 2][0] = f32::NAN;
    faults[2].1[0] = 99;
    faults[3].1.pop();
    for (x, y) in &faults {
        let wanted = alone.train_step(x, y).expect_err("bad data");
        assert_eq!(shared.train_step(x, y).expect_err("bad data"), wanted);
        assert_eq!(shared.evaluate(x, y).expect_err("bad data"), wanted);
        assert_eq!(shared.gradients(x, y).expect_err("bad data"), wanted);
    }
    assert_eq!((bits(shared.params().as_array()), shared.steps()), (before, 0));
    // A batch that is not cut.
    let (mut x, y) = (rows::<64>(3), labels(3, 10));
    x[1][5] = f32::NAN;
    assert_eq!(shared.train_step(&x, &y).expect_err("bad data"), alone.train_step(&x, &y).expect_err("bad data"));
}

#[test]
fn a_clone_has_threads_of_its_own() {
    let samples = samples(dense::Net::TRAIN);
    let (x, y) = (rows(samples), labels(samples, 10));
    let mut nets = vec![Dense::new(1).with_threads(2); 2];
    let all: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = nets.iter_mut().map(|net| scope.spawn(|| net.train_step(&x, &y).expect("good data"))).collect();
        running.into_iter().map(|run| run.join().expect("no panic")).collect()
    });
    assert_eq!(all[0], all[1]);
    let ran_on: HashSet<_> = nets.iter().flat_map(|net| net.threads().ran_on()).collect();
    assert_eq!(ran_on.len(), 4);
}

#[test]
fn eight_threads_are_the_most() {
    fn moves_and_is_shared<T: Send + Sync>() {}
    moves_and_is_shared::<Dense>();
    assert_eq!(Threads::<f32>::new(100).count(), 8);
    assert_eq!(Threads::<f32>::default().count(), 0);
}
