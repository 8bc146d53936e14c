//! GFLOP/s of convolutions and their two adjoints, beside the machine's own limit of multiply-adds, and what pools take.

use std::hint::black_box;
use std::time::{Duration, Instant};

use tapeless_runtime::{
    Conv, Pass, Real, Simd, Slide, Vector as _, Windows, conv_input, conv_map, conv_weight_add, window_argmax, window_max, window_place,
};

/// Samples of a tile.
const ROWS: usize = 32;

/// Work at the level of the machine.
struct At<F>(F);

trait Work {
    fn run<S: Simd<f32>>(&mut self, simd: S);
}

impl<W: Work> Pass<f32> for At<&mut W> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd<f32>>(self, simd: S) {
        self.0.run(simd);
    }
}

/// Seconds a call takes: the best of many short runs.
fn seconds(work: &mut impl Work) -> f64 {
    let start = Instant::now();
    f32::dispatch(At(&mut *work));
    let once = start.elapsed().max(Duration::from_nanos(20));
    let calls = (Duration::from_micros(300).as_nanos() / once.as_nanos()).max(1) as u32;
    let mut best = f64::INFINITY;
    for _ in 0..300 {
        let start = Instant::now();
        for _ in 0..calls {
            f32::dispatch(At(&mut *work));
        }
        best = best.min(start.elapsed().as_secs_f64() / f64::from(calls));
    }
    best
}

/// Multiply-adds in registers, nothing else: the limit.
struct Limit;

impl Work for Limit {
    #[inline(always)]
    fn run<S: Simd<f32>>(&mut self, simd: S) {
        let (a, b) = (simd.splat(black_box(0.999)), simd.splat(black_box(0.001)));
        let mut sums = [simd.splat(1.0); 12];
        for _ in 0..1000 {
            for sum in &mut sums {
                *sum = sum.mul_add(a, b);
            }
        }
        black_box(sums.into_iter().fold(simd.splat(0.0), |x, y| x + y).sum() * S::LANES as f32);
    }
}

/// The operands of a convolution.
struct Parts {
    conv: Conv,
    x: Vec<f32>,
    w: Vec<f32>,
    b: Vec<f32>,
    y: Vec<f32>,
    scratch: Vec<f32>,
}

struct Forward(Parts);
struct Input(Parts);
struct Weight(Parts);

impl Work for Forward {
    #[inline(always)]
    fn run<S: Simd<f32>>(&mut self, simd: S) {
        let Parts { conv, x, w, b, y, scratch } = &mut self.0;
        conv_map(simd, *conv, x, w, y, scratch, |value, at| (value + at.channel(simd, b)).relu());
    }
}

impl Work for Input {
    #[inline(always)]
    fn run<S: Simd<f32>>(&mut self, simd: S) {
        let Parts { conv, x, w, y, scratch, .. } = &mut self.0;
        conv_input(simd, *conv, w, y, x, scratch);
    }
}

impl Work for Weight {
    #[inline(always)]
    fn run<S: Simd<f32>>(&mut self, simd: S) {
        let Parts { conv, x, w, y, scratch, .. } = &mut self.0;
        conv_weight_add(simd, *conv, ROWS, x, y, w, scratch);
    }
}

struct Pool {
    windows: Windows,
    x: Vec<f32>,
    y: Vec<f32>,
    index: Vec<f32>,
    which: usize,
}

impl Work for Pool {
    #[inline(always)]
    fn run<S: Simd<f32>>(&mut self, simd: S) {
        match self.which {
            0 => window_max(simd, self.windows, &self.x, &mut self.y),
            1 => window_argmax(simd, self.windows, &self.x, &mut self.index),
            _ => window_place(simd, self.windows, &self.index, &self.y, &mut self.x),
        }
    }
}

fn numbers(n: usize) -> Vec<f32> {
    (0..n).map(|i| (i * 7919 % 1009) as f32 / 1009.0 - 0.5).collect()
}

/// `[channels, filters]` and `[image, window, places]`.
fn shape(limit: f64, name: &str, [channels, filters]: [usize; 2], slide: Slide, [image, window, places]: [usize; 3]) {
    let conv = Conv::of(channels, filters, 1, slide, slide);
    let flops = (2 * ROWS * channels * filters * places * places * window * window) as f64;
    let parts = || Parts {
        conv,
        x: numbers(ROWS * channels * image * image),
        w: numbers(channels * filters * window * window),
        b: numbers(filters),
        y: numbers(ROWS * filters * places * places),
        scratch: vec![0.0; 64 * 1024 + 4 * (channels + filters) * (image + 2 * window) * (image + 2 * window)],
    };
    let rates =
        [seconds(&mut Forward(parts())), seconds(&mut Input(parts())), seconds(&mut Weight(parts()))].map(|s| (s * 1e6, flops / s / 1e9));
    print!("{name:24}");
    for (us, rate) in rates {
        print!("{us:9.1} µs {rate:6.1} ({:2.0} %)", 100.0 * rate / limit);
    }
    println!();
}

fn main() {
    let time = seconds(&mut Limit);
    let lanes = if std::env::args().count() > 1 { 8 } else { 16 };
    let limit = (2 * 12 * 1000 * lanes) as f64 / time / 1e9;
    println!("limit {limit:.1} GFLOP/s; {ROWS} samples; forward with bias and relu, by the image, by the kernels");
    shape(limit, "1→8 3×3 28×28", [1, 8], Slide::of(28, 3), [28, 3, 26]);
    shape(limit, "8→16 3×3 13×13", [8, 16], Slide::of(13, 3), [13, 3, 11]);
    shape(limit, "16→32 3×3 14×14 same", [16, 32], Slide::of(14, 3).pad(1, 1), [14, 3, 14]);
    shape(limit, "32→32 3×3 32×32 same", [32, 32], Slide::of(32, 3).pad(1, 1), [32, 3, 32]);
    shape(limit, "16→32 3×3 32×32 by 2", [16, 32], Slide::of(32, 3).stride(2).pad(1, 1), [32, 3, 16]);
    shape(limit, "64→64 1×1 16×16", [64, 64], Slide::of(16, 1), [16, 1, 16]);
    for (channels, image) in [(8, 26), (16, 11)] {
        let slide = Slide::of(image, 2).stride(2);
        let (size, places) = (ROWS * channels * image * image, ROWS * channels * (image / 2) * (image / 2));
        let mut pool =
            Pool { windows: Windows::of(slide, slide), x: numbers(size), y: numbers(places), index: vec![0.0; places], which: 0 };
        print!("pool {channels} {image}×{image} by 2: largest, where, back ");
        for which in 0..3 {
            pool.which = which;
            print!("{:8.1} µs", seconds(&mut pool) * 1e6);
        }
        println!();
    }
}
