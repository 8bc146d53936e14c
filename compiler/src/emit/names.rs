//! Names of generated items and values: after the program, unique in their scope, never a Rust keyword.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::NodeId;
use crate::search::place_of;

/// Keywords that may not stand as they are; the first four may not stand even raw.
const KEYWORDS: &[&str] = &[
    "self", "super", "crate", "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized",
    "use", "virtual", "where", "while", "yield",
];

/// Whether a text has nothing but lower-case letters, digits and underscores, and `others`.
pub(crate) fn is_word(text: &str, others: fn(u8) -> bool) -> bool {
    // The macro runs unoptimised: a plain loop is several times as fast as an iterator.
    for &byte in text.as_bytes() {
        if !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_') && !others(byte) {
            return false;
        }
    }
    true
}

/// Where a name stands in a list.
pub(crate) fn place_in(list: &[&str], name: &str) -> Option<usize> {
    place_of!(list, |known| known.len() == name.len() && *known == name)
}

/// A name as a Rust identifier.
pub(crate) fn identifier(name: &str) -> String {
    let replaced = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let mut out: String = match is_word(name, |byte| byte.is_ascii_uppercase()) {
        true => name.to_owned(),
        false => name.chars().map(replaced).collect(),
    };
    if out.is_empty() || out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    // No keyword has an underscore, or is longer than `override`.
    if out.len() <= 8
        && !out.as_bytes().contains(&b'_')
        && let Some(at) = place_in(KEYWORDS, &out)
    {
        if at < 4 { out.push('_') } else { out.insert_str(0, "r#") }
    }
    out
}

/// `TwoMoons` → `two_moons`.
pub(crate) fn snake_case(name: &str) -> String {
    if is_word(name, |_| false) {
        return name.to_owned();
    }
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let starts_word = c.is_uppercase()
            && i > 0
            && chars[i - 1] != '_'
            && (!chars[i - 1].is_uppercase() || chars.get(i + 1).is_some_and(|next| next.is_lowercase()));
        if starts_word {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// `fc1` → `Fc1`, `block.0` → `Block0`.
pub(crate) fn camel_case(name: &str) -> String {
    let mut out = String::new();
    let mut upper = true;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            upper = true;
        } else if upper {
            out.extend(c.to_uppercase());
            upper = false;
        } else {
            out.push(c);
        }
    }
    out
}

/// The names of one scope.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    reserved: &'static [&'static str],
    taken: BTreeSet<String>,
    /// The number that a name's next namesake tries first: all below are taken.
    next: BTreeMap<String, usize>,
}

impl Scope {
    /// A scope in which `reserved` are taken.
    pub(crate) fn new(reserved: &'static [&'static str]) -> Scope {
        Scope { reserved, taken: BTreeSet::new(), next: BTreeMap::new() }
    }

    /// `wanted` as an identifier, with `_2`, `_3`, … where it is taken.
    pub(crate) fn unique(&mut self, wanted: &str) -> String {
        let base = snake(wanted);
        let mut name = base.clone();
        let mut free = |name: &str| place_in(self.reserved, name).is_none() && self.taken.insert(name.to_owned());
        if free(&name) {
            return name;
        }
        let n = self.next.entry(base).or_insert(2);
        let stem = name.trim_start_matches("r#").to_owned();
        while !free(&name) {
            name = format!("{stem}_{n}");
            *n += 1;
        }
        name
    }
}

/// What values are called in a function.
#[derive(Clone, Debug, Default)]
pub(crate) struct ValueNames {
    of: BTreeMap<NodeId, String>,
    bearers: BTreeMap<String, Vec<NodeId>>,
}

impl ValueNames {
    pub(crate) fn get(&self, id: &NodeId) -> Option<&String> {
        self.of.get(id)
    }

    pub(crate) fn insert(&mut self, id: NodeId, name: String) {
        self.bearers.entry(name.clone()).or_default().push(id);
        if let Some(before) = self.of.insert(id, name)
            && let Some(bearers) = self.bearers.get_mut(&before)
            && let Some(at) = bearers.iter().position(|bearer| *bearer == id)
        {
            bearers.remove(at);
        }
    }

    /// Whether a value bears `name`, other than `but`.
    pub(crate) fn borne(&self, name: &str, but: Option<NodeId>) -> bool {
        self.bearers.get(name).is_some_and(|bearers| bearers.iter().any(|bearer| Some(*bearer) != but))
    }
}

/// Values are snake case: a program's `W` becomes `w`.
fn snake(name: &str) -> String {
    let name = snake_case(name);
    if name.contains("__") { identifier(&name.replace("__", "_")) } else { identifier(&name) }
}
