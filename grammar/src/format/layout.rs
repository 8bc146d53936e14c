//! A document of texts and possible line breaks, and its printing within the width.

/// The width that lines keep to where they can.
const WIDTH: usize = 100;

/// A part of a document.
#[derive(Clone, Debug)]
pub(super) enum Doc {
    /// Text, printed as it is.
    Text(String),
    /// A blank, or a line break where the group is broken.
    Line,
    /// Nothing, or a line break where the group is broken.
    Soft,
    /// A line break.
    Hard,
    /// An empty line, then a line break.
    Blank,
    /// Text only where the group is broken.
    Broken(&'static str),
    /// A comment that runs to the end of its line: whatever comes next begins a new one.
    Comment(String),
    /// Parts one after the other.
    Row(Vec<Doc>),
    /// Parts one level further in.
    Nest(Vec<Doc>),
    /// Parts on one line where they fit; otherwise all their own breaks are taken.
    Group(Vec<Doc>),
    /// Short parts with `,` between, as many to a line as fit.
    Fill(Vec<Doc>),
}

impl Doc {
    /// A text.
    pub(super) fn text(text: impl Into<String>) -> Doc {
        Doc::Text(text.into())
    }

    /// Whether it breaks a line in any case.
    pub(super) fn breaks(&self) -> bool {
        match self {
            Doc::Hard | Doc::Blank | Doc::Comment(_) => true,
            Doc::Text(text) => text.contains('\n'),
            Doc::Row(parts) | Doc::Nest(parts) | Doc::Group(parts) | Doc::Fill(parts) => parts.iter().any(Doc::breaks),
            Doc::Line | Doc::Soft | Doc::Broken(_) => false,
        }
    }

    /// Its width on one line.
    pub(super) fn width(&self) -> usize {
        match self {
            Doc::Text(text) | Doc::Comment(text) => text.chars().count(),
            Doc::Line => 1,
            Doc::Soft | Doc::Hard | Doc::Blank | Doc::Broken(_) => 0,
            Doc::Row(parts) | Doc::Nest(parts) | Doc::Group(parts) => parts.iter().map(Doc::width).sum(),
            Doc::Fill(parts) => parts.iter().map(|part| part.width() + 2).sum(),
        }
    }
}

/// How a part is printed.
#[derive(Clone, Copy)]
struct Mode {
    indent: usize,
    flat: bool,
}

struct Printer<'d> {
    out: String,
    column: usize,
    /// A comment ended the line: the next text begins a new one.
    pending: bool,
    stack: Vec<(Mode, &'d Doc)>,
}

/// The text of a document; ends with a line's end unless it is empty.
pub(super) fn print(doc: &Doc) -> String {
    let mut printer = Printer { out: String::new(), column: 0, pending: false, stack: vec![(Mode { indent: 0, flat: false }, doc)] };
    while let Some((mode, doc)) = printer.stack.pop() {
        printer.part(mode, doc);
    }
    let mut out = printer.out.trim_end().to_owned();
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

impl<'d> Printer<'d> {
    fn part(&mut self, mode: Mode, doc: &'d Doc) {
        match doc {
            Doc::Text(text) => self.write(text, mode.indent),
            Doc::Comment(text) => {
                self.write(text, mode.indent);
                self.pending = true;
            }
            Doc::Broken(text) if !mode.flat => self.write(text, mode.indent),
            Doc::Broken(_) => {}
            Doc::Line if mode.flat => {
                if !self.pending {
                    self.write(" ", mode.indent);
                }
            }
            Doc::Soft if mode.flat => {}
            Doc::Line | Doc::Soft | Doc::Hard => self.newline(mode.indent),
            Doc::Blank => {
                self.newline(mode.indent);
                self.newline(mode.indent);
            }
            Doc::Row(parts) => self.push(mode, parts),
            Doc::Nest(parts) => self.push(Mode { indent: mode.indent + 4, ..mode }, parts),
            Doc::Group(parts) => {
                let flat = mode.flat || self.fits(parts, mode.indent);
                self.push(Mode { flat, ..mode }, parts);
            }
            Doc::Fill(parts) => {
                for (i, part) in parts.iter().enumerate() {
                    let last = i + 1 == parts.len();
                    let width = part.width() + 1;
                    if i > 0 {
                        if !mode.flat && self.column + 1 + width > WIDTH {
                            self.newline(mode.indent);
                        } else {
                            self.write(" ", mode.indent);
                        }
                    }
                    self.flat(part, mode.indent);
                    if !last {
                        self.write(",", mode.indent);
                    }
                }
            }
        }
    }

    /// Prints a part that breaks no line.
    fn flat(&mut self, doc: &Doc, indent: usize) {
        match doc {
            Doc::Text(text) | Doc::Comment(text) => self.write(text, indent),
            Doc::Line => self.write(" ", indent),
            Doc::Row(parts) | Doc::Nest(parts) | Doc::Group(parts) | Doc::Fill(parts) => {
                parts.iter().for_each(|part| self.flat(part, indent))
            }
            Doc::Soft | Doc::Hard | Doc::Blank | Doc::Broken(_) => {}
        }
    }

    fn push(&mut self, mode: Mode, parts: &'d [Doc]) {
        self.stack.extend(parts.iter().rev().map(|part| (mode, part)));
    }

    fn write(&mut self, text: &str, indent: usize) {
        if self.pending {
            self.newline(indent);
        }
        let text = if self.column == 0 { text.trim_start_matches(' ') } else { text };
        if text.is_empty() {
            return;
        }
        if self.column == 0 {
            self.out.push_str(&" ".repeat(indent));
            self.column = indent;
        }
        self.out.push_str(text);
        self.column = match text.rfind('\n') {
            Some(i) => text[i + 1..].chars().count(),
            None => self.column + text.chars().count(),
        };
    }

    fn newline(&mut self, _indent: usize) {
        self.pending = false;
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        self.out.push('\n');
        self.column = 0;
    }

    /// Whether the parts, and what follows them up to the next break, fit on the line, which begins at `indent`.
    fn fits(&self, parts: &'d [Doc], indent: usize) -> bool {
        if parts.iter().any(Doc::breaks) {
            return false;
        }
        let mut left = WIDTH.saturating_sub(if self.column == 0 { indent } else { self.column });
        for part in parts {
            let width = part.width();
            if width > left {
                return false;
            }
            left -= width;
        }
        let mut rest: Vec<(bool, &Doc)> = self.stack.iter().map(|(mode, doc)| (mode.flat, *doc)).collect();
        while let Some((flat, doc)) = rest.pop() {
            match doc {
                Doc::Hard | Doc::Blank | Doc::Comment(_) => return true,
                Doc::Line | Doc::Soft if !flat => return true,
                // A comment may stand beyond the width.
                Doc::Text(text) if text.starts_with(" //") || text.starts_with(" /*") => return true,
                Doc::Text(_) | Doc::Line => {
                    let width = doc.width();
                    if width > left {
                        return false;
                    }
                    left -= width;
                }
                Doc::Row(parts) | Doc::Nest(parts) => rest.extend(parts.iter().rev().map(|part| (flat, part))),
                // A group behind may break by itself.
                Doc::Group(_) | Doc::Fill(_) => return true,
                Doc::Soft | Doc::Broken(_) => {}
            }
        }
        true
    }
}
