//! How rustfmt lays expressions out with its default settings. Each function is one of rustfmt's own rules (`overflow.rs`, `chains.rs`,
//! `closures.rs`, `pairs.rs`, `expr.rs` of its version 1.9), and gives nothing where that rule finds no layout.

use super::facts::SHORT_STRUCT;
use super::list::List;
use super::{Doc, Link, width};

/// Columns of a line.
pub(super) const MAX_WIDTH: usize = 100;
/// Columns of an indentation.
pub(super) const TAB: usize = 4;
/// The widest argument list, array or method chain that stays on one line.
pub(super) const SHORT: usize = 60;

/// The room for an expression.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Columns that are left on its first line.
    pub(super) width: usize,
    /// The indentation of its lines.
    pub(super) indent: usize,
    /// Columns that stand on its first line already, behind the indentation.
    pub(super) offset: usize,
    /// Whether method chains may not be broken.
    pub(super) whole_chains: bool,
}

impl Shape {
    /// A line of its own.
    fn at(indent: usize) -> Shape {
        Shape { width: MAX_WIDTH.saturating_sub(indent), indent, offset: 0, whole_chains: false }
    }

    /// With `columns` needed behind it.
    pub(super) fn narrow(self, columns: usize) -> Option<Shape> {
        Some(Shape { width: self.width.checked_sub(columns)?, ..self })
    }

    /// Behind `columns` of other text.
    pub(super) fn behind(self, columns: usize) -> Option<Shape> {
        Shape { offset: self.offset + columns, ..self }.narrow(columns)
    }

    /// A line further in.
    pub(super) fn inner(self) -> Shape {
        Shape { whole_chains: self.whole_chains, ..Shape::at(self.indent + TAB) }
    }

    pub(super) fn used(self) -> usize {
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

pub(super) fn first_width(text: &str) -> usize {
    width(text.split('\n').next().unwrap_or(""))
}

pub(super) fn last_width(text: &str) -> usize {
    width(text.rsplit('\n').next().unwrap_or(""))
}

pub(super) fn newlines(text: &str) -> usize {
    text.matches('\n').count()
}

/// A new line at an indentation.
pub(super) fn new_line(indent: usize) -> String {
    "\n".to_owned() + &" ".repeat(indent)
}

/// Whether the last line only closes what was opened before.
fn ends_closing(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or("");
    line.chars().all(|c| "()]}?>".contains(c) || c.is_whitespace())
}

/// `prefix doc suffix` as a statement or field at an indentation, without the indentation of its first line.
pub(super) fn statement(indent: usize, prefix: &str, doc: &Doc, suffix: &str) -> String {
    if fits(indent, prefix, doc, suffix) {
        return format!("{prefix}{}{suffix}", doc.flat());
    }
    match suffix.strip_prefix('?') {
        Some(rest) => broken(indent, prefix, &doc.whole().tried(), rest),
        None => broken(indent, prefix, &doc.whole(), suffix),
    }
}

/// The same of a value whose text has been read.
pub(super) fn inner_statement(indent: usize, prefix: &str, doc: &Doc, suffix: &str) -> String {
    if fits(indent, prefix, doc, suffix) {
        return format!("{prefix}{}{suffix}", doc.flat());
    }
    broken(indent, prefix, doc, suffix)
}

fn fits(indent: usize, prefix: &str, doc: &Doc, suffix: &str) -> bool {
    doc.is_short() && indent + width(prefix) + doc.width() + width(suffix) <= MAX_WIDTH
}

fn broken(indent: usize, prefix: &str, doc: &Doc, suffix: &str) -> String {
    let laid = Shape::at(indent).narrow(width(suffix)).and_then(|shape| assigned(prefix, doc, shape));
    let laid = laid.unwrap_or_else(|| format!("{prefix}{}", doc.flat()));
    laid + suffix
}

/// `prefix doc {`, the head of a `for`, at an indentation.
pub(super) fn head(indent: usize, prefix: &str, doc: &Doc) -> String {
    let laid = assigned(prefix, &doc.whole(), Shape::at(indent)).unwrap_or_else(|| format!("{prefix}{}", doc.flat()));
    let last = laid.rsplit('\n').next().unwrap_or("");
    let stays = match laid.contains('\n') {
        true => ends_closing(&laid) && last.len() - last.trim_start().len() <= indent,
        false => indent + width(&laid) + 2 <= MAX_WIDTH,
    };
    laid + &if stays { " {".to_owned() } else { format!("{}{{", new_line(indent)) }
}

/// `prefix doc`, where what follows a `=` may stand better on the next line.
fn assigned(prefix: &str, doc: &Doc, shape: Shape) -> Option<String> {
    let beside = shape.behind(width(prefix));
    if !prefix.ends_with("= ") && !prefix.starts_with("for ") {
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
    pub(super) fn rewrite(&self, shape: Shape) -> Option<String> {
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
            Doc::Closure(..) | Doc::Steps(..) | Doc::Moved(_) => self.closure()?.rewrite(shape, false),
            Doc::Chain(receiver, links) => chain(receiver, links, shape),
            Doc::Binary(first, rest) => binary(first, rest, shape),
            Doc::Cast(value, ty) => pair(value, " as ", &super::text(ty.as_str()), shape),
            Doc::Index(value, at) => index(value, at, shape),
            Doc::Paren(inner) => Some(format!("({})", inner.rewrite(shape.behind(1)?.narrow(1)?)?)),
            Doc::Prefix(op, inner) => Some(format!("{op}{}", inner.rewrite(shape.behind(op.len())?)?)),
            Doc::Try(inner) => Some(format!("{}?", inner.rewrite(shape.narrow(1)?)?)),
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
