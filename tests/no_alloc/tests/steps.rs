//! Once a network is made, predicting, evaluating, gradients, updates and training steps allocate nothing: every network of the examples.

use tapeless_tests_no_alloc::{Counting, allocations};

#[path = "../../../examples/chain_rule.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod chain_rule;
#[path = "../../../examples/circles.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod circles;
#[path = "../../../examples/digits.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod digits;
#[path = "../../../examples/first_neuron.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod first_neuron;
#[path = "../../../examples/fixed_bias.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod fixed_bias;
#[path = "../../../examples/moons.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod moons;
#[path = "../../../examples/pinn_heat.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod pinn_heat;
#[path = "../../../examples/policy_gradient.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod policy_gradient;
#[path = "../../../examples/two_layers.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod two_layers;
#[path = "../../../examples/xor3.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod xor3;

/// A network that carries states from step to step.
mod streaming {
    tapeless::nn! {
        network Stream {
            input x: [1];
            target y: [1];
            state h: [3] = zeros();
            state c: [3] = ones();
            (h, c) = cell: lstm_cell(x, h, c);
            output out = x + (h |> head: dense(1));
            loss mse(out, y);
            unroll 3;
            optimizer adam(lr = 1e-3);
        }
    }
}

/// The network of the example `from_file`.
mod from_file {
    tapeless::include_nn!("moons");
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs the work from its first time on and counts.
#[track_caller]
fn quiet<R>(what: &str, mut work: impl FnMut() -> R) {
    for _ in 0..3 {
        let (_, count) = allocations(&mut work);
        assert_eq!(count, 0, "{what}");
    }
}

/// A batch of another length than the tiles' and the registers'.
const SAMPLES: usize = 37;

fn rows<const N: usize>() -> Vec<[f32; N]> {
    (0..SAMPLES).map(|i| std::array::from_fn(|j| ((i * N + j) as f32 * 0.37).sin() * 0.5 + 0.5)).collect()
}

/// All methods of a step on one network: `step!(net, x, y)`.
macro_rules! step {
    ($net:expr, $x:expr, $y:expr) => {{
        let (mut net, x, y) = ($net, $x, $y);
        quiet("predict", || net.predict(&x[0]));
        quiet("evaluate", || net.evaluate(&x, &y).expect("good data"));
        quiet("gradients", || net.gradients(&x, &y).expect("good data"));
        quiet("apply", || net.apply());
        quiet("train_step", || net.train_step(&x, &y).expect("good data"));
        assert_eq!(net.steps(), 6);
    }};
}

#[test]
fn the_allocator_counts() {
    let (list, count) = allocations(|| vec![1, 2, 3]);
    assert_eq!(count, 1);
    let ((), count) = allocations(|| drop(list));
    assert_eq!(count, 1);
}

#[test]
fn first_neuron_is_quiet() {
    step!(first_neuron::Neuron::new(1), rows::<3>(), [0.3; SAMPLES]);
}

#[test]
fn two_layers_are_quiet() {
    step!(two_layers::TwoLayers::new(1), rows::<2>(), rows::<1>());
}

#[test]
fn xor3_is_quiet() {
    step!(xor3::Xor3::new(1), rows::<3>(), rows::<1>());
}

#[test]
fn fixed_bias_is_quiet() {
    let wide = |rows: Vec<[f32; 2]>| rows.into_iter().map(|row| row.map(f64::from)).collect::<Vec<_>>();
    step!(fixed_bias::FixedBias::new(1), wide(rows()), wide(rows()));
}

#[test]
fn moons_are_quiet() {
    step!(moons::Moons::new(1), rows::<2>(), rows::<1>());
}

#[test]
fn moons_from_a_file_are_quiet() {
    step!(from_file::Moons::new(1), rows::<2>(), rows::<1>());
}

#[test]
fn circles_are_quiet() {
    step!(circles::Circles::new(1), rows::<2>(), rows::<1>());
}

#[test]
fn digits_are_quiet() {
    let labels: Vec<u32> = (0..SAMPLES as u32).map(|i| i % 10).collect();
    step!(digits::Digits::new(1), rows::<784>(), labels);
}

#[test]
fn the_chain_rule_is_quiet() {
    let mut composed = chain_rule::Composed::new(1);
    quiet("predict", || composed.predict(2.0));
    let mut graph = chain_rule::Graph::new(1);
    let x = [0.5; SAMPLES];
    quiet("predict", || graph.predict(2.0));
    quiet("evaluate", || graph.evaluate(&x).expect("good data"));
    quiet("gradients", || graph.gradients(&x).expect("good data"));
}

#[test]
fn the_heat_equation_is_quiet() {
    let mut net = pinn_heat::Heat::new(1);
    let (x, t) = ([0.5; SAMPLES], [0.25; SAMPLES]);
    quiet("predict", || net.predict(0.5, 0.25));
    quiet("evaluate", || net.evaluate(&x, &t).expect("good data"));
    quiet("gradients", || net.gradients(&x, &t).expect("good data"));
    quiet("apply", || net.apply());
    quiet("train_step", || net.train_step(&x, &t).expect("good data"));
}

#[test]
fn the_policy_is_quiet() {
    let mut net = policy_gradient::Policy::new(1);
    let (seen, actions, numbers) = (rows::<4>(), [1; SAMPLES], [0.5; SAMPLES]);
    quiet("predict", || net.predict(&seen[0]));
    quiet("evaluate", || net.evaluate(&seen, &actions, &numbers, &numbers, &numbers).expect("good data"));
    quiet("train_step", || net.train_step(&seen, &actions, &numbers, &numbers, &numbers).expect("good data"));
}

#[test]
fn a_stream_is_quiet() {
    let x: Vec<[[f32; 1]; 3]> = rows::<3>().into_iter().map(|row| row.map(|x| [x])).collect();
    let mut net = streaming::Stream::new(1);
    let mut states = [streaming::stream::State::initial().into_storage(); SAMPLES];
    quiet("predict", || x[0].map(|x| net.predict(&x)));
    quiet("reset", || net.reset());
    quiet("evaluate", || net.evaluate(&x, &x).expect("good data"));
    quiet("evaluate_from", || net.evaluate_from(&mut states, &x, &x).expect("good data"));
    quiet("train_step", || net.train_step(&x, &x).expect("good data"));
    quiet("train_step_from", || net.train_step_from(&mut states, &x, &x).expect("good data"));
    assert_eq!(net.steps(), 6);
}
