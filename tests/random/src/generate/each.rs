//! Element by element: arithmetic, functions, activations, comparisons and choices.

use super::value::{Kind, Value};
use super::{Generator, Template};

pub(super) const TABLE: &[Template] = &[
    ("function", function),
    ("function", function),
    ("activation", activation),
    ("activation", activation),
    ("arithmetic", arithmetic),
    ("arithmetic", arithmetic),
    ("comparison", comparison),
    ("logic", logic),
    ("choice", choice),
    ("real of a condition", real_of_condition),
    ("power", power),
    ("user's function", users_function),
];

/// Expressions of `x` within their domains, and how large they may get where `x` has the bound `m`.
pub(super) type Row = (&'static str, fn(f64) -> f64);

const FUNCTIONS: &[Row] = &[
    ("abs(x)", |m| m),
    ("stop_gradient(sign(x)) * x", |m| m),
    ("exp(x)", f64::exp),
    ("exp(-x)", f64::exp),
    ("expm1(x)", f64::exp),
    ("log(0.3 + x ^ 2)", |m| 1.3 + m),
    ("log1p(x ^ 2)", |m| m),
    ("log1p(exp(x))", |m| m + 1.0),
    ("sqrt(0.2 + x ^ 2)", |m| m + 0.5),
    ("rsqrt(0.2 + x ^ 2)", |_| 2.3),
    ("sin(x)", |_| 1.0),
    ("cos(x)", |_| 1.0),
    ("sin(2 * x) * cos(x)", |_| 1.0),
    ("tanh(x)", |_| 1.0),
    ("sigmoid(x)", |_| 1.0),
    ("erf(x)", |_| 1.0),
    ("relu(x)", |m| m),
    ("floor(x) + x", |m| 2.0 * m + 1.0),
    ("round(2 * x) - x", |m| 3.0 * m + 1.0),
    ("sign(x)", |_| 1.0),
    ("-x", |m| m),
    ("x ^ 2", |m| m * m),
    ("x ^ 3", |m| m * m * m),
    ("(1.5 + x ^ 2) ^ -1", |_| 1.0),
    ("1 / (1.5 + x ^ 2)", |_| 1.0),
    ("x / 3", |m| m),
    ("0.5 * x + 0.25 * stop_gradient(cos(x))", |m| m),
    ("1 - 2 * x + stop_gradient(x)", |m| m + 1.0),
    ("x * 0 + x", |m| m),
    ("stop_gradient(x) * x", |m| m * m),
    ("max(x, 0.1)", |m| m),
    ("min(0.2, x)", |m| m),
];

const ACTIVATIONS: &[Row] = &[
    ("identity(x)", |m| m),
    ("leaky_relu(x)", |m| m),
    ("leaky_relu(x, slope = 0.3)", |m| m),
    ("elu(x)", |m| m),
    ("elu(x, alpha = 0.7)", |m| m),
    ("selu(x)", |m| 2.0 * m),
    ("celu(x, alpha = 1.3)", |m| m + 1.0),
    ("gelu(x)", |m| m),
    ("gelu_tanh(x)", |m| m),
    ("silu(x)", |m| m),
    ("mish(x)", |m| m),
    ("softplus(x)", |m| m + 1.0),
    ("softsign(x)", |_| 1.0),
    ("hard_tanh(x)", |_| 1.0),
    ("hard_sigmoid(x)", |_| 1.0),
    ("hard_swish(x)", |m| m),
    ("relu6(x)", |m| m),
    ("log_sigmoid(x)", |m| m + 1.0),
    ("clip(x, -0.8, 0.9)", |_| 1.0),
];

/// An expression's `x` replaced.
pub(super) fn filled(row: &str, x: &str) -> String {
    with(row, 'x', x)
}

/// An expression's letter replaced, where it stands alone.
pub(super) fn with(row: &str, letter: char, name: &str) -> String {
    let mut out = String::new();
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let chars: Vec<char> = row.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        let alone = c == letter && !word(i.checked_sub(1).map(|i| chars[i])) && !word(chars.get(i + 1).copied());
        if alone { out.push_str(name) } else { out.push(c) }
    }
    out
}

/// An element-wise expression of a name that is not too large for it, with its bound.
pub(super) fn applied(generator: &mut Generator, value: &Value) -> (String, f64) {
    let table = if generator.draws.chance(1, 2) { FUNCTIONS } else { ACTIVATIONS };
    let (row, bound) = *generator.draws.pick(table);
    (filled(row, &value.name), bound(value.bound))
}

/// A name for an element-wise expression of a value.
pub(super) fn bound_to_some(generator: &mut Generator, value: &Value) -> Value {
    let (expression, bound) = applied(generator, value);
    generator.bind(&expression, &value.shape, bound, &[value])
}

fn function(generator: &mut Generator) -> Option<()> {
    row(generator, FUNCTIONS)
}

fn activation(generator: &mut Generator) -> Option<()> {
    row(generator, ACTIVATIONS)
}

fn row(generator: &mut Generator, table: &[Row]) -> Option<()> {
    let x = generator.real();
    let (text, bound) = *generator.draws.pick(table);
    generator.bind(&filled(text, &x.name), &x.shape, bound(x.bound), &[&x]);
    Some(())
}

/// A value whose shape broadcasts with that of `a`.
fn beside(generator: &mut Generator, a: &Value) -> (Value, Vec<usize>) {
    let dropped = if generator.draws.chance(1, 2) { 0 } else { generator.draws.below(a.rank() + 1) };
    let mut shape = a.shape[dropped..].to_vec();
    for n in &mut shape {
        if generator.draws.chance(1, 4) {
            *n = 1;
        }
    }
    (generator.shaped(&shape), a.shape.clone())
}

fn arithmetic(generator: &mut Generator) -> Option<()> {
    let a = generator.real();
    let (b, shape) = beside(generator, &a);
    let (x, y, m, n) = (&a.name, &b.name, a.bound, b.bound);
    let (expression, bound) = match generator.draws.below(10) {
        0 | 1 => (format!("{x} + {y}"), m + n),
        2 => (format!("{y} - {x}"), m + n),
        3 | 4 => (format!("{x} * {y}"), m * n),
        5 => (format!("{x} / (1.5 + tanh({y}))"), 2.0 * m),
        6 => (format!("max({x}, {y})"), m.max(n)),
        7 => (format!("min({y}, {x})"), m.max(n)),
        8 => (format!("{x} * {y} + {x} - 0.5 * {y}"), m * n + m + n),
        _ => (format!("{y} / (0.5 + {x} ^ 2)"), 2.0 * n),
    };
    generator.bind(&expression, &shape, bound, &[&a, &b]);
    Some(())
}

fn power(generator: &mut Generator) -> Option<()> {
    let a = generator.real();
    let (b, shape) = beside(generator, &a);
    let (expression, bound) = match generator.draws.below(3) {
        0 => (format!("(0.5 + sigmoid({})) ^ {}", a.name, b.name), 1.6f64.powf(b.bound) + 2.0f64.powf(b.bound)),
        1 => (format!("2 ^ {} + {}", a.name, b.name), 2.0f64.powf(a.bound) + b.bound),
        _ => (format!("(0.2 + {} ^ 2) ^ 0.75 - {}", a.name, b.name), a.bound.powf(1.5) + b.bound + 1.0),
    };
    generator.bind(&expression, &shape, bound, &[&a, &b]);
    Some(())
}

fn comparison(generator: &mut Generator) -> Option<()> {
    let a = generator.real();
    let (b, shape) = beside(generator, &a);
    let op = *generator.draws.pick(&["<", "<=", ">", ">=", "==", "!="]);
    generator.bind_kind(&format!("{} {op} {}", a.name, b.name), &shape, Kind::Condition, 0.0, &[&a, &b]);
    Some(())
}

/// A condition of this shape.
pub(super) fn condition(generator: &mut Generator, shape: &[usize]) -> (String, Value) {
    if let Some(c) = generator.some(|value| value.kind == Kind::Condition && value.shape == shape) {
        return (c.name.clone(), c);
    }
    let x = generator.shaped(shape);
    let op = *generator.draws.pick(&["<", ">=", ">", "<="]);
    (format!("({} {op} 0.1)", x.name), x)
}

fn logic(generator: &mut Generator) -> Option<()> {
    let shape = generator.real().shape;
    let ((a, of_a), (b, of_b)) = (condition(generator, &shape), condition(generator, &shape));
    let expression = match generator.draws.below(4) {
        0 => format!("{a} && {b}"),
        1 => format!("{a} || {b}"),
        2 => format!("!{a}"),
        _ => format!("!({a} && !{b}) || {b}"),
    };
    generator.bind_kind(&expression, &shape, Kind::Condition, 0.0, &[&of_a, &of_b]);
    Some(())
}

fn choice(generator: &mut Generator) -> Option<()> {
    let a = generator.real();
    let (b, shape) = beside(generator, &a);
    let (c, of_c) = condition(generator, &shape);
    let other = if generator.draws.chance(1, 4) { "0.5" } else { &b.name };
    generator.bind(&format!("where({c}, {}, {other})", a.name), &shape, a.bound.max(b.bound), &[&a, &b, &of_c]);
    Some(())
}

fn real_of_condition(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let (c, of_c) = condition(generator, &x.shape);
    generator.bind(&format!("real({c}) * {}", x.name), &x.shape, x.bound, &[&x, &of_c]);
    Some(())
}

fn users_function(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let (call, bound) = match generator.draws.below(3) {
        0 => {
            generator.item("fn bent(x, a = 0.5) { let s = sin(a * x); s + x * a }");
            ("bent(x, a = 0.7)", x.bound + 1.0)
        }
        1 => {
            generator.item("fn twice(x, act: fn) = act(act(x));");
            ("twice(x, act = leaky_relu(slope = 0.4))", x.bound)
        }
        _ => {
            generator.item("const HALF = 1 / 2.0;");
            generator.item("fn half(x) = HALF * x;");
            ("(half(x) + HALF)", x.bound + 0.5)
        }
    };
    generator.bind(&filled(call, &x.name), &x.shape, bound, &[&x]);
    Some(())
}
