//! Layers of the prelude and of the program, shared ones, and activations as arguments.

use super::value::{Kind, Value};
use super::{ELEMENTS, Generator, Template};

pub(super) const TABLE: &[Template] = &[
    ("dense", dense),
    ("dense", dense),
    ("tower", tower),
    ("shared", shared),
    ("shared", shared),
    ("path", path),
    ("prelu", prelu),
    ("dropout", dropout),
    ("norm", norm),
    ("norm", norm),
    ("norm", norm),
    ("norm", norm),
    ("norm", norm),
    ("norm", norm),
    ("recurrent", recurrent),
    ("recurrent", recurrent),
    ("recurrent", recurrent),
    ("recurrent", recurrent),
    ("cell", cell),
    ("cell", cell),
    ("cell", cell),
    ("attention", attention),
    ("cross attention", cross_attention),
    ("transformer", transformer),
    ("transformer", transformer),
    ("positions", positions),
    ("positions", positions),
    ("positions", positions),
    ("user's layer", users_layer),
    ("user's layer", users_layer),
];

const INITS: &[&str] = &[
    "glorot_uniform()",
    "glorot_normal()",
    "he_normal()",
    "he_uniform()",
    "lecun_normal()",
    "orthogonal()",
    "normal(0, 0.4)",
    "fan_in_uniform()",
];

fn named(generator: &mut Generator, layer: &str) -> String {
    if generator.draws.chance(2, 3) { format!("{}: {layer}", generator.name("l")) } else { layer.to_owned() }
}

/// What a dense layer makes of a bound, where its weights are of the usual size.
fn wide(value: &Value) -> f64 {
    value.bound * (value.last() as f64).sqrt() * 1.2 + 0.5
}

fn dense(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1)?;
    let units = 1 + generator.draws.below(4);
    let shape = [&x.shape[..x.rank() - 1], &[units]].concat();
    (shape.iter().product::<usize>() <= ELEMENTS).then_some(())?;
    let arguments = match generator.draws.below(4) {
        0 => ", bias = false".to_owned(),
        1 => format!(", init = {}", *generator.draws.pick(INITS)),
        _ => String::new(),
    };
    let layer = named(generator, &format!("dense({units}{arguments})"));
    let bound = wide(&x);
    generator.bind(&format!("{} |> {layer}", x.name), &shape, bound, &[&x]);
    Some(())
}

/// Several layers in one pipe.
fn tower(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1)?;
    let act = *generator.draws.pick(&["tanh", "gelu", "silu", "relu", "sigmoid", "elu(alpha = 0.5)", "sin"]);
    let (a, b) = (1 + generator.draws.below(4), 1 + generator.draws.below(3));
    let shape = [&x.shape[..x.rank() - 1], &[b]].concat();
    (x.size() / x.last() * a.max(b) <= ELEMENTS).then_some(())?;
    let (first, second) = (named(generator, &format!("dense({a})")), named(generator, &format!("dense({b})")));
    generator.bind(&format!("{} |> {first} |> {act} |> {second} |> tanh", x.name), &shape, 1.0, &[&x]);
    Some(())
}

fn shared(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1)?;
    let y = generator.shaped(&x.shape);
    let units = 1 + generator.draws.below(3);
    let shape = [&x.shape[..x.rank() - 1], &[units]].concat();
    (shape.iter().product::<usize>() <= ELEMENTS).then_some(())?;
    let name = generator.name("s");
    generator.line(format!("shared {name} = dense({units});"));
    let first = generator.bind(&format!("{} |> {name}", x.name), &shape, wide(&x), &[&x]);
    let second = generator.bind(&format!("{} |> {name} |> tanh", y.name), &shape, 1.0, &[&y]);
    generator.bind(&format!("{} * {}", first.name, second.name), &shape, first.bound, &[&first, &second]);
    Some(())
}

/// The weight of a layer, by its path.
fn path(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1 && value.last() <= 4)?;
    let (label, n) = (generator.name("l"), x.last());
    let shape = [&x.shape[..x.rank() - 1], &[2]].concat();
    (shape.iter().product::<usize>() <= ELEMENTS).then_some(())?;
    let y = generator.bind(&format!("{} |> {label}: dense(2) |> tanh", x.name), &shape, 1.0, &[&x]);
    generator.bind(&format!("{} @ transpose({label}.weight)", y.name), &[&x.shape[..x.rank() - 1], &[n]].concat(), 2.0, &[&y]);
    Some(())
}

fn prelu(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let layer = named(generator, "prelu");
    generator.bind(&format!("{} |> {layer}", x.name), &x.shape, x.bound, &[&x]);
    Some(())
}

fn dropout(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let p = *generator.draws.pick(&["", "0.2", "p = 0.7"]);
    let expression = generator.call("dropout", &x.name, p);
    generator.bind(&expression, &x.shape, 3.0 * x.bound, &[&x]);
    Some(())
}

fn norm(generator: &mut Generator) -> Option<()> {
    let found = generator.some(|value| value.kind == Kind::Real && value.rank() >= 2 && value.last() >= 2);
    let x = found.unwrap_or_else(|| generator.shaped(&[2, 3]));
    let layer = match generator.draws.below(5) {
        0 => "layer_norm".to_owned(),
        1 => "rms_norm(eps = 1e-3)".to_owned(),
        2 | 3 => "instance_norm(eps = 0.01)".to_owned(),
        _ => {
            let c = x.shape[0];
            let groups = if c.is_multiple_of(2) && x.size() >= 2 * c { 2 } else { 1 };
            format!("group_norm({groups}, eps = 1e-3)")
        }
    };
    let layer = named(generator, &layer);
    generator.bind(&format!("{} |> {layer}", x.name), &x.shape, 2.5, &[&x]);
    Some(())
}

/// A sequence of few steps and features.
fn sequence(generator: &mut Generator, features: usize) -> Value {
    let steps = 1 + generator.draws.below(4);
    generator.shaped(&[steps, features])
}

fn recurrent(generator: &mut Generator) -> Option<()> {
    let features = 1 + generator.draws.below(3);
    let x = sequence(generator, features);
    let units = 1 + generator.draws.below(3);
    let name = *generator.draws.pick(&["rnn", "lstm", "lstm", "gru", "gru"]);
    let layer = named(generator, &format!("{name}({units})"));
    generator.bind(&format!("{} |> {layer}", x.name), &[x.shape[0], units], 1.0, &[&x]);
    Some(())
}

fn cell(generator: &mut Generator) -> Option<()> {
    let n = 1 + generator.draws.below(3);
    let u = 1 + generator.draws.below(3);
    let (x, h) = (generator.shaped(&[n]), generator.shaped(&[u]));
    let label = generator.name("cell");
    match generator.draws.below(3) {
        0 => drop(generator.bind(&format!("{label}: rnn_cell({}, {})", x.name, h.name), &[u], 1.0, &[&x, &h])),
        1 => drop(generator.bind(&format!("{} |> {label}: gru_cell({})", x.name, h.name), &[u], h.bound.max(1.0), &[&x, &h])),
        _ => {
            let c = generator.shaped(&[u]);
            let (a, b) = (generator.name("v"), generator.name("v"));
            generator.line(format!("let ({a}, {b}) = {label}: lstm_cell({}, {}, {});", x.name, h.name, c.name));
            generator.known(a, &[u], Kind::Real, 1.0, &[&x, &h, &c]);
            generator.known(b, &[u], Kind::Real, c.bound + 1.0, &[&x, &h, &c]);
        }
    }
    Some(())
}

fn attention(generator: &mut Generator) -> Option<()> {
    let heads = 1 + generator.draws.below(2);
    let width = heads * (1 + generator.draws.below(2));
    let x = sequence(generator, width);
    let t = x.shape[0];
    let causal = if generator.draws.chance(1, 2) { ", causal = true" } else { "" };
    let (mask, of) = if generator.draws.chance(1, 3) {
        let shape = if generator.draws.chance(1, 2) { vec![t, t] } else { vec![t] };
        let (c, of) = super::each::condition(generator, &shape);
        (format!(", mask = {c}"), of)
    } else {
        (String::new(), x.clone())
    };
    let layer = named(generator, &format!("attention({heads}{causal}{mask})"));
    generator.bind(&format!("{} |> {layer}", x.name), &[t, width], 2.0, &[&x, &of]);
    Some(())
}

fn cross_attention(generator: &mut Generator) -> Option<()> {
    let heads = 1 + generator.draws.below(2);
    let width = heads * (1 + generator.draws.below(2));
    let features = 1 + generator.draws.below(3);
    let (x, memory) = (sequence(generator, width), sequence(generator, features));
    let (mask, of) = if generator.draws.chance(1, 3) {
        let (c, of) = super::each::condition(generator, &[memory.shape[0]]);
        (format!(", mask = {c}"), of)
    } else {
        (String::new(), x.clone())
    };
    let layer = named(generator, &format!("cross_attention({}, {heads}{mask})", memory.name));
    generator.bind(&format!("{} |> {layer}", x.name), &x.shape, 2.0, &[&x, &memory, &of]);
    Some(())
}

fn transformer(generator: &mut Generator) -> Option<()> {
    let heads = 1 + generator.draws.below(2);
    let x = sequence(generator, 2 * heads);
    let rest = *generator.draws.pick(&["", ", causal = true", ", p = 0.2"]);
    let ffn = 1 + generator.draws.below(4);
    let layer = named(generator, &format!("transformer_block({heads}, {ffn}{rest})"));
    generator.bind(&format!("{} |> {layer}", x.name), &x.shape, x.bound + 2.0, &[&x]);
    Some(())
}

fn positions(generator: &mut Generator) -> Option<()> {
    let width = 2 * (1 + generator.draws.below(2));
    let x = sequence(generator, width);
    let expression = match generator.draws.below(7) {
        0..=2 => format!("{} * sinusoidal_positions({}, {width})", x.name, x.shape[0]),
        3 => {
            let layer = named(generator, "learned_positions");
            format!("{} |> {layer}", x.name)
        }
        _ => generator.call("rotary", &x.name, ""),
    };
    generator.bind(&expression, &x.shape, x.bound * 1.5, &[&x]);
    Some(())
}

fn users_layer(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1)?;
    let (layer, bound) = match generator.draws.below(3) {
        0 => {
            generator.item(
                "layer residual(x: [.., n], width, act: fn = tanh) -> [.., n] { x + (x |> up: dense(width) |> act |> down: dense(n)) }",
            );
            ("residual(2, act = gelu)", x.bound + 2.0)
        }
        1 => {
            generator.item("layer scaled(x: [.., n]) -> [.., n] { param gain: [n] = ones(); const by: [1] = [0.7]; x * gain * by }");
            ("scaled", x.bound)
        }
        _ => {
            generator.item("layer deep(x: [.., n], depth) { let mut h = x; for i in 0..depth { h = h |> block: dense(n, bias = i > 0) |> tanh; } h + x }");
            ("deep(2)", x.bound + 1.0)
        }
    };
    let layer = named(generator, layer);
    generator.bind(&format!("{} |> {layer}", x.name), &x.shape, bound, &[&x]);
    Some(())
}
