//! The gradients of the examples' networks are right: against differences, and against dual numbers. (The larger ones: `tests/larger`.)
//!
//! (The examples' own modules hold such a test too; here the figures are looked at one by one.)

use tapeless::check::Report;
use tapeless::rt::Network;

#[path = "../examples/chain_rule.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod chain_rule;
#[path = "../examples/circles.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod circles;
#[path = "../examples/digits.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod digits;
#[path = "../examples/first_neuron.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod first_neuron;
#[path = "../examples/fixed_bias.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod fixed_bias;
#[path = "../examples/moons.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod moons;
#[path = "../examples/pinn_heat.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod pinn_heat;
#[path = "../examples/policy_gradient.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod policy_gradient;
#[path = "../examples/two_layers.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod two_layers;
#[path = "../examples/xor3.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod xor3;

mod from_file {
    tapeless::nn_file!("examples/from_file/nets/moons.nn");
}

/// The bars: 1e-6 by differences, 1e-10 by dual numbers; no kink where nothing has one, else at most one entry in a hundred.
#[track_caller]
fn right<N: Network>(report: &Report, smooth: bool) {
    report.assert_ok();
    let worst = report.worst.as_ref().expect("entries were compared").error;
    let exact = report.worst_exact.as_ref().expect("directions were compared").error;
    assert!(worst <= 1e-6, "{report}");
    assert!(exact <= 1e-10, "{report}");
    assert_eq!(N::SMOOTH, smooth);
    assert!(if smooth { report.kinks == 0 } else { report.kinks * 100 <= report.checked + report.directions }, "{report}");
    assert!(report.checked <= report.total);
    // At the first point all entries of a network that is small enough, of a larger one some of every tensor.
    let entries: usize = N::PARAMETERS.iter().map(tapeless::rt::Entry::len).sum();
    let least = if entries <= 10_000 { entries } else { N::PARAMETERS.len() * 10 };
    assert!(report.checked >= least, "{report}");
}

#[test]
fn smooth_networks() {
    right::<first_neuron::neuron::Net>(&first_neuron::neuron::gradient_check(), true);
    right::<two_layers::two_layers::Net>(&two_layers::two_layers::gradient_check(), true);
    right::<xor3::xor3::Net>(&xor3::xor3::gradient_check(), true);
    right::<fixed_bias::fixed_bias::Net>(&fixed_bias::fixed_bias::gradient_check(), true);
    right::<chain_rule::graph::Net>(&chain_rule::graph::gradient_check(), true);
    right::<pinn_heat::heat::Net>(&pinn_heat::heat::gradient_check(), true);
}

#[test]
fn networks_with_kinks() {
    right::<moons::moons::Net>(&moons::moons::gradient_check(), false);
    right::<from_file::moons::Net>(&from_file::moons::gradient_check(), false);
    right::<circles::circles::Net>(&circles::circles::gradient_check(), false);
    right::<digits::digits::Net>(&digits::digits::gradient_check(), false);
    right::<policy_gradient::policy::Net>(&policy_gradient::policy::gradient_check(), false);
}

#[test]
fn a_network_without_losses_has_nothing_to_check() {
    let report = chain_rule::composed::gradient_check();
    assert!(report.is_ok() && report.checked == 0, "{report}");
}

#[test]
fn a_loss_computed_elsewhere_gives_the_gradients_of_the_loss_declared() {
    let points = tapeless::data::moons(37, 0.2, 1);
    let (x, y): (Vec<[f32; 2]>, Vec<[f32; 1]>) = (points.x(), points.y());
    let mut net = moons::Moons::new(1);
    net.gradients(&x, &y).expect("good data");
    let declared = *net.grads().as_array();
    // ∂mse/∂p, of the mean over the batch.
    let d_p: Vec<[f32; 1]> = net.predict_batch(&x).iter().zip(&y).map(|(p, y)| [2.0 * (p[0] - y[0]) / 37.0]).collect();
    net.backward(&x, &d_p).expect("good data");
    for (a, b) in net.grads().as_array().iter().zip(declared) {
        assert!((a - b).abs() <= 1e-6 * (1.0 + b.abs()), "{a} and {b}");
    }
    assert!(net.backward(&x, &d_p[1..]).is_err());
}
