//! GFLOP/s of the products in their three orientations, beside the machine's own limit of multiply-adds.

use std::hint::black_box;
use std::time::{Duration, Instant};

use tapeless_runtime::{Pass, Real, Simd, Vector as _, matmul, matmul_nt, matmul_tn};

/// Multiply-adds in registers, nothing else: the limit.
struct Limit(usize);

impl Pass<f32> for Limit {
    type Output = f32;
    #[inline(always)]
    fn run<S: Simd<f32>>(self, simd: S) -> f32 {
        let (a, b) = (simd.splat(black_box(0.999)), simd.splat(black_box(0.001)));
        let mut sums = [simd.splat(1.0); 12];
        for _ in 0..self.0 {
            for sum in &mut sums {
                *sum = sum.mul_add(a, b);
            }
        }
        sums.into_iter().fold(simd.splat(0.0), |x, y| x + y).sum() * S::LANES as f32
    }
}

macro_rules! product {
    ($name:ident $kernel:ident [$a0:ident $a1:ident] [$b0:ident $b1:ident]) => {
        struct $name<'a, const M: usize, const K: usize, const N: usize>(
            &'a [[f32; $a1]; $a0],
            &'a [[f32; $b1]; $b0],
            &'a mut [[f32; N]; M],
        );

        impl<const M: usize, const K: usize, const N: usize> Pass<f32> for $name<'_, M, K, N> {
            type Output = ();
            #[inline(always)]
            fn run<S: Simd<f32>>(self, simd: S) {
                $kernel(simd, self.0, self.1, self.2);
            }
        }
    };
}

product!(Plain matmul [M K] [K N]);
product!(Right matmul_nt [M K] [N K]);
product!(Left matmul_tn [K M] [K N]);

/// Seconds a call takes: the best of many short runs.
fn seconds(mut f: impl FnMut()) -> f64 {
    let start = Instant::now();
    f();
    let once = start.elapsed().max(Duration::from_nanos(20));
    let calls = (Duration::from_micros(300).as_nanos() / once.as_nanos()).max(1) as u32;
    let mut best = f64::INFINITY;
    for _ in 0..300 {
        let start = Instant::now();
        for _ in 0..calls {
            f();
        }
        best = best.min(start.elapsed().as_secs_f64() / f64::from(calls));
    }
    best
}

/// Begins at a cache line, as parameters and workspaces of generated code do.
#[repr(align(64))]
struct Lines<const R: usize, const C: usize>([[f32; C]; R]);

fn array<const R: usize, const C: usize>() -> Box<Lines<R, C>> {
    Box::new(Lines([[0.5; C]; R]))
}

fn shape<const M: usize, const K: usize, const N: usize>(limit: f64) {
    let flops = (2 * M * K * N) as f64;
    let (a, b, mut out) = (array::<M, K>(), array::<K, N>(), array::<M, N>());
    let (at, bt) = (array::<K, M>(), array::<N, K>());
    let rates = [
        seconds(|| f32::dispatch(Plain::<M, K, N>(&black_box(&a).0, &black_box(&b).0, &mut out.0))),
        seconds(|| f32::dispatch(Right::<M, K, N>(&black_box(&a).0, &black_box(&bt).0, &mut out.0))),
        seconds(|| f32::dispatch(Left::<M, K, N>(&black_box(&at).0, &black_box(&b).0, &mut out.0))),
    ]
    .map(|s| flops / s / 1e9);
    println!(
        "{:>16}  {:7.1}  {:7.1}  {:7.1}   ({:.0} %, {:.0} %, {:.0} %)",
        format!("{M}x{K}x{N}"),
        rates[0],
        rates[1],
        rates[2],
        100.0 * rates[0] / limit,
        100.0 * rates[1] / limit,
        100.0 * rates[2] / limit
    );
}

fn main() {
    // Arrays are made on the stack before they are boxed.
    let table = std::thread::Builder::new().stack_size(64 << 20).spawn(table).expect("the system starts a thread");
    table.join().expect("the table is printed");
}

fn table() {
    const COUNT: usize = 20_000;
    let mut total = 0.0;
    let once = seconds(|| total = f32::dispatch(Limit(black_box(COUNT))));
    struct Lanes;
    impl Pass<f32> for Lanes {
        type Output = usize;
        #[inline(always)]
        fn run<S: Simd<f32>>(self, _: S) -> usize {
            S::LANES
        }
    }
    let lanes = f32::dispatch(Lanes);
    let limit = (COUNT * 12 * 2 * lanes) as f64 / once / 1e9;
    black_box(total);
    println!("{lanes} lanes, limit {limit:.1} GFLOP/s");
    println!("{:>16}  {:>7}  {:>7}  {:>7}", "M x K x N", "a·b", "a·bᵀ", "aᵀ·b");
    for _ in 0..10 {
        shape::<128, 128, 64>(limit);
    }
}
