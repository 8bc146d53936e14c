//! A network's parameters and buffers from a PyTorch `state_dict` in a safetensors file, and into one.
//!
//! Names decide: equal ones, and pairs that the user gives. In what layout a tensor stands is known from the layer of the prelude that
//! declares it, never from its shape; so a square `dense` is transposed as any other. Anything missing, left over or of another shape
//! refuses the whole exchange.

mod hints;
mod layers;
mod ways;

use std::collections::{BTreeMap, BTreeSet};

use layers::{COUNT, Form};
use ways::{Way, ways};

use crate::Place;
use crate::file::{Contents, Kind, Stored};
use crate::names::{Names, join};
use crate::table::{Row, Table};

/// What a file of theirs gives.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The numbers of each place, row-major in our layout.
    pub values: Vec<Vec<f64>>,
    /// What went where.
    pub table: Table,
}

/// Why an exchange does not take place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Everything that does not fit, one a line.
    pub wrong: Vec<String>,
    /// Pairs of theirs and ours that were not given and would fit; there is one choice only for each of ours.
    pub perhaps: Vec<(String, String)>,
}

impl From<Vec<String>> for Refusal {
    fn from(wrong: Vec<String>) -> Refusal {
        Refusal { wrong, perhaps: Vec::new() }
    }
}

/// Takes the numbers of all places from a `state_dict`.
///
/// # Errors
/// Everything that does not fit.
pub fn import(places: &[Place], file: &Contents, names: &Names) -> Result<Imported, Refusal> {
    let mut wrong = Vec::new();
    let mut missing = Vec::new();
    let mut used = BTreeSet::new();
    let mut out = Imported { values: Vec::new(), table: Table::default() };
    for place in places {
        let ways = ways(place, places, names);
        let Some(way) = ways.iter().find(|way| way.names().iter().any(|name| file.tensors.contains_key(name))) else {
            let wanted = ways.iter().map(|way| format!("`{}` {:?}", way.names().join("` + `"), way.shape(&place.shape)));
            wrong.push(format!("`{}` {:?} is missing: no {}", place.path, place.shape, wanted.collect::<Vec<_>>().join(", no ")));
            missing.push((place, ways));
            continue;
        };
        let shape = way.shape(&place.shape);
        let mut parts: Vec<Vec<f64>> = Vec::new();
        for name in way.names() {
            match file.tensors.get(&name) {
                None => wrong.push(format!("`{}` {:?} is missing in part: no `{name}` {shape:?}", place.path, place.shape)),
                Some(stored) if stored.kind == Kind::Other => wrong.push(format!("`{name}` is neither F32 nor F64")),
                Some(stored) if stored.shape != shape => {
                    wrong.push(format!("`{}` {:?} wants `{name}` as {shape:?}, found {:?}", place.path, place.shape, stored.shape));
                }
                Some(stored) => parts.push(stored.numbers().collect()),
            }
            used.insert(name);
        }
        out.values.push(ours(way.form, place, &parts));
        out.table.rows.push(row(place, way));
    }
    for (name, stored) in file.tensors.iter().filter(|(name, _)| !used.contains(*name)) {
        let counted = name.strip_suffix(COUNT).is_some_and(|module| used.contains(&format!("{module}running_mean")));
        if counted {
            let done = "left out: a batch norm here keeps no count".to_owned();
            let (theirs, their_shape) = (name.clone(), stored.shape.clone());
            out.table.rows.push(Row { path: String::new(), shape: Vec::new(), theirs, their_shape, done });
        } else {
            wrong.push(format!("`{name}` {:?} is left over", stored.shape));
        }
    }
    wrong.extend(idle(names));
    if wrong.is_empty() {
        return Ok(out);
    }
    let left: Vec<&Stored> = file.tensors.values().filter(|stored| !used.contains(&stored.name)).collect();
    Err(Refusal { wrong, perhaps: hints::hints(&missing, &left) })
}

/// The tensors of a `state_dict`, of elements of this kind, from the numbers of each place.
///
/// # Errors
/// Everything that does not fit.
pub fn export(places: &[Place], values: &[Vec<f64>], kind: Kind, names: &Names) -> Result<(Vec<Stored>, Table), Refusal> {
    let mut wrong = Vec::new();
    let mut table = Table::default();
    let mut tensors: BTreeMap<String, (Vec<usize>, Vec<f64>, &str)> = BTreeMap::new();
    for (place, values) in places.iter().zip(values) {
        let Some(way) = ways(place, places, names).into_iter().next() else { continue };
        let shape = way.shape(&place.shape);
        for (i, name) in way.names().into_iter().enumerate() {
            let (known, numbers, first) =
                tensors.entry(name.clone()).or_insert_with(|| (shape.clone(), vec![0.0; shape.iter().product()], &place.path));
            let shared = matches!(way.form, Form::Third(_)) && *known == shape;
            if *first != place.path && !shared {
                wrong.push(format!("`{first}` and `{}` would both be `{name}`", place.path));
                continue;
            }
            // A sum is its first part; the others are zero.
            if i == 0 {
                put(way.form, place, values, numbers);
            }
        }
        table.rows.push(row(place, &way));
    }
    wrong.extend(idle(names));
    if !wrong.is_empty() {
        return Err(wrong.into());
    }
    let stored = tensors.into_iter().map(|(name, (shape, numbers, _))| Stored::of(name, kind, shape, numbers));
    Ok((stored.collect(), table))
}

fn idle(names: &Names) -> Vec<String> {
    names.unused().map(|(theirs, ours)| format!("`{theirs}={ours}` names nothing: the network has nothing under `{ours}`")).collect()
}

/// Our elements from the parts of theirs.
fn ours(form: Form, place: &Place, parts: &[Vec<f64>]) -> Vec<f64> {
    let (Some(first), shape) = (parts.first(), &place.shape) else { return Vec::new() };
    match form {
        Form::Same | Form::One => first.clone(),
        Form::Transposed => transposed(first, shape),
        Form::Sum => (0..first.len()).map(|i| parts.iter().map(|part| part[i]).sum()).collect(),
        Form::Third(third) => transposed(&first[third * place.len()..(third + 1) * place.len()], shape),
    }
}

/// Our elements into a tensor of theirs.
fn put(form: Form, place: &Place, values: &[f64], theirs: &mut [f64]) {
    let mut back = place.shape.clone();
    back.reverse();
    let (start, values) = match form {
        Form::Same | Form::One | Form::Sum => (0, values.to_vec()),
        Form::Transposed => (0, transposed(values, &back)),
        Form::Third(third) => (third * values.len(), transposed(values, &back)),
    };
    theirs[start..start + values.len()].copy_from_slice(&values);
}

/// The elements of the transposed matrix, which has this shape; a vector as it is.
fn transposed(values: &[f64], shape: &[usize]) -> Vec<f64> {
    let [rows, columns] = *shape else { return values.to_vec() };
    (0..rows * columns).map(|i| values[i % columns * rows + i / columns]).collect()
}

fn row(place: &Place, way: &Way) -> Row {
    let rows = place.shape.last().copied().unwrap_or(1);
    let done = match (way.form, place.shape.len()) {
        (Form::Same, _) => "as it is".to_owned(),
        (Form::Transposed, _) => "transposed".to_owned(),
        (Form::One, _) => "one element".to_owned(),
        (Form::Sum, _) => "their sum".to_owned(),
        (Form::Third(third), 2) => format!("rows {}..{}, transposed", third * rows, (third + 1) * rows),
        (Form::Third(third), _) => format!("elements {}..{}", third * rows, (third + 1) * rows),
    };
    let theirs = way.tensors.iter().map(|tensor| join(&way.module, tensor)).collect::<Vec<_>>().join(" + ");
    Row { path: place.path.clone(), shape: place.shape.clone(), theirs, their_shape: way.shape(&place.shape), done }
}
