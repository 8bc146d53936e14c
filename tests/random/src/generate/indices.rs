//! Indices: inputs and what gives them, gathering, one-hot rows, embeddings.

use super::value::{Kind, Value};
use super::{ELEMENTS, Generator, Template};

pub(super) const TABLE: &[Template] = &[
    ("index input", index_input),
    ("iota", iota),
    ("argmax", argmax),
    ("gather", gather),
    ("take by index", take_by_index),
    ("one_hot", one_hot),
    ("embedding", embedding),
    ("real of an index", real_of_index),
    ("comparison of indices", compare),
    ("choice of indices", choose),
    ("joined indices", join),
];

/// An index in sight, or a new one.
fn some_index(generator: &mut Generator) -> Value {
    let found = generator.some(|value| matches!(value.kind, Kind::Index(_)));
    found.unwrap_or_else(|| new_input(generator))
}

fn new_input(generator: &mut Generator) -> Value {
    let (name, n) = (generator.name("i"), 2 + generator.draws.below(4));
    let shape = generator.draws.shape(0, 2);
    generator.ports.push(format!("input {name}: {shape:?} in 0..{n};"));
    let value = Value { name, shape, kind: Kind::Index(n), bound: 0.0, inputs: 0, target: false };
    generator.values.push(value.clone());
    value
}

fn index_input(generator: &mut Generator) -> Option<()> {
    new_input(generator);
    Some(())
}

fn iota(generator: &mut Generator) -> Option<()> {
    let n = 1 + generator.draws.below(5);
    generator.bind_kind(&format!("iota({n})"), &[n], Kind::Index(n), 0.0, &[]);
    Some(())
}

fn argmax(generator: &mut Generator) -> Option<()> {
    let x = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1)?;
    let axis = generator.draws.below(x.rank());
    let expression = if axis + 1 == x.rank() { format!("argmax({})", x.name) } else { format!("argmax({}, axis = {axis})", x.name) };
    generator.bind_kind(&expression, &x.without(axis), Kind::Index(x.shape[axis]), 0.0, &[&x]);
    Some(())
}

/// A real value whose axis has at least as many rows as the index has values.
fn table(generator: &mut Generator, n: usize) -> Value {
    let found = generator.some(|value| value.kind == Kind::Real && value.rank() >= 1 && value.shape[0] >= n);
    found.filter(|_| generator.draws.chance(1, 2)).unwrap_or_else(|| {
        let columns = 1 + generator.draws.below(3);
        if generator.draws.chance(1, 2) { generator.parameter(&[n, columns]) } else { generator.shaped(&[n, columns]) }
    })
}

fn gather(generator: &mut Generator) -> Option<()> {
    let i = some_index(generator);
    let Kind::Index(n) = i.kind else { return None };
    let w = table(generator, n);
    let shape = [&i.shape[..], &w.shape[1..]].concat();
    (shape.iter().product::<usize>() <= ELEMENTS).then_some(())?;
    generator.bind(&format!("{}[{}]", w.name, i.name), &shape, w.bound, &[&w, &i]);
    Some(())
}

fn take_by_index(generator: &mut Generator) -> Option<()> {
    let i = some_index(generator);
    let Kind::Index(n) = i.kind else { return None };
    let w = generator.shaped(&[2, n]);
    let shape = [&[2], &i.shape[..]].concat();
    (shape.iter().product::<usize>() <= ELEMENTS).then_some(())?;
    generator.bind(&format!("take({}, {}, 1)", w.name, i.name), &shape, w.bound, &[&w, &i]);
    Some(())
}

fn one_hot(generator: &mut Generator) -> Option<()> {
    let i = some_index(generator);
    let Kind::Index(n) = i.kind else { return None };
    let n = n + generator.draws.below(2);
    let shape = [&i.shape[..], &[n]].concat();
    (shape.iter().product::<usize>() <= ELEMENTS).then_some(())?;
    generator.bind(&format!("one_hot({}, {n})", i.name), &shape, 1.0, &[&i]);
    Some(())
}

fn embedding(generator: &mut Generator) -> Option<()> {
    let i = some_index(generator);
    let Kind::Index(n) = i.kind else { return None };
    let d = 1 + generator.draws.below(3);
    let shape = [&i.shape[..], &[d]].concat();
    (shape.iter().product::<usize>() <= ELEMENTS).then_some(())?;
    let label = generator.name("table");
    generator.bind(&format!("{label}: embedding({}, {n}, {d})", i.name), &shape, 3.0, &[&i]);
    if generator.draws.chance(1, 4) && d * n <= ELEMENTS {
        generator.bind(&format!("{label}.weight * 0.5"), &[n, d], 2.0, &[]);
    }
    Some(())
}

fn real_of_index(generator: &mut Generator) -> Option<()> {
    let i = some_index(generator);
    let Kind::Index(n) = i.kind else { return None };
    generator.bind(&format!("real(stop_gradient({})) * 0.3", i.name), &i.shape, 0.3 * n as f64, &[&i]);
    Some(())
}

fn compare(generator: &mut Generator) -> Option<()> {
    let i = some_index(generator);
    let op = *generator.draws.pick(&["<", "<=", ">", ">=", "==", "!="]);
    let other = generator.some(|value| matches!(value.kind, Kind::Index(_)) && value.shape == i.shape);
    let (words, of) = match other.filter(|_| generator.draws.chance(1, 2)) {
        Some(other) => (other.name.clone(), other),
        None => ("1".to_owned(), i.clone()),
    };
    generator.bind_kind(&format!("{} {op} {words}", i.name), &i.shape, Kind::Condition, 0.0, &[&i, &of]);
    Some(())
}

fn choose(generator: &mut Generator) -> Option<()> {
    let i = some_index(generator);
    let Kind::Index(n) = i.kind else { return None };
    let (c, of) = super::each::condition(generator, &i.shape);
    generator.bind_kind(&format!("where({c}, {}, 1)", i.name), &i.shape, Kind::Index(n.max(2)), 0.0, &[&i, &of]);
    Some(())
}

fn join(generator: &mut Generator) -> Option<()> {
    let i = generator.some(|value| matches!(value.kind, Kind::Index(_)) && value.rank() == 1 && value.size() <= 8)?;
    let Kind::Index(n) = i.kind else { return None };
    let m = 1 + generator.draws.below(5);
    let expression = format!("concat([{}, iota({m})])", i.name);
    generator.bind_kind(&expression, &[i.size() + m], Kind::Index(n.max(m)), 0.0, &[&i]);
    Some(())
}
