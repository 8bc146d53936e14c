//! Movement, reductions, and products.

use super::value::Kind;
use super::{ELEMENTS, Generator, Template};

pub(super) const TABLE: &[Template] = &[
    ("reshape", reshape),
    ("transpose", transpose),
    ("broadcast", broadcast),
    ("pad", pad),
    ("concat", concat),
    ("stack", stack),
    ("flip", flip),
    ("index", index),
    ("take", take),
    ("reduce", reduce),
    ("reduce", reduce),
    ("reduce", reduce),
    ("reduce", reduce),
    ("reduce", reduce),
    ("reduce", reduce),
    ("statistics", statistics),
    ("deviation", deviation),
    ("deviation", deviation),
    ("statistics", statistics),
    ("statistics", statistics),
    ("statistics", statistics),
    ("statistics", statistics),
    ("softmax", softmax),
    ("glu", glu),
    ("outer", outer),
    ("product", product),
    ("product", product),
    ("contract", contract),
    ("contract", contract),
    ("similarity", similarity),
    ("tuple", tuple),
];

fn reshape(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let n = x.size();
    let divisors: Vec<usize> = (1..=n).filter(|d| n.is_multiple_of(*d)).collect();
    let first = *generator.draws.pick(&divisors);
    let (list, shape) = match generator.draws.below(4) {
        0 => (format!("[{first}, -1]"), vec![first, n / first]),
        1 => (format!("[-1, 1, {first}]"), vec![n / first, 1, first]),
        2 => ("[-1]".to_owned(), vec![n]),
        _ => (format!("[{}, {first}]", n / first), vec![n / first, first]),
    };
    let expression = generator.call("reshape", &x.name, &list);
    generator.bind(&expression, &shape, x.bound, &[&x]);
    Some(())
}

fn transpose(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.rank() >= 2)?;
    let order = if generator.draws.chance(1, 3) { (0..x.rank()).rev().collect() } else { generator.draws.order(x.rank()) };
    let reversed = order.iter().copied().eq((0..x.rank()).rev());
    let expression = if reversed { format!("transpose({})", x.name) } else { format!("transpose({}, {order:?})", x.name) };
    let shape: Vec<usize> = order.iter().map(|&axis| x.shape[axis]).collect();
    generator.bind_kind(&expression, &shape, x.kind, x.bound, &[&x]);
    Some(())
}

fn broadcast(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let mut shape: Vec<usize> = x.shape.iter().map(|&n| if n == 1 { 1 + generator.draws.below(3) } else { n }).collect();
    if x.size() <= 12 && generator.draws.chance(1, 2) {
        shape.insert(0, 1 + generator.draws.below(3));
    }
    (shape.iter().product::<usize>() <= ELEMENTS).then_some(())?;
    generator.bind(&format!("broadcast({}, {shape:?})", x.name), &shape, x.bound, &[&x]);
    Some(())
}

fn pad(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1 && value.size() <= 16)?;
    let pairs: Vec<(usize, usize)> = x.shape.iter().map(|_| (generator.draws.below(2), generator.draws.below(2))).collect();
    let shape: Vec<usize> = x.shape.iter().zip(&pairs).map(|(n, pair)| n + pair.0 + pair.1).collect();
    (shape.iter().product::<usize>() <= ELEMENTS).then_some(())?;
    let value = *generator.draws.pick(&["", ", value = 0.5"]);
    generator.bind(&format!("pad({}, {pairs:?}{value})", x.name), &shape, x.bound, &[&x]);
    Some(())
}

fn concat(generator: &mut Generator) -> Option<()> {
    let a = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1 && value.size() <= 16)?;
    let axis = generator.draws.below(a.rank());
    let mut other = a.shape.clone();
    other[axis] = 1 + generator.draws.below(2);
    let b = generator.shaped(&other);
    let mut shape = a.shape.clone();
    shape[axis] += other[axis];
    let (names, n) = if generator.draws.chance(1, 3) {
        (format!("{}, {}, {}", a.name, b.name, a.name), a.shape[axis])
    } else {
        (format!("{}, {}", a.name, b.name), 0)
    };
    shape[axis] += n;
    let axis = if generator.draws.chance(1, 2) { format!("{axis}") } else { format!("-{}", a.rank() - axis) };
    generator.bind(&format!("concat([{names}], axis = {axis})"), &shape, a.bound.max(b.bound), &[&a, &b]);
    Some(())
}

fn stack(generator: &mut Generator) -> Option<()> {
    let a = generator.some(|value| value.kind == Kind::Real && value.size() <= 16)?;
    let b = generator.shaped(&a.shape);
    let axis = generator.draws.below(a.rank() + 1);
    let mut shape = a.shape.clone();
    shape.insert(axis, 2);
    generator.bind(&format!("stack([{}, {}], axis = {axis})", a.name, b.name), &shape, a.bound.max(b.bound), &[&a, &b]);
    Some(())
}

fn flip(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.rank() >= 1)?;
    let axis = generator.draws.below(x.rank());
    generator.bind_kind(&format!("flip({}, axis = {axis})", x.name), &x.shape.clone(), x.kind, x.bound, &[&x]);
    Some(())
}

/// `x[0, .., 1..3]`
fn index(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.rank() >= 1)?;
    let (mut parts, mut shape) = (Vec::new(), Vec::new());
    let named = 1 + generator.draws.below(x.rank());
    for (axis, &n) in x.shape.iter().enumerate() {
        if axis >= named {
            shape.push(n);
            continue;
        }
        let at = generator.draws.below(n);
        match generator.draws.below(6) {
            0 => parts.push(at.to_string()),
            1 => parts.push(format!("-{}", at + 1)),
            2 => {
                parts.push("..".to_owned());
                shape.push(n);
            }
            3 => {
                parts.push(format!("{at}.."));
                shape.push(n - at);
            }
            4 => {
                parts.push(format!("..{}", at + 1));
                shape.push(at + 1);
            }
            _ => {
                let end = at + 1 + generator.draws.below(n - at);
                parts.push(format!("{at}..{end}"));
                shape.push(end - at);
            }
        }
    }
    generator.bind_kind(&format!("{}[{}]", x.name, parts.join(", ")), &shape, x.kind, x.bound, &[&x]);
    Some(())
}

fn take(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.rank() >= 1)?;
    let axis = generator.draws.below(x.rank());
    let n = x.shape[axis];
    let mut shape = x.shape.clone();
    let at = generator.draws.below(n);
    let which = match generator.draws.below(3) {
        0 => {
            shape = x.without(axis);
            at.to_string()
        }
        1 => {
            shape[axis] = n - at;
            format!("{at}..{n}")
        }
        _ => {
            shape[axis] = 2;
            format!("[{at}, {}]", generator.draws.below(n))
        }
    };
    (shape.iter().product::<usize>() <= ELEMENTS).then_some(())?;
    generator.bind_kind(&format!("take({}, {which}, {axis})", x.name), &shape, x.kind, x.bound, &[&x]);
    Some(())
}

/// The axes of a reduction: their words, and the shapes without them and with them kept as 1.
fn axes(generator: &mut Generator, shape: &[usize]) -> (String, Vec<usize>) {
    let rank = shape.len();
    let chosen: Vec<usize> = match generator.draws.below(4) {
        0 => (0..rank).collect(),
        1 | 2 if rank > 0 => vec![generator.draws.below(rank)],
        _ => (0..rank).filter(|_| generator.draws.chance(1, 2)).collect(),
    };
    let keep = generator.draws.chance(1, 3);
    let kept = |axis: usize| if chosen.contains(&axis) { if keep { Some(1) } else { None } } else { Some(shape[axis]) };
    let result = (0..rank).filter_map(kept).collect();
    let words = match &chosen[..] {
        all if all.len() == rank && rank > 0 && !keep => String::new(),
        [one] => format!("axis = {}", if generator.draws.chance(1, 2) { one.to_string() } else { format!("-{}", rank - one) }),
        list => format!("axis = {list:?}"),
    };
    let words = if keep { format!("{words}, keep = true") } else { words };
    (words, result)
}

fn reduce(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    let (words, shape) = axes(generator, &x.shape);
    let name = *generator.draws.pick(&["sum", "mean", "max", "min"]);
    let bound = if name == "sum" { x.bound * x.size() as f64 } else { x.bound };
    let expression = generator.call(name, &x.name, words.trim_start_matches(", "));
    generator.bind(&expression, &shape, bound, &[&x]);
    Some(())
}

fn statistics(generator: &mut Generator) -> Option<()> {
    let found = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1 && value.last() >= 2);
    let x = found.unwrap_or_else(|| generator.shaped(&[2, 3]));
    let (name, n) = (&x.name, x.last());
    let (expression, shape, bound) = match generator.draws.below(6) {
        0 => (format!("var({name}, axis = -1)"), x.without(x.rank() - 1), x.bound * x.bound),
        1 => (format!("var({name})"), vec![], x.bound * x.bound),
        // Never of equal numbers, where the root has no derivative.
        2 => (format!("std(0.2 * {name} + real(iota({n})), axis = -1)"), x.without(x.rank() - 1), x.bound + n as f64),
        3 => (format!("norm({name})"), vec![], x.bound * (x.size() as f64).sqrt()),
        4 => (format!("logsumexp({name})"), x.without(x.rank() - 1), x.bound + 2.0),
        _ => (format!("logsumexp({name}, axis = 0)"), x.without(0), x.bound + 2.0),
    };
    generator.bind(&expression, &shape, bound, &[&x]);
    Some(())
}

fn deviation(generator: &mut Generator) -> Option<()> {
    let (a, n) = (1 + generator.draws.below(3), 2 + generator.draws.below(3));
    let x = generator.shaped(&[a, n]);
    // Never of equal numbers, where the root has no derivative.
    let expression = format!("std(0.2 * {} + real(iota({n})), axis = -1)", x.name);
    generator.bind(&expression, &[a], x.bound + n as f64, &[&x]);
    Some(())
}

fn softmax(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1)?;
    let axis = generator.draws.below(x.rank());
    let name = *generator.draws.pick(&["softmax", "log_softmax"]);
    let words = if axis + 1 == x.rank() { String::new() } else { format!("axis = {axis}") };
    let expression = generator.call(name, &x.name, &words);
    generator.bind(&expression, &x.shape, 2.0 * x.bound + 2.0, &[&x]);
    Some(())
}

fn glu(generator: &mut Generator) -> Option<()> {
    let (a, b, axis) = (1 + generator.draws.below(2), 1 + generator.draws.below(3), generator.draws.below(2));
    let from = if axis == 0 { [2 * a, b] } else { [a, 2 * b] };
    let x = generator.shaped(&from);
    generator.bind(&format!("glu({}, axis = {axis})", x.name), &[a, b], x.bound, &[&x]);
    Some(())
}

fn outer(generator: &mut Generator) -> Option<()> {
    let (m, n) = (1 + generator.draws.below(4), 1 + generator.draws.below(4));
    let (a, b) = (generator.shaped(&[m]), generator.shaped(&[n]));
    generator.bind(&format!("outer({}, {})", a.name, b.name), &[m, n], a.bound * b.bound, &[&a, &b]);
    Some(())
}

fn product(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1)?;
    let n = x.last();
    let m = 1 + generator.draws.below(4);
    let lead = &x.shape[..x.rank() - 1];
    let fresh = generator.draws.chance(1, 2);
    // Vectors on either side, matrices, and as many leading axes as the left side has.
    let (other, shape) = match generator.draws.below(4) {
        0 => (vec![n], lead.to_vec()),
        1 | 2 => (vec![n, m], [lead, &[m]].concat()),
        _ if x.rank() >= 3 => ([&lead[..x.rank() - 2], &[n, m]].concat(), [lead, &[m]].concat()),
        _ => (vec![2, n, m], if x.rank() == 1 { vec![2, m] } else { [&[2], lead, &[m]].concat() }),
    };
    (shape.iter().product::<usize>() <= ELEMENTS && other.iter().product::<usize>() <= ELEMENTS).then_some(())?;
    let w = if fresh { generator.parameter(&other) } else { generator.shaped(&other) };
    generator.bind(&format!("{} @ {}", x.name, w.name), &shape, x.bound * w.bound * n as f64, &[&x, &w]);
    Some(())
}

/// Rules, and the axes of both operands by letter.
const RULES: &[&str] = &[
    "ik,kj->ij",
    "ik,jk->ij",
    "ki,kj->ij",
    "ij,ij->i",
    "ij,ij->j",
    "ij,ij->",
    "i,j->ij",
    "i,j->ji",
    "i,i->",
    "ij,j->i",
    "ij,k->kij",
    "bik,bkj->bij",
    "bik,kj->bij",
    "ij,jk->k",
    "ij,ik->jk",
    "bi,bj->bij",
    ",ij->ji",
    "ij,ij->ij",
    "bhi,bhi->hb",
];

fn contract(generator: &mut Generator) -> Option<()> {
    let rule = *generator.draws.pick(RULES);
    let (operands, out) = rule.split_once("->")?;
    let (a, b) = operands.split_once(',')?;
    let extents: Vec<usize> = (0..26).map(|_| 1 + generator.draws.below(3)).collect();
    let shape = |letters: &str| -> Vec<usize> { letters.bytes().map(|c| extents[usize::from(c - b'a')]).collect() };
    let (x, y) = (generator.shaped(&shape(a)), generator.shaped(&shape(b)));
    let bound = x.bound * y.bound * 9.0;
    generator.bind(&format!("contract({}, {}, \"{rule}\")", x.name, y.name), &shape(out), bound, &[&x, &y]);
    Some(())
}

fn similarity(generator: &mut Generator) -> Option<()> {
    let a = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1)?;
    let b = generator.shaped(&a.shape);
    // Never of the vector 0.
    let expression = format!("cosine_similarity(0.2 * {} + 1.5, {} + 5)", a.name, b.name);
    generator.bind(&expression, &a.without(a.rank() - 1), 1.0, &[&a, &b]);
    Some(())
}

/// `let (a, b) = (…, …);`
fn tuple(generator: &mut Generator) -> Option<()> {
    let (x, y) = (generator.real(), generator.real());
    let ((e, m), (f, n)) = (super::each::applied(generator, &x), super::each::applied(generator, &y));
    let (a, b) = (generator.name("v"), generator.name("v"));
    generator.line(format!("let ({a}, {b}) = (0.1 * {e}, 0.1 * ({f}));"));
    generator.known(a, &x.shape, Kind::Real, m.min(40.0) * 0.1, &[&x]);
    generator.known(b, &y.shape, Kind::Real, n.min(40.0) * 0.1, &[&y]);
    Some(())
}
