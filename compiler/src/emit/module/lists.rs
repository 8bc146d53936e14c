//! Constant lists: of entries, ports, names, numbers.

use crate::emit::doc::{Code, Doc, call, text};
use crate::emit::element::literal;
use crate::emit::views;
use crate::network::{Initialiser, Parameter};

/// `name: value` in a struct literal.
pub(super) fn field(name: &str, value: impl Into<String>) -> Doc {
    Doc::Field(name.to_owned(), Box::new(text(value)))
}

/// `head &[items];`
pub(super) fn slice(code: &mut Code, head: &str, items: Vec<Doc>) {
    code.statement(&format!("{head} = "), &Doc::Prefix("&", Box::new(Doc::Array(items))), ";");
}

pub(super) fn entries(code: &mut Code, name: &str, parameters: &[Parameter]) {
    let entry = |placed: views::Placed<'_>| {
        let fields = vec![
            field("path", format!("\"{}\"", placed.parameter.path)),
            field("shape", format!("&{:?}", placed.parameter.shape)),
            field("offset", placed.offset.to_string()),
            field("frozen", placed.parameter.frozen.to_string()),
            Doc::Field("init".into(), Box::new(initialiser(&placed.parameter.init))),
            field("layers", format!("&{:?}", placed.parameter.layers)),
        ];
        Doc::Struct("rt::Entry".into(), fields)
    };
    slice(code, &format!("pub static {name}: &[rt::Entry]"), views::place(parameters).into_iter().map(entry).collect());
}

/// How a parameter begins.
pub(super) fn initialiser(init: &Initialiser) -> Doc {
    let name = |name: &str| text(format!("rt::Initialiser::{name}"));
    let two = |name: &str, a: (&str, f64), b: (&str, f64)| {
        Doc::Struct(format!("rt::Initialiser::{name}"), vec![field(a.0, literal(a.1)), field(b.0, literal(b.1))])
    };
    match init {
        Initialiser::Constant(value) => text(format!("rt::Initialiser::Constant({})", literal(*value))),
        Initialiser::Uniform(a, b) => two("Uniform", ("a", *a), ("b", *b)),
        Initialiser::Normal(mean, std) => two("Normal", ("mean", *mean), ("std", *std)),
        Initialiser::GlorotUniform => name("GlorotUniform"),
        Initialiser::GlorotNormal => name("GlorotNormal"),
        Initialiser::HeUniform => name("HeUniform"),
        Initialiser::HeNormal => name("HeNormal"),
        Initialiser::LecunNormal => name("LecunNormal"),
        Initialiser::FanInUniform => name("FanInUniform"),
        Initialiser::Orthogonal => name("Orthogonal"),
        Initialiser::Values(values) => {
            let list = values.iter().map(|value| text(literal(*value))).collect();
            call("rt::Initialiser::Values", vec![Doc::Prefix("&", Box::new(Doc::Array(list)))])
        }
    }
}

pub(super) fn list<T>(code: &mut Code, name: &str, ty: &str, items: &[T], fields: impl Fn(&T) -> Vec<Doc>) {
    let items = items.iter().map(|item| Doc::Struct(ty.to_owned(), fields(item))).collect();
    slice(code, &format!("const {name}: &'static [{ty}]"), items);
}

pub(super) fn pairs(code: &mut Code, name: &str, items: &[(String, f64)]) {
    let pair = |(name, value): &(String, f64)| Doc::Tuple(vec![text(format!("\"{name}\"")), text(literal(*value))]);
    slice(code, &format!("const {name}: &'static [(&'static str, f64)]"), items.iter().map(pair).collect());
}

pub(super) fn strings(code: &mut Code, name: &str, items: &[String]) {
    slice(code, &format!("const {name}: &'static [&'static str]"), items.iter().map(text).collect());
}
