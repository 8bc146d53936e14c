//! Reads an expression that is text into the tree, as far as its layout may depend on what is inside. What it does not know stays text.

use super::{Doc, Link};
use crate::emit::names::is_word;
use crate::emit::words::word_end;

/// Operators by precedence, the loosest first.
const LEVELS: [&[&str]; 5] = [&["||"], &["&&"], &["==", "!=", "<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

/// An expression, or the text itself.
pub(super) fn read(text: &str) -> Doc {
    if is_word(text, |byte| byte.is_ascii_uppercase()) {
        return Doc::Text(text.to_owned());
    }
    let mut reader = Reader { text, at: 0 };
    match reader.expression() {
        Some(doc) if reader.rest().is_empty() => doc,
        _ => Doc::Text(text.to_owned()),
    }
}

/// The statement that a line is: what stands before its expression, and the expression.
pub(super) fn statement(line: &str) -> Option<(&str, &str)> {
    let words = ["//", "#", "pub ", "use ", "type ", "const ", "static ", "fn ", "return ", "struct "];
    let line = line.strip_suffix(';')?;
    if words.iter().any(|word| line.starts_with(word)) {
        return None;
    }
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' | '|' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '=' if depth == 0 && line[..at].ends_with([' ', '+', '-', '*']) && line[at + 1..].starts_with(' ') => {
                return Some(line.split_at(at + 2));
            }
            _ => {}
        }
    }
    Some(("", line))
}

/// The head of a `for`: what stands before its expression, and the expression.
pub(super) fn head(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_suffix(" {").filter(|line| line.starts_with("for "))?;
    Some(line.split_at(line.find(" in ")? + 4))
}

/// The parts of a list that stands in no brackets.
pub(super) fn split(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    for (at, c) in list.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(list[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    if !list[from..].trim().is_empty() {
        parts.push(list[from..].trim());
    }
    parts
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Whether `token` comes next. Much is asked for and little is there: the first byte decides.
    fn sees(&self, token: &str) -> bool {
        let (bytes, token) = (self.text.as_bytes(), token.as_bytes());
        self.at < bytes.len() && bytes[self.at] == token[0] && bytes[self.at..].starts_with(token)
    }

    fn take(&mut self, token: &str) -> bool {
        let there = self.sees(token);
        self.at += if there { token.len() } else { 0 };
        there
    }

    /// As many characters as are not `end`.
    fn up_to(&mut self, end: char) -> &'t str {
        let rest = self.rest();
        let end = rest.find(end).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A word, perhaps with `#` in it.
    fn word(&mut self) -> &'t str {
        let from = self.at;
        let bytes = self.text.as_bytes();
        loop {
            self.at = word_end(self.text, self.at);
            if self.at == bytes.len() || bytes[self.at] != b'#' {
                return &self.text[from..self.at];
            }
            self.at += 1;
        }
    }

    fn expression(&mut self) -> Option<Doc> {
        if !self.take("|") {
            return self.level(0);
        }
        let parameters = self.up_to('|').to_owned();
        self.take("| ").then_some(())?;
        if !self.take("{ ") {
            return Some(Doc::Closure(parameters, Vec::new(), Box::new(self.expression()?)));
        }
        let mut statements = Vec::new();
        loop {
            let name = if self.take("let ") { self.up_to('=').trim_end().to_owned() } else { String::new() };
            if !name.is_empty() {
                self.take("= ").then_some(())?;
            }
            let value = self.expression()?;
            if self.take("; }") {
                return Some(Doc::Steps(parameters, statements, Box::new(value)));
            }
            if self.take(" }") {
                return Some(Doc::Closure(parameters, statements, Box::new(value)));
            }
            self.take("; ").then_some(())?;
            statements.push((name, value));
        }
    }

    /// Operators from `level` on, the tightest first.
    fn level(&mut self, level: usize) -> Option<Doc> {
        let mut doc = self.cast()?;
        if !self.sees(" ") {
            return Some(doc);
        }
        for (at, ops) in LEVELS.iter().enumerate().skip(level).rev() {
            let mut rest = Vec::new();
            while let Some(op) = self.operator(ops) {
                rest.push((op, self.level(at + 1)?));
            }
            if !rest.is_empty() {
                doc = Doc::Binary(Box::new(doc), rest);
            }
        }
        Some(doc)
    }

    /// One of these operators, with the blanks around it.
    fn operator(&mut self, ops: &'static [&'static str]) -> Option<&'static str> {
        let rest = self.rest().strip_prefix(' ')?;
        let op = ops.iter().find(|op| rest.strip_prefix(**op).is_some_and(|rest| rest.starts_with(' ')))?;
        self.at += op.len() + 2;
        Some(op)
    }

    fn cast(&mut self) -> Option<Doc> {
        let mut doc = self.prefixed()?;
        while self.take(" as ") {
            doc = Doc::Cast(Box::new(doc), self.word().to_owned());
        }
        Some(doc)
    }

    fn prefixed(&mut self) -> Option<Doc> {
        if matches!(self.text.as_bytes().get(self.at), Some(b'&' | b'*' | b'-' | b'!')) {
            for op in ["&mut ", "&", "*", "-", "!"] {
                if self.take(op) {
                    return Some(Doc::Prefix(op, Box::new(self.prefixed()?)));
                }
            }
        }
        let first = self.atom()?;
        self.links(first)
    }

    /// What follows an atom: fields, methods, indices, `?`.
    fn links(&mut self, mut doc: Doc) -> Option<Doc> {
        loop {
            if self.take(".") {
                let from = self.at;
                self.word();
                self.generics()?;
                let name = self.text[from..self.at].to_owned();
                let args = if self.take("(") { Some(self.list(")")?) } else { None };
                doc = doc.then(Link { name, args, tries: 0 });
            } else if self.take("[") {
                let mut at = self.list("]")?;
                doc = Doc::Index(Box::new(doc), Box::new(at.pop().filter(|_| at.is_empty())?));
            } else if self.take("?") {
                doc = doc.tried();
            } else {
                return Some(doc);
            }
        }
    }

    fn atom(&mut self) -> Option<Doc> {
        let from = self.at;
        let rest = self.rest();
        match rest.chars().next()? {
            '(' => {
                self.at += 1;
                let mut items = self.list(")")?;
                let tuple = items.len() != 1;
                if tuple { Some(Doc::Tuple(items)) } else { items.pop().map(|inner| Doc::Paren(Box::new(inner))) }
            }
            '[' => {
                self.at += 1;
                self.list("]").map(Doc::Array)
            }
            '"' => {
                let end = rest[1..].find('"')? + 2;
                self.at += end;
                Some(super::text(&rest[..end]))
            }
            c if c.is_ascii_digit() => {
                self.word();
                if self.sees(".") && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) {
                    self.at += 1;
                    self.word();
                }
                if self.text[..self.at].ends_with('e') && self.take("-") {
                    while self.text.as_bytes().get(self.at).is_some_and(u8::is_ascii_digit) {
                        self.at += 1;
                    }
                }
                Some(super::text(&self.text[from..self.at]))
            }
            _ => {
                self.path()?;
                let path = &self.text[from..self.at];
                if path.is_empty() || self.sees("!") || self.sees(" {") {
                    return None;
                }
                if self.take("(") { Some(Doc::Call(path.to_owned(), self.list(")")?)) } else { Some(super::text(path)) }
            }
        }
    }

    /// `a::b::<C>`, `<A as B>::c`
    fn path(&mut self) -> Option<()> {
        if self.take("<") {
            self.angle()?;
        }
        loop {
            self.word();
            self.generics()?;
            if !self.take("::") {
                return Some(());
            }
        }
    }

    fn generics(&mut self) -> Option<()> {
        if self.take("::<") { self.angle() } else { Some(()) }
    }

    /// Up to the `>` that closes.
    fn angle(&mut self) -> Option<()> {
        let mut depth = 1;
        for (at, c) in self.rest().char_indices() {
            match c {
                '<' => depth += 1,
                '>' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at += at + 1;
                return Some(());
            }
        }
        None
    }

    /// Items up to the closing bracket.
    fn list(&mut self, close: &str) -> Option<Vec<Doc>> {
        let mut items = Vec::new();
        while !self.take(close) {
            if !items.is_empty() && !self.take(", ") {
                return None;
            }
            let from = self.at;
            let item = self.expression().filter(|_| self.sees(close) || self.sees(", "));
            items.push(match item {
                Some(item) => item,
                None => {
                    self.at = from;
                    self.unknown(close)?
                }
            });
        }
        Some(items)
    }

    /// Something else, up to the end of the list's item.
    fn unknown(&mut self, close: &str) -> Option<Doc> {
        let mut depth = 0_usize;
        for (at, c) in self.rest().char_indices() {
            let rest = &self.rest()[at..];
            if depth == 0 && (rest.starts_with(close) || rest.starts_with(", ")) {
                let text = &self.rest()[..at];
                self.at += at;
                return Some(super::text(text));
            }
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.checked_sub(1)?,
                _ => {}
            }
        }
        None
    }
}
