//! Rust source as a small tree, laid out as rustfmt does with its default settings.

mod facts;
mod lay;
mod list;
mod read;

/// A piece of Rust.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Doc {
    /// A name, a path, a number; or an expression as text, which is read when it has to be broken.
    Text(String),
    /// `head(args)`
    Call(String, Vec<Doc>),
    /// `[items]`
    Array(Vec<Doc>),
    /// `(items)`
    Tuple(Vec<Doc>),
    /// `Name { fields }`
    Struct(String, Vec<Doc>),
    /// `name: value` in a struct.
    Field(String, Box<Doc>),
    /// `|parameters| value`; with statements before the value, in braces.
    Closure(String, Vec<(String, Doc)>, Box<Doc>),
    /// `|parameters| { statements; statement; }`. A statement without a name is not a `let`.
    Steps(String, Vec<(String, Doc)>, Box<Doc>),
    /// `move` before a closure.
    Moved(Box<Doc>),
    /// `receiver.a(…).b.c(…)`
    Chain(Box<Doc>, Vec<Link>),
    /// `first op second op third`, one operator precedence.
    Binary(Box<Doc>, Vec<(&'static str, Doc)>),
    /// `value as T`
    Cast(Box<Doc>, String),
    /// `value[index]`
    Index(Box<Doc>, Box<Doc>),
    /// `(inner)`
    Paren(Box<Doc>),
    /// `-inner`, `&inner`
    Prefix(&'static str, Box<Doc>),
    /// `inner?`
    Try(Box<Doc>),
}

/// What follows a dot: a field, or a method with its arguments.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) args: Option<Vec<Doc>>,
    /// How many `?` come after it.
    pub(crate) tries: usize,
}

/// Text that is never broken, or an expression.
pub(crate) fn text(text: impl Into<String>) -> Doc {
    Doc::Text(text.into())
}

/// `head(args)`
pub(crate) fn call(head: impl Into<String>, args: Vec<Doc>) -> Doc {
    Doc::Call(head.into(), args)
}

/// A struct literal of fields such as `a: 1`, or `a`.
pub(crate) fn structure(name: &str, fields: &[String]) -> Doc {
    let field = |field: &String| match field.split_once(": ") {
        Some((name, value)) => Doc::Field(name.to_owned(), Box::new(text(value))),
        None => text(field),
    };
    Doc::Struct(name.to_owned(), fields.iter().map(field).collect())
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// `let name = `
fn binding(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("let {name} = ") }
}

/// Takes the pieces of a text in order: a text itself, or only how wide it is.
trait Sink {
    fn put(&mut self, piece: &str);
}

impl Sink for String {
    fn put(&mut self, piece: &str) {
        self.push_str(piece);
    }
}

/// Columns of a text.
struct Columns(usize);

impl Sink for Columns {
    fn put(&mut self, piece: &str) {
        self.0 += width(piece);
    }
}

/// `|parameters| `
fn put_head(parameters: &str, out: &mut impl Sink) {
    out.put("|");
    out.put(parameters);
    out.put("| ");
}

/// `|parameters| { let name = value; last`
fn put_block(parameters: &str, lets: &[(String, Doc)], last: &Doc, out: &mut impl Sink) {
    put_head(parameters, out);
    out.put("{ ");
    for (name, value) in lets {
        out.put(&binding(name));
        value.put(out);
        out.put("; ");
    }
    last.put(out);
}

/// The items on one line.
fn put_list(items: &[Doc], out: &mut impl Sink) {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.put(", ");
        }
        item.put(out);
    }
}

/// Columns of the items on one line.
fn list_width(items: &[Doc]) -> usize {
    let mut columns = Columns(0);
    put_list(items, &mut columns);
    columns.0
}

impl Doc {
    /// On one line.
    pub(crate) fn flat(&self) -> String {
        let mut out = String::new();
        self.put(&mut out);
        out
    }

    fn put(&self, out: &mut impl Sink) {
        match self {
            Doc::Text(text) => out.put(text),
            Doc::Call(head, args) => {
                out.put(head);
                out.put("(");
                put_list(args, out);
                out.put(")");
            }
            Doc::Array(items) => {
                out.put("[");
                put_list(items, out);
                out.put("]");
            }
            Doc::Tuple(items) => {
                out.put("(");
                put_list(items, out);
                out.put(")");
            }
            Doc::Struct(name, fields) => {
                out.put(name);
                out.put(" { ");
                put_list(fields, out);
                out.put(" }");
            }
            Doc::Field(name, value) => {
                out.put(name);
                out.put(": ");
                value.put(out);
            }
            Doc::Closure(parameters, lets, value) if lets.is_empty() => {
                put_head(parameters, out);
                value.put(out);
            }
            Doc::Closure(parameters, lets, value) => {
                put_block(parameters, lets, value, out);
                out.put(" }");
            }
            Doc::Steps(parameters, lets, last) => {
                put_block(parameters, lets, last, out);
                out.put("; }");
            }
            Doc::Moved(closure) => {
                out.put("move ");
                closure.put(out);
            }
            Doc::Chain(receiver, links) => {
                receiver.put(out);
                links.iter().for_each(|link| link.put(out));
            }
            Doc::Binary(first, rest) => {
                first.put(out);
                for (op, item) in rest {
                    out.put(" ");
                    out.put(op);
                    out.put(" ");
                    item.put(out);
                }
            }
            Doc::Cast(value, ty) => {
                value.put(out);
                out.put(" as ");
                out.put(ty);
            }
            Doc::Index(value, at) => {
                value.put(out);
                out.put("[");
                at.put(out);
                out.put("]");
            }
            Doc::Paren(inner) => {
                out.put("(");
                inner.put(out);
                out.put(")");
            }
            Doc::Prefix(op, inner) => {
                out.put(op);
                inner.put(out);
            }
            Doc::Try(inner) => {
                inner.put(out);
                out.put("?");
            }
        }
    }

    /// Whether it is so long that it reads better with a name of its own.
    pub(crate) fn is_long(&self) -> bool {
        self.width() > lay::SHORT
    }

    /// Columns of the one-line form.
    pub(crate) fn width(&self) -> usize {
        let mut columns = Columns(0);
        self.put(&mut columns);
        columns.0
    }

    /// Whether it is more than a name, a number or an element.
    pub(crate) fn deserves_name(&self) -> bool {
        self.width() > 20 && !matches!(self, Doc::Text(_))
    }

    /// `self.link`, as one chain with what there is.
    pub(crate) fn then(self, link: Link) -> Doc {
        match self {
            Doc::Chain(receiver, mut links) => {
                links.push(link);
                Doc::Chain(receiver, links)
            }
            receiver => Doc::Chain(Box::new(receiver), vec![link]),
        }
    }

    /// `self.name(args)`
    pub(crate) fn method(self, name: &str, args: Vec<Doc>) -> Doc {
        self.then(Link { name: name.to_owned(), args: Some(args), tries: 0 })
    }

    /// `self?`
    fn tried(self) -> Doc {
        match self {
            Doc::Chain(receiver, mut links) => {
                links.iter_mut().next_back().into_iter().for_each(|link| link.tries += 1);
                Doc::Chain(receiver, links)
            }
            inner => Doc::Try(Box::new(inner)),
        }
    }

    /// With all text read.
    fn whole(&self) -> Doc {
        let all = |items: &[Doc]| items.iter().map(Doc::whole).collect::<Vec<_>>();
        let lets = |lets: &[(String, Doc)]| lets.iter().map(|(name, value)| (name.clone(), value.whole())).collect();
        let one = |inner: &Doc| Box::new(inner.whole());
        match self {
            Doc::Text(text) => read::read(text),
            Doc::Call(head, args) => Doc::Call(head.clone(), all(args)),
            Doc::Array(items) => Doc::Array(all(items)),
            Doc::Tuple(items) => Doc::Tuple(all(items)),
            Doc::Struct(name, fields) => Doc::Struct(name.clone(), all(fields)),
            Doc::Field(name, value) => Doc::Field(name.clone(), one(value)),
            Doc::Closure(parameters, before, value) => Doc::Closure(parameters.clone(), lets(before), one(value)),
            Doc::Steps(parameters, before, last) => Doc::Steps(parameters.clone(), lets(before), one(last)),
            Doc::Moved(closure) => Doc::Moved(one(closure)),
            Doc::Chain(receiver, links) => links.iter().fold(receiver.whole(), |doc, link| {
                let args = link.args.as_ref().map(|args| all(args));
                doc.then(Link { args, ..link.clone() })
            }),
            Doc::Binary(first, rest) => Doc::Binary(one(first), rest.iter().map(|(op, item)| (*op, item.whole())).collect()),
            Doc::Cast(value, ty) => Doc::Cast(one(value), ty.clone()),
            Doc::Index(value, at) => Doc::Index(one(value), one(at)),
            Doc::Paren(inner) => Doc::Paren(one(inner)),
            Doc::Prefix(op, inner) => Doc::Prefix(op, one(inner)),
            Doc::Try(inner) => Doc::Try(one(inner)),
        }
    }
}

impl Link {
    fn put(&self, out: &mut impl Sink) {
        out.put(".");
        out.put(&self.name);
        if let Some(args) = &self.args {
            out.put("(");
            put_list(args, out);
            out.put(")");
        }
        for _ in 0..self.tries {
            out.put("?");
        }
    }
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

    /// One line (empty: a blank line, but not at the beginning of a block), or a statement that takes several where it is long.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if line.is_empty() && self.text.ends_with("{\n") {
            return;
        }
        if width(line) > lay::SHORT
            && let Some((prefix, value)) = read::statement(line)
        {
            return self.statement(prefix, &text(value), ";");
        }
        if !line.is_empty() {
            self.text.push_str(&" ".repeat(self.indent));
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    /// A line after which lines are indented: `fn f() {`.
    pub(crate) fn open(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        match read::head(line).filter(|_| width(line) > lay::SHORT) {
            Some((prefix, value)) => self.line(lay::head(self.indent, prefix, &text(value))),
            None => self.line(line),
        }
        self.indent += 4;
    }

    /// Ends an indentation: `}`.
    pub(crate) fn close(&mut self, line: impl AsRef<str>) {
        self.indent = self.indent.saturating_sub(4);
        self.line(line);
    }

    /// `prefix doc suffix` as a statement: `let z = …;`.
    pub(crate) fn statement(&mut self, prefix: &str, doc: &Doc, suffix: &str) {
        let laid = lay::statement(self.indent, prefix, doc, suffix);
        self.text.push_str(&format!("{}{laid}\n", " ".repeat(self.indent)));
    }

    /// Lines from here on are indented once more (after `} else {`).
    pub(crate) fn open_more(&mut self) {
        self.indent += 4;
    }

    /// A function signature: parameters on one line where that fits, else one a line. `end` is what follows the parentheses.
    pub(crate) fn signature(&mut self, head: &str, parameters: &[String], end: &str) {
        let flat = format!("{head}({}){end} {{", parameters.join(", "));
        if self.indent + width(&flat) <= lay::MAX_WIDTH {
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

    /// Other text as it is; no blank line at the beginning of a block.
    pub(crate) fn append_raw(&mut self, text: &str) {
        self.text.push_str(if self.text.ends_with("{\n") { text.trim_start_matches('\n') } else { text });
    }
}
