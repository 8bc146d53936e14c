//! The prelude: `prelude/*.nn`, shipped with the compiler, parsed item by item when something asks.

use std::collections::HashMap;
use std::rc::Rc;

use tapeless_grammar::span::{FileId, Sources};
use tapeless_grammar::tree::Item;

use super::files::Space;

/// The files: name and text.
static FILES: &[(&str, &str)] = &[
    ("prelude/activations.nn", include_str!("../../prelude/activations.nn")),
    ("prelude/attention.nn", include_str!("../../prelude/attention.nn")),
    ("prelude/derivatives.nn", include_str!("../../prelude/derivatives.nn")),
    ("prelude/images.nn", include_str!("../../prelude/images.nn")),
    ("prelude/layers.nn", include_str!("../../prelude/layers.nn")),
    ("prelude/losses.nn", include_str!("../../prelude/losses.nn")),
    ("prelude/metrics.nn", include_str!("../../prelude/metrics.nn")),
    ("prelude/norms.nn", include_str!("../../prelude/norms.nn")),
    ("prelude/optimizers.nn", include_str!("../../prelude/optimizers.nn")),
    ("prelude/recurrent.nn", include_str!("../../prelude/recurrent.nn")),
    ("prelude/schedules.nn", include_str!("../../prelude/schedules.nn")),
    ("prelude/tensors.nn", include_str!("../../prelude/tensors.nn")),
];

/// The prelude's files, with names and texts: what documents it reads the `///` lines there.
#[must_use]
pub fn documentation() -> &'static [(&'static str, &'static str)] {
    FILES
}

/// Items by name; parsed on demand.
#[derive(Debug)]
pub(super) struct Prelude {
    index: HashMap<(Space, &'static str), (usize, usize)>,
    /// By file and place.
    parsed: HashMap<(usize, usize), Rc<Item>>,
    /// The files' ids among the sources, once one of their items was asked for.
    ids: Vec<Option<FileId>>,
}

impl Prelude {
    pub(super) fn new() -> Prelude {
        let mut index = HashMap::new();
        for (file, (_, text)) in FILES.iter().enumerate() {
            let mut start = 0;
            for line in text.split_inclusive('\n') {
                if let Some(key) = item_start(line) {
                    index.insert(key, (file, start));
                }
                start += line.len();
            }
        }
        Prelude { index, parsed: HashMap::new(), ids: vec![None; FILES.len()] }
    }

    /// The item `name`, if the prelude has it.
    pub(super) fn find(&mut self, sources: &mut Sources, space: Space, name: &str) -> Option<Rc<Item>> {
        let &(file, start) = self.index.get(&(space, name))?;
        if let Some(item) = self.parsed.get(&(file, start)) {
            return Some(item.clone());
        }
        let (path, text) = FILES[file];
        let id = *self.ids[file].get_or_insert_with(|| sources.add(path, text));
        let end = start + item_length(&text[start..]);
        let range = u32::try_from(start).ok()?..u32::try_from(end).ok()?;
        let item = Rc::new(tapeless_grammar::parse_item(sources, id, range).ok()?);
        self.parsed.insert((file, start), item.clone());
        Some(item)
    }

    /// Every name of a space.
    pub(super) fn names(&self, space: Space) -> Vec<String> {
        self.index.keys().filter(|key| key.0 == space).map(|key| key.1.to_owned()).collect()
    }
}

/// How long the item at the start of `text` is: up to the next comment or item at the left margin.
fn item_length(text: &'static str) -> usize {
    let mut length = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number > 0 && (line.starts_with('/') || item_start(line).is_some()) {
            break;
        }
        length += line.len();
    }
    text[..length].trim_end().len()
}

/// What the item that begins on this line is called. Items of the prelude begin at the left margin.
fn item_start(line: &'static str) -> Option<(Space, &'static str)> {
    let (word, rest) = line.split_once(' ')?;
    let space = match word {
        "fn" | "layer" => Space::Function,
        "const" => Space::Const,
        "optimizer" => Space::Optimizer,
        _ => return None,
    };
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    Some((space, &rest[..end]))
}
