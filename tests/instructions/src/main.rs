//! One workload of the benchmark, a stated number of times: `workload W3 train 20`. Prints how many `f32` a vector has here.
//!
//! Networks and batches are those of `benches/`, nothing is timed: the test `counts` has callgrind count the instructions.

use std::hint::black_box;
use std::str::FromStr;

use tapeless::AlignedBox;
use tapeless::rt::{Pass, Real, Simd};

tapeless::nn_file!("../../benches/networks/w1.nn");
tapeless::nn_file!("../../benches/networks/w2a.nn");
tapeless::nn_file!("../../benches/networks/w2b.nn");
tapeless::nn_file!("../../benches/networks/w3.nn");
tapeless::nn_file!("../../benches/networks/w5.nn");
tapeless::nn_file!("../../benches/networks/w8.nn");

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [workload, direction, times] = arguments.as_slice() else { return Err("usage: workload W3 train 20".into()) };
    let times = Times { direction: direction.parse()?, count: times.parse().map_err(|_| format!("`{times}` is not a number"))? };
    match workload.as_str() {
        "W1" => w1(times),
        "W2a" => w2a(times),
        "W2b" => w2b(times),
        "W3" => w3(times),
        "W5" => w5(times),
        "W8" => w8(times),
        _ => return Err(format!("there is no workload `{workload}`")),
    }
    println!("{}", f32::dispatch(Lanes));
    Ok(())
}

fn w1(times: Times) {
    let (xs, ys, mut net) = (points::<3>(1), points::<1>(1), W1::new(1));
    match times.direction {
        Direction::Train => times.of(|| net.train_step(black_box(&xs), black_box(&ys))),
        Direction::Infer => times.of(|| net.predict(black_box(&xs[0]))),
    }
}

fn w2a(times: Times) {
    let (xs, ys, mut net) = (points::<2>(32), points::<1>(32), W2a::new(1));
    let (mut workspace, mut out) = (AlignedBox::<f32, { w2a::PREDICT_WORKSPACE }>::new(), vec![[0.0; 1]; xs.len()]);
    match times.direction {
        Direction::Train => times.of(|| net.train_step(black_box(&xs), black_box(&ys))),
        Direction::Infer => times.of(|| w2a::predict_batch(net.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out)),
    }
}

fn w2b(times: Times) {
    let (xs, ys, mut net) = (points::<2>(32), points::<1>(32), W2b::new(1));
    let (mut workspace, mut out) = (AlignedBox::<f32, { w2b::PREDICT_WORKSPACE }>::new(), vec![[0.0; 1]; xs.len()]);
    match times.direction {
        Direction::Train => times.of(|| net.train_step(black_box(&xs), black_box(&ys))),
        Direction::Infer => times.of(|| w2b::predict_batch(net.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out)),
    }
}

/// One sample.
fn w3(times: Times) {
    let (xs, ys, mut net) = (points::<784>(1), [3], W3::new(1));
    let (mut workspace, mut out) = (AlignedBox::<f32, { w3::PREDICT_WORKSPACE }>::new(), [[0.0; 10]; 1]);
    match times.direction {
        Direction::Train => times.of(|| net.train_step(black_box(&xs), black_box(&ys))),
        Direction::Infer => times.of(|| w3::predict_batch(net.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out)),
    }
}

/// One signal.
fn w5(times: Times) {
    let shaped = |xs: Vec<[f32; 64]>| -> Vec<[[f32; 1]; 64]> { xs.iter().map(|x| x.map(|x| [x])).collect() };
    let (xs, ys, mut net) = (shaped(points(1)), shaped(points(1)), W5::new(1));
    let (mut workspace, mut out) = (AlignedBox::<f32, { w5::PREDICT_WORKSPACE }>::new(), [[[0.0; 1]; 64]; 1]);
    match times.direction {
        Direction::Train => times.of(|| net.train_step(black_box(&xs), black_box(&ys))),
        Direction::Infer => times.of(|| w5::predict_batch(net.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out)),
    }
}

fn w8(times: Times) {
    let (xs, mut net) = (points::<2>(256), W8::new(1));
    let (mut workspace, mut out) = (AlignedBox::<f32, { w8::PREDICT_WORKSPACE }>::new(), vec![0.0; xs.len()]);
    match times.direction {
        Direction::Train => times.of(|| net.train_step(black_box(&xs))),
        Direction::Infer => times.of(|| w8::predict_batch(net.params().as_array(), &[], black_box(&xs), &mut workspace, &mut out)),
    }
}

/// What is done, and how often.
#[derive(Clone, Copy, Debug)]
struct Times {
    direction: Direction,
    count: usize,
}

#[derive(Clone, Copy, Debug)]
enum Direction {
    /// Training steps.
    Train,
    /// Predictions.
    Infer,
}

impl FromStr for Direction {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "train" => Ok(Direction::Train),
            "infer" => Ok(Direction::Infer),
            _ => Err(format!("`{text}` is neither `train` nor `infer`")),
        }
    }
}

impl Times {
    fn of<R>(self, mut work: impl FnMut() -> R) {
        for _ in 0..self.count {
            black_box(work());
        }
    }
}

/// Made-up data: `N` numbers between −1 and 1 for each of `samples` samples.
fn points<const N: usize>(samples: usize) -> Vec<[f32; N]> {
    (0..samples).map(|i| std::array::from_fn(|j| ((i * N + j) as f32 * 0.37).sin())).collect()
}

/// The level that the passes run at.
struct Lanes;

impl Pass<f32> for Lanes {
    type Output = usize;
    #[inline(always)]
    fn run<S: Simd<f32>>(self, _: S) -> usize {
        S::LANES
    }
}
