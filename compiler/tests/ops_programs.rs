//! Whole programs by the interpreter: every gradient, of parameters and real ports, against differences; and simplification changes nothing.
#![cfg(feature = "evaluate")]

mod ops_support;

use ndarray::{ArrayD, IxDyn};
use ops_support::{Numbers, compare};
use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::evaluate::session::Session;
use tapeless_compiler::network::{Network, Precision};
use tapeless_compiler::simplify::derived;
use tapeless_grammar::span::Sources;

const BATCH: usize = 2;

fn network(text: &str) -> Network {
    let mut sources = Sources::new();
    let root = sources.add("test.nn", text);
    let made = elaborate(&mut sources, root, &mut NoFiles);
    assert!(!made.has_errors(), "{:?}", made.diagnostics);
    Network { precision: Precision::F64, ..made.networks[0].clone() }
}

/// The total loss with one entry of a parameter (or, past these, of a port) moved.
fn total(session: &Session, ports: &[ArrayD<f64>], tensor: usize, entry: usize, by: f64) -> f64 {
    let (mut session, mut ports) = (session.clone(), ports.to_vec());
    let parameters = session.parameters.len();
    let moved = if tensor < parameters { &mut session.parameters[tensor] } else { &mut ports[tensor - parameters] };
    moved.as_slice_mut().unwrap()[entry] += by;
    session.gradients(&ports, BATCH).unwrap().total
}

/// Checks a program at a random point; at most `most` entries of each tensor, by differences of this width.
fn check(name: &str, text: &str, most: usize, width: f64) {
    let network = network(text);
    let mut numbers = Numbers(11);
    let mut random = |shape: &[usize], low, high| ArrayD::from_shape_simple_fn(IxDyn(shape), || numbers.within(low, high));
    let parameters: Vec<ArrayD<f64>> = network.parameters.iter().map(|p| random(&p.shape, -0.9, 0.9)).collect();
    let real: Vec<ArrayD<f64>> = network.ports.iter().map(|p| random(&[&[BATCH], p.shape.as_slice()].concat(), 0.1, 0.9)).collect();
    let port = |(port, value): (_, &ArrayD<f64>)| match Option::<u32>::map(port, f64::from) {
        Some(n) => value.mapv(|x| (x * n).floor()),
        None => value.clone(),
    };
    let ports: Vec<ArrayD<f64>> = network.ports.iter().map(|port| port.index).zip(&real).map(port).collect();

    let plain = Session::new(&network, parameters.clone(), Vec::new(), |derived| derived).unwrap();
    let expected = plain.gradients(&ports, BATCH).unwrap();
    let session = Session::new(&network, parameters, Vec::new(), derived).unwrap();
    let found = session.gradients(&ports, BATCH).unwrap();
    let close = |a: &ArrayD<f64>, b: &ArrayD<f64>| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-12 * (1.0 + a.abs()));
    assert!(expected.outputs.iter().zip(&found.outputs).all(|(a, b)| close(a, b)), "{name}: an output changed");
    assert!(expected.gradients.iter().zip(&found.gradients).all(|(a, b)| close(a, b)), "{name}: a gradient changed");

    let none: Vec<ArrayD<f64>> = ports.iter().map(|port| ArrayD::zeros(port.raw_dim())).collect();
    let of_ports = found.port_gradients.iter().zip(&none).map(|(gradient, none)| gradient.clone().unwrap_or_else(|| none.clone()));
    let (mut given, mut numeric, mut checked) = (Vec::new(), Vec::new(), 0);
    for (tensor, gradient) in found.gradients.iter().cloned().chain(of_ports).enumerate() {
        let (mut of_given, mut of_numeric) = (Vec::new(), Vec::new());
        let index = tensor.checked_sub(network.parameters.len()).and_then(|port| network.ports[port].index);
        let stride = gradient.len().div_ceil(most).max(1);
        for entry in (0..gradient.len()).step_by(if index.is_some() { usize::MAX } else { stride }) {
            let at = |by: f64| total(&session, &ports, tensor, entry, by * width);
            let slope = if index.is_some() { 0.0 } else { (at(-2.0) - 8.0 * at(-1.0) + 8.0 * at(1.0) - at(2.0)) / (12.0 * width) };
            of_given.push(gradient.as_slice().unwrap()[entry]);
            of_numeric.push(slope);
            checked += 1;
        }
        given.push(ArrayD::from_shape_vec(IxDyn(&[of_given.len()]), of_given).unwrap());
        numeric.push(ArrayD::from_shape_vec(IxDyn(&[of_numeric.len()]), of_numeric).unwrap());
    }
    let worst = compare(&given, &numeric).worst;
    println!("{name}: {checked} entries, worst error {worst:.1e}");
    assert!(worst <= 1e-6, "{name}: error {worst:e}");
}

#[test]
fn gradients_of_whole_programs() {
    let programs = [
        ("moons", include_str!("programs/moons.nn")),
        ("mlp_l2", include_str!("../../tests/parity/mlp_l2/model.nn")),
        ("cross_entropy_index", include_str!("../../tests/parity/cross_entropy_index/model.nn")),
        ("cross_entropy_smooth", include_str!("../../tests/parity/cross_entropy_smooth/model.nn")),
        ("activations", include_str!("../../tests/parity/activations/model.nn")),
        ("losses", include_str!("../../tests/parity/losses/model.nn")),
        ("adam_5_steps", include_str!("../../tests/parity/adam_5_steps/model.nn")),
        ("pinn_heat", include_str!("../../tests/parity/pinn_heat/model.nn")),
        ("gru", include_str!("../../tests/parity/gru/model.nn")),
        ("lstm", include_str!("../../tests/parity/lstm/model.nn")),
        ("norms", include_str!("../../tests/parity/norms/model.nn")),
        ("transformer", include_str!("../../tests/parity/transformer/model.nn")),
    ];
    for (name, text) in programs {
        check(name, text, 24, 1e-3);
    }
}

#[test]
fn a_loop_of_what_is_no_samples_in_a_loop_over_a_sample() {
    // The gradient of what the inner loop carries is one for each sample, though its values are not.
    let text = "network Inside {
        input x: [5];
        target y: [3];
        param w: [6, 3] = normal(0, 0.5);
        let mut sum = zeros([3]);
        for z in x {
            let mut h = zeros([3]);
            let mut c = ones([3]);
            for row in w {
                (h, c) = (tanh(0.5 * h + row), 0.9 * c + 0.1 * h);
            }
            sum = sum + z * c;
        }
        loss mse(sum, y);
    }";
    check("Inside", text, 24, 1e-3);
    // Nor can the inner loop be taken out of this one.
    let text = "network Inside {
        input x: [3];
        target y: [3];
        param w: [7, 6, 3] = normal(0, 0.5);
        let mut sum = zeros([3]);
        for rows in w {
            let mut h = zeros([3]);
            let mut c = ones([3]);
            for row in rows {
                (h, c) = (tanh(0.5 * h + row), 0.9 * c + 0.1 * h);
            }
            sum = tanh(sum + x * c);
        }
        loss mse(sum, y);
    }";
    check("Inside", text, 24, 1e-3);
}

/// Scalars of `x: [2, 4]` and `y: [2, 4]`, both in (0.1, 0.9), by items of the prelude and the compiler's own functions; smooth where
/// they are taken, or with kinks that the points do not meet.
const SCALARS: &[&str] = &[
    "sum(leaky_relu(x) ^ 2)",
    "sum(elu(x - 0.5))",
    "sum(selu(x - 0.5))",
    "sum(celu(x - 0.5, alpha = 0.7))",
    "sum(gelu(x))",
    "sum(gelu_tanh(x))",
    "sum(silu(x))",
    "sum(mish(x))",
    "sum(softplus(x))",
    "sum(softsign(x))",
    "sum(hard_swish(x))",
    "sum(log_sigmoid(x))",
    "sum(softmax(x) ^ 2)",
    "sum(log_softmax(x, axis = 0) ^ 2)",
    "sum(glu(x) ^ 2)",
    "norm(x)",
    "sum(cosine_similarity(x, y))",
    "sum(logsumexp(x))",
    "var(x)",
    "sum(std(x, axis = -1))",
    "sum(outer(x[0], x[1]) ^ 2)",
    "sum(erf(x) * exp(x) + sin(x) * cos(x))",
    "sum(rsqrt(x) + log(x) + log1p(x) + expm1(x) + sqrt(x))",
    "sum(x ^ 3 / (1 + x) + x ^ y)",
    "sum(tanh(x) * sigmoid(x))",
    "sum(max(x, y) ^ 3 + min(x, y) ^ 2)",
    "max(x) ^ 2 + min(x) ^ 3",
    "sum((x @ transpose(x)) ^ 2)",
    "sum(contract(x, x, \"ij,ij->j\") ^ 2)",
    "mse(x, y) ^ 2",
    "huber(x, y, delta = 0.05)",
    "smooth_l1(x, y, beta = 2)",
    "log_cosh(x, y)",
    "bce(x, y)",
    "bce_with_logits(x, y)",
    "focal(x, y)",
    "cross_entropy(x, softmax(y), smoothing = 0.1)",
    "kl_div(softmax(x), softmax(y))",
    "squared_hinge(x, 2 * y - 1)",
    "cosine_loss(x, y)",
    "triplet(x, y, 2 * y - x)",
    "gaussian_nll(x, x * y, y)",
    "poisson_nll(x, y)",
    "sum((x |> n: layer_norm) ^ 3)",
    "sum((x |> n: rms_norm) ^ 3)",
    "sum((x |> n: group_norm(1)) ^ 3)",
    "sum((x |> l: lstm(2)) ^ 2)",
    "sum((x |> l: gru(2)) ^ 2)",
    "sum((x |> l: rnn(2)) ^ 2)",
    "sum((x |> a: attention(2, causal = true)) ^ 2)",
    "sum((4 * x |> b: transformer_block(1, 3)) ^ 2)",
    "sum(rotary(x) ^ 3)",
    "sum((x |> d: dense(3) |> tanh |> p: prelu) ^ 2)",
];

/// The gradient of what is made of a gradient holds all second derivatives.
#[test]
fn second_derivatives_of_the_prelude() {
    for scalar in SCALARS {
        let text = format!(
            "network A {{ input x: [2, 4]; input y: [2, 4]; let u = {scalar}; let g = grad(u, x); loss sum(sin(g) + 0.3 * g * x); }}"
        );
        check(scalar, &text, 8, 2e-4);
    }
}

/// `u` and `f` of `x: [3]`, with a parameter `w: [3, 3]`.
const FIELDS: &[(&str, &str)] = &[
    ("sum(tanh(x @ w) ^ 2) + sum(x ^ 3) / 3", "sin(x @ w) * x"),
    ("logsumexp(x @ w) * norm(x)", "softmax(x @ w)"),
    ("x |> a: dense(4) |> tanh |> b: dense(1) |> sum", "x |> c: dense(4) |> gelu |> d: dense(3)"),
    ("sum(exp(-x ^ 2) * (x @ w)) / (1 + x[0] ^ 2)", "layer_norm(x @ w + x ^ 2)"),
];

/// What a program says by `grad`, `jvp`, `laplacian`, `divergence` and `hessian` is what differences of values and of first derivatives say.
#[test]
fn derivatives_in_a_program_against_differences_of_those_before() {
    for (u, f) in FIELDS {
        let network = network(&format!(
            "network A {{ input x: [3]; input v: [3]; param w: [3, 3] = normal(0, 1); let u = {u}; let f = {f};
            output value = u; output du = grad(u, x); output field = f; output turned = jvp(f, x, v);
            output curved = hessian(u, x); output bent = laplacian(u, x); output source = divergence(f, x); loss sum(f); }}"
        ));
        let mut numbers = Numbers(5);
        let mut random = |shape: &[usize]| ArrayD::from_shape_simple_fn(IxDyn(shape), || numbers.within(-0.9, 0.9));
        let parameters: Vec<ArrayD<f64>> = network.parameters.iter().map(|p| random(&p.shape)).collect();
        let (x, v) = (random(&[1, 3]), random(&[1, 3]));
        let session = Session::new(&network, parameters, Vec::new(), derived).unwrap();
        let outputs = |x: &ArrayD<f64>| session.predict(&[x.clone(), v.clone()], 1).unwrap().outputs;
        let (width, at) = (1e-3, outputs(&x));
        // Of output `of` along a direction.
        let slope = |of: usize, along: &ArrayD<f64>| {
            let moved = |by: f64| outputs(&(&x + &(along * (by * width))))[of].clone();
            (moved(-2.0) - moved(-1.0) * 8.0 + moved(1.0) * 8.0 - moved(2.0)) / (12.0 * width)
        };
        let axis = |i: usize| ArrayD::from_shape_fn(IxDyn(&[1, 3]), |place| if place[1] == i { 1.0 } else { 0.0 });
        let mut worst = 0.0_f64;
        let mut near = |what: &str, given: f64, numeric: f64| {
            let error = (given - numeric).abs() / given.abs().max(numeric.abs()).max(1.0);
            assert!(error <= 1e-6, "{what} of {u} and {f}: {given}, differences give {numeric}");
            worst = worst.max(error);
        };
        let (mut bent, mut source) = (0.0, 0.0);
        for i in 0..3 {
            near("grad", at[1][[0, i]], slope(0, &axis(i)).sum());
            near("jvp", at[3][[0, i]], slope(2, &v)[[0, i]]);
            let rows = slope(1, &axis(i));
            (0..3).for_each(|j| near("hessian", at[4][[0, i, j]], rows[[0, j]]));
            bent += rows[[0, i]];
            source += slope(2, &axis(i))[[0, i]];
        }
        near("laplacian", at[5].sum(), bent);
        near("divergence", at[6].sum(), source);
        println!("{u}: worst error {worst:.1e}");
    }
}
