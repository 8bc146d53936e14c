//! What the tests of the larger examples share.

use tapeless::check::Report;
use tapeless_tests_no_alloc::allocations;

/// The bars: 1e-6 by differences, 1e-10 by dual numbers, at most one kink in a hundred entries.
///
/// # Panics
/// Where one is missed, with the report.
#[track_caller]
pub fn right(report: &Report) {
    println!("{report}");
    report.assert_ok();
    assert!(report.worst.as_ref().is_some_and(|worst| worst.error <= 1e-6), "{report}");
    assert!(report.worst_exact.as_ref().is_some_and(|worst| worst.error <= 1e-10), "{report}");
    assert!(report.kinks * 100 <= report.checked + report.directions, "{report}");
}

/// `work` allocates nothing. It is done twice: the first time asks which SIMD level the machine has.
///
/// # Panics
/// Where it does.
#[track_caller]
pub fn quiet<R>(mut work: impl FnMut() -> R) {
    work();
    assert_eq!(allocations(work).1, 0);
}
