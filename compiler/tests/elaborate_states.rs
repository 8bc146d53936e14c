//! Networks with states: all steps of a sample at once are the steps one after another.
#![cfg(feature = "evaluate")]

use ndarray::{ArrayD, Axis, IxDyn};
use tapeless_compiler::differentiate::Derived;
use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::evaluate::session::Session;
use tapeless_compiler::network::{Network, Precision};
use tapeless_grammar::span::Sources;

fn network(text: &str) -> Network {
    let mut sources = Sources::new();
    let root = sources.add("program.nn", text);
    let made = elaborate(&mut sources, root, &mut NoFiles);
    assert!(!made.has_errors(), "{:?}", made.diagnostics);
    Network { precision: Precision::F64, ..made.networks[0].clone() }
}

/// Numbers without a pattern.
fn numbers(shape: &[usize], salt: usize) -> ArrayD<f64> {
    let len: usize = shape.iter().product();
    let values = (0..len).map(|i| ((i * 7 + salt * 13) as f64 * 0.61).sin()).collect();
    ArrayD::from_shape_vec(IxDyn(shape), values).unwrap()
}

fn session(network: &Network) -> Session {
    let parameters = network.parameters.iter().enumerate().map(|(i, p)| numbers(&p.shape, i)).collect();
    Session::new(network, parameters, Vec::new(), |derived: Derived| derived).unwrap()
}

#[track_caller]
fn close(a: &ArrayD<f64>, b: &ArrayD<f64>) {
    assert_eq!(a.shape(), b.shape());
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12), "{a} {b}");
}

const CELLS: &str = "
network A {
    input x: [2];
    target y: [3];
    state h: [3] = [0.1, 0.2, 0.3];
    state g: [3] = zeros();
    let before = g;
    h = one: gru_cell(x, h);
    g = two: rnn_cell(h, g);
    output p = g + before;
    output q = h;
    loss data = mse(p, y);
    loss decay = 0.01 * l2(weights);
    metric far = sum(abs(p - y));
    unroll 5;
}";

#[test]
fn steps_one_after_another() {
    let network = network(CELLS);
    assert_eq!((network.unroll, network.state_len()), (Some(5), 6));
    let paths: Vec<&str> = network.parameters.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(paths[..5], ["one.w_input", "one.w_hidden", "one.b_input", "one.b_hidden", "two.w_input"]);
    let mut session = session(&network);
    let ports = [numbers(&[4, 5, 2], 1), numbers(&[4, 5, 3], 2)];
    let (train, evaluated) = (session.gradients(&ports, 4).unwrap(), session.predict(&ports, 4).unwrap());
    assert_eq!((train.total, &train.losses), (evaluated.total, &evaluated.losses));
    let (mut data, mut far) = (0.0, 0.0);
    for t in 0..5 {
        let step: Vec<_> = ports.iter().map(|port| port.index_axis(Axis(1), t).to_owned()).collect();
        let (outputs, states) = session.step(&step, 4).unwrap();
        for (all, one) in train.outputs.iter().zip(&outputs) {
            close(&all.index_axis(Axis(1), t).to_owned(), one);
        }
        let error = &outputs[0] - &step[1];
        data += error.mapv(|e| e * e).mean().unwrap() / 5.0;
        far += error.mapv(f64::abs).sum() / 20.0;
        session.states = states;
    }
    for (left, carried) in train.states.iter().zip(&session.states) {
        close(left, carried);
    }
    let decay: f64 = session.parameters.iter().filter(|p| p.ndim() == 2).flatten().map(|w| 0.01 * w * w).sum();
    assert!((train.losses[0] - data).abs() < 1e-12);
    // What does not depend on the sample counts once, not once a step.
    assert!((train.losses[1] - decay).abs() < 1e-12);
    assert!((evaluated.metrics[0] - far).abs() < 1e-12);
}

#[test]
fn states_that_are_handed_in() {
    let network = network(CELLS);
    let mut session = session(&network);
    let ports = [numbers(&[2, 5, 2], 1), numbers(&[2, 5, 3], 2)];
    let initial = session.predict(&ports, 2).unwrap();
    session.states = vec![numbers(&[2, 3], 5), numbers(&[2, 3], 6)];
    let other = session.predict(&ports, 2).unwrap();
    assert_ne!(initial.total, other.total);
    // The same as those at the beginning, where they are that.
    let row = ArrayD::from_shape_vec(IxDyn(&[2, 3]), vec![0.1, 0.2, 0.3, 0.1, 0.2, 0.3]).unwrap();
    session.states = vec![row, ArrayD::zeros(IxDyn(&[2, 3]))];
    assert_eq!(session.predict(&ports, 2).unwrap().total, initial.total);
}

#[test]
fn gradients_go_through_all_steps() {
    let network = network(CELLS);
    let mut session = session(&network);
    let ports = [numbers(&[2, 5, 2], 1), numbers(&[2, 5, 3], 2)];
    let found = session.gradients(&ports, 2).unwrap().gradients;
    for (p, gradient) in found.iter().enumerate() {
        for i in 0..gradient.len() {
            let mut at = |h: f64| {
                let before = session.parameters[p].as_slice_mut().unwrap()[i];
                session.parameters[p].as_slice_mut().unwrap()[i] = before + h;
                let total = session.gradients(&ports, 2).unwrap().total;
                session.parameters[p].as_slice_mut().unwrap()[i] = before;
                total
            };
            let h = 1e-5;
            let difference = (at(h) - at(-h)) / (2.0 * h);
            assert!((difference - gradient.as_slice().unwrap()[i]).abs() < 1e-8, "{p} {i}");
        }
    }
}

#[test]
fn draws_differ_from_step_to_step() {
    let network = network(
        "network A { input x: [4]; state n: [] = 0; n = n + 1; output p = x * (if training { random_uniform([4]) } else { ones([4]) }); unroll 3; }",
    );
    let session = session(&network);
    let x = [ArrayD::ones(IxDyn(&[2, 3, 4]))];
    let drawn = session.gradients(&x, 2).unwrap();
    let mut all: Vec<f64> = drawn.outputs[0].iter().copied().collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    assert_eq!(all.len(), 24);
    assert_eq!(drawn.states[0].iter().copied().collect::<Vec<_>>(), [3.0, 3.0]);
    assert_eq!(session.predict(&x, 2).unwrap().outputs[0], x[0]);
}

#[test]
fn without_unroll_a_sample_is_a_step() {
    let network =
        network("network A { input x: [2]; target y: [2]; state h: [2] = ones(); h = 0.5 * h + x; output p = h; loss mse(p, y); }");
    assert_eq!((network.unroll, &network.sample_ports()[0].shape), (None, &vec![2]));
    let session = session(&network);
    let x = numbers(&[3, 2], 1);
    let made = session.gradients(&[x.clone(), x.clone()], 3).unwrap();
    close(&made.outputs[0], &(x + 0.5));
    assert_eq!(made.states[0], made.outputs[0]);
}
