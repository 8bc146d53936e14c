//! What the rules of the layout ask about an expression.

use super::lay::SHORT;
use super::list::Closure;
use super::{Doc, list_width, width};

/// The widest fields of a struct that stay on one line.
pub(super) const SHORT_STRUCT: usize = 18;

impl Doc {
    /// Whether every part is short enough to stand on one line.
    pub(super) fn is_short(&self) -> bool {
        let all = |items: &[Doc]| list_width(items) <= SHORT && items.iter().all(Doc::is_short);
        match self {
            Doc::Text(text) => width(text) <= SHORT,
            Doc::Call(_, items) | Doc::Array(items) | Doc::Tuple(items) => all(items),
            Doc::Struct(_, fields) => list_width(fields) <= SHORT_STRUCT && all(fields),
            Doc::Closure(_, lets, value) => lets.is_empty() && value.is_short(),
            Doc::Steps(..) => false,
            Doc::Chain(receiver, links) => {
                self.width() <= SHORT && receiver.is_short() && links.iter().filter_map(|link| link.args.as_ref()).all(|args| all(args))
            }
            Doc::Binary(first, rest) => first.is_short() && rest.iter().all(|(_, item)| item.is_short()),
            Doc::Index(value, at) => value.is_short() && at.is_short(),
            Doc::Field(_, inner)
            | Doc::Moved(inner)
            | Doc::Cast(inner, _)
            | Doc::Paren(inner)
            | Doc::Prefix(_, inner)
            | Doc::Try(inner) => inner.is_short(),
        }
    }

    pub(super) fn closure(&self) -> Option<Closure<'_>> {
        match self {
            Doc::Closure(parameters, lets, value) => Some(Closure { head: "|", parameters, lets, value, ends_open: false }),
            Doc::Steps(parameters, lets, value) => Some(Closure { head: "|", parameters, lets, value, ends_open: true }),
            Doc::Moved(closure) => closure.closure().map(|closure| Closure { head: "move |", ..closure }),
            _ => None,
        }
    }

    pub(super) fn is_closure(&self) -> bool {
        self.closure().is_some()
    }

    /// Whether it may hang over the end of a line as the last argument, `alone` or behind others.
    pub(super) fn overflows(&self, alone: bool) -> bool {
        match self {
            Doc::Closure(..) | Doc::Steps(..) | Doc::Moved(_) => true,
            Doc::Call(..) | Doc::Array(_) | Doc::Tuple(_) | Doc::Struct(..) => alone,
            Doc::Chain(..) => alone && self.is_method_call(),
            Doc::Prefix(_, inner) | Doc::Try(inner) | Doc::Cast(inner, _) => inner.overflows(alone),
            _ => false,
        }
    }

    pub(super) fn is_nested_call(&self) -> bool {
        match self {
            Doc::Call(..) => true,
            Doc::Prefix(_, inner) | Doc::Try(inner) | Doc::Cast(inner, _) => inner.is_nested_call(),
            _ => false,
        }
    }

    pub(super) fn is_method_call(&self) -> bool {
        match self {
            Doc::Chain(_, links) => links.last().is_some_and(|link| link.args.is_some()),
            Doc::Prefix(_, inner) | Doc::Try(inner) | Doc::Cast(inner, _) => inner.is_method_call(),
            _ => false,
        }
    }

    /// Whether it is a name or a number, perhaps with a field or an index.
    pub(super) fn is_simple(&self) -> bool {
        match self {
            Doc::Text(text) => text.starts_with('"') || !text.contains("::"),
            Doc::Prefix(_, inner) | Doc::Try(inner) | Doc::Cast(inner, _) => inner.is_simple(),
            Doc::Index(value, at) => value.is_simple() && at.is_simple(),
            Doc::Chain(receiver, links) => receiver.is_simple() && links.iter().all(|link| link.args.is_none()),
            _ => false,
        }
    }

    /// Whether a closure's value may take several lines without braces.
    pub(super) fn is_block(&self) -> bool {
        match self {
            Doc::Struct(..) => true,
            Doc::Prefix(_, inner) | Doc::Try(inner) | Doc::Cast(inner, _) => inner.is_block(),
            _ => false,
        }
    }

    /// Whether its last line, in the layout `text`, only closes brackets.
    pub(super) fn ends_with_block(&self, text: &str) -> bool {
        match self {
            Doc::Call(..) | Doc::Array(_) | Doc::Struct(..) => text.contains('\n'),
            Doc::Chain(..) => self.is_method_call() && text.contains('\n'),
            Doc::Paren(inner) | Doc::Try(inner) | Doc::Index(_, inner) => inner.ends_with_block(text),
            Doc::Prefix(op, inner) => !op.starts_with('&') && inner.ends_with_block(text),
            Doc::Binary(_, rest) => rest.last().is_some_and(|(_, last)| last.ends_with_block(text)),
            _ => false,
        }
    }
}
