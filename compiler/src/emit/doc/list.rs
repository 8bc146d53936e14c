//! Lists in brackets and closures: all on one line, the last item hanging over its end, one a line, or as many a line as fit.

use super::lay::{SHORT, Shape, TAB, first_width, inner_statement, last_width, new_line, newlines};
use super::{Doc, binding, width};

/// Elements up to this width share lines.
const SHORT_ELEMENT: usize = 10;

/// `head(items)`, `[items]`.
pub(super) struct List<'a> {
    pub(super) head: &'a str,
    pub(super) brackets: [&'static str; 2],
    pub(super) items: &'a [Doc],
    /// Whether they are expressions, not patterns or types.
    pub(super) expressions: bool,
    /// The most columns of all items on one line.
    pub(super) most: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Tactic {
    /// All on one line, the last one perhaps hanging over its end.
    Horizontal,
    /// One a line.
    Vertical,
    /// As many a line as fit.
    Mixed,
}

impl<'a> List<'a> {
    /// `head()`
    pub(super) fn call(head: &'a str) -> List<'a> {
        List { head, brackets: ["(", ")"], items: &[], expressions: true, most: SHORT }
    }

    pub(super) fn rewrite(&self, shape: Shape) -> Option<String> {
        let inner = shape.inner().narrow(1)?;
        let mut items: Vec<Option<String>> = self.items.iter().map(|item| item.rewrite(inner)).collect();
        let tactic = self.tactic(&mut items, shape, inner);
        let items: Vec<String> = items.into_iter().collect::<Option<_>>()?;
        let [open, close] = self.brackets;
        let text = match tactic {
            Tactic::Horizontal => items.join(", "),
            Tactic::Vertical => items.join(&format!(",{}", new_line(inner.indent))) + ",",
            Tactic::Mixed => mixed(&items, inner),
        };
        let wide = if text.is_empty() { 2 } else { first_width(&text) + 1 };
        if tactic == Tactic::Horizontal && wide <= shape.width.saturating_sub(last_width(self.head)) {
            return Some(format!("{}{open}{text}{close}", self.head));
        }
        let first = if text.is_empty() { String::new() } else { new_line(inner.indent) };
        Some(format!("{}{open}{first}{text}{}{close}", self.head, new_line(shape.indent)))
    }

    /// Decides how the items stand, and writes the last one anew if it hangs over the end of the line.
    fn tactic(&self, items: &mut [Option<String>], shape: Shape, inner: Shape) -> Tactic {
        // What a broken head takes of its last line counts beyond the indentation.
        let head = last_width(self.head);
        let used = if self.head.contains('\n') { head.saturating_sub(shape.used()) } else { head };
        let line = shape.width.saturating_sub(used + 2);
        let (Some((last, before)), Some((last_text, texts))) = (self.items.split_last(), items.split_last_mut()) else {
            return Tactic::Horizontal;
        };
        let alone = before.is_empty();
        let others: usize = texts.iter().map(|item| 2 + item.as_deref().map_or(0, width)).sum();
        let multiline = texts.iter().flatten().any(|item| item.contains('\n'));
        let fits = |last: &str| !multiline && !last.contains('\n') && others + width(last) <= line.min(self.most);
        // Behind a short name a single argument may always hang over.
        let combined = alone && self.expressions && self.head.len() < TAB;
        if combined || last.overflows(alone) {
            let room = shape.behind(head + 1).and_then(|room| room.narrow(1)).unwrap_or(Shape { width: 0, ..shape });
            let room = if alone && !last.is_nested_call() {
                Some(room)
            } else {
                Shape { width: room.width.min(self.most), ..room }.behind(others)
            };
            let room = room.map(|room| Shape { whole_chains: room.whole_chains || (!combined && last.is_method_call()), ..room });
            let closures = self.items.iter().filter(|item| item.is_closure()).count();
            let hanging = room.and_then(|room| match last.closure() {
                Some(_) if closures > 1 => None,
                Some(closure) => closure.rewrite(room, true),
                None => last.rewrite(room),
            });
            if let Some(hanging) = hanging
                && fits(hanging.lines().next().unwrap_or(""))
            {
                let own_line = || last.rewrite(inner).filter(|own| !own.contains('\n'));
                *last_text = if alone && newlines(&hanging) == 1 { own_line().or(Some(hanging)) } else { Some(hanging) };
                return Tactic::Horizontal;
            }
        }
        let text = last_text.as_deref().unwrap_or("");
        let simple = || self.expressions && self.items.iter().all(Doc::is_simple);
        let narrow = |item: &str| item.len() <= SHORT_ELEMENT;
        if (alone && line != 0 && !text.contains('\n') && width(text) <= line) || fits(text) {
            Tactic::Horizontal
        } else if simple() && narrow(text) && texts.iter().all(|item| narrow(item.as_deref().unwrap_or(""))) {
            Tactic::Mixed
        } else {
            Tactic::Vertical
        }
    }
}

/// Short items share lines.
fn mixed(items: &[String], shape: Shape) -> String {
    let mut text = String::new();
    let mut line = 0;
    for (i, item) in items.iter().enumerate() {
        // The last item's comma may stand at the very end of the line.
        let needed = width(item) + usize::from(i + 1 < items.len());
        if line > 0 && line + 1 + needed > shape.width {
            text.push_str(&new_line(shape.indent));
            line = 0;
        } else if line > 0 {
            text.push(' ');
            line += 1;
        }
        text.push_str(&format!("{item},"));
        line += needed;
    }
    text
}

/// A closure: `|parameters| value`, or with statements before the value, or with statements only.
#[derive(Clone, Copy)]
pub(super) struct Closure<'a> {
    /// What stands before the parameters: `|` or `move |`.
    pub(super) head: &'static str,
    pub(super) parameters: &'a str,
    pub(super) lets: &'a [(String, Doc)],
    pub(super) value: &'a Doc,
    /// Whether the value is a statement too.
    pub(super) ends_open: bool,
}

impl Closure<'_> {
    /// `last`: as the last argument of a call that may hang over the end of the line.
    pub(super) fn rewrite(self, shape: Shape, last: bool) -> Option<String> {
        let parameters = self.rewrite_parameters(shape.narrow(4)?.behind(width(self.head))?)?;
        if last && parameters.contains('\n') {
            return None;
        }
        let head = format!("{}{parameters}|", self.head);
        let body = shape.behind(last_width(&head) + 1)?;
        if self.lets.is_empty() && !self.ends_open {
            let value = self.value.rewrite(body).filter(|value| !value.contains('\n') || self.value.is_block());
            if let Some(value) = value {
                return Some(format!("{head} {value}"));
            }
        }
        let inner = shape.indent + TAB;
        let lets = self.lets.iter().map(|(name, value)| inner_statement(inner, &binding(name), value, ";"));
        let end = if self.ends_open { ";" } else { "" };
        let lines = lets.chain([inner_statement(inner, "", self.value, end)]);
        let body: String = lines.map(|line| format!("{}{line}", new_line(inner))).collect();
        Some(format!("{head} {{{body}{}}}", new_line(shape.indent)))
    }

    /// A list of names in brackets too long for the line has one name a line.
    fn rewrite_parameters(self, shape: Shape) -> Option<String> {
        let room = shape.width;
        let lay = |parameter: &str| match parameter.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
            Some(names) => {
                let items: Vec<Doc> = names.split(", ").filter(|name| !name.is_empty()).map(super::text).collect();
                List { items: &items, brackets: ["[", "]"], expressions: false, ..List::call("") }.rewrite(shape)
            }
            None => Some(parameter.to_owned()),
        };
        let parameters = super::read::split(self.parameters).into_iter().map(lay).collect::<Option<Vec<_>>>()?;
        let flat = parameters.join(", ");
        if !flat.contains('\n') && width(&flat) <= room {
            return Some(flat);
        }
        Some(parameters.join(&format!(",{}", new_line(shape.used()))))
    }
}
