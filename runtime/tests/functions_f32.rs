//! Elementary functions of f32 against libm in f64, over a stride through all bit patterns: whole vectors and one lane.

use tapeless_runtime::{Pass, Real, Simd, Vector, each, one_lane};

type Reference = fn(f64) -> f64;

struct Apply<'a> {
    function: usize,
    x: &'a [f32],
    y: &'a mut [f32],
}

impl Pass<f32> for Apply<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd<f32>>(self, simd: S) {
        let Apply { function, x, y } = self;
        match function {
            0 => each(simd, [x], [y], |[x]| [x.exp()]),
            1 => each(simd, [x], [y], |[x]| [x.expm1()]),
            2 => each(simd, [x], [y], |[x]| [x.log()]),
            3 => each(simd, [x], [y], |[x]| [x.log1p()]),
            4 => each(simd, [x], [y], |[x]| [x.sin()]),
            5 => each(simd, [x], [y], |[x]| [x.cos()]),
            6 => each(simd, [x], [y], |[x]| [x.tanh()]),
            7 => each(simd, [x], [y], |[x]| [x.sigmoid()]),
            8 => each(simd, [x], [y], |[x]| [x.erf()]),
            9 => each(simd, [x], [y], |[x]| [x.sqrt()]),
            10 => each(simd, [x], [y], |[x]| [x.rsqrt()]),
            11 => each(simd, [x], [y], |[x]| [x.floor()]),
            _ => each(simd, [x], [y], |[x]| [x.round()]),
        }
    }
}

const FUNCTIONS: [(&str, f64, Reference); 13] = [
    ("exp", 2.0, libm::exp),
    ("expm1", 2.0, libm::expm1),
    ("log", 2.0, libm::log),
    ("log1p", 2.0, libm::log1p),
    ("sin", 2.0, libm::sin),
    ("cos", 2.0, libm::cos),
    ("tanh", 2.0, libm::tanh),
    ("sigmoid", 2.0, |x| if x >= 0.0 { 1.0 / (1.0 + libm::exp(-x)) } else { libm::exp(x) / (1.0 + libm::exp(x)) }),
    ("erf", 2.0, libm::erf),
    ("sqrt", 0.5, libm::sqrt),
    ("rsqrt", 1.5, |x| 1.0 / libm::sqrt(x)),
    ("floor", 0.0, libm::floor),
    ("round", 0.0, libm::rint),
];

/// The distance in units of the expected number's last place; infinite where one is NaN or infinite and the other is not.
fn ulps(found: f32, expected: f64) -> f64 {
    let rounded = expected as f32;
    if found == rounded || found.is_nan() && rounded.is_nan() {
        return 0.0;
    }
    if !found.is_finite() || expected.is_nan() {
        // Overflow within the allowed error of the largest number.
        return if found.is_infinite() && expected.abs() > 3.4028233e38 { 0.0 } else { f64::INFINITY };
    }
    let size = (expected.abs() as f32).max(f32::MIN_POSITIVE);
    let unit = f64::from(f32::from_bits(size.to_bits() & 0x7f80_0000)) * f64::from(f32::EPSILON);
    (f64::from(found) - expected).abs() / unit
}

/// The worst error over every `stride`th bit pattern.
fn worst(function: usize, stride: usize, dispatched: bool) -> (f64, f32) {
    let (_, _, reference) = FUNCTIONS[function];
    let mut worst = (0.0, 0.0);
    let (mut x, mut y) = (vec![0.0_f32; 4096], vec![0.0_f32; 4096]);
    let mut patterns = (0..=u32::MAX).step_by(stride);
    loop {
        let mut count = 0;
        for (x, bits) in x.iter_mut().zip(&mut patterns) {
            *x = f32::from_bits(bits);
            count += 1;
        }
        if count == 0 {
            return worst;
        }
        let pass = Apply { function, x: &x[..count], y: &mut y[..count] };
        if dispatched {
            f32::dispatch(pass)
        } else {
            one_lane(pass)
        }
        for (&x, &y) in x[..count].iter().zip(&y) {
            let error = ulps(y, reference(f64::from(x)));
            if error > worst.0 {
                worst = (error, x);
            }
        }
    }
}

#[test]
fn within_two_units_everywhere() {
    let stride = std::env::var("STRIDE").ok().and_then(|s| s.parse().ok()).unwrap_or(4999);
    let mut report = String::new();
    let mut good = true;
    for (function, (name, bound, _)) in FUNCTIONS.iter().enumerate() {
        for dispatched in [true, false] {
            let (error, x) = worst(function, stride, dispatched);
            report += &format!("{name:8} {} {error:.3} ulp at {x:e}\n", if dispatched { "vector" } else { "scalar" });
            good &= error <= *bound;
        }
    }
    println!("{report}");
    assert!(good, "{report}");
}

#[test]
fn signs_of_zero_are_kept() {
    for (function, (name, _, reference)) in FUNCTIONS.iter().enumerate() {
        for x in [0.0_f32, -0.0] {
            let mut y = [1.0_f32; 17];
            f32::dispatch(Apply { function, x: &[x; 17], y: &mut y });
            let expected = reference(f64::from(x)) as f32;
            assert!(y.iter().all(|y| y.to_bits() == expected.to_bits()), "{name}({x:?}) = {:?}, expected {expected:?}", y[0]);
        }
    }
}

#[test]
fn powers() {
    struct Power<'a>(&'a [f32], &'a [f32], &'a mut [f32]);
    impl Pass<f32> for Power<'_> {
        type Output = ();
        #[inline(always)]
        fn run<S: Simd<f32>>(self, simd: S) {
            each(simd, [self.0, self.1], [self.2], |[x, y]| [x.pow(y)]);
        }
    }
    let special =
        [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5, 1e30, -1e30, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1e-42, 16777216.0];
    let (mut x, mut y) = (vec![], vec![]);
    for a in special {
        for b in special {
            x.push(a);
            y.push(b);
        }
    }
    for i in 0..200_000_u32 {
        x.push(f32::from_bits(i.wrapping_mul(2_654_435_761) & 0x7fff_ffff));
        y.push((i.wrapping_mul(40_503) % 65_536) as f32 / 1024.0 - 32.0);
    }
    let mut z = vec![0.0; x.len()];
    f32::dispatch(Power(&x, &y, &mut z));
    for ((&x, &y), &z) in x.iter().zip(&y).zip(&z) {
        let expected = libm::pow(f64::from(x), f64::from(y));
        assert!(ulps(z, expected) <= 1.0, "{x:e}^{y:e} = {z:e}, expected {expected:e}");
        let scalar = Real::pow(x, y);
        assert!(ulps(scalar, expected) <= 1.0, "{x:e}^{y:e} = {scalar:e}, expected {expected:e} (scalar)");
    }
}
