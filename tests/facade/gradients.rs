//! The gradient check passes what is right and catches what is wrong.

use tapeless::check::{Options, Report, gradient_check};

use crate::line::{
    DROPPED_TERM, KINKED, Line, NOT_STOPPED, ON_A_KINK, RIGHT, STOPPED, STOPPED_WRONG, WRONG_FACTOR, WRONG_INPUT, WRONG_SIGN,
};

fn options() -> Options {
    Options { points: 4, ..Options::default() }
}

#[test]
fn a_right_gradient_passes() {
    let report = gradient_check::<Line<RIGHT>>(&options());
    report.assert_ok();
    // Two parameters, three samples of x and of y; again at three more points.
    assert_eq!((report.checked, report.total, report.again, report.directions, report.kinks), (8, 8, 24, 9, 0));
    assert_eq!(report.exact_checked, 4 * (4 + 3));
    assert!(report.worst.is_some_and(|worst| worst.error < 1e-9));
    assert!(report.worst_exact.is_some_and(|worst| worst.error < 1e-13));
}

#[test]
fn a_large_network_is_sampled_in_every_tensor() {
    let report = gradient_check::<Line<RIGHT>>(&Options { limit: 5, per_tensor: 2, points: 1, ..options() });
    report.assert_ok();
    assert_eq!((report.checked, report.total, report.directions), (1 + 1 + 2 + 2, 8, 3));
    let text = report.to_string();
    assert!(text.contains("6 of 8 entries") && text.contains("3 directions"), "{text}");
}

fn caught(report: &Report, place: &str) {
    let text = report.to_string();
    assert!(!report.is_ok() && text.contains("FAILED") && text.contains(place), "{text}");
    // Each of the two checks finds it alone.
    assert!(report.worst.as_ref().is_some_and(|worst| worst.error > 1e-6 && worst.path == place), "{text}");
    assert!(report.worst_exact.as_ref().is_some_and(|worst| worst.error > 1e-10), "{text}");
}

#[test]
fn faults_are_caught_and_named() {
    caught(&gradient_check::<Line<WRONG_SIGN>>(&options()), "fit.bias");
    caught(&gradient_check::<Line<WRONG_FACTOR>>(&options()), "fit.weight");
    caught(&gradient_check::<Line<DROPPED_TERM>>(&options()), "fit.weight");
    caught(&gradient_check::<Line<WRONG_INPUT>>(&options()), "x");
}

#[test]
fn a_kink_near_by_is_no_trouble() {
    let report = gradient_check::<Line<KINKED>>(&Options { points: 50, ..options() });
    report.assert_ok();
    assert_eq!(report.kinks, 0);
}

#[test]
fn a_kink_at_the_point_is_counted_and_shown() {
    // Not moved from its initial value, the bias lies on the kink.
    let report = gradient_check::<Line<ON_A_KINK>>(&Options { spread: 0.0, points: 1, ..options() });
    assert_eq!(report.kinks, 1);
    assert!(report.first_kink.as_ref().is_some_and(|kink| kink.path == "fit.bias"));
    // One of eight entries is more than one in a hundred.
    assert!(!report.is_ok());
    assert!(report.to_string().contains("more than one entry in a hundred lies on a kink"), "{report}");
}

#[test]
fn what_is_stopped_is_judged_by_dual_numbers() {
    let report = gradient_check::<Line<STOPPED>>(&options());
    report.assert_ok();
    // The bias at four points, and the directions at three: these go through it.
    assert_eq!((report.checked, report.stopped), (8, 4 + 9));
    assert!(report.to_string().contains("stop_gradient: 13 that differences look through"), "{report}");
    let report = gradient_check::<Line<STOPPED>>(&Options { limit: 5, per_tensor: 2, points: 1, ..options() });
    report.assert_ok();
    assert_eq!(report.stopped, 1 + 3);
}

#[test]
fn a_stop_hides_no_fault() {
    caught(&gradient_check::<Line<STOPPED_WRONG>>(&options()), "fit.weight");
    // Differences agree with a gradient that goes through the stop; dual numbers do not.
    let report = gradient_check::<Line<NOT_STOPPED>>(&options());
    assert!(report.problem().is_some_and(|problem| problem.contains("dual numbers")), "{report}");
}

#[test]
#[should_panic(expected = "fit.bias")]
fn assert_ok_panics_with_the_report() {
    gradient_check::<Line<WRONG_SIGN>>(&options()).assert_ok();
}

#[test]
fn a_check_that_cannot_be_made_fails() {
    let report = gradient_check::<Line<RIGHT>>(&Options { inputs: (f64::INFINITY, f64::INFINITY), ..options() });
    assert!(report.problem().is_some_and(|problem| problem.contains("`x` of sample 0 holds an infinite or NaN number")), "{report}");
}
