//! The prelude's optimizers and schedules against scalar code written after PyTorch's.
#![cfg(feature = "evaluate")]

use ndarray::{ArrayD, IxDyn};
use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::evaluate::session::Session;
use tapeless_grammar::span::Sources;

const STEPS: usize = 12;
const START: [f64; 2] = [0.7, -1.3];

/// The parameter after each step of `½w₀² + 2w₁²` under an optimizer, by the interpreter.
fn path(optimizer: &str) -> Vec<[f64; 2]> {
    let text = format!(
        "network A {{ input x: []; precision f64; param w: [2] = [0.7, -1.3]; loss 0.5 * w[0] ^ 2 + 2 * w[1] ^ 2 + 0 * x; optimizer {optimizer}; }}"
    );
    let mut sources = Sources::new();
    let root = sources.add("optimizer.nn", text);
    let made = elaborate(&mut sources, root, &mut NoFiles);
    assert!(made.diagnostics.is_empty(), "{optimizer}: {:?}", made.diagnostics);
    let start = ArrayD::from_shape_vec(IxDyn(&[2]), START.to_vec()).unwrap();
    let mut session = Session::new(&made.networks[0], vec![start], Vec::new(), |derived| derived).unwrap();
    let port = [ArrayD::from_elem(IxDyn(&[1]), 0.0)];
    let mut step = || {
        let results = session.gradients(&port, 1).unwrap();
        session.update(&results).unwrap();
        [session.parameters[0][[0]], session.parameters[0][[1]]]
    };
    (0..STEPS).map(|_| step()).collect()
}

/// The same by a rule for one element: `(state, parameter, gradient, t)`, `t` from 1.
fn reference(mut rule: impl FnMut(&mut [f64; 3], f64, f64, f64) -> f64, clip: f64) -> Vec<[f64; 2]> {
    let (mut w, mut states) = (START, [[0.0; 3]; 2]);
    let mut out = Vec::new();
    for t in 1..=STEPS {
        let mut g = [w[0], 4.0 * w[1]];
        if clip > 0.0 {
            let norm = (g[0] * g[0] + g[1] * g[1]).sqrt();
            let factor = (clip / (norm + 1e-6)).min(1.0);
            g = [g[0] * factor, g[1] * factor];
        }
        for i in 0..2 {
            w[i] = rule(&mut states[i], w[i], g[i], t as f64);
        }
        out.push(w);
    }
    out
}

fn same(optimizer: &str, rule: impl FnMut(&mut [f64; 3], f64, f64, f64) -> f64, clip: f64) {
    let (found, wanted) = (path(optimizer), reference(rule, clip));
    for (t, (a, b)) in found.iter().zip(&wanted).enumerate() {
        for i in 0..2 {
            assert!((a[i] - b[i]).abs() < 1e-12, "{optimizer}, step {}, element {i}: {} against {}", t + 1, a[i], b[i]);
        }
    }
}

fn adam(s: &mut [f64; 3], g: f64, t: f64) -> (f64, f64) {
    s[0] = 0.9 * s[0] + 0.1 * g;
    s[1] = 0.999 * s[1] + 0.001 * g * g;
    (s[0] / (1.0 - 0.9f64.powf(t)), s[1] / (1.0 - 0.999f64.powf(t)))
}

#[test]
fn optimizers() {
    same("sgd(0.1)", |_, p, g, _| p - 0.1 * g, 0.0);
    same("sgd(lr = 0.1, weight_decay = 0.2, clip_norm = 0.5)", |_, p, g, _| p - 0.1 * (g + 0.2 * p), 0.5);
    same(
        "momentum(0.1)",
        |s, p, g, _| {
            s[0] = 0.9 * s[0] + g;
            p - 0.1 * s[0]
        },
        0.0,
    );
    same(
        "nesterov(0.1, beta = 0.8)",
        |s, p, g, _| {
            s[0] = 0.8 * s[0] + g;
            p - 0.1 * (g + 0.8 * s[0])
        },
        0.0,
    );
    same(
        "adagrad",
        |s, p, g, _| {
            s[0] += g * g;
            p - 1e-2 * g / (s[0].sqrt() + 1e-10)
        },
        0.0,
    );
    same(
        "rmsprop",
        |s, p, g, _| {
            s[0] = 0.99 * s[0] + 0.01 * g * g;
            p - 1e-2 * g / (s[0].sqrt() + 1e-8)
        },
        0.0,
    );
    same(
        "adadelta",
        |s, p, g, _| {
            s[0] = 0.9 * s[0] + 0.1 * g * g;
            let delta = (s[1] + 1e-6).sqrt() / (s[0] + 1e-6).sqrt() * g;
            s[1] = 0.9 * s[1] + 0.1 * delta * delta;
            p - delta
        },
        0.0,
    );
    same(
        "adam(weight_decay = 0.1)",
        |s, p, g, t| {
            let (m, v) = adam(s, g + 0.1 * p, t);
            p - 1e-3 * m / (v.sqrt() + 1e-8)
        },
        0.0,
    );
    same(
        "adamw(lr = 0.01)",
        |s, p, g, t| {
            let (m, v) = adam(s, g, t);
            p * (1.0 - 0.01 * 1e-2) - 0.01 * m / (v.sqrt() + 1e-8)
        },
        0.0,
    );
    same(
        "nadam",
        |s, p, g, t| {
            if t == 1.0 {
                s[2] = 1.0;
            }
            let mu = 0.9 * (1.0 - 0.5 * 0.96f64.powf(t * 4e-3));
            let mu_next = 0.9 * (1.0 - 0.5 * 0.96f64.powf((t + 1.0) * 4e-3));
            s[2] *= mu;
            let (_, v) = adam(s, g, t);
            let scale = v.sqrt() + 1e-8;
            p - 2e-3 * (1.0 - mu) / (1.0 - s[2]) * g / scale - 2e-3 * mu_next / (1.0 - s[2] * mu_next) * s[0] / scale
        },
        0.0,
    );
    same(
        "radam(lr = 0.01)",
        |s, p, g, t| {
            let (m, _) = adam(s, g, t);
            let left = 1.0 - 0.999f64.powf(t);
            let last = 2.0 / (1.0 - 0.999) - 1.0;
            let rho = last - 2.0 * t * 0.999f64.powf(t) / left;
            if rho > 5.0 {
                let rectified = ((rho - 4.0) * (rho - 2.0) * last / ((last - 4.0) * (last - 2.0) * rho)).sqrt();
                p - 0.01 * m * rectified * left.sqrt() / (s[1].sqrt() + 1e-8)
            } else {
                p - 0.01 * m
            }
        },
        0.0,
    );
    same(
        "lion(weight_decay = 0.1)",
        |s, p, g, _| {
            let update = (0.9 * s[0] + 0.1 * g).signum();
            s[0] = 0.99 * s[0] + 0.01 * g;
            p * (1.0 - 1e-4 * 0.1) - 1e-4 * update
        },
        0.0,
    );
}

#[test]
fn schedules() {
    use std::f64::consts::PI;
    let rate = |optimizer: &str, lr: &dyn Fn(f64) -> f64| same(optimizer, |_, p, g, step| p - lr(step - 1.0) * g, 0.0);
    let cosine = |t: f64| 0.01 + 0.5 * 0.09 * (1.0 + (PI * t.min(8.0) / 8.0).cos());
    rate("sgd(lr = step_decay(0.1, 4, 0.5))", &|t| 0.1 * 0.5f64.powf((t / 4.0).floor()));
    rate("sgd(lr = exponential(0.1, 0.9))", &|t| 0.1 * 0.9f64.powf(t));
    rate("sgd(lr = cosine(0.1, 8, floor = 0.01))", &cosine);
    rate("sgd(lr = linear(0.1, 0.02, 6))", &|t| 0.1 - 0.08 * t.min(6.0) / 6.0);
    rate("sgd(lr = warmup(4, cosine(0.1, 8, 0.01)))", &|t| if t < 4.0 { 0.1 * (t + 1.0) / 4.0 } else { cosine(t - 4.0) });
    rate("sgd(lr = warmup(3, warmup(2, 0.1)))", &|t| match t {
        t if t < 3.0 => 0.05 * (t + 1.0) / 3.0,
        t if t < 5.0 => 0.1 * (t - 2.0) / 2.0,
        _ => 0.1,
    });
    rate("sgd(lr = 0.1 / step)", &|t| 0.1 / (t + 1.0));
    // OneCycleLR(max_lr = 0.1, total_steps = 12), cosine annealing.
    rate("sgd(lr = one_cycle(0.1, 12))", &|t| {
        let between = |a: f64, b: f64, part: f64| b + (a - b) / 2.0 * (1.0 + (PI * part).cos());
        let up = 0.3 * 12.0 - 1.0;
        if t <= up { between(0.004, 0.1, t / up) } else { between(0.1, 0.004 / 1e4, (t - up) / (11.0 - up)) }
    });
}
