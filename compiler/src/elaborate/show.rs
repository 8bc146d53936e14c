//! Values in messages.

use super::Elab;
use super::value::Value;
use crate::graph::{Elem, Type};

impl Elab<'_> {
    /// A value for people: `3`, `[2, 4]`, `a tensor [3]`.
    pub(super) fn show(&self, value: &Value) -> String {
        match value {
            Value::Tensor(id) => describe(&self.pass.builder.ty(*id)),
            Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Str(_) | Value::None => self.literal(value),
            Value::Range(..) | Value::List(_) => format!("the list {}", self.literal(value)),
            Value::Tuple(items) if !items.items.is_empty() => format!("the tuple {}", self.literal(value)),
            Value::Function(function) => format!("the function `{}`", function.target.name()),
            other => other.kind().to_owned(),
        }
    }

    /// A value as it would be written, cut short where it is long.
    pub(super) fn literal(&self, value: &Value) -> String {
        match value {
            Value::Int(n) => n.to_string(),
            Value::Float(x) => format!("{x:?}"),
            Value::Bool(b) => b.to_string(),
            Value::Str(s) => format!("{s:?}"),
            Value::None => "none".to_owned(),
            Value::Range(a, b) => format!("{a}..{b}"),
            Value::List(items) => format!("[{}]", self.some(&items.items)),
            Value::Tuple(items) => format!("({})", self.some(&items.items)),
            Value::Tensor(id) => describe(&self.pass.builder.ty(*id)),
            other => other.kind().to_owned(),
        }
    }

    fn some(&self, items: &[Value]) -> String {
        let mut parts: Vec<String> =
            items.iter().take(8).map(|item| if item.depth() > 3 { "…".to_owned() } else { self.literal(item) }).collect();
        if items.len() > 8 {
            parts.push(format!("… ({} in all)", items.len()));
        }
        parts.join(", ")
    }
}

/// `a tensor [3]`, `an index in 0..4 [3]`
pub(super) fn describe(ty: &Type) -> String {
    match ty.elem {
        Elem::Real => format!("a tensor {:?}", ty.shape),
        Elem::Index(n) => format!("an index {:?} in 0..{n}", ty.shape),
        Elem::Condition => format!("a condition {:?}", ty.shape),
    }
}

/// `2 axes`, `1 axis`
pub(super) fn count(n: usize, one: &str, several: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {several}") }
}
