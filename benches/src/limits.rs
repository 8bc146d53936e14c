//! What one core of this machine can do at most.

use std::hint::black_box;
use std::time::Instant;

use tapeless::rt::{Pass, Real, Simd, Vector as _};

/// Multiply-adds in registers, nothing else.
struct MultiplyAdds(usize);

const CHAINS: usize = 12;

impl Pass<f32> for MultiplyAdds {
    type Output = (f32, usize);
    #[inline(always)]
    fn run<S: Simd<f32>>(self, simd: S) -> (f32, usize) {
        let (a, b) = (simd.splat(black_box(0.999)), simd.splat(black_box(0.001)));
        let mut sums = [simd.splat(1.0); CHAINS];
        for _ in 0..self.0 {
            for sum in &mut sums {
                *sum = sum.mul_add(a, b);
            }
        }
        (sums.into_iter().fold(simd.splat(0.0), |x, y| x + y).sum(), S::LANES)
    }
}

/// Operations a second, the best of many short runs.
pub(crate) fn multiply_adds() -> f64 {
    const COUNT: usize = 20_000;
    let best = |run: &dyn Fn() -> usize| {
        (0..400).fold(0.0_f64, |best, _| {
            let start = Instant::now();
            let operations = run();
            best.max(operations as f64 / start.elapsed().as_secs_f64())
        })
    };
    best(&|| {
        let (sum, lanes) = f32::dispatch(MultiplyAdds(black_box(COUNT)));
        black_box(sum);
        COUNT * CHAINS * 2 * lanes
    })
}

/// Sums what it reads.
struct Read<'a>(&'a [f32]);

impl Pass<f32> for Read<'_> {
    type Output = f32;
    #[inline(always)]
    fn run<S: Simd<f32>>(self, simd: S) -> f32 {
        tapeless::rt::sum_each(simd, [self.0], |[x]| x)
    }
}

/// Bytes a second read from memory, the best of a few sweeps over what no second-level cache holds.
pub(crate) fn bandwidth() -> f64 {
    let data = vec![1.0_f32; 8 << 20];
    (0..12).fold(0.0_f64, |best, _| {
        let start = Instant::now();
        black_box(f32::dispatch(Read(black_box(&data))));
        best.max(size_of_val(data.as_slice()) as f64 / start.elapsed().as_secs_f64())
    })
}
