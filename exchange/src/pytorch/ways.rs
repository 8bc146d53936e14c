//! Where a parameter of ours may stand in a file of theirs, best guess first: what its layers say, and what the user named.

use super::layers::{Form, INSIDE, KEPT, Kept};
use crate::Place;
use crate::names::{Names, join};

/// One possible place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// Our module that stands for theirs.
    pub(super) ours: String,
    /// Their module: `encoder.0`.
    pub(super) module: String,
    /// Its tensors: `weight`; several for a sum.
    pub(super) tensors: Vec<String>,
    pub(super) form: Form,
}

impl Way {
    /// The full names.
    pub(super) fn names(&self) -> Vec<String> {
        self.tensors.iter().map(|tensor| join(&self.module, tensor)).collect()
    }

    /// The shape of each tensor for a parameter of this shape.
    pub(super) fn shape(&self, ours: &[usize]) -> Vec<usize> {
        match (self.form, ours) {
            (Form::Transposed, [rows, columns]) => vec![*columns, *rows],
            (Form::Third(_), [rows, columns]) => vec![3 * columns, *rows],
            (Form::Third(_), [rows]) => vec![3 * rows],
            (Form::One, []) => vec![1],
            _ => ours.to_vec(),
        }
    }
}

/// All ways, at least one.
pub(super) fn ways(place: &Place, all: &[Place], names: &Names) -> Vec<Way> {
    let (module, tensor) = place.path.rsplit_once('.').unwrap_or(("", &place.path));
    let mut out = Vec::new();
    for kept in KEPT.iter().filter(|kept| fits(kept, place, all)) {
        let ours = module_of(&place.path, kept.ours);
        let outer = place.layers.len() - 1 - usize::from(!kept.around.is_empty());
        for module in modules(ours, &place.layers[..outer], names) {
            for (module, suffix) in suffixes(kept, place, module, names.names(ours)) {
                let tensors = kept.theirs.iter().map(|name| format!("{name}{suffix}")).collect();
                out.push(Way { ours: ours.to_owned(), module, tensors, form: kept.form });
            }
        }
    }
    if out.is_empty() {
        let outer = place.layers.len().saturating_sub(1);
        let same = modules(module, &place.layers[..outer], names).into_iter();
        let way = |theirs| Way { ours: module.to_owned(), module: theirs, tensors: vec![tensor.to_owned()], form: Form::Same };
        out.extend(same.map(way));
    }
    if let Some(given) = names.given(&place.path) {
        // A name for this very tensor: in the form that it has by itself.
        let alone = out.iter().map(|way| way.form).rfind(|form| !matches!(form, Form::Sum | Form::Third(_)));
        let (theirs, tensor) = given.rsplit_once('.').unwrap_or(("", given));
        let (module, tensors) = (theirs.to_owned(), vec![tensor.to_owned()]);
        return vec![Way { ours: String::new(), module, tensors, form: alone.unwrap_or(Form::Same) }];
    }
    out
}

/// Whether a row is about this parameter.
fn fits(kept: &Kept, place: &Place, all: &[Place]) -> bool {
    let is = |layer: Option<&String>, one_of: &[&str]| layer.is_some_and(|layer| one_of.contains(&layer.as_str()));
    let mut layers = place.layers.iter().rev();
    let declared = is(layers.next(), kept.layer);
    let around = kept.around.is_empty() || is(layers.next(), kept.around);
    let ends = place.path == kept.ours || place.path.strip_suffix(kept.ours).is_some_and(|module| module.ends_with('.'));
    declared && around && ends && (!matches!(kept.form, Form::Third(_)) || thirds(&place.path, kept.ours, all))
}

/// One matrix for queries, keys and values needs three of one shape.
fn thirds(path: &str, ours: &str, all: &[Place]) -> bool {
    let module = module_of(path, ours);
    let shape = |name: &str| {
        let path = join(module, name);
        all.iter().find(|place| place.path == path).map(|place| &place.shape)
    };
    let is_bias = ours.ends_with("bias");
    is_bias || (shape("q.weight") == shape("k.weight") && shape("q.weight") == shape("v.weight"))
}

fn module_of<'p>(path: &'p str, end: &str) -> &'p str {
    path.strip_suffix(end).unwrap_or(path).trim_end_matches('.')
}

/// Their names for one of our modules; `layers` are those around it.
fn modules(module: &str, layers: &[String], names: &Names) -> Vec<String> {
    let mut out = vec![names.theirs(module)];
    let (above, own) = module.rsplit_once('.').unwrap_or(("", module));
    let inside = INSIDE.iter().find(|(layer, ours, _)| layers.last().is_some_and(|last| last == layer) && *ours == own);
    if let Some((_, _, theirs)) = inside
        && !names.names(module)
    {
        out.insert(0, join(&names.theirs(above), theirs));
    }
    out
}

/// Module and suffix of the tensors' names: `rnn` and `_l0`. What the user calls `rnn.l1` is the second layer of the stack `rnn`, and
/// `rnn.l0_reverse` what runs backwards in it.
fn suffixes(kept: &Kept, place: &Place, module: String, named: bool) -> Vec<(String, String)> {
    if !kept.numbered {
        return vec![(module, String::new())];
    }
    let one = |suffix: &str| (module.clone(), suffix.to_owned());
    let cell = place.layers.last().is_some_and(|layer| layer.ends_with("_cell"));
    let mut out = if cell { vec![one(""), one("_l0")] } else { vec![one("_l0"), one("")] };
    let (stack, number) = module.rsplit_once('.').unwrap_or(("", &module));
    if named && is_number(number) {
        let stacked = (stack.to_owned(), format!("_{number}"));
        out.insert(if stack.is_empty() { out.len() } else { 0 }, stacked);
    }
    out
}

/// `l1` or `l1_reverse`.
fn is_number(segment: &str) -> bool {
    let digits = segment.strip_prefix('l').map(|rest| rest.strip_suffix("_reverse").unwrap_or(rest));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
