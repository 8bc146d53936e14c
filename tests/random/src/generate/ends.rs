//! What stands at the end of a network: outputs, losses, metrics, what is frozen, optimizers, and how it is written.

use super::Generator;
use super::each::with;
use super::value::{Kind, Value};

/// The rest of a program.
pub(super) fn end(generator: &mut Generator) {
    let losses = 1 + generator.draws.below(2);
    let outputs = generator.draws.below(3);
    for _ in 0..outputs {
        output(generator);
    }
    for i in 0..losses {
        loss(generator, i);
    }
    if generator.draws.chance(1, 2) {
        penalty(generator);
    }
    if generator.draws.chance(1, 20)
        && let Some(text) = super::batch::spread(generator)
    {
        generator.line(format!("loss spread = 0.3 * {text};"));
    }
    if generator.draws.chance(1, 2) {
        metric(generator);
    }
    freeze(generator);
    optimizer(generator);
    if let Some(steps) = generator.unroll {
        generator.line(format!("unroll {steps};"));
    }
    if generator.whole && generator.draws.chance(2, 3) {
        let most = *generator.draws.pick(&[3, 17, 33, 50]);
        generator.line(format!("batch {most};"));
    }
    if generator.draws.chance(1, 4) {
        generator.line("precision f64;".to_owned());
    }
    if generator.draws.chance(1, 8) {
        generator.line("budget memory = 100_000_000;".to_owned());
    }
}

fn output(generator: &mut Generator) {
    let any = generator.some(|value| !value.target && value.name.starts_with(['v', 'h', 's']) && value.kind == Kind::Real);
    let value = any.unwrap_or_else(|| generator.real());
    let name = generator.name("out");
    generator.line(format!("output {name} = {};", value.name));
}

fn target(generator: &mut Generator, shape: &[usize]) -> String {
    let name = generator.name("t");
    generator.ports.push(format!("target {name}: {shape:?};"));
    name
}

fn class_target(generator: &mut Generator, shape: &[usize], n: usize) -> String {
    let name = generator.name("t");
    generator.ports.push(format!("target {name}: {shape:?} in 0..{n};"));
    name
}

/// A value with a last axis of at least two, made for the purpose if there is none.
fn logits(generator: &mut Generator) -> Value {
    let found = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1 && value.last() >= 2);
    found.unwrap_or_else(|| generator.shaped(&[3]))
}

/// A loss of two values of one shape. Targets are in (0, 1).
const PAIRS: &[&str] = &[
    "mse(p, y)",
    "mae(p, y)",
    "sse(p, y)",
    "half_sse(p, y)",
    "huber(p, y)",
    "huber(p, y, delta = 0.4)",
    "smooth_l1(p, y)",
    "smooth_l1(p, y, beta = 0.5)",
    "log_cosh(p, y)",
    "quantile(p, y, 0.3)",
    "bce(0.02 + 0.96 * sigmoid(p), y)",
    "bce_with_logits(p, y)",
    "hinge(p, 2 * y - 1)",
    "squared_hinge(p, 2 * y - 1)",
    "focal(p, y)",
    "focal(p, y, gamma = 1.5)",
    "gaussian_nll(p, tanh(p), y)",
    "poisson_nll(p, y)",
    "mean_absolute_error(p, y)",
    "triplet(p, y, 0.5 * p + 0.3)",
    "norm(p - y)",
];

/// A loss of logits and a distribution.
const ROWS: &[&str] = &[
    "cross_entropy(p, softmax(y))",
    "cross_entropy(p, softmax(y), smoothing = 0.1)",
    "kl_div(softmax(p), softmax(y))",
    "cosine_loss(0.3 * p + 1.5, y + 0.1)",
];

/// A loss of logits and classes.
const CLASSES: &[&str] =
    &["cross_entropy(p, y)", "cross_entropy(p, y, smoothing = 0.2)", "cross_entropy(p, y, ignore = 1)", "nll(log_softmax(p), y)"];

fn loss(generator: &mut Generator, number: usize) {
    let (text, p, y) = match generator.draws.below(4) {
        0 => {
            let p = logits(generator);
            let y = class_target(generator, &p.shape[..p.rank() - 1], p.last());
            (*generator.draws.pick(CLASSES), p, y)
        }
        1 => {
            let p = logits(generator);
            let y = target(generator, &p.shape);
            (*generator.draws.pick(ROWS), p, y)
        }
        _ => {
            let p = generator.real();
            let p = super::each::bound_to_some(generator, &p);
            let y = target(generator, &p.shape);
            (*generator.draws.pick(PAIRS), p, y)
        }
    };
    let text = with(&with(text, 'p', &p.name), 'y', &y);
    let weight = *generator.draws.pick(&["", "", "0.5 * "]);
    let name = if number == 0 && generator.draws.chance(1, 2) { String::new() } else { format!("term{number} = ") };
    generator.line(format!("loss {name}{weight}{text};"));
}

fn penalty(generator: &mut Generator) {
    let value = generator.real();
    let size = match generator.draws.below(6) {
        0 => "l2(params)".to_owned(),
        1 => "l1(params)".to_owned(),
        2 => format!("l2({})", value.name),
        3 => format!("l1([{}, {0}])", value.name),
        4 => "l2(weights) + l1(biases)".to_owned(),
        _ => format!("mean({} ^ 2)", value.name),
    };
    generator.line(format!("loss penalty = 1e-2 * ({size});"));
}

fn metric(generator: &mut Generator) {
    let text = match generator.draws.below(5) {
        0 => {
            let p = generator.real();
            let y = target(generator, &p.shape);
            format!("mean_absolute_error({}, {y})", p.name)
        }
        1 => {
            let p = generator.real();
            let y = target(generator, &p.shape);
            format!("binary_accuracy(sigmoid({}), {y})", p.name)
        }
        2 => {
            let p = logits(generator);
            let y = class_target(generator, &p.shape[..p.rank() - 1], p.last());
            format!("top_k_accuracy({}, {y}, {})", p.name, 1 + generator.draws.below(2))
        }
        3 => {
            let p = logits(generator);
            let y = target(generator, &p.shape);
            format!("accuracy({}, {y})", p.name)
        }
        _ => {
            let p = logits(generator);
            let y = class_target(generator, &p.shape[..p.rank() - 1], p.last());
            format!("accuracy({}, {y})", p.name)
        }
    };
    generator.line(format!("metric score = {text};"));
}

/// Names of parameters that the network itself declares.
fn declared(generator: &Generator) -> Vec<String> {
    let lines = generator.lines.iter().filter_map(|line| line.strip_prefix("param "));
    lines.filter_map(|line| line.split(':').next()).map(str::to_owned).collect()
}

fn freeze(generator: &mut Generator) {
    let names = declared(generator);
    if !names.is_empty() && generator.draws.chance(1, 4) {
        let name = generator.draws.pick(&names).clone();
        generator.line(format!("freeze {name};"));
    }
}

const OPTIMIZERS: &[&str] = &[
    "sgd(0.05)",
    "sgd(lr = 0.05, weight_decay = 0.1, clip_norm = 0.5)",
    "momentum(0.02)",
    "momentum(0.02, beta = 0.5)",
    "nesterov(lr = 0.02)",
    "adagrad",
    "rmsprop(lr = 1e-3)",
    "adadelta",
    "adam",
    "adam(lr = 1e-2, clip_norm = 1.0)",
    "adamw(weight_decay = 0.1)",
    "nadam",
    "radam",
    "lion(lr = 1e-3)",
    "signum",
    "sgd(lr = step_decay(0.05, 2, 0.5))",
    "sgd(lr = exponential(0.05, 0.8))",
    "adam(lr = cosine(1e-2, 10, floor = 1e-3))",
    "momentum(lr = linear(0.02, 0.01, 5))",
    "sgd(lr = warmup(2, cosine(0.02, 8)))",
    "sgd(lr = one_cycle(0.02, 10))",
];

fn optimizer(generator: &mut Generator) {
    let pick = |generator: &mut Generator| {
        let text = *generator.draws.pick(OPTIMIZERS);
        if text == "signum" {
            generator.item(
                "optimizer signum(lr = 1e-3) { state m = zeros(); m = 0.9 * m + grad; param = param - lr * sign(m) * min(abs(m), 1.0); }",
            );
        }
        text
    };
    let text = pick(generator);
    generator.line(format!("optimizer {text};"));
    let names = declared(generator);
    let frozen = generator.lines.iter().any(|line| line.starts_with("freeze"));
    if !names.is_empty() && !frozen && generator.draws.chance(1, 3) {
        let other = pick(generator);
        let name = generator.draws.pick(&names).clone();
        generator.line(format!("optimizer {other} for {name};"));
    }
}
