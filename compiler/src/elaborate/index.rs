//! `x[i, .., 2..5]`, and `name.path`.

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{Expr, ExprKind, Index, Name};

use super::Elab;
use super::instance::join;
use super::report::{Fail, R, nearest};
use super::show::count;
use super::value::Value;
use crate::graph::{Attr, Elem, NodeId};
use crate::ops;

impl Elab<'_> {
    pub(super) fn index(&mut self, value: &Expr, indices: &[Index], span: Span) -> R<Value> {
        let base = self.some_value(value)?;
        match &base {
            Value::Tensor(id) => self.index_tensor(*id, indices, span).map(Value::Tensor),
            Value::List(_) | Value::Range(..) | Value::Tuple(_) => self.index_list(&base, indices, span),
            Value::Poison => Err(Fail),
            other => {
                let message = format!("only tensors, lists and tuples are indexed, found {}", self.show(other));
                self.error("E0133", span, message)
            }
        }
    }

    fn index_list(&mut self, list: &Value, indices: &[Index], span: Span) -> R<Value> {
        let len = list.len().unwrap_or(0);
        match indices {
            [Index::At(at)] => {
                let n = self.integer(at, "an index into a list")?;
                let i = self.position(n, len, at.span)?;
                list.at(i).ok_or(Fail)
            }
            [Index::Range { start, end, span: place }] => {
                let (start, len) = self.bounds(start.as_ref(), end.as_ref(), len, *place, true)?;
                self.list_size(len, span)?;
                let items = (start..start + len).filter_map(|i| list.at(i)).collect();
                self.list(items, span)
            }
            _ => self.error("E0125", span, format!("a list has one axis, found {}", count(indices.len(), "index", "indices"))),
        }
    }

    /// An index counted from the end where negative, within `0..len`.
    pub(super) fn position(&mut self, n: i64, len: usize, span: Span) -> R<usize> {
        let at = if n < 0 { n.checked_add(len as i64) } else { Some(n) };
        match at.and_then(|at| usize::try_from(at).ok()).filter(|&at| at < len) {
            Some(at) => Ok(at),
            None => {
                let most = len.saturating_sub(1);
                let help = if len == 0 { "it is empty".to_owned() } else { format!("indices run from 0 to {most}, or from -{len} to -1") };
                self.error_help("E0124", span, format!("index {n} lies outside {}", count(len, "element", "elements")), help)
            }
        }
    }

    /// First and number of elements of a slice.
    fn bounds(&mut self, start: Option<&Expr>, end: Option<&Expr>, len: usize, span: Span, empty: bool) -> R<(usize, usize)> {
        let bound = |elab: &mut Self, expr: Option<&Expr>, none: usize| match expr {
            None => Ok(none as i64),
            Some(expr) => elab.integer(expr, "a slice").map(|n| if n < 0 { n.saturating_add(len as i64) } else { n }),
        };
        let (a, b) = (bound(self, start, 0)?, bound(self, end, len)?);
        if a < 0 || b > len as i64 || a > b {
            return self.error("E0124", span, format!("the slice {a}..{b} lies outside {}", count(len, "element", "elements")));
        }
        if a == b && !empty {
            return self.error_help("E0124", span, format!("the slice {a}..{b} is empty"), "every extent of a tensor is at least 1");
        }
        Ok((a as usize, (b - a) as usize))
    }

    fn index_tensor(&mut self, mut id: NodeId, indices: &[Index], span: Span) -> R<NodeId> {
        let shape = self.ty(id).shape;
        if indices.len() > shape.len() {
            let message =
                format!("{} for a tensor of {}: {shape:?}", count(indices.len(), "index", "indices"), count(shape.len(), "axis", "axes"));
            return self.error("E0125", span, message);
        }
        let mut dropped = Vec::new();
        for (axis, index) in indices.iter().enumerate() {
            match index {
                Index::Range { start, end, span: place } => {
                    let (start, len) = self.bounds(start.as_ref(), end.as_ref(), shape[axis], *place, false)?;
                    id = self.sliced(id, axis, start, len, span)?;
                }
                Index::At(at) => match self.some_value(at)? {
                    Value::Int(n) => {
                        let i = self.position(n, shape[axis], at.span)?;
                        id = self.sliced(id, axis, i, 1, span)?;
                        dropped.push(axis);
                    }
                    Value::Tensor(index) if matches!(self.elem(index), Elem::Index(_)) => {
                        if indices.len() > 1 {
                            return self.error_help(
                                "E0125",
                                at.span,
                                "an index tensor stands alone: it gathers along the leading axis",
                                "for another axis: `take(x, i, axis)`",
                            );
                        }
                        return self.gathered(id, index, span);
                    }
                    Value::Range(a, b) => {
                        let (start, end) = (usize::try_from(a).unwrap_or(usize::MAX), usize::try_from(b).unwrap_or(usize::MAX));
                        if end > shape[axis] || start >= end {
                            return self.error(
                                "E0124",
                                at.span,
                                format!("the slice {a}..{b} lies outside {}", count(shape[axis], "element", "elements")),
                            );
                        }
                        id = self.sliced(id, axis, start, end - start, span)?;
                    }
                    other => {
                        let message = format!("an index is a static integer, a slice or an index tensor, found {}", self.show(&other));
                        return self.error("E0114", at.span, message);
                    }
                },
            }
        }
        if dropped.is_empty() {
            return Ok(id);
        }
        let kept: Vec<usize> = self.ty(id).shape.iter().enumerate().filter(|(axis, _)| !dropped.contains(axis)).map(|(_, &n)| n).collect();
        self.reshaped(id, &kept, span)
    }

    /// Rows along the leading axis.
    pub(super) fn gathered(&mut self, table: NodeId, index: NodeId, span: Span) -> R<NodeId> {
        let shape = self.ty(table).shape;
        self.within_axis(index, &shape, 0, span)?;
        self.node(span, "E0197", &ops::gather::OP, Attr::None, &[table, index])
    }

    /// The range of an index tensor must fit the axis of `shape` that it takes from.
    pub(super) fn within_axis(&mut self, index: NodeId, shape: &[usize], axis: usize, span: Span) -> R<()> {
        match (self.ty(index).elem, shape.get(axis)) {
            (Elem::Index(range), Some(&n)) if range as usize > n => {
                let message = format!("an index in 0..{range} does not fit axis {axis} of {shape:?}, which has the places 0..{n}");
                self.error_help("E0197", span, message, format!("an input or target `in 0..{n}` would fit, or an axis of {range}"))
            }
            _ => Ok(()),
        }
    }

    /// `fc1.weight`: a parameter of an instance.
    pub(super) fn field(&mut self, value: &Expr, field: &Name, span: Span) -> R<Value> {
        let Some(path) = path_of(value, Some(field)) else {
            return self.error_help(
                "E0143",
                span,
                "only layer instances have parts",
                "`name.path` is a parameter of the instance `name`: `fc1.weight`",
            );
        };
        let instance = self.frames.last().map(|frame| frame.instance).unwrap_or_default();
        let mut full = self.pass.instances.path(instance);
        join(&mut full, &path);
        if let Some(node) = self.parameter_at(&full) {
            return Ok(Value::Tensor(node));
        }
        let known = self.parameter_paths();
        let below = format!("{full}.");
        let inside: Vec<&String> = known.iter().filter(|known| known.starts_with(&below)).collect();
        let mut diagnostic = Diagnostic::error("E0142", span, format!("there is no parameter `{path}` here"));
        if let Some(first) = inside.first() {
            diagnostic = diagnostic.help(format!("`{path}` is a layer; its parameters are below it, as `{first}`"));
        } else if let Some(near) = nearest(&full, known.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        } else if known.is_empty() {
            diagnostic = diagnostic.help("no layer before this statement has parameters");
        } else {
            let some: Vec<&str> = known.iter().take(8).map(String::as_str).collect();
            diagnostic = diagnostic.help(format!("the parameters so far: {}", some.join(", ")));
        }
        Err(self.fail(diagnostic))
    }
}

/// The dotted path that an expression spells, if it is one.
pub(super) fn path_of(expr: &Expr, field: Option<&Name>) -> Option<String> {
    let mut path = match &expr.kind {
        ExprKind::Name(name) => name.clone(),
        ExprKind::Field { value, field } => path_of(value, Some(field))?,
        _ => return None,
    };
    if let Some(field) = field {
        join(&mut path, &field.text);
    }
    Some(path)
}
