//! Loops, choices, assignments, constants, buffers, random numbers, derivatives.

use super::each::applied;
use super::value::Kind;
use super::{ELEMENTS, Generator, Template};

pub(super) const TABLE: &[Template] = &[
    ("static loop", static_loop),
    ("loop over a list", loop_over_a_list),
    ("loop with values", loop_with_values),
    ("loop over a tensor", loop_over_a_tensor),
    ("loop with a state", loop_with_a_state),
    ("loop in a loop", loop_in_a_loop),
    ("choice of statements", choice),
    ("block", block),
    ("constant", constant),
    ("buffer", buffer),
    ("noise", noise),
    ("noise", noise),
    ("mask", mask),
    ("derivative", derivative),
    ("derivative by a value", derivative_by_a_value),
    ("directional derivative", directional),
    ("second derivatives", second),
    ("second derivatives", second),
    ("second derivatives", second),
    ("assertion", assertion),
    ("new parameter", new_parameter),
    ("zeros and ones", filled),
];

fn static_loop(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1 && value.size() <= 16)?;
    let (h, n, label) = (generator.name("h"), 1 + generator.draws.below(3), generator.name("l"));
    let step = match generator.draws.below(3) {
        0 => format!("{h} |> {label}: dense({}) |> tanh", x.last()),
        1 => format!("tanh({h} * (0.5 + i)) - 0.2 * {}", x.name),
        _ => format!("if i == 1 {{ -{h} }} else {{ sin({h}) + {} }}", x.name),
    };
    generator.line(format!("let mut {h} = {};", x.name));
    generator.line(format!("for i in 0..{n} {{ {h} = {step}; }}"));
    generator.known(h, &x.shape, Kind::Real, x.bound + 1.0, &[&x]);
    Some(())
}

fn loop_over_a_list(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1 && value.size() <= 12)?;
    let (h, label) = (generator.name("h"), generator.name("l"));
    generator.line(format!("let mut {h} = {};", x.name));
    generator.line(format!("for width in [3, 1, 2] {{ {h} = {h} |> {label}: dense(width) |> tanh; }}"));
    let shape = [&x.shape[..x.rank() - 1], &[2]].concat();
    generator.known(h, &shape, Kind::Real, 1.0, &[&x]);
    Some(())
}

fn loop_with_values(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.size() <= 12)?;
    let (name, n) = (generator.name("v"), 1 + generator.draws.below(3));
    generator.line(format!("let {name} = for i in 1..{} {{ yield tanh({}) ^ i + 0.1 * i; }};", n + 1, x.name));
    generator.known(name, &[&[n], &x.shape[..]].concat(), Kind::Real, 1.3, &[&x]);
    Some(())
}

fn loop_over_a_tensor(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1 && value.shape[0] <= 5)?;
    let (name, item) = (generator.name("v"), generator.name("z"));
    let row = super::value::Value { name: item.clone(), shape: x.without(0), ..x.clone() };
    let (expression, bound) = applied(generator, &row);
    generator.line(format!("let {name} = for {item} in {} {{ let e = {expression}; yield tanh(e) * 2; }};", x.name));
    generator.known(name, &x.shape, Kind::Real, bound.min(2.0), &[&x]);
    Some(())
}

/// A recurrence written by hand, with carried values, one instance of a layer, and stacked values.
fn loop_with_a_state(generator: &mut Generator) -> Option<()> {
    let (steps, n, u) = (1 + generator.draws.below(4), 1 + generator.draws.below(3), 1 + generator.draws.below(3));
    let x = generator.shaped(&[steps, n]);
    let (h, c, item, label, all) =
        (generator.name("h"), generator.name("c"), generator.name("z"), generator.name("l"), generator.name("v"));
    let start = if generator.draws.chance(1, 2) { format!("zeros([{u}])") } else { generator.shaped(&[u]).name };
    generator.line(format!("let mut {h} = {start};"));
    generator.line(format!("let mut {c} = ones([{u}]);"));
    let value = *generator.draws.pick(&["h * 2", "h - c", "c", "h"]);
    let value: String = value.replace('h', &h).replace('c', &c);
    generator.line(format!(
        "let {all} = for {item} in {} {{ ({h}, {c}) = (tanh(0.5 * {h} + ({item} |> {label}: dense({u}))), 0.9 * {c} + 0.1 * {h}); yield {value}; }};",
        x.name
    ));
    generator.known(h, &[u], Kind::Real, 1.0, &[&x]);
    generator.known(c, &[u], Kind::Real, 1.5, &[&x]);
    generator.known(all, &[steps, u], Kind::Real, 2.0, &[&x]);
    Some(())
}

fn loop_in_a_loop(generator: &mut Generator) -> Option<()> {
    let (a, b) = (1 + generator.draws.below(3), 1 + generator.draws.below(3));
    let x = generator.shaped(&[a, b]);
    let (total, all) = (generator.name("h"), generator.name("v"));
    let start = generator.shaped(&[]);
    generator.line(format!("let mut {total} = {};", start.name));
    generator.line(format!(
        "let {all} = for row in {} {{ for z in row {{ {total} = sin({total}) * 0.5 + z; }} let s = {total}; yield s * row; }};",
        x.name
    ));
    generator.known(total, &[], Kind::Real, x.bound + 1.0, &[&x, &start]);
    generator.known(all, &[a, b], Kind::Real, (x.bound + 1.0) * x.bound, &[&x, &start]);
    Some(())
}

fn choice(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let (h, (e, _)) = (generator.name("h"), applied(generator, &x));
    let test = *generator.draws.pick(&["training", "2 > 1", "!training", "true && !false"]);
    generator.line(format!("let mut {h} = {};", x.name));
    generator.line(format!("if {test} {{ {h} = tanh({e}); }} else {{ {h} = 0.5 * {h}; }}"));
    generator.known(h, &x.shape, Kind::Real, x.bound, &[&x]);
    Some(())
}

fn block(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let (e, _) = applied(generator, &x);
    let expression = format!("{{ let a = 0.3 * tanh({e}); let b = a + {}; a * b }}", x.name);
    generator.bind(&expression, &x.shape, 0.3 * (x.bound + 0.3), &[&x]);
    Some(())
}

fn constant(generator: &mut Generator) -> Option<()> {
    let (a, b) = (1 + generator.draws.below(3), 1 + generator.draws.below(3));
    let name = generator.name("k");
    let rows: Vec<Vec<f64>> = (0..a).map(|_| (0..b).map(|_| (generator.draws.unit() * 20.0).round() / 10.0 - 1.0).collect()).collect();
    generator.line(format!("const {name}: [{a}, {b}] = {rows:?};"));
    generator.known(name, &[a, b], Kind::Real, 1.0, &[]);
    Some(())
}

fn buffer(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let name = generator.name("m");
    generator.line(format!("buffer {name}: {:?} = constant(0.25);", x.shape));
    if generator.unroll.is_none() && generator.draws.chance(1, 2) {
        let w = generator.parameter(&x.shape);
        generator.line(format!("{name} = 0.9 * {name} + 0.1 * {};", w.name));
    }
    generator.bind(&format!("{} - {name}", x.name), &x.shape, x.bound + 0.5, &[&x]);
    Some(())
}

fn noise(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let name = *generator.draws.pick(&["random_normal", "random_uniform"]);
    let expression = format!("if training {{ {0} + 0.2 * {name}({1:?}) }} else {{ {0} }}", x.name, x.shape);
    generator.bind(&expression, &x.shape, x.bound + 1.0, &[&x]);
    Some(())
}

fn mask(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let expression = format!("if training {{ where(bernoulli(0.6, {1:?}), {0}, 0.1) }} else {{ {0} * 0.6 }}", x.name, x.shape);
    generator.bind(&expression, &x.shape, x.bound, &[&x]);
    Some(())
}

/// A scalar that surely varies with a value, smoothly.
fn scalar_of(generator: &mut Generator, x: &super::value::Value) -> super::value::Value {
    let e = *generator.draws.pick(&["sin(x)", "x ^ 3", "tanh(x) * x", "exp(0.5 * x)", "x ^ 2", "log(1 + x ^ 2)", "silu(x)"]);
    let bound = x.size() as f64 * x.bound.powi(3).max(2.0);
    let part = if x.shape.is_empty() { super::each::filled(e, &x.name) } else { format!("sum({})", super::each::filled(e, &x.name)) };
    generator.bind(&part, &[], bound.min(4.0), &[x])
}

fn derivative(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.name.starts_with('x') && value.kind == Kind::Real)?;
    let u = generator.some(|value| value.kind == Kind::Real && value.shape.is_empty() && !value.target);
    let u = match u {
        // A value that mixes samples has no derivative.
        Some(u) if generator.draws.chance(1, 2) && !generator.whole => u,
        _ => scalar_of(generator, &x),
    };
    let first = generator.bind(&format!("grad({}, {}, zero = true)", u.name, x.name), &x.shape, 3.0, &[&x, &u]);
    if generator.draws.chance(1, 2) && x.size() <= 4 {
        let s = generator.bind(&format!("sum({} ^ 2)", first.name), &[], 9.0, &[&first]);
        generator.bind(&format!("grad({}, {}, zero = true)", s.name, x.name), &x.shape, 4.0, &[&s]);
    }
    Some(())
}

fn derivative_by_a_value(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let u = scalar_of(generator, &x);
    generator.bind(&format!("grad({}, {})", u.name, x.name), &x.shape, 3.0, &[&x, &u]);
    Some(())
}

fn directional(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let (e, bound) = applied(generator, &x);
    let u = generator.bind(&format!("{e} + sin({})", x.name), &x.shape, bound + 1.0, &[&x]);
    let v = generator.shaped(&x.shape);
    generator.bind(&format!("jvp({}, {}, {})", u.name, x.name, v.name), &u.shape, 3.0 * v.bound, &[&u, &v]);
    Some(())
}

fn second(generator: &mut Generator) -> Option<()> {
    let n = 1 + generator.draws.below(3);
    let x = generator.shaped(&[n]);
    let w = generator.parameter(&[n, n]);
    let h = generator.bind(&format!("sin({} @ {})", x.name, w.name), &[n], 1.0, &[&x, &w]);
    match generator.draws.below(3) {
        0 => drop(generator.bind(&format!("divergence({}, {})", h.name, x.name), &[], 3.0, &[&h])),
        which => {
            let u = generator.bind(&format!("sum({} * {})", h.name, x.name), &[], 4.0, &[&h, &x]);
            if which == 1 {
                generator.bind(&format!("laplacian({}, {})", u.name, x.name), &[], 4.0, &[&u]);
            } else {
                generator.bind(&format!("hessian({}, {})", u.name, x.name), &[n, n], 4.0, &[&u]);
            }
        }
    }
    Some(())
}

fn assertion(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    generator.line(format!("assert size({}) == {} && len(shape({0})) == {}, \"{0} keeps its shape\";", x.name, x.size(), x.rank()));
    Some(())
}

fn new_parameter(generator: &mut Generator) -> Option<()> {
    let shape = generator.draws.shape(0, 3);
    generator.parameter(&shape);
    Some(())
}

fn filled(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    (x.size() <= ELEMENTS).then_some(())?;
    let expression = format!("{} * ones({:?}) + zeros([1])", x.name, x.shape);
    let shape = if x.shape.is_empty() { vec![1] } else { x.shape.clone() };
    generator.bind(&expression, &shape, x.bound, &[&x]);
    Some(())
}
