//! The numerical gradient check: a network's generated backward pass against five-point central differences of its own loss, and
//! against the same code run on dual numbers. It needs only [`rt`](crate::rt) and an allocator.
//!
//! At a random point, every entry of every trained parameter and of every real input and target is compared, up to [`Options::limit`];
//! of a larger network, and at further points, [`Options::per_tensor`] entries of *every* tensor, and random directions through all of them.
//! The error of an entry is |a − n| / max(|a|, |n|, floor). The floor keeps the rounding of differences from counting as an error: it is
//! 10⁻³ of the largest entry of the whole gradient, or 10⁻⁶ of the loss where that is more.
//!
//! Differences look through a program's `stop_gradient`, dual numbers do not: their tangent ends there. So where differences disagree in a
//! program that stops gradients, the entry is compared with dual numbers by itself; if these agree, it is counted and is no error.
//!
//! A network of a hundred thousand parameters takes a second, but minutes where nothing is optimised: `[profile.dev] opt-level = 1` in the
//! crate's Cargo.toml helps. The functions are `#[inline]` so that only crates that check gradients compile them.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::rt::{DataError, Dual, Network, Plain};

mod differences;
mod point;
mod report;
mod stack;
mod subject;

use differences::{Found, differences, error_of};
use point::{Draws, Point, Tensor, Work, inner, tensors, unit};
pub use report::{Entry, Report};
use stack::with_a_large_stack;
use subject::Subject;

/// How a check is made. `Options::default()` is right for most networks.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The seed of all that is random.
    pub seed: u64,
    /// Samples in the batch; fewer where the network takes fewer.
    pub samples: usize,
    /// Random points at which the gradient is checked.
    pub points: usize,
    /// Up to as many entries all are checked.
    pub limit: usize,
    /// Beyond the limit, and at further points: entries checked of each tensor.
    pub per_tensor: usize,
    /// Random directions through all entries.
    pub directions: usize,
    /// Real inputs are drawn between these.
    pub inputs: (f64, f64),
    /// Real targets are drawn between these; many losses want probabilities.
    pub targets: (f64, f64),
    /// Parameters are moved from their initial values by up to this, so that zeros are not zeros.
    pub spread: f64,
    /// The largest error of differences that passes.
    pub tolerance: f64,
    /// The largest error of dual numbers that passes.
    pub exact_tolerance: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            samples: 3,
            points: 2,
            limit: 10_000,
            per_tensor: 16,
            directions: 3,
            inputs: (0.05, 0.95),
            targets: (0.05, 0.95),
            spread: 0.1,
            tolerance: 1e-6,
            exact_tolerance: 1e-10,
        }
    }
}

/// Checks the gradients of a network. With the feature `std`, on a thread that has a large stack.
#[must_use]
pub fn gradient_check<N: Network>(options: &Options) -> Report {
    checked_on_a_large_stack(&Subject::of::<N>(), options)
}

#[inline]
fn checked_on_a_large_stack(subject: &Subject, options: &Options) -> Report {
    with_a_large_stack(|| checked(subject, options))
}

#[inline]
fn checked(subject: &Subject, options: &Options) -> Report {
    let mut report = Report {
        network: subject.name,
        checked: 0,
        total: 0,
        again: 0,
        directions: 0,
        worst: None,
        worst_direction: None,
        exact_checked: 0,
        worst_exact: None,
        kinks: 0,
        first_kink: None,
        stopped: 0,
        failure: None,
        smooth: subject.smooth,
        tolerance: options.tolerance,
        exact_tolerance: options.exact_tolerance,
    };
    if subject.losses == 0 {
        return report;
    }
    let mut options = Options {
        points: options.points.max(1),
        samples: options.samples.max(1),
        per_tensor: options.per_tensor.max(1),
        ..options.clone()
    };
    if let Err(DataError::TooMany { most, .. }) = first_loss(subject, &options) {
        options.samples = most.max(1);
    }
    let tensors = tensors(subject, options.samples);
    for point in 0..options.points {
        if let Err(failure) = check_point(subject, &options, &tensors, point as u64, &mut report) {
            report.failure = Some(failure);
            break;
        }
    }
    report
}

/// One loss, to see whether a batch of so many samples is taken.
#[inline]
fn first_loss(subject: &Subject, options: &Options) -> Result<Plain, DataError> {
    let point = Point::random(subject, options, &mut Draws(options.seed));
    point.loss(&mut Work::new(subject, subject.plain, options), None, &[])
}

#[inline]
fn check_point(subject: &Subject, options: &Options, tensors: &[Tensor], number: u64, report: &mut Report) -> Result<(), String> {
    let mut work = Work::new(subject, subject.plain, options);
    let mut grads = Vec::new();
    // A point may lie where the loss is not finite; another one is drawn then, a few times.
    let mut attempts = 0;
    let (mut draws, mut point, loss) = loop {
        let mut draws = Draws(options.seed.wrapping_mul(1_000_003).wrapping_add(number * 16 + attempts));
        let point = Point::random(subject, options, &mut draws);
        match point.loss(&mut work, Some(&mut grads), tensors) {
            Ok(loss) => break (draws, point, loss.0),
            Err(error) if attempts == 7 => return Err(format!("no random point could be computed: {error}")),
            Err(_) => attempts += 1,
        }
    };
    let entries = || tensors.iter().zip(&grads);
    for (tensor, grad) in entries() {
        if let Some(index) = grad.iter().position(|g| !g.is_finite()) {
            return Err(format!("the gradient of {}{:?} is {}", tensor.name, tensor.coordinates(index), grad[index]));
        }
    }
    let largest = entries().flat_map(|(_, grad)| grad).fold(0.0, |largest: f64, g| largest.max(g.abs()));
    let floor = (1e-3 * largest).max(1e-6 * loss.abs());

    let mut exact = Exact { work: Work::new(subject, subject.dual, options), tensors, tolerance: options.exact_tolerance };
    // Differences look through what the program stops.
    let disagrees = |found: &Found| subject.stops && matches!(found, Found::Derivative { error, .. } if *error > options.tolerance);
    let total: usize = tensors.iter().map(|tensor| tensor.len).sum();
    let all = number == 0 && total <= options.limit;
    report.total = total;
    for (at, (tensor, grad)) in entries().enumerate() {
        let count = if all { tensor.len } else { tensor.len.min(options.per_tensor) };
        for k in 0..count {
            // One of each of `count` equal parts of the tensor.
            let (from, to) = (k * tensor.len / count, (k + 1) * tensor.len / count);
            let index = from + draws.below((to - from) as u32) as usize;
            let x = point.slice_mut(tensor)[index].0;
            let found = differences(loss, grad[index], floor, options.tolerance, 1e-3 * x.abs().max(1.0), |h| {
                point.slice_mut(tensor)[index].0 = x + h;
                point.loss(&mut work, None, tensors).map_or(f64::NAN, |loss| loss.0)
            });
            point.slice_mut(tensor)[index].0 = x;
            if number == 0 {
                report.checked += 1;
            } else {
                report.again += 1;
            }
            if disagrees(&found) {
                let mut alone: Vec<Vec<f64>> = tensors.iter().map(|tensor| vec![0.0; tensor.len]).collect();
                alone[at][index] = 1.0;
                if exact.stopped(&point, &grads, &alone, floor) {
                    report.stopped += 1;
                    continue;
                }
            }
            report.take(found, false, |numeric, error| tensor.entry(index, grad[index], numeric, error));
        }
    }
    if !all {
        for _ in 0..options.directions {
            let direction = unit(draws.direction(tensors, None));
            let analytic = inner(&grads, &direction).0;
            let found = differences(loss, analytic, floor, options.tolerance, 1e-3, |h| {
                point.moved(tensors, &direction, h).loss(&mut work, None, tensors).map_or(f64::NAN, |loss| loss.0)
            });
            report.directions += 1;
            if disagrees(&found) && exact.stopped(&point, &grads, &direction, floor) {
                report.stopped += 1;
                continue;
            }
            report.take(found, true, |numeric, error| along("a direction through all entries", analytic, numeric, error));
        }
    }
    check_exactly(&mut exact, options.directions, &point, &grads, floor, &mut draws, report)
}

/// One direction through each tensor alone, so that nothing small hides behind something large, and some through all.
#[inline]
fn check_exactly(
    exact: &mut Exact<'_>,
    directions: usize,
    point: &Point<Plain>,
    grads: &[Vec<f64>],
    floor: f64,
    draws: &mut Draws,
    report: &mut Report,
) -> Result<(), String> {
    let tensors = exact.tensors;
    for only in (0..tensors.len()).map(Some).chain((0..directions).map(|_| None)) {
        let direction = draws.direction(tensors, only);
        let name = only.map_or("a direction through all entries".to_string(), |i| format!("a direction through {}", tensors[i].name));
        let found = exact.compare(point, grads, &direction, floor, &name)?;
        report.exact_checked += 1;
        if report.worst_exact.as_ref().is_none_or(|worst| found.error > worst.error) {
            report.worst_exact = Some(found);
        }
    }
    Ok(())
}

/// The same code on dual numbers: its tangent is the derivative along a direction, to rounding. What the program stops has no tangent, so
/// that they judge it, where differences cannot.
struct Exact<'t> {
    work: Work<Dual>,
    tensors: &'t [Tensor],
    tolerance: f64,
}

impl Exact<'_> {
    #[inline]
    fn compare(
        &mut self,
        point: &Point<Plain>,
        grads: &[Vec<f64>],
        direction: &[Vec<f64>],
        floor: f64,
        name: &str,
    ) -> Result<Entry, String> {
        let (analytic, terms) = inner(grads, direction);
        let loss = point.along(self.tensors, direction).loss(&mut self.work, None, self.tensors);
        let numeric = loss.map_err(|error| format!("the pass over dual numbers failed: {error}"))?.tangent;
        Ok(along(name, analytic, numeric, error_of(analytic, numeric, floor.max(1e-3 * terms))))
    }

    /// Whether the gradient is right along a direction in which differences disagree, because they look through what the program stops.
    #[inline]
    fn stopped(&mut self, point: &Point<Plain>, grads: &[Vec<f64>], direction: &[Vec<f64>], floor: f64) -> bool {
        self.compare(point, grads, direction, floor, "").is_ok_and(|found| found.error <= self.tolerance)
    }
}

fn along(name: &str, analytic: f64, numeric: f64, error: f64) -> Entry {
    Entry { path: name.to_string(), coordinates: Vec::new(), analytic, numeric, error }
}
