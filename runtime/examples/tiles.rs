//! What shape a register tile should have: the rate of tiles of so many rows and vectors over operands that lie in the first-level cache, in
//! percent of the limit of multiply-adds, at every level that this machine has. Beside it which rows `shapes.rs` gives a tile of so many vectors.
//! Run it on a machine of your own before you change that table: `cargo run --release -p tapeless-runtime --example tiles`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use tapeless_runtime::{Pass, Simd, Vector as _, at_each_level, tallest_tile};

/// Summed elements: a panel of 64 columns takes 32 KB.
const DEPTH: usize = 128;
const MOST_ROWS: usize = 16;
const REPETITIONS: usize = 50;
const ROUNDS: usize = 20;

/// A panel and rows that meet it, and the vectors and rows of a tile that is measured.
#[derive(Clone, Copy)]
struct Measured<'a> {
    rows: &'a [[f32; DEPTH]; MOST_ROWS],
    panel: &'a [f32],
}

/// GFLOP/s of what `f` does, as the best of many short runs.
fn rate(flops: usize, mut f: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    let end = Instant::now() + Duration::from_millis(3);
    while Instant::now() < end {
        let start = Instant::now();
        for _ in 0..REPETITIONS {
            f();
        }
        best = best.min(start.elapsed().as_secs_f64() / REPETITIONS as f64);
    }
    flops as f64 / best / 1e9
}

/// The tile: every row's element of a k times the vectors of the panel's line k, as the runtime's own does it.
#[inline(always)]
fn tile<S: Simd<f32>, const ROWS: usize, const VECTORS: usize>(simd: S, measured: Measured<'_>, out: &mut [f32]) {
    let width = VECTORS * S::LANES;
    let mut sums = [[simd.splat(0.0); VECTORS]; ROWS];
    for (k, line) in measured.panel.chunks_exact(width).take(DEPTH).enumerate() {
        let mut vectors = [simd.splat(0.0); VECTORS];
        for (vector, xs) in vectors.iter_mut().zip(line.chunks_exact(S::LANES)) {
            *vector = simd.load(xs);
        }
        for (sums, row) in sums.iter_mut().zip(measured.rows) {
            let factor = simd.splat(row.get(k).copied().unwrap_or(0.0));
            for (sum, vector) in sums.iter_mut().zip(vectors) {
                *sum = factor.mul_add(vector, *sum);
            }
        }
    }
    for (sum, place) in sums.as_flattened().iter().zip(out.chunks_exact_mut(S::LANES)) {
        sum.store(place);
    }
}

/// GFLOP/s of multiply-adds in registers, nothing else.
#[inline(always)]
fn limit<S: Simd<f32>>(simd: S) -> f64 {
    rate(DEPTH * 12 * 2 * S::LANES, || {
        simd.apart(
            #[inline(always)]
            || {
                let (a, b) = (simd.splat(black_box(0.999)), simd.splat(black_box(0.001)));
                let mut sums = [simd.splat(1.0); 12];
                for _ in 0..DEPTH {
                    for sum in &mut sums {
                        *sum = sum.mul_add(a, b);
                    }
                }
                black_box(sums.into_iter().fold(simd.splat(0.0), |x, y| x + y).sum());
            },
        );
    })
}

/// One shape at one level.
struct Shape<'a, const ROWS: usize, const VECTORS: usize>(Measured<'a>);

impl<const ROWS: usize, const VECTORS: usize> Shape<'_, ROWS, VECTORS> {
    #[inline(always)]
    fn rate<S: Simd<f32>>(&self, simd: S) -> (usize, usize, f64) {
        let mut out = [0.0; MOST_ROWS * 4 * 16];
        let flops = 2 * ROWS * VECTORS * S::LANES * DEPTH;
        let rate = rate(flops, || {
            black_box(self);
            simd.apart(
                #[inline(always)]
                || tile::<S, ROWS, VECTORS>(simd, self.0, &mut out),
            );
            black_box(&mut out);
        });
        (ROWS, VECTORS, rate)
    }
}

/// What a level was measured to do.
struct Level {
    limit: f64,
    rates: Vec<(usize, usize, f64)>,
    chosen: [usize; 5],
}

macro_rules! rates {
    ($simd:ident, $measured:expr; $($rows:literal x $vectors:literal),*) => {
        vec![$(Shape::<$rows, $vectors>($measured).rate($simd)),*]
    };
}

impl Pass<f32> for Measured<'_> {
    type Output = Level;

    #[inline(always)]
    fn run<S: Simd<f32>>(self, simd: S) -> Level {
        let mut level = Level { limit: 0.0, rates: Vec::new(), chosen: std::array::from_fn(tallest_tile::<f32, S>) };
        // In turn, so that each shape has its share of what else the machine does.
        for _ in 0..ROUNDS {
            level.limit = limit(simd).max(level.limit);
            let rates = rates!(simd, self; 4 x 1, 6 x 1, 8 x 1, 12 x 1, 16 x 1, 2 x 2, 4 x 2, 5 x 2, 6 x 2, 8 x 2, 10 x 2, 12 x 2,
                3 x 3, 4 x 3, 6 x 3, 8 x 3, 2 x 4, 3 x 4, 4 x 4, 5 x 4, 6 x 4);
            let before = level.rates.iter().map(|(_, _, rate)| *rate).chain(std::iter::repeat(0.0));
            level.rates = rates.into_iter().zip(before).map(|((rows, vectors, rate), before)| (rows, vectors, rate.max(before))).collect();
        }
        level
    }
}

fn main() {
    let rows = [[0.5; DEPTH]; MOST_ROWS];
    let panel = vec![0.25; DEPTH * 4 * 16];
    at_each_level(Measured { rows: &rows, panel: &panel }, |name, level| {
        println!("{name}, limit {:.1} GFLOP/s", level.limit);
        for vectors in 1..=4 {
            let of_width = level.rates.iter().filter(|(_, of, _)| *of == vectors);
            let best = of_width.clone().map(|(_, _, rate)| *rate).fold(0.0, f64::max);
            let shapes = of_width.map(|&(rows, _, rate)| {
                let marks = [(rows == level.chosen[vectors], " in the table"), (rate >= best, " best")];
                let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
                format!("{rows} rows {:.0} %{marks}", 100.0 * rate / level.limit)
            });
            println!("  {vectors} vectors: {}", shapes.collect::<Vec<_>>().join(", "));
        }
    });
}
