//! What to say when the parser stops: what was expected in words people know, at the right place, and what was probably meant.
//!
//! The parser tells the furthest place it reached and the rules it tried there. This file finds out in which statement that is and
//! goes on with the next one; `explain/mistakes.rs` knows the common mistakes; `explain/expected.rs` the rules' names.

mod expected;
mod mistakes;

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};

use crate::build::Builder;
use crate::diagnostic::Diagnostic;
use crate::generated::{NnParser, Rule};
use crate::items::{Piece, word};
use crate::scan::{Token, TokenKind};
use crate::span::{FileId, Span};
use crate::words::STATEMENT_WORDS;

/// Where the parser stopped, in the tokens around it.
pub(crate) struct Stop<'a> {
    file: FileId,
    text: &'a str,
    /// The item's tokens without comments.
    tokens: &'a [Token],
    /// The first token that did not fit; the number of tokens at the end.
    at: usize,
    /// What would have fitted.
    positives: Vec<Rule>,
}

impl<'a> Stop<'a> {
    /// The text of the token at `i`; empty beyond the ends.
    fn word(&self, i: usize) -> &'a str {
        self.tokens.get(i).map_or("", |token| word(self.text, token))
    }

    fn kind(&self, i: usize) -> Option<TokenKind> {
        self.tokens.get(i).map(|token| token.kind)
    }

    /// The text of the token `n` before the one that did not fit.
    fn before(&self, n: usize) -> &'a str {
        self.at.checked_sub(n).map_or("", |i| self.word(i))
    }

    /// The place of the token that did not fit; where there is none, the end of the last.
    fn span(&self) -> Span {
        self.span_of(self.at)
    }

    fn span_of(&self, i: usize) -> Span {
        match self.tokens.get(i) {
            Some(token) => Span::new(self.file, token.start, token.end),
            None => self.after(self.tokens.len()),
        }
    }

    /// The place right after the token before `i`.
    fn after(&self, i: usize) -> Span {
        let end = i.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |token| token.end);
        Span::new(self.file, end, end)
    }

    fn expects(&self, rule: Rule) -> bool {
        self.positives.contains(&rule)
    }

    /// Whether the token `i` begins a line.
    fn on_new_line(&self, i: usize) -> bool {
        let from = i.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |token| token.end);
        let to = self.tokens.get(i).map_or(self.text.len() as u32, |token| token.start);
        self.text.get(from as usize..to as usize).is_some_and(|gap| gap.contains('\n'))
    }

    /// The first token of the statement that the stop is in.
    fn statement_start(&self) -> usize {
        let mut depth = 0usize;
        let mut i = self.at;
        while let Some(before) = i.checked_sub(1) {
            match self.word(before) {
                ")" | "]" | "}" if depth == 0 && self.word(before) == "}" => return i,
                ")" | "]" | "}" => depth += 1,
                "(" | "[" | "{" if depth > 0 => depth -= 1,
                "{" => return i,
                ";" if depth == 0 => return i,
                _ => {}
            }
            i = before;
        }
        0
    }

    /// The bracket that encloses the stop, if one does.
    fn enclosing(&self) -> Option<usize> {
        let mut depth = 0usize;
        for i in (0..self.at.min(self.tokens.len())).rev() {
            match self.kind(i) {
                Some(TokenKind::Close) => depth += 1,
                Some(TokenKind::Open) if depth == 0 => return Some(i),
                Some(TokenKind::Open) => depth -= 1,
                _ => {}
            }
        }
        None
    }
}

/// What to say of an item that the parser refused: its head, and every statement of its body.
pub(crate) fn item(file: FileId, text: &str, piece: &Piece<'_>, error: &Error<Rule>) -> Vec<Diagnostic> {
    let tokens: Vec<Token> = piece.tokens.iter().filter(|token| !token.kind.is_comment()).copied().collect();
    let stop = stop(file, text, &tokens, piece.start, error);
    let open = body(text, &tokens);
    let mut found = Vec::new();
    let in_body = open.is_some_and(|open| stop.at > open);
    if let Some(open) = open.filter(|_| known_item(text, &tokens)) {
        statements(file, text, &tokens, open, &mut found);
    }
    if !in_body || found.is_empty() {
        found.push(mistakes::explain(&stop));
    }
    found
}

fn known_item(text: &str, tokens: &[Token]) -> bool {
    let first = tokens.iter().find(|token| token.kind != TokenKind::Doc);
    first.is_some_and(|token| crate::items::item_kind(word(text, token)).is_some())
}

/// The brace that opens the item's body.
fn body(text: &str, tokens: &[Token]) -> Option<usize> {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open if depth == 0 && word(text, token) == "{" => return Some(i),
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Parses each statement of the block that opens at `open` by itself and says what is wrong; inside nested blocks likewise.
fn statements(file: FileId, text: &str, tokens: &[Token], open: usize, found: &mut Vec<Diagnostic>) {
    let mut depth = 0usize;
    let mut first = open + 1;
    let mut i = first;
    while let Some(token) = tokens.get(i) {
        let here = word(text, token);
        let mut ends = false;
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close if depth == 0 => {
                // The block's value: the closing brace belongs to what is parsed.
                if first < i {
                    statement(file, text, tokens, first, i, found);
                }
                return;
            }
            TokenKind::Close => {
                depth -= 1;
                let next = tokens.get(i + 1).map_or("", |next| word(text, next));
                let flow = tokens.get(first).is_some_and(|token| matches!(word(text, token), "if" | "for" | "{"));
                let goes_on =
                    next == "else" || next == ";" || (next.starts_with(|c: char| c.is_ascii_punctuation()) && !"-([{!}".contains(next));
                ends = depth == 0 && here == "}" && flow && !goes_on && !in_head(text, tokens, first, i);
            }
            TokenKind::Punct => ends = depth == 0 && here == ";",
            _ => {}
        }
        if ends {
            statement(file, text, tokens, first, i, found);
            first = i + 1;
        }
        i += 1;
    }
}

/// Whether the brace at `i` closes a block in the head of the `if` or `for` at `first`, not its body: `if { a } { b }`.
fn in_head(text: &str, tokens: &[Token], first: usize, i: usize) -> bool {
    let next = tokens.get(i + 1).map_or("", |next| word(text, next));
    next == "{"
        && tokens.get(first).is_some_and(|token| word(text, token) != "{")
        && tokens.get(first + 1).is_some_and(|token| word(text, token) == "{")
}

fn statement(file: FileId, text: &str, tokens: &[Token], first: usize, last: usize, found: &mut Vec<Diagnostic>) {
    let Some((start, end)) = tokens.get(first).zip(tokens.get(last)).map(|(first, last)| (first.start, last.end)) else { return };
    let slice = text.get(start as usize..end as usize).unwrap_or("");
    let error = match NnParser::parse(Rule::one_statement, slice) {
        Ok(pairs) => {
            let in_optimizer =
                tokens.iter().find(|token| token.kind != TokenKind::Doc).is_some_and(|token| word(text, token) == "optimizer");
            let mut builder = Builder::new(file, text, start);
            builder.statement_alone(pairs, in_optimizer);
            found.append(&mut builder.problems);
            return;
        }
        Err(error) => error,
    };
    // The item's tokens up to the end of the statement: what stands before tells what was meant.
    let upto = tokens.get(..=last).unwrap_or(tokens);
    let stop = stop(file, text, upto, start, &error);
    // Inside a nested block, its statements are told one by one.
    let mut inner = Vec::new();
    let mut depth: Vec<usize> = Vec::new();
    for (i, token) in upto.iter().enumerate().skip(first).take(stop.at.saturating_sub(first)) {
        match token.kind {
            TokenKind::Open => depth.push(i),
            TokenKind::Close => drop(depth.pop()),
            _ => {}
        }
    }
    if let Some(&block) = depth.iter().find(|&&open| word(text, &upto[open]) == "{") {
        statements(file, text, tokens, block, &mut inner);
    }
    if inner.is_empty() {
        inner.push(mistakes::explain(&stop));
        // Where a `;` was forgotten, the next statement is told by itself.
        let at = stop.at;
        if stop.expects(Rule::semi) && stop.on_new_line(at) && first < at && at <= last && STATEMENT_WORDS.contains(&stop.word(at)) {
            statement(file, text, tokens, at, last, &mut inner);
        }
    }
    found.append(&mut inner);
}

fn stop<'a>(file: FileId, text: &'a str, tokens: &'a [Token], base: u32, error: &Error<Rule>) -> Stop<'a> {
    let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
    let byte = base + at as u32;
    let at = tokens.partition_point(|token| token.start < byte);
    let positives = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Stop { file, text, tokens, at, positives }
}
