//! The comparisons, one for each network and each kind.

use std::collections::BTreeMap;

use crate::expected::{Expected, Stored};
use crate::subject::Subject;

/// Each number is within `tolerance` of the expected one, relative to that.
///
/// # Panics
/// Where one is not.
#[track_caller]
pub fn near(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found - expected).abs() / expected.abs();
        assert!(found == expected || error <= tolerance, "{what}[{i}]: {found:?}, expected {expected:?}, error {error:.1e}");
    }
}

#[track_caller]
fn set(subject: &mut dyn Subject, parameters: &Expected) {
    parameters.tensors().iter().for_each(|(path, values)| subject.set(path, values));
}

#[track_caller]
fn near_gradients(subject: &dyn Subject, expected: &Expected, tolerance: f64) {
    for (path, values) in expected.tensors() {
        near(&format!("gradient of {path}"), &subject.gradient(&path), &values, tolerance);
    }
}

#[track_caller]
fn near_parameters(subject: &dyn Subject, expected: &Expected, tolerance: f64) {
    for (path, values) in expected.tensors() {
        near(&path, &subject.get(&path), &values, tolerance);
    }
}

/// 003: one neuron, one step.
///
/// # Panics
/// Where a number is off.
pub fn first_neuron(subject: &mut dyn Subject, tolerance: f64) {
    let expected = Expected::of("003");
    let (x, y) = (expected.get("x"), expected.get("y"));
    set(subject, &expected.part("initial"));
    let outputs = subject.outputs(&x);
    near("z", &outputs["z"], &expected.get("z"), tolerance);
    near("a", &outputs["a"], &expected.get("output"), tolerance);
    let evaluation = subject.evaluate(&x, &y);
    near("loss of evaluate", &[evaluation.loss], &expected.get("loss"), tolerance);
    near("d_a", &[evaluation.metrics["d_a"]], &expected.get("d_output"), tolerance);
    near("d_z", &[evaluation.metrics["d_z"]], &expected.get("d_z"), tolerance);
    near("loss", &[subject.gradients(&x, &y)], &expected.get("loss"), tolerance);
    near_gradients(subject, &expected.part("gradients"), tolerance);
    subject.apply();
    near_parameters(subject, &expected.part("updated_lr_0.1"), tolerance);
}

/// 002: two layers, one step.
///
/// # Panics
/// Where a number is off.
pub fn two_layers(subject: &mut dyn Subject, tolerance: f64) {
    let expected = Expected::of("002");
    let (x, y) = (expected.get("x"), expected.get("y"));
    set(subject, &expected.part("initial"));
    let outputs = subject.outputs(&x);
    near("z", &outputs["z"], &expected.get("z"), tolerance);
    near("q", &outputs["q"], &expected.get("q"), tolerance);
    near("p", &outputs["p"], &expected.get("output"), tolerance);
    let evaluation = subject.evaluate(&x, &y);
    near("loss of evaluate", &[evaluation.loss], &expected.get("loss"), tolerance);
    near("d_p", &[evaluation.metrics["d_p"]], &expected.get("d_output"), tolerance);
    near("d_q", &[evaluation.metrics["d_q_0"], evaluation.metrics["d_q_1"]], &expected.get("d_q"), tolerance);
    near("loss", &[subject.gradients(&x, &y)], &expected.get("loss"), tolerance);
    near_gradients(subject, &expected.part("gradients"), tolerance);
    subject.apply();
    near_parameters(subject, &expected.part("updated_lr_0.1"), tolerance);
}

/// 000: each row's output and loss, the gradients of the first, an update by them.
///
/// # Panics
/// Where a number is off.
pub fn xor3(subject: &mut dyn Subject, tolerance: f64) {
    let expected = Expected::of("000");
    let (x, y) = (expected.get("x"), expected.get("y"));
    set(subject, &expected.part("initial"));
    near("outputs", &subject.outputs(&x)["p"], &expected.get("outputs"), tolerance);
    let losses: Vec<f64> = (0..8).map(|i| subject.evaluate(&x[3 * i..3 * i + 3], &y[i..=i]).loss).collect();
    near("losses", &losses, &expected.get("losses"), tolerance);
    near("loss", &[subject.gradients(&x[..3], &y[..1])], &expected.get("losses")[..1], tolerance);
    let gradients = expected.part("gradients_of_first_sample");
    near_gradients(subject, &gradients, tolerance);
    subject.apply();
    near_update(subject, &expected.part("initial"), &gradients, 0.05, tolerance);
}

/// 001: one step.
///
/// # Panics
/// Where a number is off.
pub fn fixed_bias(subject: &mut dyn Subject, tolerance: f64) {
    let expected = Expected::of("001");
    let (x, y) = (expected.get("x"), expected.get("y"));
    set(subject, &expected.part("initial"));
    near("output", &subject.outputs(&x)["p"], &expected.get("output"), tolerance);
    near("loss", &[subject.gradients(&x, &y)], &expected.get("loss"), tolerance);
    near_gradients(subject, &expected.part("gradients"), tolerance);
    subject.apply();
    near_update(subject, &expected.part("initial"), &expected.part("gradients"), 0.5, tolerance);
}

/// 004: the 2-3-1 network, one step.
///
/// # Panics
/// Where a number is off.
pub fn verbose(subject: &mut dyn Subject, tolerance: f64) {
    let expected = Expected::of("004").part("verbose");
    let (x, y) = (expected.get("x"), expected.get("y"));
    set(subject, &expected.part("initial"));
    let outputs = subject.outputs(&x);
    near("a1", &outputs["a1"], &expected.get("a1"), tolerance);
    near("p", &outputs["p"], &expected.get("output"), tolerance);
    near("loss", &[subject.gradients(&x, &y)], &expected.get("loss"), tolerance);
    near_gradients(subject, &expected.part("gradients"), tolerance);
    subject.apply();
    near_update(subject, &expected.part("initial"), &expected.part("gradients"), 0.1, tolerance);
}

/// A step of plain gradient descent, where the file does not hold its result.
#[track_caller]
fn near_update(subject: &dyn Subject, initial: &Expected, gradients: &Expected, lr: f64, tolerance: f64) {
    for (path, gradient) in gradients.tensors() {
        let updated: Vec<f64> = initial.get(&path).iter().zip(gradient).map(|(w, g)| w - lr * g).collect();
        near(&format!("updated {path}"), &subject.get(&path), &updated, tolerance);
    }
}

/// 000: after 8000 steps, one row each. With `parameters`, they are compared too.
///
/// # Panics
/// Where a number is off.
pub fn xor3_trained(subject: &mut dyn Subject, tolerance: f64, parameters: bool) {
    let expected = Expected::of("000");
    let (x, y) = (expected.get("x"), expected.get("y"));
    set(subject, &expected.part("initial"));
    for i in (0..8).cycle().take(8000) {
        subject.gradients(&x[3 * i..3 * i + 3], &y[i..=i]);
        subject.apply();
    }
    let trained = expected.part("after_8000_steps_in_order_lr_0.05");
    near("outputs", &subject.outputs(&x)["p"], &trained.get("outputs"), tolerance);
    for path in ["w1", "b1", "w2", "b2"].iter().filter(|_| parameters) {
        near(path, &subject.get(path), &trained.get(path), tolerance);
    }
}

/// 001: after 10,000 steps. With `parameters`, they are compared too.
///
/// # Panics
/// Where a number is off.
pub fn fixed_bias_trained(subject: &mut dyn Subject, tolerance: f64, parameters: bool) {
    let expected = Expected::of("001");
    let (x, y) = (expected.get("x"), expected.get("y"));
    set(subject, &expected.part("initial"));
    for _ in 0..10_000 {
        subject.gradients(&x, &y);
        subject.apply();
    }
    let trained = expected.part("after_10000_steps_lr_0.5");
    near("output", &subject.outputs(&x)["p"], &trained.get("output"), tolerance);
    for path in ["w1", "w2"].iter().filter(|_| parameters) {
        near(path, &subject.get(path), &trained.get(path), tolerance);
    }
    // Below 1e-20 a loss is rounding and counts as reached; in f32 rounding begins earlier.
    let loss = subject.evaluate(&x, &y).loss;
    assert!(loss < if parameters { 1e-20 } else { 1e-10 }, "{loss:e}");
}

/// 004: a whole training in full batches from stored weights: the loss at every recorded step and after the last, the squared norm of
/// the weights' gradient where it is recorded, the trained parameters, the accuracy exactly.
///
/// # Panics
/// Where a number is off.
fn curve(subject: &mut dyn Subject, training: &Training, tolerance: f64) {
    let expected = Expected::of("004").part(training.name);
    let stored = Stored::open(training.file);
    let (x, y) = (stored.get(training.train.0), stored.get(training.train.1));
    let initial = stored.names("initial.");
    assert_eq!(initial.len(), training.parameters);
    for path in &initial {
        subject.set(path, &stored.get(&format!("initial.{path}")));
    }
    let (mut losses, mut norms, mut last) = (Vec::new(), Vec::new(), 0.0);
    for step in 0..training.steps {
        last = subject.gradients(&x, &y);
        if step % training.every == 0 {
            losses.push(last);
            let weights = initial.iter().filter(|path| path.ends_with(".weight"));
            norms.push(weights.flat_map(|path| subject.gradient(path)).map(|g| g * g).sum());
        }
        subject.apply();
    }
    near("losses", &losses, &expected.get(training.losses), tolerance);
    near("last loss", &[last], &expected.get("last_loss"), tolerance);
    if let Some(name) = training.norms {
        near("squared norms of the weights' gradient", &norms, &expected.get(name), tolerance);
    }
    for path in &initial {
        // Entries next to nothing are compared with the tensor's size.
        let (found, final_) = (subject.get(path), stored.get(&format!("final.{path}")));
        let largest = final_.iter().fold(0.0_f64, |largest, w| largest.max(w.abs()));
        for (found, expected) in found.iter().zip(&final_) {
            assert!((found - expected).abs() <= tolerance * largest, "{path}: {found:?}, expected {expected:?}");
        }
    }
    let test = subject.evaluate(&stored.get(training.test.0), &stored.get(training.test.1));
    assert_eq!(vec![test.metrics["accuracy"]], expected.get(training.accuracy));
}

struct Training {
    name: &'static str,
    file: &'static str,
    train: (&'static str, &'static str),
    test: (&'static str, &'static str),
    parameters: usize,
    steps: usize,
    every: usize,
    losses: &'static str,
    norms: Option<&'static str>,
    accuracy: &'static str,
}

/// 004: the moons, 1000 steps.
///
/// # Panics
/// Where a number is off.
pub fn moons(subject: &mut dyn Subject, tolerance: f64) {
    let training = Training {
        name: "moons",
        file: "moons.safetensors",
        train: ("x_train", "y_train"),
        test: ("x_test", "y_test"),
        parameters: 6,
        steps: 1000,
        every: 100,
        losses: "loss_every_100",
        norms: Some("squared_weight_gradient_norm_every_100"),
        accuracy: "test_accuracy",
    };
    curve(subject, &training, tolerance);
}

/// 004: the circles, 2000 steps.
///
/// # Panics
/// Where a number is off.
pub fn circles(subject: &mut dyn Subject, tolerance: f64) {
    let training = Training {
        name: "circles",
        file: "circles.safetensors",
        train: ("x", "y"),
        test: ("x", "y"),
        parameters: 8,
        steps: 2000,
        every: 200,
        losses: "loss_every_200",
        norms: None,
        accuracy: "accuracy",
    };
    curve(subject, &training, tolerance);
}

/// 004: (3x + 2)² and its derivative.
///
/// # Panics
/// Where a number is off.
pub fn composed(outputs: &BTreeMap<String, Vec<f64>>) {
    let expected = Expected::of("004").part("chain_rule_(3x+2)^2");
    assert_eq!(outputs["f"], expected.get("f"));
    assert_eq!(outputs["df_dx"], expected.get("df_dx_at_2"));
}

/// 004: (x·w + b)², its derivative by the input as an output and as `d_x`, a port's gradient, and the gradients of the parameters.
///
/// # Panics
/// Where a number is off.
pub fn graph(outputs: &BTreeMap<String, Vec<f64>>, loss: f64, gradients: &[f64], d_x: &[f64]) {
    let expected = Expected::of("004").part("graph_(xw+b)^2");
    assert_eq!(vec![loss], expected.get("L"));
    assert_eq!(outputs["dl_dx"], expected.get("dL_dx"));
    assert_eq!(d_x, expected.get("dL_dx"));
    assert_eq!(gradients, [expected.get("dL_dw"), expected.get("dL_db")].concat());
}
