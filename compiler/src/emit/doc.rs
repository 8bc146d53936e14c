//! Rust source as a small tree, laid out as rustfmt does with its default settings: one line where the parts are short enough,
//! else one part a line.

/// A piece of Rust.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Doc {
    /// Text that is never broken.
    Text(String),
    /// `head(args)`
    Call(String, Vec<Doc>),
    /// `[items]`
    Array(Vec<Doc>),
    /// `|parameters| body`; statements come before the value.
    Closure(String, Vec<(String, Doc)>, Box<Doc>),
    /// `receiver.a(…).b(…)`
    Chain(Box<Doc>, Vec<(String, Vec<Doc>)>),
    /// `first op second op third`, one operator precedence.
    Binary(Box<Doc>, Vec<(&'static str, Doc)>),
    /// `(inner)`
    Paren(Box<Doc>),
    /// `-inner`
    Neg(Box<Doc>),
    /// `&inner`
    Ref(Box<Doc>),
}

/// Columns of a line.
const MAX_WIDTH: usize = 100;
/// The widest argument list, array or method chain that stays on one line.
const SHORT: usize = 60;
/// Array elements up to this width share lines.
const SHORT_ELEMENT: usize = 10;

/// Text that is never broken.
pub(crate) fn text(text: impl Into<String>) -> Doc {
    Doc::Text(text.into())
}

/// `head(args)`
pub(crate) fn call(head: impl Into<String>, args: Vec<Doc>) -> Doc {
    Doc::Call(head.into(), args)
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn join(items: &[Doc]) -> String {
    items.iter().map(Doc::flat).collect::<Vec<_>>().join(", ")
}

impl Doc {
    /// On one line.
    pub(crate) fn flat(&self) -> String {
        match self {
            Doc::Text(text) => text.clone(),
            Doc::Call(head, args) => format!("{head}({})", join(args)),
            Doc::Array(items) => format!("[{}]", join(items)),
            Doc::Closure(parameters, lets, body) if lets.is_empty() => format!("|{parameters}| {}", body.flat()),
            Doc::Closure(parameters, lets, body) => {
                let lets: String = lets.iter().map(|(name, value)| format!("let {name} = {}; ", value.flat())).collect();
                format!("|{parameters}| {{ {lets}{} }}", body.flat())
            }
            Doc::Chain(receiver, calls) => {
                let calls: String = calls.iter().map(|(name, args)| format!(".{name}({})", join(args))).collect();
                format!("{}{calls}", receiver.flat())
            }
            Doc::Binary(first, rest) => {
                let rest: String = rest.iter().map(|(op, item)| format!(" {op} {}", item.flat())).collect();
                format!("{}{rest}", first.flat())
            }
            Doc::Paren(inner) => format!("({})", inner.flat()),
            Doc::Neg(inner) => format!("-{}", inner.flat()),
            Doc::Ref(inner) => format!("&{}", inner.flat()),
        }
    }

    /// Whether it is so long that it reads better with a name of its own.
    pub(crate) fn is_long(&self) -> bool {
        width(&self.flat()) > SHORT
    }

    /// Columns of the one-line form.
    pub(crate) fn width(&self) -> usize {
        width(&self.flat())
    }

    /// Whether it is more than a name, a number or an element.
    pub(crate) fn deserves_name(&self) -> bool {
        self.width() > 20 && !matches!(self, Doc::Text(_))
    }

    /// Whether the one-line form keeps every limit, with `room` columns left on the line.
    fn fits(&self, room: usize) -> bool {
        width(&self.flat()) <= room && self.parts_are_short()
    }

    fn parts_are_short(&self) -> bool {
        match self {
            Doc::Text(_) => true,
            Doc::Call(_, args) => width(&join(args)) <= SHORT && args.iter().all(Doc::parts_are_short),
            Doc::Array(items) => width(&join(items)) <= SHORT && items.iter().all(Doc::parts_are_short),
            Doc::Closure(_, lets, body) => lets.is_empty() && body.parts_are_short(),
            Doc::Chain(receiver, calls) => {
                (calls.len() < 2 || width(&self.flat()) <= SHORT)
                    && receiver.parts_are_short()
                    && calls.iter().all(|(_, args)| width(&join(args)) <= SHORT && args.iter().all(Doc::parts_are_short))
            }
            Doc::Binary(first, rest) => first.parts_are_short() && rest.iter().all(|(_, item)| item.parts_are_short()),
            Doc::Paren(inner) | Doc::Neg(inner) | Doc::Ref(inner) => inner.parts_are_short(),
        }
    }

    /// Laid out from column `column` on lines indented by `indent`, with `after` columns needed behind it.
    pub(crate) fn lay(&self, indent: usize, column: usize, after: usize) -> String {
        if self.fits(MAX_WIDTH.saturating_sub(column + after)) {
            return self.flat();
        }
        let inner = indent + 4;
        let pad = " ".repeat(inner);
        let end = " ".repeat(indent);
        match self {
            Doc::Text(text) => text.clone(),
            Doc::Call(head, args) => format!("{head}({})", lay_arguments(args, indent, column + width(head))),
            Doc::Array(items) => {
                if items.iter().all(|item| matches!(item, Doc::Text(text) if width(text) <= SHORT_ELEMENT && !text.contains('('))) {
                    return lay_short_array(items, indent);
                }
                let lines: String = items.iter().map(|item| format!("{pad}{},\n", item.lay(inner, inner, 1))).collect();
                format!("[\n{lines}{end}]")
            }
            Doc::Closure(parameters, lets, body) => {
                let lets = lay_lets(lets, inner);
                let parameters = lay_parameters(parameters, indent, column);
                format!("|{parameters}| {{\n{lets}{pad}{}\n{end}}}", body.lay(inner, inner, 0))
            }
            Doc::Chain(receiver, calls) => {
                let mut out = receiver.lay(indent, column, 0);
                // A receiver no wider than the indentation keeps its first call on its line.
                let mut calls = calls.iter();
                if !out.contains('\n')
                    && column == indent
                    && width(&out) <= 4
                    && let Some((name, args)) = calls.next()
                {
                    let head = format!("{out}.{name}");
                    out = format!("{head}({})", lay_arguments(args, indent, column + width(&head)));
                }
                for (name, args) in calls {
                    let arguments = lay_arguments(args, inner, inner + 1 + width(name));
                    out.push_str(&format!("\n{pad}.{name}({arguments})"));
                }
                out
            }
            Doc::Binary(first, rest) => {
                // One operator is broken at a time: what comes before its run is one item.
                let last = rest.last().map_or("", |(op, _)| *op);
                let run = rest.iter().rev().take_while(|(op, _)| *op == last).count();
                let (before, run) = rest.split_at(rest.len() - run);
                let head = if before.is_empty() { (**first).clone() } else { Doc::Binary(first.clone(), before.to_vec()) };
                let mut out = head.lay(indent, column, 0);
                for (op, item) in run {
                    out.push_str(&format!("\n{pad}{op} {}", item.lay(inner, inner + width(op) + 1, 0)));
                }
                out
            }
            Doc::Paren(inner) => format!("({})", inner.lay(indent, column + 1, after + 1)),
            Doc::Neg(inner) => format!("-{}", inner.lay(indent, column + 1, after)),
            Doc::Ref(inner) => format!("&{}", inner.lay(indent, column + 1, after)),
        }
    }
}

/// A closure's parameters: a pattern too long for the line has one name a line.
fn lay_parameters(parameters: &str, indent: usize, column: usize) -> String {
    let Some((first, rest)) = parameters.strip_prefix('[').and_then(|inner| inner.split_once(']')) else { return parameters.to_owned() };
    if column + width(parameters) + 4 <= MAX_WIDTH && width(first) <= SHORT {
        return parameters.to_owned();
    }
    let pad = " ".repeat(indent + 4);
    let names: String = first.split(", ").map(|name| format!("{pad}{name},\n")).collect();
    format!("[\n{names}{}]{rest}", " ".repeat(indent))
}

/// The statements of a closure.
fn lay_lets(lets: &[(String, Doc)], indent: usize) -> String {
    let mut code = Code { text: String::new(), indent };
    for (name, value) in lets {
        code.statement(&format!("let {name} = "), value, ";");
    }
    code.text
}

/// Whether a broken right side stands better below its `=` (rustfmt's rule).
fn prefers_next_line(beside: &str, below: &str) -> bool {
    let lines = |text: &str| text.matches('\n').count();
    let opens = |text: &str, bracket: char| text.lines().next().is_some_and(|line| line.ends_with(bracket));
    lines(below) == 0
        || lines(beside) > lines(below) + 1
        || ['(', '{', '['].into_iter().any(|bracket| opens(beside, bracket) && !opens(below, bracket))
}

/// The inside of a call's parentheses; a last closure may hang over the end.
fn lay_arguments(args: &[Doc], indent: usize, column: usize) -> String {
    let flat = join(args);
    if width(&flat) <= SHORT && args.iter().all(Doc::parts_are_short) && column + width(&flat) + 3 <= MAX_WIDTH {
        return flat;
    }
    if let Some((last @ Doc::Closure(parameters, ..), before)) = args.split_last() {
        let head: String = before.iter().map(|arg| format!("{}, ", arg.flat())).collect();
        let open = width(&head) + width(parameters) + 4;
        if before.iter().all(Doc::parts_are_short) && column + open + 2 < MAX_WIDTH - 1 && open <= SHORT {
            let Doc::Closure(parameters, lets, body) = last else { unreachable!("matched above") };
            let pad = " ".repeat(indent + 4);
            let lets = lay_lets(lets, indent + 4);
            let body = body.lay(indent + 4, indent + 4, 0);
            return format!("{head}|{parameters}| {{\n{lets}{pad}{body}\n{}}}", " ".repeat(indent));
        }
    }
    let inner = indent + 4;
    let pad = " ".repeat(inner);
    let lines: String = args.iter().map(|arg| format!("{pad}{},\n", arg.lay(inner, inner, 1))).collect();
    format!("\n{lines}{}", " ".repeat(indent))
}

/// Short elements share lines.
fn lay_short_array(items: &[Doc], indent: usize) -> String {
    let pad = " ".repeat(indent + 4);
    let mut lines = vec![String::new()];
    for (i, item) in items.iter().enumerate() {
        // The last item's comma may stand at the very end of the line.
        let comma = usize::from(i + 1 < items.len());
        let item = format!("{},", item.flat());
        let line = lines.last_mut().map_or(0, |line| width(line));
        if line > 0 && indent + 4 + line + width(&item) + comma >= MAX_WIDTH {
            lines.push(item);
        } else if let Some(last) = lines.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(&item);
        }
    }
    let body: String = lines.iter().map(|line| format!("{pad}{line}\n")).collect();
    format!("[\n{body}{}]", " ".repeat(indent))
}

/// A text under construction: lines at an indentation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    text: String,
    indent: usize,
}

impl Code {
    /// Empty, at an indentation of `levels`.
    pub(crate) fn at(levels: usize) -> Code {
        Code { text: String::new(), indent: levels * 4 }
    }

    /// What was written.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Columns of the indentation.
    pub(crate) fn column(&self) -> usize {
        self.indent
    }

    /// One line (empty: a blank line).
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if !line.is_empty() {
            self.text.push_str(&" ".repeat(self.indent));
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    /// A line after which lines are indented: `fn f() {`.
    pub(crate) fn open(&mut self, line: impl AsRef<str>) {
        self.line(line);
        self.indent += 4;
    }

    /// Ends an indentation: `}`.
    pub(crate) fn close(&mut self, line: impl AsRef<str>) {
        self.indent = self.indent.saturating_sub(4);
        self.line(line);
    }

    /// `prefix doc suffix` as a statement: `let z = …;`.
    pub(crate) fn statement(&mut self, prefix: &str, doc: &Doc, suffix: &str) {
        let column = self.indent + width(prefix);
        let mut laid = doc.lay(self.indent, column, width(suffix));
        // What would break anyway may stand better on a line of its own behind `let z =`.
        let too_wide = column + width(&laid) + width(suffix) > MAX_WIDTH;
        if prefix.ends_with("= ") && (laid.contains('\n') || too_wide) {
            let inner = self.indent + 4;
            let below = doc.lay(inner, inner, width(suffix));
            if prefers_next_line(&laid, &below) {
                self.line(prefix.trim_end());
                laid = below;
                self.text.push_str(&format!("{}{laid}{suffix}\n", " ".repeat(inner)));
                return;
            }
        }
        self.text.push_str(&format!("{}{prefix}{laid}{suffix}\n", " ".repeat(self.indent)));
    }

    /// Lines from here on are indented once more (after `} else {`).
    pub(crate) fn open_more(&mut self) {
        self.indent += 4;
    }

    /// A function signature: parameters on one line where that fits, else one a line. `end` is what follows the parentheses.
    pub(crate) fn signature(&mut self, head: &str, parameters: &[String], end: &str) {
        let flat = format!("{head}({}){end} {{", parameters.join(", "));
        if self.indent + width(&flat) <= MAX_WIDTH {
            self.open(flat);
            return;
        }
        self.open(format!("{head}("));
        for parameter in parameters {
            self.line(format!("{parameter},"));
        }
        self.close(format!("){end} {{"));
        self.indent += 4;
    }

    /// Other text as it is.
    pub(crate) fn append_raw(&mut self, text: &str) {
        self.text.push_str(text);
    }
}
