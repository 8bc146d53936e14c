//! Where the items of a text stand, without parsing them: the prelude is parsed on demand.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::scan::{Scan, Token, TokenKind, scan};
use crate::span::{FileId, Sources};

/// The kinds of item an index tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndexKind {
    /// `use "…";`
    Use,
    /// `const T = 64;`
    Const,
    /// `fn`
    Fn,
    /// `layer`
    Layer,
    /// `optimizer`
    Optimizer,
    /// `network`
    Network,
}

/// An item's kind, name and place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexEntry {
    /// Which kind.
    pub kind: IndexKind,
    /// Its name; empty for `use`.
    pub name: String,
    /// Its bytes, with its documentation: what [`crate::parse_item`] takes.
    pub range: Range<u32>,
}

/// The words that begin an item.
pub(crate) const ITEM_WORDS: &[(&str, IndexKind)] = &[
    ("use", IndexKind::Use),
    ("const", IndexKind::Const),
    ("fn", IndexKind::Fn),
    ("layer", IndexKind::Layer),
    ("optimizer", IndexKind::Optimizer),
    ("network", IndexKind::Network),
];

/// The items of a file in their order. Cheap: tokens are looked at, nothing is parsed.
///
/// # Errors
/// What is no part of the language, unmatched brackets, a text or nesting beyond the limits.
pub fn parse_item_index(sources: &Sources, file: FileId) -> Result<Vec<IndexEntry>, Vec<Diagnostic>> {
    let text = &sources.file(file).text;
    let scan = scan(file, text);
    if !scan.problems.is_empty() {
        return Err(scan.problems);
    }
    let mut entries = Vec::new();
    for piece in pieces(&scan, text) {
        let mut words = piece.tokens.iter().filter(|token| token.kind == TokenKind::Word).map(|token| word(text, token));
        let Some(kind) = words.next().and_then(item_kind) else { continue };
        let name = if kind == IndexKind::Use { "" } else { words.next().unwrap_or("") };
        entries.push(IndexEntry { kind, name: name.to_owned(), range: piece.start..piece.end });
    }
    Ok(entries)
}

/// The tokens and bytes of what looks like one item.
pub(crate) struct Piece<'a> {
    /// Its tokens, documentation first; no comments before the first and after the last.
    pub(crate) tokens: &'a [Token],
    /// First byte.
    pub(crate) start: u32,
    /// One past the last byte.
    pub(crate) end: u32,
}

/// Cuts a text with sound brackets into items: up to a `;` outside brackets, or up to the brace that closes the body. A new item may
/// also begin at a line that starts with an item's word, where a `;` or a body was forgotten.
pub(crate) fn pieces<'a>(scan: &'a Scan, text: &str) -> Vec<Piece<'a>> {
    let tokens = &scan.tokens;
    let mut pieces = Vec::new();
    let mut first: Option<usize> = None;
    // Whether the item's own word came already, and whether its value runs up to a `;`.
    let (mut begun, mut to_semicolon) = (false, false);
    let mut depth = 0usize;
    let mut last = 0;
    for (i, token) in tokens.iter().enumerate() {
        if token.kind.is_comment() {
            continue;
        }
        let before = last;
        let starts =
            depth == 0 && (token.kind == TokenKind::Doc || token.kind == TokenKind::Word && item_kind(word(text, token)).is_some());
        if starts && begun && first.is_some() && on_new_line(text, tokens, i) {
            push(&mut pieces, tokens, first.take(), before);
        }
        if first.is_none() {
            (first, begun, to_semicolon) = (Some(i), false, false);
        }
        last = i;
        if token.kind != TokenKind::Doc && !begun {
            begun = true;
            to_semicolon = token.kind == TokenKind::Word && matches!(word(text, token), "use" | "const");
        }
        let ends = match token.kind {
            TokenKind::Open => {
                depth += 1;
                false
            }
            TokenKind::Close => {
                depth = depth.saturating_sub(1);
                depth == 0 && !to_semicolon && word(text, token) == "}"
            }
            TokenKind::Punct if depth == 0 => {
                to_semicolon |= word(text, token) == "=";
                word(text, token) == ";"
            }
            _ => false,
        };
        if ends {
            push(&mut pieces, tokens, first.take(), i);
        }
    }
    push(&mut pieces, tokens, first, last);
    pieces
}

fn push<'a>(pieces: &mut Vec<Piece<'a>>, tokens: &'a [Token], first: Option<usize>, last: usize) {
    if let Some(first) = first
        && let Some(tokens) = tokens.get(first..=last)
        && let (Some(start), Some(end)) = (tokens.first(), tokens.last())
    {
        pieces.push(Piece { tokens, start: start.start, end: end.end });
    }
}

/// The kind of item that `word` begins.
pub(crate) fn item_kind(word: &str) -> Option<IndexKind> {
    ITEM_WORDS.iter().find(|(text, _)| *text == word).map(|(_, kind)| *kind)
}

/// The text of a token.
pub(crate) fn word<'t>(text: &'t str, token: &Token) -> &'t str {
    text.get(token.start as usize..token.end as usize).unwrap_or("")
}

/// Whether a line ends between the token `i` and the one before it.
pub(crate) fn on_new_line(text: &str, tokens: &[Token], i: usize) -> bool {
    let from = if i == 0 { 0 } else { tokens.get(i - 1).map_or(0, |token| token.end) };
    let to = tokens.get(i).map_or(from, |token| token.start);
    text.get(from as usize..to as usize).is_some_and(|gap| gap.contains('\n'))
}
