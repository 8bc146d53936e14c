//! The derivative of a function of one number by differences.

// Note [kinks]
// Where the loss has a kink (relu at 0) within the reach of a step, differences mean nothing. So an entry that disagrees is looked at
// again with steps down to 10⁻⁷, and the step counts at which the one-sided differences agree best: a kink further off is out of
// reach then. If they disagree at every step, the point lies on a kink: it is counted and shown, and in a network without kinked
// operations it is a failure. A wrong gradient of a smooth function never looks like that: its one-sided differences agree. And a
// gradient that lies outside the two one-sided derivatives is an error on a kink too.
//
// A loss L is rounded to ε·|L|, so that differences with the step h are not better than 4ε·|L|/h: with the first step far below every
// tolerance, with the smallest ones not. What is smaller than that is no error there.

/// What differences say about one entry.
pub(super) enum Found {
    Derivative { numeric: f64, error: f64 },
    Kink { right: f64, error: f64 },
}

/// The derivative of `f` at 0 by five-point central differences; see the note on kinks.
pub(super) fn differences(at: f64, analytic: f64, floor: f64, tolerance: f64, step: f64, mut f: impl FnMut(f64) -> f64) -> Found {
    let mut best: Option<Sides> = None;
    let mut h = step;
    for level in 0..5 {
        let (l2, l1, r1, r2) = (f(-2.0 * h), f(-h), f(h), f(2.0 * h));
        let central = (8.0 * (r1 - l1) - (r2 - l2)) / (12.0 * h);
        let error = error_of(analytic, central, floor);
        if level == 0 && error <= 0.1 * tolerance {
            return Found::Derivative { numeric: central, error };
        }
        let rounding = 4.0 * f64::EPSILON * at.abs() / h;
        let sides =
            Sides { rounding, left: (3.0 * at - 4.0 * l1 + l2) / (2.0 * h), right: (4.0 * r1 - 3.0 * at - r2) / (2.0 * h), central };
        if sides.apart().is_finite() && best.as_ref().is_none_or(|best| sides.apart() < best.apart()) {
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
    rounding: f64,
    left: f64,
    right: f64,
    central: f64,
}

impl Sides {
    fn apart(&self) -> f64 {
        (self.right - self.left).abs()
    }
}

/// How far two numbers are apart, as the module of the check says; infinitely where one is no number.
pub(super) fn error_of(a: f64, n: f64, floor: f64) -> f64 {
    let size = a.abs().max(n.abs()).max(floor);
    let error = if a == n { 0.0 } else { (a - n).abs() / size };
    if error.is_nan() { f64::INFINITY } else { error }
}
