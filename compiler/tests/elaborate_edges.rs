//! The prelude at its edges: saturated probabilities, zeros, ignored classes, kinks. Values are stated, gradients finite.
#![cfg(feature = "evaluate")]

use ndarray::{ArrayD, IxDyn};
use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::evaluate::session::Session;
use tapeless_grammar::span::Sources;

/// The loss `e` of `x: [3]` (and the class `k: []` in 0..4) at a point, and its gradient by `x`.
fn at(e: &str, x: [f64; 3], k: f64) -> (f64, [f64; 3]) {
    let text = format!("network A {{ input x: [3]; input k: [] in 0..4; precision f64; loss {e} + 0 * real(k); }}");
    let mut sources = Sources::new();
    let root = sources.add("edge.nn", text);
    let made = elaborate(&mut sources, root, &mut NoFiles);
    assert!(made.diagnostics.is_empty(), "{e}: {:?}", made.diagnostics);
    let session = Session::new(&made.networks[0], Vec::new(), Vec::new(), |derived| derived).unwrap();
    let ports = [ArrayD::from_shape_vec(IxDyn(&[1, 3]), x.to_vec()).unwrap(), ArrayD::from_elem(IxDyn(&[1]), k)];
    let results = session.gradients(&ports, 1).unwrap();
    let gradient = results.port_gradients[0].clone().unwrap_or_else(|| ArrayD::zeros(IxDyn(&[1, 3])));
    (results.total, [gradient[[0, 0]], gradient[[0, 1]], gradient[[0, 2]]])
}

fn check(e: &str, x: [f64; 3], value: f64, gradient: [f64; 3]) {
    check_class(e, x, 0.0, value, gradient);
}

fn check_class(e: &str, x: [f64; 3], k: f64, value: f64, gradient: [f64; 3]) {
    let (found, slope) = at(e, x, k);
    assert!((found - value).abs() < 1e-12, "{e} at {x:?} is {found}, wanted {value}");
    for (a, b) in slope.iter().zip(gradient) {
        assert!((a - b).abs() < 1e-12, "{e} at {x:?} has the gradient {slope:?}, wanted {gradient:?}");
    }
}

#[test]
fn kinks() {
    check("sum(relu(x))", [-1.0, 0.0, 2.0], 2.0, [0.0, 0.0, 1.0]);
    check("sum(abs(x))", [-1.0, 0.0, 2.0], 3.0, [-1.0, 0.0, 1.0]);
    check("sum(clip(x, -1.0, 2.0))", [-1.0, 0.5, 2.0], 1.5, [0.0, 1.0, 0.0]);
    check("max(x)", [2.0, 2.0, 1.0], 2.0, [1.0, 0.0, 0.0]);
    check("max(x[0], x[1])", [2.0, 2.0, 1.0], 2.0, [0.5, 0.5, 0.0]);
    check("norm(x)", [0.0, 0.0, 0.0], 0.0, [0.0, 0.0, 0.0]);
    check("norm(x)", [3.0, 0.0, 4.0], 5.0, [0.6, 0.0, 0.8]);
    check("sum(elu(x))", [-1000.0, 0.0, 1000.0], 999.0, [0.0, 1.0, 1.0]);
    check("sum(softplus(x))", [-1000.0, 0.0, 1000.0], 1000.0 + 2.0f64.ln(), [0.0, 0.5, 1.0]);
    check("sum(log_sigmoid(x))", [-1000.0, 0.0, 1000.0], -1000.0 - 2.0f64.ln(), [1.0, 0.5, 0.0]);
    check("sum(selu(x))", [1000.0, 1000.0, 1000.0], 3000.0 * 1.0507009873554805, [1.0507009873554805; 3]);
    check("grad(sum(softplus(x)), x)[0]", [0.0, 0.0, 0.0], 0.5, [0.25, 0.0, 0.0]);
}

#[test]
fn losses_at_their_ends() {
    check("bce(x, ones([3]))", [1.0, 1.0, 1.0], 0.0, [-1.0 / 3.0; 3]);
    check("bce(x, zeros([3]))", [0.0, 0.0, 1.0], 100.0 / 3.0, [1.0 / 3.0, 1.0 / 3.0, 0.0]);
    check("bce_with_logits(x, ones([3]))", [1000.0, 1000.0, -1000.0], 1000.0 / 3.0, [0.0, 0.0, -1.0 / 3.0]);
    check("kl_div(softmax(zeros([3])), x)", [0.0, 0.0, 1.0], 3.0f64.ln(), [0.0, 0.0, 1.0 + 3.0f64.ln()]);
    check("logsumexp(x)", [1000.0, 1000.0, -1000.0], 1000.0 + 2.0f64.ln(), [0.5, 0.5, 0.0]);
    check("sum(log_softmax(x)[0..1])", [1000.0, 0.0, 0.0], 0.0, [0.0, 0.0, 0.0]);
    check("log_cosh(x, zeros([3]))", [1000.0, -1000.0, 0.0], (2000.0 - 2.0 * 2.0f64.ln()) / 3.0, [1.0 / 3.0, -1.0 / 3.0, 0.0]);
    check("huber(x, zeros([3]))", [0.5, 2.0, -3.0], (0.125 + 1.5 + 2.5) / 3.0, [0.5 / 3.0, 1.0 / 3.0, -1.0 / 3.0]);
    check("quantile(x, zeros([3]), 0.8)", [1.0, -1.0, 2.0], (0.2 + 0.8 + 0.4) / 3.0, [0.2 / 3.0, -0.8 / 3.0, 0.2 / 3.0]);
    check("triplet(x, zeros([3]), ones([3]))", [0.0, 0.0, 0.0], 0.0, [0.0; 3]);
    check("gaussian_nll(x, zeros([3]), ones([3]))", [1.0, 0.0, 3.0], 5.0 / 6.0, [0.0, -1.0 / 3.0, 2.0 / 3.0]);
    check("focal(x, ones([3]), gamma = 0)", [0.0, 0.0, 0.0], 2.0f64.ln(), [-0.5 / 3.0; 3]);
    check("squared_hinge(x, ones([3]))", [0.0, 2.0, -1.0], 5.0 / 3.0, [-2.0 / 3.0, 0.0, -4.0 / 3.0]);
    check("cosine_loss(x, ones([3]))", [2.0, 2.0, 2.0], 0.0, [0.0; 3]);
}

#[test]
fn classes() {
    let even = 3.0f64.ln();
    check_class("cross_entropy(x, argmax(ones([3])))", [0.0; 3], 0.0, even, [-2.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]);
    check_class("cross_entropy(x, k, ignore = 3)", [0.0; 3], 2.0, even, [1.0 / 3.0, 1.0 / 3.0, -2.0 / 3.0]);
    check_class("cross_entropy(x, k, ignore = 3)", [0.0; 3], 3.0, 0.0, [0.0; 3]);
    check_class("cross_entropy(stack([x, x]), stack([k, 1]), ignore = 3)", [0.0; 3], 3.0, even, [1.0 / 3.0, -2.0 / 3.0, 1.0 / 3.0]);
    check_class("cross_entropy(x, k, ignore = 3, smoothing = 0.3)", [0.0; 3], 2.0, even, [7.0 / 30.0, 7.0 / 30.0, -14.0 / 30.0]);
    check_class("cross_entropy(x, softmax(zeros([3])), smoothing = 0.3)", [0.0; 3], 0.0, even, [0.0; 3]);
    check_class("nll(log_softmax(concat([x, zeros([1])])), k)", [0.0; 3], 1.0, 4.0f64.ln(), [0.25, -0.75, 0.25]);
    check_class("accuracy(concat([x, zeros([1])]), k)", [1.0, 2.0, 3.0], 2.0, 1.0, [0.0; 3]);
    check_class("accuracy(concat([x, zeros([1])]), k)", [1.0, 2.0, 3.0], 1.0, 0.0, [0.0; 3]);
    check_class("top_k_accuracy(concat([x, zeros([1])]), k, 2)", [1.0, 2.0, 3.0], 1.0, 1.0, [0.0; 3]);
    check_class("top_k_accuracy(concat([x, zeros([1])]), k, 2)", [1.0, 2.0, 3.0], 0.0, 0.0, [0.0; 3]);
    check("binary_accuracy(x, ones([3]))", [0.2, 0.6, 0.9], 2.0 / 3.0, [0.0; 3]);
}

#[test]
fn nothing_attended_gives_nothing() {
    let attended = "sum(attend(reshape(x, [3, 1]), reshape(x, [3, 1]), reshape(x, [3, 1]), 1, iota(3) > 5))";
    check(attended, [1.0, 2.0, 3.0], 0.0, [0.0; 3]);
    let causal = "attend(zeros([3, 1]), zeros([3, 1]), reshape(x, [3, 1]), 1, reshape(iota(3), [3, 1]) >= iota(3))[1, 0]";
    check(causal, [1.0, 2.0, 3.0], 1.5, [0.5, 0.5, 0.0]);
    // Turning keeps lengths; the first position is not turned.
    check("sum(rotary(stack([x[0..2], x[0..2]]))[0] ^ 2)", [3.0, 4.0, 0.0], 25.0, [6.0, 8.0, 0.0]);
    check("rotary(stack([x[0..2], x[0..2]]))[1, 0]", [1.0, 0.0, 0.0], 1f64.cos(), [1f64.cos(), -1f64.sin(), 0.0]);
    check(
        "x[0] * sinusoidal_positions(4, 6)[3, 3]",
        [1.0, 0.0, 0.0],
        (3.0 * 10000f64.powf(-2.0 / 6.0)).cos(),
        [(3.0 * 10000f64.powf(-2.0 / 6.0)).cos(), 0.0, 0.0],
    );
}
