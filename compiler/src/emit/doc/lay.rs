//! How rustfmt lays expressions out with its default settings. Each function is one of rustfmt's own rules (`overflow.rs`, `chains.rs`,
//! `closures.rs`, `pairs.rs`, `expr.rs` of its version 1.9), and gives nothing where that rule finds no layout.

use super::{Doc, Link, binding, join, width};

/// Columns of a line.
pub(super) const MAX_WIDTH: usize = 100;
/// Columns of an indentation.
const TAB: usize = 4;
/// The widest argument list, array or method chain that stays on one line.
pub(super) const SHORT: usize = 60;
/// The widest fields of a struct that stay on one line.
const SHORT_STRUCT: usize = 18;
/// Elements up to this width share lines.
const SHORT_ELEMENT: usize = 10;

/// The room for an expression.
#[derive(Clone, Copy, Debug)]
struct Shape {
    /// Columns that are left on its first line.
    width: usize,
    /// The indentation of its lines.
    indent: usize,
    /// Columns that stand on its first line already, behind the indentation.
    offset: usize,
    /// Whether method chains may not be broken.
    whole_chains: bool,
}

impl Shape {
    /// A line of its own.
    fn at(indent: usize) -> Shape {
        Shape { width: MAX_WIDTH.saturating_sub(indent), indent, offset: 0, whole_chains: false }
    }

    /// With `columns` needed behind it.
    fn narrow(self, columns: usize) -> Option<Shape> {
        Some(Shape { width: self.width.checked_sub(columns)?, ..self })
    }

    /// Behind `columns` of other text.
    fn behind(self, columns: usize) -> Option<Shape> {
        Shape { offset: self.offset + columns, ..self }.narrow(columns)
    }

    /// A line further in.
    fn inner(self) -> Shape {
        Shape { whole_chains: self.whole_chains, ..Shape::at(self.indent + TAB) }
    }

    fn used(self) -> usize {
        self.indent + self.offset
    }

    /// Columns that are kept free behind it.
    fn kept(self) -> usize {
        MAX_WIDTH.saturating_sub(self.used() + self.width)
    }

    /// Whether a finished text keeps the limits.
    fn holds(self, text: &str) -> bool {
        let (first, last) = (first_width(text), last_width(text));
        let broken = || text.lines().skip(1).all(|line| width(line) <= MAX_WIDTH) && last <= self.used() + self.width;
        first <= self.width && (!text.contains('\n') || broken())
    }
}

fn first_width(text: &str) -> usize {
    width(text.split('\n').next().unwrap_or(""))
}

fn last_width(text: &str) -> usize {
    width(text.rsplit('\n').next().unwrap_or(""))
}

fn newlines(text: &str) -> usize {
    text.matches('\n').count()
}

/// A new line at an indentation.
fn new_line(indent: usize) -> String {
    format!("\n{}", " ".repeat(indent))
}

/// Whether the last line only closes what was opened before.
fn ends_closing(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or("");
    line.chars().all(|c| "()]}?>".contains(c) || c.is_whitespace())
}

/// `prefix doc suffix` as a statement or field at an indentation, without the indentation of its first line.
pub(super) fn statement(indent: usize, prefix: &str, doc: &Doc, suffix: &str) -> String {
    let flat = || format!("{prefix}{}{suffix}", doc.flat());
    if doc.is_short() && indent + width(prefix) + doc.width() + width(suffix) <= MAX_WIDTH {
        return flat();
    }
    let (doc, suffix) = match suffix.strip_prefix('?') {
        Some(rest) => (doc.whole().tried(), rest),
        None => (doc.whole(), suffix),
    };
    let laid = Shape::at(indent).narrow(width(suffix)).and_then(|shape| assigned(prefix, &doc, shape));
    laid.map_or_else(flat, |laid| format!("{laid}{suffix}"))
}

/// `prefix doc`, where what follows a `=` may stand better on the next line.
fn assigned(prefix: &str, doc: &Doc, shape: Shape) -> Option<String> {
    let beside = shape.behind(width(prefix));
    if !prefix.ends_with("= ") {
        return Some(format!("{prefix}{}", doc.rewrite(beside?)?));
    }
    let beside = beside.and_then(|shape| Some((doc.rewrite(shape)?, shape)));
    if let Some((laid, shape)) = &beside
        && !laid.contains('\n')
        && width(laid) <= shape.width
    {
        return Some(format!("{prefix}{laid}"));
    }
    let inner = Shape::at(shape.indent + TAB).narrow(shape.kept())?;
    let below = doc.rewrite(inner);
    let next_line = |below: &str| format!("{}{}{below}", prefix.trim_end(), new_line(inner.indent));
    match (beside, below) {
        (Some((beside, _)), Some(below)) if inner.holds(&below) && prefers_next_line(&beside, &below) => Some(next_line(&below)),
        (Some((beside, _)), _) => Some(format!("{prefix}{beside}")),
        (None, below) => Some(next_line(&below?)),
    }
}

/// Whether a broken right side stands better below its `=`.
fn prefers_next_line(beside: &str, below: &str) -> bool {
    let opens = |text: &str, bracket: char| text.lines().next().is_some_and(|line| line.ends_with(bracket));
    !below.contains('\n')
        || newlines(beside) > newlines(below) + 1
        || ['(', '{', '['].into_iter().any(|bracket| opens(beside, bracket) && !opens(below, bracket))
}

/// `head(items)`, `[items]`.
struct List<'a> {
    head: &'a str,
    brackets: [&'static str; 2],
    items: &'a [Doc],
    /// Whether they are expressions, not patterns or types.
    expressions: bool,
    /// The most columns of all items on one line.
    most: usize,
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
    fn call(head: &'a str) -> List<'a> {
        List { head, brackets: ["(", ")"], items: &[], expressions: true, most: SHORT }
    }

    fn rewrite(&self, shape: Shape) -> Option<String> {
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
struct Closure<'a> {
    parameters: &'a str,
    lets: &'a [(String, Doc)],
    value: &'a Doc,
    /// Whether the value is a statement too.
    ends_open: bool,
}

impl Closure<'_> {
    /// `last`: as the last argument of a call that may hang over the end of the line.
    fn rewrite(self, shape: Shape, last: bool) -> Option<String> {
        let parameters = self.rewrite_parameters(shape.narrow(4)?.behind(1)?)?;
        if last && parameters.contains('\n') {
            return None;
        }
        let head = format!("|{parameters}|");
        let body = shape.behind(last_width(&head) + 1)?;
        if self.lets.is_empty() && !self.ends_open {
            let value = self.value.rewrite(body).filter(|value| !value.contains('\n') || self.value.is_block());
            if let Some(value) = value {
                return Some(format!("{head} {value}"));
            }
        }
        let inner = shape.indent + TAB;
        let lets = self.lets.iter().map(|(name, value)| statement(inner, &binding(name), value, ";"));
        let end = if self.ends_open { ";" } else { "" };
        let lines = lets.chain([statement(inner, "", self.value, end)]);
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

impl Link {
    fn rewrite(&self, shape: Shape) -> Option<String> {
        let shape = shape.narrow(self.tries)?;
        let name = format!(".{}", self.name);
        let text = match &self.args {
            Some(items) => List { items, ..List::call(&name) }.rewrite(shape)?,
            None => name,
        };
        Some(text + &"?".repeat(self.tries))
    }
}

/// `receiver.a(…).b(…)`
fn chain(receiver: &Doc, links: &[Link], shape: Shape) -> Option<String> {
    let mut root = receiver.rewrite(shape)?;
    let mut ends_with_block = receiver.ends_with_block(&root);
    // A receiver no wider than the indentation keeps what follows it on its line.
    let mut rest = links;
    while let [first, more @ ..] = rest
        && root.len() <= TAB.saturating_sub(shape.offset)
        && !root.contains('\n')
    {
        let Some(text) = first.rewrite(shape.behind(root.len())?) else { break };
        root.push_str(&text);
        ends_with_block = ends_closing(&root);
        rest = more;
    }
    let Some((last, before)) = rest.split_last() else { return shape.holds(&root).then_some(root) };
    let below = if ends_with_block { Shape { whole_chains: shape.whole_chains, ..Shape::at(shape.indent) } } else { shape.inner() };
    let extends = ends_closing(&root);
    let mut parts = vec![root];
    for link in before {
        parts.push(link.rewrite(below)?);
    }
    let so_far = if extends { last_width(&parts[0]) } else { parts.iter().map(|part| width(part)).sum() } + last.tries;
    let most = if links.len() == 1 { shape.width } else { shape.width.min(SHORT) };
    let budget = most.saturating_sub(so_far);
    let on_one_line = budget > 0 && parts.iter().all(|part| !part.contains('\n'));
    let own_line = below.narrow(shape.kept() + last.tries);
    let room = if on_one_line {
        shape.narrow(last.tries)?
    } else if extends {
        below.narrow(last.tries)?
    } else {
        own_line?
    };
    // The last link beside the others, perhaps hanging over the end of the line, or on a line of its own.
    let mut chosen = None;
    if (on_one_line || extends)
        && let Some(hanging) = room.behind(so_far).and_then(|room| last.rewrite(room))
    {
        let lines = hanging.lines().count();
        let fits = first_width(&hanging) <= budget;
        let own = if fits && lines >= 5 { None } else { last.rewrite(own_line?) };
        chosen = Some(match own {
            Some(own) if !fits || own.lines().count() < lines => (own, false),
            _ => (hanging, fits && on_one_line),
        });
    }
    let plain = last.rewrite(room)?;
    let (text, single) = chosen.unwrap_or((plain, false));
    parts.push(text);
    if !single && shape.whole_chains {
        return None;
    }
    let text = parts.join(&if single { String::new() } else { new_line(below.indent) });
    shape.holds(&text).then_some(text)
}

/// `first op second op third`, of one precedence.
fn binary(first: &Doc, rest: &[(&'static str, Doc)], shape: Shape) -> Option<String> {
    // One operator is broken at a time: what comes before its run is one item.
    let (op, last) = rest.last()?;
    let run = rest.iter().rev().take_while(|(other, _)| other == op).count();
    let (before, run) = rest.split_at(rest.len() - run);
    let head = if before.is_empty() { first.clone() } else { Doc::Binary(Box::new(first.clone()), before.to_vec()) };
    let nested = shape.inner().narrow(shape.kept());
    let room = nested.and_then(|nested| nested.behind(op.len() + 1));
    let items: Vec<Option<String>> = std::iter::once(head.rewrite(shape)).chain(run.iter().map(|(_, item)| item.rewrite(room?))).collect();
    if let Some(text) = binary_on_one_line(&items, op, last, shape) {
        return Some(text);
    }
    if let (Some(nested), Some(items)) = (nested, items.into_iter().collect::<Option<Vec<_>>>()) {
        let mut text = String::new();
        for (i, item) in items.iter().enumerate() {
            if i == 0 {
                text.push_str(item);
                continue;
            }
            // A first item no wider than the indentation is not left alone.
            let offset = if text.contains('\n') { 0 } else { shape.used() };
            if last_width(&text) + offset <= nested.used()
                && let Some(beside) = shape.behind(op.len() + 2 + width(text.rsplit('\n').next().unwrap_or("").trim()))
                && let Some(item) = run[i - 1].1.rewrite(beside)
            {
                text.push_str(&format!(" {op} {item}"));
                continue;
            }
            text.push_str(&format!("{}{op} {item}", new_line(nested.indent)));
        }
        return Some(text);
    }
    let left = match run.split_last() {
        Some((_, [])) | None => head,
        Some((_, others)) => Doc::Binary(Box::new(head), others.to_vec()),
    };
    pair(&left, &format!(" {op} "), last, shape)
}

fn binary_on_one_line(items: &[Option<String>], op: &str, last: &Doc, shape: Shape) -> Option<String> {
    let mut text = String::new();
    for item in &items[..items.len() - 1] {
        let item = item.as_ref().filter(|item| !item.contains('\n') && width(&text) <= shape.width)?;
        text.push_str(&format!("{item} {op} "));
    }
    let before = text.len();
    let item = last.rewrite(shape.behind(width(&text))?)?;
    text.push_str(&item);
    let ugly = text.contains('\n') && !item.starts_with('{') && (item.starts_with('(') || before > TAB);
    (!ugly && shape.holds(&text)).then_some(text)
}

/// `left infix right`
fn pair(left: &Doc, infix: &str, right: &Doc, shape: Shape) -> Option<String> {
    let text = left.rewrite(Shape { width: MAX_WIDTH.saturating_sub(shape.used()), ..shape })?;
    let beside = shape.behind(last_width(&text) + width(infix)).and_then(|room| right.rewrite(room));
    if let Some(beside) = beside {
        let hangs = text.len() <= TAB || beside.lines().next().is_some_and(|line| line.ends_with('{'));
        let wide = last_width(&text) + width(infix) + first_width(&beside);
        if (hangs || !beside.contains('\n')) && wide <= shape.width {
            return Some(format!("{text}{infix}{beside}"));
        }
    }
    let infix = infix.trim_start();
    let room = Shape::at(shape.indent + TAB).narrow(shape.kept())?.behind(width(infix))?;
    Some(format!("{text}{}{infix}{}", new_line(room.indent), right.rewrite(room)?))
}

/// A name or a number; of a path with types, those may be broken.
fn path(text: &str, shape: Shape) -> Option<String> {
    let types = text.strip_suffix('>').and_then(|text| text.rsplit_once("::<"));
    let names = types.map_or(text, |(names, _)| names);
    let room = shape.behind(width(names))?;
    let Some((_, types)) = types else { return Some(text.to_owned()) };
    let items: Vec<Doc> = types.split(", ").map(super::text).collect();
    let types = List { items: &items, brackets: ["<", ">"], expressions: false, most: MAX_WIDTH, ..List::call("") }.rewrite(room)?;
    Some(format!("{names}::{types}"))
}

/// `value[index]`
fn index(value: &Doc, at: &Doc, shape: Shape) -> Option<String> {
    let text = value.rewrite(shape)?;
    let kept = shape.kept();
    let offset = last_width(&text) + 1;
    let room = if text.contains('\n') {
        Shape { width: MAX_WIDTH, offset: 0, ..shape }.behind(offset).and_then(|room| room.narrow(1 + kept))
    } else {
        shape.behind(offset).and_then(|room| room.narrow(1))
    };
    let beside = room.and_then(|room| at.rewrite(room));
    if let Some(beside) = beside.as_ref().filter(|beside| !beside.contains('\n')) {
        return Some(format!("{text}[{beside}]"));
    }
    let inner = Shape::at(shape.indent + TAB);
    let below = at.rewrite(inner.behind(1)?.narrow(1 + kept)?);
    match (beside, below) {
        (beside, Some(below)) if beside.is_none() || !below.contains('\n') => Some(format!("{text}{}[{below}]", new_line(inner.indent))),
        (Some(beside), _) => Some(format!("{text}[{beside}]")),
        _ => None,
    }
}

/// `Name { fields }`
fn structure(name: &str, fields: &[Doc], shape: Shape) -> Option<String> {
    let inner = shape.inner().narrow(1)?;
    let items: Vec<String> = fields.iter().map(|field| field.rewrite(inner)).collect::<Option<_>>()?;
    let flat = items.join(", ");
    let line = shape.width.checked_sub(width(name) + 5)?.min(SHORT_STRUCT);
    if !flat.contains('\n') && width(&flat) <= line {
        return Some(format!("{name} {{ {flat} }}"));
    }
    let lines: String = items.iter().map(|item| format!("{}{item},", new_line(inner.indent))).collect();
    Some(format!("{name} {{{lines}{}}}", new_line(shape.indent)))
}

impl Doc {
    fn rewrite(&self, shape: Shape) -> Option<String> {
        if self.is_short() && self.width() <= shape.width {
            return Some(self.flat());
        }
        match self {
            Doc::Text(text) => path(text, shape),
            Doc::Call(head, items) => List { items, ..List::call(&path(head, shape)?) }.rewrite(shape),
            Doc::Array(items) => List { items, brackets: ["[", "]"], ..List::call("") }.rewrite(shape),
            Doc::Tuple(items) => List { items, ..List::call("") }.rewrite(shape),
            Doc::Struct(name, fields) => structure(name, fields, shape),
            Doc::Field(name, value) => Some(format!("{name}: {}", value.rewrite(shape.behind(width(name) + 2)?)?)),
            Doc::Closure(..) | Doc::Steps(..) => self.closure()?.rewrite(shape, false),
            Doc::Chain(receiver, links) => chain(receiver, links, shape),
            Doc::Binary(first, rest) => binary(first, rest, shape),
            Doc::Cast(value, ty) => pair(value, " as ", &super::text(ty.as_str()), shape),
            Doc::Index(value, at) => index(value, at, shape),
            Doc::Paren(inner) => Some(format!("({})", inner.rewrite(shape.behind(1)?.narrow(1)?)?)),
            Doc::Prefix(op, inner) => Some(format!("{op}{}", inner.rewrite(shape.behind(op.len())?)?)),
            Doc::Try(inner) => Some(format!("{}?", inner.rewrite(shape.narrow(1)?)?)),
        }
    }

    /// Whether every part is short enough to stand on one line.
    fn is_short(&self) -> bool {
        let all = |items: &[Doc]| width(&join(items)) <= SHORT && items.iter().all(Doc::is_short);
        match self {
            Doc::Text(text) => width(text) <= SHORT,
            Doc::Call(_, items) | Doc::Array(items) | Doc::Tuple(items) => all(items),
            Doc::Struct(_, fields) => width(&join(fields)) <= SHORT_STRUCT && all(fields),
            Doc::Closure(_, lets, value) => lets.is_empty() && value.is_short(),
            Doc::Steps(..) => false,
            Doc::Chain(receiver, links) => {
                self.width() <= SHORT && receiver.is_short() && links.iter().filter_map(|link| link.args.as_ref()).all(|args| all(args))
            }
            Doc::Binary(first, rest) => first.is_short() && rest.iter().all(|(_, item)| item.is_short()),
            Doc::Index(value, at) => value.is_short() && at.is_short(),
            Doc::Field(_, inner) | Doc::Cast(inner, _) | Doc::Paren(inner) | Doc::Prefix(_, inner) | Doc::Try(inner) => inner.is_short(),
        }
    }

    fn closure(&self) -> Option<Closure<'_>> {
        match self {
            Doc::Closure(parameters, lets, value) => Some(Closure { parameters, lets, value, ends_open: false }),
            Doc::Steps(parameters, lets, value) => Some(Closure { parameters, lets, value, ends_open: true }),
            _ => None,
        }
    }

    fn is_closure(&self) -> bool {
        self.closure().is_some()
    }

    /// Whether it may hang over the end of a line as the last argument, `alone` or behind others.
    fn overflows(&self, alone: bool) -> bool {
        match self {
            Doc::Closure(..) | Doc::Steps(..) => true,
            Doc::Call(..) | Doc::Array(_) | Doc::Tuple(_) | Doc::Struct(..) => alone,
            Doc::Chain(..) => alone && self.is_method_call(),
            Doc::Prefix(_, inner) | Doc::Try(inner) | Doc::Cast(inner, _) => inner.overflows(alone),
            _ => false,
        }
    }

    fn is_nested_call(&self) -> bool {
        match self {
            Doc::Call(..) => true,
            Doc::Prefix(_, inner) | Doc::Try(inner) | Doc::Cast(inner, _) => inner.is_nested_call(),
            _ => false,
        }
    }

    fn is_method_call(&self) -> bool {
        match self {
            Doc::Chain(_, links) => links.last().is_some_and(|link| link.args.is_some()),
            Doc::Prefix(_, inner) | Doc::Try(inner) | Doc::Cast(inner, _) => inner.is_method_call(),
            _ => false,
        }
    }

    /// Whether it is a name or a number, perhaps with a field or an index.
    fn is_simple(&self) -> bool {
        match self {
            Doc::Text(text) => text.starts_with('"') || !text.contains("::"),
            Doc::Prefix(_, inner) | Doc::Try(inner) | Doc::Cast(inner, _) => inner.is_simple(),
            Doc::Index(value, at) => value.is_simple() && at.is_simple(),
            Doc::Chain(receiver, links) => receiver.is_simple() && links.iter().all(|link| link.args.is_none()),
            _ => false,
        }
    }

    /// Whether a closure's value may take several lines without braces.
    fn is_block(&self) -> bool {
        match self {
            Doc::Struct(..) => true,
            Doc::Prefix(_, inner) | Doc::Try(inner) | Doc::Cast(inner, _) => inner.is_block(),
            _ => false,
        }
    }

    /// Whether its last line, in the layout `text`, only closes brackets.
    fn ends_with_block(&self, text: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::statement;
    use crate::emit::doc::text;

    /// A line as rustfmt lays it out at an indentation of 4.
    fn laid(prefix: &str, value: &str) -> String {
        format!("    {}", statement(4, prefix, &text(value), ";"))
    }

    #[test]
    fn short_statements_stay() {
        assert_eq!(laid("let z = ", "a + b"), "    let z = a + b;");
    }

    #[test]
    fn a_closure_of_statements_hangs_over_the_end() {
        let text = laid(
            "",
            "rt::repeat(simd, 16, |simd, i| { let x = simd.splat(d_x[i][0]); rt::each(simd, [&a[i], x], [&mut b[i]], |[a, x]| [a * x]); })",
        );
        let wanted = "    rt::repeat(simd, 16, |simd, i| {
        let x = simd.splat(d_x[i][0]);
        rt::each(simd, [&a[i], x], [&mut b[i]], |[a, x]| [a * x]);
    });";
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_single_item_hangs_over_the_end_of_a_list() {
        let text = laid("let ports = ", "[rt::Column::Real(x.as_flattened().as_flattened().as_flattened())]");
        let wanted = "    let ports = [rt::Column::Real(
        x.as_flattened().as_flattened().as_flattened(),
    )];";
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_chain_has_one_method_a_line() {
        let text = laid("let h = ", "simd.from_fn(|lane| rt::random_bernoulli(&key, lanes.sample(lane), 0, 0, 0.7)).ne(num(0.0))");
        let wanted = "    let h = simd
        .from_fn(|lane| rt::random_bernoulli(&key, lanes.sample(lane), 0, 0, 0.7))
        .ne(num(0.0));";
        assert_eq!(text, wanted);
    }

    #[test]
    fn short_numbers_share_lines() {
        let numbers = vec!["0.125"; 20].join(", ");
        let wanted = "    let values = [
        0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125,
        0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125,
    ];";
        assert_eq!(laid("let values = ", &format!("[{numbers}]")), wanted);
    }
}
