//! A macro's tokens as text: so that one parser reads `.nn` files and the body of `nn!`, and its errors find the tokens again.
//!
//! Nothing is decided by positions in the source: they only break lines, where the caller knows them.

use std::ops::Range;

use proc_macro2::{Delimiter, Group, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::words::is_reserved_word;

/// Which token wrote which bytes.
#[derive(Clone, Debug, Default)]
pub struct SpanTable {
    rows: Vec<(Range<u32>, Span)>,
}

impl SpanTable {
    /// The spans of the first and the last token that wrote some of `range`; `compile_error!` with its first token at the one and its
    /// last at the other underlines all between. An empty range, or one between tokens, is told at the token before it.
    #[must_use]
    pub fn ends(&self, range: Range<u32>) -> Option<(Span, Span)> {
        let first = self.rows.partition_point(|(bytes, _)| bytes.end <= range.start);
        let end = self.rows.partition_point(|(bytes, _)| bytes.start < range.end);
        let rows = match self.rows.get(first..end) {
            Some([]) | None => {
                let before = self.rows.partition_point(|(bytes, _)| bytes.start < range.start.max(1));
                self.rows.get(before.saturating_sub(1)..)?.get(..1)?
            }
            Some(rows) => rows,
        };
        Some((rows.first()?.1, rows.last()?.1))
    }

    /// The span of the token that wrote the byte `at`.
    #[must_use]
    pub fn at(&self, at: u32) -> Option<Span> {
        self.ends(at..at + 1).map(|(span, _)| span)
    }
}

/// The text of a macro's body and the table of its spans; all in few lines, as no positions are known.
#[must_use]
pub fn text_of(stream: TokenStream) -> (String, SpanTable) {
    text_with_lines(stream, &|_| None)
}

/// As [`text_of`], with lines broken where `line` grows from one token to the next, so that a quoted line is the author's.
#[must_use]
pub fn text_with_lines(stream: TokenStream, line: &dyn Fn(Span) -> Option<usize>) -> (String, SpanTable) {
    let mut writer = Writer { text: String::new(), table: SpanTable::default(), line, current: None, depth: 0, before: Before::Start };
    writer.stream(stream);
    (writer.text, writer.table)
}

/// What was written last: it decides about the blank before the next token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing on this line.
    Start,
    /// `(` or `[`.
    Open,
    /// A word of the language.
    Keyword,
    /// A name, a string or a closing bracket: an operand ends here.
    Operand,
    /// A number; in a path (`block.0`) or not.
    Number { in_path: bool },
    /// A dot that stands in a path.
    Dot,
    /// Punctuation that the next one belongs to.
    Joint,
    /// `-` or `!` before an operand.
    Prefix,
    /// Other punctuation.
    Punct,
}

struct Writer<'l> {
    text: String,
    table: SpanTable,
    line: &'l dyn Fn(Span) -> Option<usize>,
    current: Option<usize>,
    depth: usize,
    before: Before,
}

/// Longer gaps between lines come from other macros, not from the author.
const MAX_GAP: usize = 100;

impl Writer<'_> {
    fn stream(&mut self, stream: TokenStream) {
        let mut trees = stream.into_iter().peekable();
        while let Some(tree) = trees.next() {
            match tree {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    let inner = matches!(trees.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '!');
                    let bang = if inner { trees.next() } else { None };
                    let doc = match trees.peek() {
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => documentation(group),
                        _ => None,
                    };
                    match doc {
                        Some(doc) => {
                            trees.next();
                            self.documentation(&doc, inner, punct.span());
                        }
                        None => {
                            self.punct(&punct, None);
                            if let Some(TokenTree::Punct(bang)) = bang {
                                self.punct(&bang, None);
                            }
                        }
                    }
                }
                TokenTree::Punct(punct) => self.punct(&punct, trees.peek()),
                TokenTree::Ident(ident) => {
                    let word = ident.to_string();
                    self.blank(ident.span(), !matches!(self.before, Before::Open | Before::Dot | Before::Joint | Before::Prefix));
                    self.write(&word, ident.span());
                    self.before = if is_reserved_word(&word) { Before::Keyword } else { Before::Operand };
                }
                TokenTree::Literal(literal) => self.literal(&literal),
                TokenTree::Group(group) => self.group(&group),
            }
        }
    }

    fn literal(&mut self, literal: &Literal) {
        let text = literal.to_string();
        let in_path = self.before == Before::Dot;
        self.blank(literal.span(), !in_path && !matches!(self.before, Before::Open | Before::Joint | Before::Prefix));
        self.write(&text, literal.span());
        self.before = if text.starts_with(|c: char| c.is_ascii_digit()) { Before::Number { in_path } } else { Before::Operand };
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            // What another macro handed over: transparent.
            Delimiter::None => return self.stream(group.stream()),
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
        };
        let close_to = matches!(self.before, Before::Operand | Before::Number { in_path: true }) && open != "{";
        self.blank(group.span_open(), !close_to && !matches!(self.before, Before::Open | Before::Joint | Before::Prefix | Before::Dot));
        self.write(open, group.span_open());
        self.before = if open == "{" { Before::Punct } else { Before::Open };
        self.depth += 1;
        self.stream(group.stream());
        self.depth -= 1;
        self.blank(group.span_close(), open == "{");
        self.write(close, group.span_close());
        self.before = Before::Operand;
    }

    fn punct(&mut self, punct: &Punct, next: Option<&TokenTree>) {
        let c = punct.as_char();
        let next_punct = match next {
            Some(TokenTree::Punct(next)) => Some(next.as_char()),
            _ => None,
        };
        let operand = matches!(self.before, Before::Operand | Before::Number { .. });
        // Joined to the next one, unless that begins an operand or this ends a part.
        // A pipe out of a `macro_rules!` body has lost that its halves belong together: `|>` is no token of Rust's.
        let joint = (punct.spacing() == Spacing::Joint || (c, next_punct) == ('|', Some('>')))
            && match (c, next_punct) {
                (',' | ';', _) | (_, Some('-' | '!')) => false,
                (_, Some('.')) => c == '.',
                _ => true,
            };
        // A dot of a path: between names and numbers, alone. After a number that is no part of a path it keeps its distance.
        let dot =
            c == '.' && !joint && self.before != Before::Joint && matches!(self.before, Before::Operand | Before::Number { in_path: true });
        let blank = match c {
            ',' | ';' => false,
            ':' => next_punct == Some(':') || self.before == Before::Joint,
            '.' if joint && next_punct == Some('.') => !operand,
            _ => !dot,
        };
        self.blank(punct.span(), blank && !matches!(self.before, Before::Open | Before::Joint | Before::Prefix));
        let joined = self.before == Before::Joint;
        self.write(&c.to_string(), punct.span());
        self.before = match c {
            _ if joint => Before::Joint,
            _ if dot => Before::Dot,
            '.' if joined => Before::Open,
            '-' | '!' if !joined && !operand => Before::Prefix,
            _ => Before::Punct,
        };
    }

    /// `///` lines, or a block where the text has several lines; `//!` is a comment.
    fn documentation(&mut self, doc: &str, inner: bool, span: Span) {
        self.blank(span, true);
        if self.before != Before::Start {
            self.newline();
        }
        let in_block = !inner && doc.contains('\n') && !doc.contains("*/") && !doc.contains("/*") && !doc.starts_with(['*', '/']);
        if in_block {
            self.write(&format!("/**{doc}*/"), span);
            self.current = self.current.map(|line| line + doc.matches('\n').count());
        } else {
            for (i, line) in doc.split('\n').enumerate() {
                if i > 0 {
                    self.newline();
                }
                self.write(&format!("{}{line}", if inner { "//!" } else { "///" }), span);
            }
        }
        self.newline();
    }

    /// Breaks the line where the author did; otherwise writes a blank where one is wanted.
    fn blank(&mut self, span: Span, wanted: bool) {
        let line = (self.line)(span);
        let grown = line.zip(self.current).map_or(0, |(now, before)| now.saturating_sub(before));
        if line.is_some() {
            self.current = line;
        }
        if grown > 0 && self.before != Before::Joint {
            let lines = if grown > MAX_GAP { 1 } else { grown };
            self.text.push_str(&"\n".repeat(lines));
            self.text.push_str(&"    ".repeat(self.depth.min(25)));
            self.before = Before::Start;
        } else if self.text.ends_with('\n') {
            self.text.push_str(&"    ".repeat(self.depth.min(25)));
        } else if wanted && self.before != Before::Start {
            self.text.push(' ');
        }
    }

    fn newline(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
            self.current = self.current.map(|line| line + 1);
        }
        self.before = Before::Start;
    }

    fn write(&mut self, text: &str, span: Span) {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        self.table.rows.push((start..self.text.len() as u32, span));
    }
}

/// The text of `[doc = "…"]`.
fn documentation(group: &Group) -> Option<String> {
    let mut trees = group.stream().into_iter();
    let (Some(TokenTree::Ident(doc)), Some(TokenTree::Punct(equals)), Some(value), None) =
        (trees.next(), trees.next(), trees.next(), trees.next())
    else {
        return None;
    };
    if doc != "doc" || equals.as_char() != '=' {
        return None;
    }
    string_value(value)
}

fn string_value(tree: TokenTree) -> Option<String> {
    let literal = match tree {
        TokenTree::Literal(literal) => literal.to_string(),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            let mut inner = group.stream().into_iter();
            return inner.next().and_then(string_value);
        }
        _ => return None,
    };
    if let Some(raw) = literal.strip_prefix('r') {
        return Some(raw.trim_matches('#').strip_prefix('"')?.strip_suffix('"')?.to_owned());
    }
    unescaped(literal.strip_prefix('"')?.strip_suffix('"')?)
}

/// A string's text without its escapes.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match chars.next()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => '\0',
            'x' => {
                let digits: String = chars.by_ref().take(2).collect();
                char::from(u8::from_str_radix(&digits, 16).ok()?)
            }
            'u' => {
                let digits: String = chars.by_ref().skip(1).take_while(|&c| c != '}').filter(|&c| c != '_').collect();
                char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
            }
            other => other,
        });
    }
    Some(out)
}
