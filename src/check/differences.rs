//! The derivative of a function of one number by differences.

// Note [kinks]
// Where the loss has a kink (relu at 0) within the reach of a step, differences mean nothing. So an entry that disagrees is looked at
// again with steps down to 10⁻⁷, and the step counts at which the one-sided differences agree best: a kink further off is out of
// reach then. If they disagree at every step, the point lies on a kink: it is counted and shown, and in a network without kinked
// operations it is a failure. A wrong gradient of a smooth function never looks like that: its one-sided differences agree. And a
// gradient that lies outside the two one-sided derivatives is an error on a kink too.
//
// Note [rounding]
// A loss L is rounded to ε·|L|, so that differences with the step h are not better than 4ε·|L|/h: with the first step far below every
// tolerance, with the smallest ones not. What is smaller than that is no error there. So a small step must earn its place: that rounding
// counts beside what the one-sided differences are apart. These have five points, as many as the central one, and are apart by h⁴:
// of a smooth function the first steps are taken, whose rounding hides no fault, however small the gradient is.

/// What differences say about one entry.
pub(super) enum Found {
    Derivative { numeric: f64, error: f64 },
    Kink { right: f64, error: f64 },
}

/// The derivative of `f` at 0, where it is `at`, by five-point central differences; see the notes on kinks and rounding.
pub(super) fn differences(at: f64, analytic: f64, floor: f64, tolerance: f64, step: f64, mut f: impl FnMut(f64) -> f64) -> Found {
    let mut best: Option<Sides> = None;
    let mut h = step;
    for level in 0..5 {
        let (l1, l2, r1, r2) = (f(-h), f(-2.0 * h), f(h), f(2.0 * h));
        let central = (8.0 * (r1 - l1) - (r2 - l2)) / (12.0 * h);
        let error = error_of(analytic, central, floor);
        if level == 0 && error <= 0.1 * tolerance {
            return Found::Derivative { numeric: central, error };
        }
        let one_sided = |y1: f64, y2: f64, y3: f64, y4: f64| (48.0 * y1 - 36.0 * y2 + 16.0 * y3 - 3.0 * y4 - 25.0 * at) / (12.0 * h);
        let left = -one_sided(l1, l2, f(-3.0 * h), f(-4.0 * h));
        let right = one_sided(r1, r2, f(3.0 * h), f(4.0 * h));
        let sides = Sides { left, right, central, rounding: 4.0 * f64::EPSILON * at.abs() / h };
        if sides.doubt().is_finite() && best.as_ref().is_none_or(|best| sides.doubt() < best.doubt()) {
            best = Some(sides);
        }
        h /= 8.0;
    }
    let Some(Sides { left, right, central, rounding }) = best else {
        return Found::Derivative { numeric: f64::NAN, error: f64::INFINITY };
    };
    let floor = floor.max(rounding / tolerance);
    let slack = 1e-3 * left.abs().max(right.abs()).max(floor);
    let between = analytic >= left.min(right) - slack && analytic <= left.max(right) + slack;
    if (right - left).abs() > slack && between {
        Found::Kink { right, error: error_of(analytic, right, floor) }
    } else {
        Found::Derivative { numeric: central, error: error_of(analytic, central, floor) }
    }
}

/// Derivatives with one step: from the left, from the right, and central; and what rounding makes of them.
struct Sides {
    left: f64,
    right: f64,
    central: f64,
    rounding: f64,
}

impl Sides {
    /// How far from the truth they may be.
    fn doubt(&self) -> f64 {
        (self.right - self.left).abs() + self.rounding
    }
}

/// How far two numbers are apart, as the module of the check says; infinitely where one is no number.
pub(super) fn error_of(a: f64, n: f64, floor: f64) -> f64 {
    let size = a.abs().max(n.abs()).max(floor);
    let error = if a == n { 0.0 } else { (a - n).abs() / size };
    if error.is_nan() { f64::INFINITY } else { error }
}

#[cfg(test)]
mod tests {
    use super::{Found, differences};

    const TOLERANCE: f64 = 1e-6;

    /// The error that is found where the gradient is `analytic`, of losses of about `size`; the floor is the one that the check has for them.
    fn error(size: f64, analytic: f64, largest: f64, f: &dyn Fn(f64) -> f64) -> f64 {
        let floor = (1e-3 * largest).max(1e-6 * size);
        match differences(f(0.0), analytic, floor, TOLERANCE, 1e-3, f) {
            Found::Derivative { error, .. } => error,
            Found::Kink { .. } => panic!("a kink in a smooth function"),
        }
    }

    type Part = (fn(f64) -> f64, f64, f64);

    /// Losses of about 1, of which an entry moves but a small part: the part, its derivative at 0, and a term of that.
    fn parts() -> [Part; 5] {
        [
            (|x| 0.7 * x, 0.7, 0.2),
            (|x| (x - 0.4) * (x - 0.4), -0.8, 0.02),
            (|x| x.sin() + 3.0 * (2.0 * x).cos() + x * x * x, 1.0, 0.1),
            (|x| (5.0 * x + 0.3).tanh(), 5.0 * (1.0 - 0.3_f64.tanh().powi(2)), -5.0 * 0.3_f64.tanh().powi(2)),
            (|x| (20.0 * x).exp(), 20.0, 1.0),
        ]
    }

    /// Numbers that are not exact in binary, so that every loss is rounded.
    const SIZES: [f64; 7] = [1.0, 0.3, 1e-2, 1e-3, 1.7e-5, 1e-6, 3e-8];

    #[test]
    fn right_gradients_pass() {
        for (part, slope, _) in parts() {
            for size in SIZES {
                let f = |x: f64| 1.1 + size * part(x);
                assert!(error(1.1, size * slope, size * slope.abs(), &f) <= TOLERANCE);
            }
        }
    }

    #[test]
    fn faults_of_small_gradients_are_caught() {
        for (part, slope, term) in parts() {
            for size in SIZES {
                let f = |x: f64| 1.1 + size * part(x);
                for wrong in [-slope, 1.001 * slope, slope - term] {
                    // The whole gradient is as small, or this entry is one of the small ones.
                    for largest in [size * slope.abs(), 20.0 * size * slope.abs()] {
                        assert!(error(1.1, size * wrong, largest, &f) > TOLERANCE, "{size} {slope} {wrong} {largest}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_kink_near_by_hides_no_fault() {
        for distance in [3e-3, 1e-3, 1e-4, 1e-5, 2e-6] {
            let f = |x: f64| 1.1 + 0.5 * x + 0.1 * (x - distance).max(0.0);
            assert!(error(1.1, 0.5, 0.5, &f) <= TOLERANCE);
            for wrong in [-0.5, 0.5 * 1.001, 0.4] {
                assert!(error(1.1, wrong, 0.5, &f) > TOLERANCE, "{distance} {wrong}");
            }
        }
    }
}
