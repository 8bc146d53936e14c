//! What the compiler itself knows (LANGUAGE, section 8): a table of names, each a thin builtin over the graph's builder.

mod batch;
mod docs;
mod each;
mod initialisers;
mod lists;
mod movement;
mod products;
mod random;
mod reduce;
mod windows;

pub use docs::{Builtin, builtins};

use tapeless_grammar::span::Span;

use super::Elab;
use super::arguments::Argument;
use super::report::{Fail, R};
use super::value::Value;
use crate::graph::NodeId;

/// A builtin. In its signature `?` marks an argument that may be left out, `=` one that may be left out and is only named.
#[derive(Debug)]
pub(super) struct Primitive {
    pub(super) name: &'static str,
    pub(super) signature: &'static [&'static str],
    pub(super) run: fn(&mut Elab<'_>, &Args) -> R<Value>,
}

/// The arguments of a call, one place for each of the signature.
#[derive(Debug)]
pub(super) struct Args {
    pub(super) primitive: &'static Primitive,
    pub(super) values: Vec<Option<Argument>>,
    pub(super) span: Span,
}

/// Operations of the language that are not written by hand.
pub(super) static LATER: &[&str] = &["scan"];

static TABLES: &[&[Primitive]] = &[
    each::TABLE,
    batch::TABLE,
    reduce::TABLE,
    products::TABLE,
    movement::TABLE,
    windows::TABLE,
    random::TABLE,
    lists::TABLE,
    initialisers::TABLE,
];

/// The builtin of a name.
pub(super) fn find(name: &str) -> Option<&'static Primitive> {
    TABLES.iter().flat_map(|table| table.iter()).find(|primitive| primitive.name == name)
}

/// All names, for "did you mean".
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLES.iter().flat_map(|table| table.iter()).map(|primitive| primitive.name)
}

impl Args {
    pub(super) fn get(&self, at: usize) -> Option<&Argument> {
        self.values.get(at).and_then(Option::as_ref)
    }

    pub(super) fn value(&self, at: usize) -> R<&Value> {
        self.get(at).map(|argument| &argument.value).ok_or(Fail)
    }

    pub(super) fn span_of(&self, at: usize) -> Span {
        self.get(at).map_or(self.span, |argument| argument.span)
    }

    /// `` `sum` ``
    pub(super) fn what(&self) -> String {
        format!("`{}`", self.primitive.name)
    }

    pub(super) fn tensor(&self, elab: &mut Elab<'_>, at: usize) -> R<NodeId> {
        elab.tensor(self.value(at)?, self.span_of(at))
    }

    pub(super) fn real(&self, elab: &mut Elab<'_>, at: usize) -> R<NodeId> {
        elab.real(self.value(at)?, self.span_of(at), &self.what())
    }

    fn refuse<T>(&self, elab: &mut Elab<'_>, at: usize, wanted: &str) -> R<T> {
        let found = elab.show(self.value(at)?);
        let name = self.primitive.signature[at].trim_start_matches(['?', '=']);
        elab.error("E0114", self.span_of(at), format!("`{name}` of `{}` is {wanted}, found {found}", self.primitive.name))
    }

    pub(super) fn integer(&self, elab: &mut Elab<'_>, at: usize) -> R<i64> {
        match self.value(at)? {
            Value::Int(n) => Ok(*n),
            Value::Poison => Err(Fail),
            _ => self.refuse(elab, at, "a static integer"),
        }
    }

    /// A static integer of at least 1.
    pub(super) fn extent(&self, elab: &mut Elab<'_>, at: usize) -> R<usize> {
        match self.integer(elab, at)? {
            n if n >= 1 => Ok(usize::try_from(n).unwrap_or(usize::MAX)),
            _ => self.refuse(elab, at, "an integer of at least 1"),
        }
    }

    pub(super) fn number(&self, elab: &mut Elab<'_>, at: usize) -> R<f64> {
        match self.value(at)?.number() {
            Some(x) => Ok(x),
            None => self.refuse(elab, at, "a static number"),
        }
    }

    pub(super) fn flag(&self, elab: &mut Elab<'_>, at: usize, default: bool) -> R<bool> {
        match self.get(at).map(|argument| &argument.value) {
            None => Ok(default),
            Some(Value::Bool(b)) => Ok(*b),
            Some(_) => self.refuse(elab, at, "`true` or `false`"),
        }
    }

    pub(super) fn shape(&self, elab: &mut Elab<'_>, at: usize) -> R<Vec<usize>> {
        elab.shape_of(self.value(at)?, self.span_of(at))
    }

    /// One axis of a tensor of a rank.
    pub(super) fn axis(&self, elab: &mut Elab<'_>, at: usize, rank: usize, default: i64) -> R<usize> {
        let axis = if self.get(at).is_some() { self.integer(elab, at)? } else { default };
        elab.axis(axis, rank, self.span_of(at))
    }

    /// The items of a list or tuple.
    pub(super) fn items(&self, elab: &mut Elab<'_>, at: usize, wanted: &str) -> R<Vec<Value>> {
        let value = self.value(at)?.clone();
        match &value {
            Value::List(items) | Value::Tuple(items) => Ok(items.items.clone()),
            Value::Range(..) => {
                let len = value.len().unwrap_or(0);
                elab.list_size(len, self.span_of(at))?;
                Ok((0..len).filter_map(|i| value.at(i)).collect())
            }
            _ => self.refuse(elab, at, wanted),
        }
    }
}
