//! Elementary functions of f64 against libm: within 1e-15, relatively, and the derivatives of dual numbers against differences.

use tapeless_runtime::{Dual, Pass, Real, Simd, Stream, Vector, each, one_lane};

struct Apply<'a, T> {
    function: usize,
    x: &'a [T],
    y: &'a mut [T],
}

impl<T: Real> Pass<T> for Apply<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd<T>>(self, simd: S) {
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

fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 { 1.0 / (1.0 + libm::exp(-x)) } else { libm::exp(x) / (1.0 + libm::exp(x)) }
}

type Reference = fn(f64) -> f64;

const FUNCTIONS: [(&str, Reference); 13] = [
    ("exp", libm::exp),
    ("expm1", libm::expm1),
    ("log", libm::log),
    ("log1p", libm::log1p),
    ("sin", libm::sin),
    ("cos", libm::cos),
    ("tanh", libm::tanh),
    ("sigmoid", sigmoid),
    ("erf", libm::erf),
    ("sqrt", libm::sqrt),
    ("rsqrt", |x| 1.0 / libm::sqrt(x)),
    ("floor", libm::floor),
    ("round", libm::rint),
];

/// Arguments of every size: bit patterns, and many in the middle.
fn arguments() -> Vec<f64> {
    let stream = Stream::new(1, 1);
    let mut x: Vec<f64> = (0..100_000).map(|i| f64::from_bits(stream.bits(0, 0, i))).collect();
    for (sample, scale) in [1e-3, 0.5, 1.0, 3.0, 10.0, 50.0, 800.0, 1e5, 1e9].into_iter().enumerate() {
        x.extend((0..50_000).map(|i| scale * (2.0 * stream.uniform::<f64>(1, sample as u64, i) - 1.0)));
    }
    // Close to multiples of π/2, where the remainder cancels.
    x.extend((1..20_000).map(|n| f64::from(n) * std::f64::consts::FRAC_PI_2));
    x.extend([
        0.0,
        -0.0,
        1.0,
        -1.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        5e-324,
        -5e-324,
        f64::MAX,
        f64::MIN,
        6381956970095103.0 * 2f64.powi(797),
    ]);
    x
}

fn error(found: f64, expected: f64) -> f64 {
    if found == expected || found.is_nan() && expected.is_nan() {
        0.0
    } else if !found.is_finite() || !expected.is_finite() {
        f64::INFINITY
    } else {
        // Subnormal results have fewer bits: half their unit is no error.
        ((found - expected).abs() - 5e-324) / expected.abs().max(f64::MIN_POSITIVE)
    }
}

#[test]
fn within_a_few_units_everywhere() {
    let x = arguments();
    let mut y = vec![0.0; x.len()];
    let mut report = String::new();
    let mut good = true;
    for (function, (name, reference)) in FUNCTIONS.iter().enumerate() {
        for dispatched in [true, false] {
            let pass = Apply { function, x: &x, y: &mut y };
            if dispatched {
                f64::dispatch(pass)
            } else {
                one_lane(pass)
            }
            let mut worst = (0.0, 0.0);
            for (&x, &y) in x.iter().zip(&y) {
                let error = error(y, reference(x));
                if error > worst.0 {
                    worst = (error, x);
                }
            }
            report += &format!("{name:8} {} {:.3e} at {:e}\n", if dispatched { "vector" } else { "scalar" }, worst.0, worst.1);
            good &= worst.0 <= 1e-15;
        }
    }
    println!("{report}");
    assert!(good, "{report}");
}

#[test]
fn signs_of_zero_are_kept() {
    for (function, (name, reference)) in FUNCTIONS.iter().enumerate() {
        for x in [0.0_f64, -0.0] {
            let mut y = [1.0; 17];
            f64::dispatch(Apply { function, x: &[x; 17], y: &mut y });
            assert!(y.iter().all(|y| y.to_bits() == reference(x).to_bits()), "{name}({x:?}) = {:?}", y[0]);
        }
    }
}

#[test]
fn powers() {
    struct Power<'a>(&'a [f64], &'a [f64], &'a mut [f64]);
    impl Pass<f64> for Power<'_> {
        type Output = ();
        #[inline(always)]
        fn run<S: Simd<f64>>(self, simd: S) {
            each(simd, [self.0, self.1], [self.2], |[x, y]| [x.pow(y)]);
        }
    }
    let special = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.0,
        -2.0,
        3.0,
        -3.0,
        0.5,
        -0.5,
        1e300,
        -1e300,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        5e-324,
        9007199254740993.0,
        1.0 + f64::EPSILON,
    ];
    let (mut x, mut y) = (vec![], vec![]);
    for a in special {
        for b in special {
            x.push(a);
            y.push(b);
        }
    }
    let stream = Stream::new(2, 2);
    for i in 0..200_000 {
        x.push(f64::from_bits(stream.bits(0, 0, i) >> 1));
        y.push(2.0 * stream.uniform::<f64>(1, 0, i) - 1.0);
        x.push(0.5 + stream.uniform::<f64>(2, 0, i));
        y.push(1000.0 * (2.0 * stream.uniform::<f64>(3, 0, i) - 1.0));
    }
    let mut z = vec![0.0; x.len()];
    f64::dispatch(Power(&x, &y, &mut z));
    let mut worst = 0.0_f64;
    for ((&x, &y), &z) in x.iter().zip(&y).zip(&z) {
        let expected = libm::pow(x, y);
        for z in [z, Real::pow(x, y)] {
            worst = worst.max(error(z, expected));
            assert!(error(z, expected) <= 1e-15, "{x:e}^{y:e} = {z:e}, expected {expected:e}");
        }
    }
    println!("pow {worst:e}");
}

#[test]
fn whole_powers() {
    for x in [0.0, -1.5, 2.0, 0.1] {
        for n in [0, 1, 2, 3, 7, -1, -2, 30] {
            let expected = libm::pow(x, f64::from(n));
            assert!(error(Real::powi(x, n), expected) < 1e-14, "{x}^{n}");
        }
    }
}

/// Σ cₙ f(x + n·h)/h with eight points.
fn difference(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 2f64.powi(-7);
    [(1.0, 4.0 / 5.0), (2.0, -1.0 / 5.0), (3.0, 4.0 / 105.0), (4.0, -1.0 / 280.0)]
        .iter()
        .map(|(n, c)| c * (f(x + n * h) - f(x - n * h)))
        .sum::<f64>()
        / h
}

#[test]
fn tangents_are_derivatives() {
    for (function, (name, reference)) in FUNCTIONS.iter().enumerate() {
        for x in [-2.3, -0.7, 0.3, 0.9, 1.7, 3.4] {
            let restricted = matches!(*name, "log" | "sqrt" | "rsqrt");
            if restricted && x < 0.9 || *name == "log1p" && x < -0.5 {
                continue;
            }
            let mut y = [Dual::default()];
            Dual::dispatch(Apply { function, x: &[Dual::new(x, 2.0)], y: &mut y });
            let expected = 2.0 * difference(reference, x);
            assert!((y[0].tangent - expected).abs() < 1e-9 * (1.0 + expected.abs()), "{name}'({x}): {} expected {expected}", y[0].tangent);
            assert!((y[0].value - reference(x)).abs() <= 1e-15 * reference(x).abs());
        }
    }
    let (x, y) = (1.3, 2.7);
    let power = Dual::new(x, 1.0).pow(Dual::new(y, 0.0)).tangent;
    assert!((power - difference(|x| libm::pow(x, y), x)).abs() < 1e-9);
    let power = Dual::new(x, 0.0).pow(Dual::new(y, 1.0)).tangent;
    assert!((power - difference(|y| libm::pow(x, y), y)).abs() < 1e-9);
    let power = Dual::new(-x, 1.0).powi(3).tangent;
    assert!((power - 3.0 * x * x).abs() < 1e-13);
    let quotient = Dual::new(x, 1.0) / Dual::new(y, 3.0);
    assert!((quotient.tangent - (1.0 / y - 3.0 * x / (y * y))).abs() < 1e-15);
}

#[test]
fn kinks_of_duals() {
    let zero = Dual::new(0.0, 1.0);
    assert_eq!(zero.relu().tangent, 0.0);
    assert_eq!(zero.abs().tangent, 0.0);
    assert_eq!(zero.sqrt().tangent, f64::INFINITY);
    assert_eq!(Dual::new(0.0, 0.0).sqrt().tangent, 0.0);
    assert_eq!(Real::max(Dual::new(1.0, 2.0), Dual::new(1.0, 4.0)).tangent, 3.0);
    assert_eq!(Real::min(Dual::new(1.0, 2.0), Dual::new(1.0, 4.0)).tangent, 3.0);
    assert_eq!(Real::max(Dual::new(1.0, 2.0), Dual::new(0.5, 4.0)).tangent, 2.0);
    assert_eq!(Real::pow(zero, Dual::from_f64(2.0)).tangent, 0.0);
    assert_eq!(zero.powi(1).tangent, 1.0);
}

#[test]
fn nan_passes_on() {
    assert!(Real::max(f32::NAN, 1.0).is_nan() && Real::max(1.0, f32::NAN).is_nan());
    assert!(Real::min(f64::NAN, 1.0).is_nan() && Real::min(1.0, f64::NAN).is_nan());
    assert!(Real::relu(f64::NAN).is_nan() && Real::sign(f32::NAN).is_nan());
}
