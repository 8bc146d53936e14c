//! What is carried from one step of a recurrence to the next.

use super::each::Row;
use super::value::Kind;
use super::{Generator, Template};

pub(super) const TABLE: &[Template] = &[
    ("state", state),
    ("state", state),
    ("state", state),
    ("cell with states", cell),
    ("cell with states", cell),
    ("count of steps", count),
];

/// How a state goes on, and how large it may get where `x` has the bound `m`.
const UPDATES: &[Row] = &[
    ("tanh(0.5 * s + x)", |_| 1.0),
    ("s + 0.2 * (x - s)", |m| m.max(1.5)),
    ("0.9 * s - 0.1 * tanh(x)", |_| 1.5),
    ("sin(s) * x", |m| m),
    ("where(x > 0.1, 0.5 * s, x)", |m| m.max(1.0)),
    ("if training { 0.5 * s + 0.3 * x } else { 0.5 * s - 0.1 * x }", |m| m.max(1.5)),
    ("x", |m| m),
];

fn new_state(generator: &mut Generator, shape: &[usize]) -> String {
    let name = generator.name("s");
    let init = *generator.draws.pick(&["zeros()", "ones()", "constant(0.3)"]);
    let init = if shape.is_empty() { "0.5" } else { init };
    generator.line(format!("state {name}: {shape:?} = {init};"));
    name
}

/// A state that takes its shape from a value, is mostly read before it is assigned, sometimes twice or never assigned.
fn state(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.size() <= 12)?;
    let name = new_state(generator, &x.shape);
    if generator.draws.chance(1, 2) {
        generator.bind(&format!("{name} - 0.5 * {}", x.name), &x.shape, x.bound + 1.5, &[&x]);
    }
    let mut bound = 1.5;
    for _ in 0..*generator.draws.pick(&[0, 1, 1, 1, 1, 2]) {
        let (row, larger) = *generator.draws.pick(UPDATES);
        let update = super::each::with(&super::each::filled(row, &x.name), 's', &name);
        generator.line(format!("{name} = {update};"));
        bound = larger(x.bound);
    }
    generator.known(name.clone(), &x.shape, Kind::Real, bound, &[&x]);
    let y = generator.real();
    let shape = if y.shape == x.shape || y.shape.is_empty() { x.shape.clone() } else { return Some(()) };
    generator.bind(&format!("{name} * {} + {}", y.name, x.name), &shape, bound * y.bound + x.bound, &[&x, &y]);
    Some(())
}

fn cell(generator: &mut Generator) -> Option<()> {
    let (n, u) = (1 + generator.draws.below(3), 1 + generator.draws.below(3));
    let x = generator.shaped(&[n]);
    let (h, label) = (new_state(generator, &[u]), generator.name("cell"));
    match generator.draws.below(3) {
        0 => generator.line(format!("{h} = {label}: rnn_cell({}, {h});", x.name)),
        1 => generator.line(format!("{h} = {} |> {label}: gru_cell({h});", x.name)),
        _ => {
            let c = new_state(generator, &[u]);
            generator.line(format!("({h}, {c}) = {label}: lstm_cell({}, {h}, {c});", x.name));
            generator.known(c, &[u], Kind::Real, 2.0, &[&x]);
        }
    }
    generator.known(h, &[u], Kind::Real, 1.0, &[&x]);
    Some(())
}

fn count(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let name = generator.name("s");
    generator.line(format!("state {name}: [] = 1;"));
    generator.line(format!("{name} = {name} + 1;"));
    generator.bind(&format!("{} / {name}", x.name), &x.shape, x.bound, &[&x]);
    Some(())
}
