//! What a gradient check has found, and how it is told.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};

use super::Found;

/// A comparison of two numbers that should be the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The parameter's path, the input's or target's name, or what kind of direction.
    pub path: String,
    /// Its coordinates; of an input the first is the sample.
    pub coordinates: Vec<usize>,
    /// What the backward pass gives.
    pub analytic: f64,
    /// What differences or dual numbers give.
    pub numeric: f64,
    /// How far they are apart, as the module says.
    pub error: f64,
}

impl Display for Entry {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2e} at {}", self.error, self.path)?;
        if !self.coordinates.is_empty() {
            write!(f, "{:?}", self.coordinates)?;
        }
        write!(f, ": backward pass {:e}, reference {:e}", self.analytic, self.numeric)
    }
}

/// What a check has found.
#[derive(Clone, Debug)]
pub struct Report {
    /// The network's name.
    pub network: &'static str,
    /// Entries compared with differences at the first point.
    pub checked: usize,
    /// Entries that there are.
    pub total: usize,
    /// Entries compared with differences at further points.
    pub again: usize,
    /// Directions compared with differences.
    pub directions: usize,
    /// The worst of the entries compared with differences.
    pub worst: Option<Entry>,
    /// The worst of the directions compared with differences.
    pub worst_direction: Option<Entry>,
    /// Directions compared with dual numbers.
    pub exact_checked: usize,
    /// The worst of them.
    pub worst_exact: Option<Entry>,
    /// Entries and directions that lie on a kink.
    pub kinks: usize,
    /// The first of them; `analytic` is the backward pass, `numeric` the difference to the right.
    pub first_kink: Option<Entry>,
    /// Entries and directions of which differences say something else, since they look through `stop_gradient`; dual numbers agree there.
    pub stopped: usize,
    /// What kept the check from being made.
    pub failure: Option<String>,
    pub(super) smooth: bool,
    pub(super) tolerance: f64,
    pub(super) exact_tolerance: f64,
}

impl Report {
    /// What is wrong, if anything: an error above its tolerance, a kink where there can be none or at more than one entry in a hundred,
    /// or a check that could not be made.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let beyond = |worst: &Option<Entry>, tolerance: f64| worst.as_ref().is_some_and(|worst| worst.error > tolerance);
        if let Some(failure) = &self.failure {
            Some(failure.clone())
        } else if beyond(&self.worst, self.tolerance) || beyond(&self.worst_direction, self.tolerance) {
            Some(format!("an error of differences is above {:e}", self.tolerance))
        } else if beyond(&self.worst_exact, self.exact_tolerance) {
            Some(format!("an error of dual numbers is above {:e}", self.exact_tolerance))
        } else if self.kinks > 0 && self.smooth {
            Some("the loss has a kink, and no operation of the network has one".to_string())
        } else if self.kinks * 100 > self.checked + self.again + self.directions {
            Some("more than one entry in a hundred lies on a kink".to_string())
        } else {
            None
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.problem().is_none()
    }

    /// For tests.
    ///
    /// # Panics
    /// With the whole report, if something is wrong.
    #[track_caller]
    pub fn assert_ok(&self) {
        assert!(self.is_ok(), "{self}");
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.problem() {
            None => writeln!(f, "{}: gradient check passed", self.network)?,
            Some(problem) => writeln!(f, "{}: gradient check FAILED: {problem}", self.network)?,
        }
        write!(f, "  differences: {} of {} entries", self.checked, self.total)?;
        if self.again > 0 {
            write!(f, ", {} at further points", self.again)?;
        }
        match &self.worst {
            Some(worst) => writeln!(f, ", worst {worst}")?,
            None => writeln!(f)?,
        }
        if let Some(worst) = &self.worst_direction {
            writeln!(f, "  differences: {} directions, worst {worst}", self.directions)?;
        }
        write!(f, "  dual numbers: {} directions", self.exact_checked)?;
        match &self.worst_exact {
            Some(worst) => writeln!(f, ", worst {worst}")?,
            None => writeln!(f)?,
        }
        match &self.first_kink {
            Some(first) => write!(f, "  kinks: {}, the first {first}", self.kinks)?,
            None => write!(f, "  kinks: none")?,
        }
        if self.stopped > 0 {
            write!(f, "\n  stop_gradient: {} that differences look through, judged by dual numbers alone", self.stopped)?;
        }
        Ok(())
    }
}

impl Report {
    pub(super) fn take(&mut self, found: Found, is_direction: bool, entry: impl Fn(f64, f64) -> Entry) {
        let worst = if is_direction { &mut self.worst_direction } else { &mut self.worst };
        match found {
            Found::Derivative { numeric, error } => {
                if worst.as_ref().is_none_or(|worst| error > worst.error) {
                    *worst = Some(entry(numeric, error));
                }
            }
            Found::Kink { right, error } => {
                self.kinks += 1;
                self.first_kink.get_or_insert_with(|| entry(right, error));
            }
        }
    }
}
