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

fn join(items: &[Doc]) -> String {
    items.iter().map(Doc::flat).collect::<Vec<_>>().join(", ")
}

impl Doc {
    /// On one line.
    pub(crate) fn flat(&self) -> String {
        let all =
            |lets: &[(String, Doc)]| lets.iter().map(|(name, value)| format!("{}{}; ", binding(name), value.flat())).collect::<String>();
        match self {
            Doc::Text(text) => text.clone(),
            Doc::Call(head, args) => format!("{head}({})", join(args)),
            Doc::Array(items) => format!("[{}]", join(items)),
            Doc::Tuple(items) => format!("({})", join(items)),
            Doc::Struct(name, fields) => format!("{name} {{ {} }}", join(fields)),
            Doc::Field(name, value) => format!("{name}: {}", value.flat()),
            Doc::Closure(parameters, lets, value) if lets.is_empty() => format!("|{parameters}| {}", value.flat()),
            Doc::Closure(parameters, lets, value) => format!("|{parameters}| {{ {}{} }}", all(lets), value.flat()),
            Doc::Steps(parameters, lets, last) => format!("|{parameters}| {{ {}{}; }}", all(lets), last.flat()),
            Doc::Chain(receiver, links) => links.iter().fold(receiver.flat(), |text, link| text + &link.flat()),
            Doc::Binary(first, rest) => rest.iter().fold(first.flat(), |text, (op, item)| format!("{text} {op} {}", item.flat())),
            Doc::Cast(value, ty) => format!("{} as {ty}", value.flat()),
            Doc::Index(value, at) => format!("{}[{}]", value.flat(), at.flat()),
            Doc::Paren(inner) => format!("({})", inner.flat()),
            Doc::Prefix(op, inner) => format!("{op}{}", inner.flat()),
            Doc::Try(inner) => format!("{}?", inner.flat()),
        }
    }

    /// Whether it is so long that it reads better with a name of its own.
    pub(crate) fn is_long(&self) -> bool {
        self.width() > lay::SHORT
    }

    /// Columns of the one-line form.
    pub(crate) fn width(&self) -> usize {
        width(&self.flat())
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
    fn flat(&self) -> String {
        let args = self.args.as_ref().map_or(String::new(), |args| format!("({})", join(args)));
        format!(".{}{args}{}", self.name, "?".repeat(self.tries))
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
