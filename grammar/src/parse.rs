//! From text to tree: scan, cut into items, parse each by itself, so that several independent errors come at once.

use std::ops::Range;

use pest::Parser;

use crate::build::Builder;
use crate::diagnostic::Diagnostic;
use crate::explain;
use crate::generated::{NnParser, Rule};
use crate::items::{Piece, pieces};
use crate::scan::{scan, scan_from};
use crate::span::{FileId, Sources, Span};
use crate::tree::{Item, Program};

/// Errors beyond this number are not told.
const MAX_ERRORS: usize = 100;

/// The tree of a file.
///
/// # Errors
/// Everything about the file's form that is wrong: one error for an item's head and one for each of its statements, in the order of
/// the text.
pub fn parse(sources: &Sources, file: FileId) -> Result<Program, Vec<Diagnostic>> {
    let text = &sources.file(file).text;
    let mut scan = scan(file, text);
    let mut problems = std::mem::take(&mut scan.problems);
    let mut program = Program::default();
    if scan.sound {
        for piece in pieces(&scan, text) {
            // What the scan refused, the parser need not refuse again.
            let known = problems.iter().any(|problem| {
                let span = problem.span();
                let between = text.get(span.end as usize..piece.start as usize);
                // Or it begins right after that.
                span.start < piece.end && (piece.start < span.end || between.is_some_and(|gap| gap.chars().all(|c| c == ' ')))
            });
            if known || problems.len() > MAX_ERRORS {
                continue;
            }
            match one(file, text, &piece) {
                Ok(item) => program.items.push(item),
                Err(mut found) => problems.append(&mut found),
            }
        }
    }
    if problems.is_empty() {
        return Ok(program);
    }
    problems.sort_by_key(|problem| problem.span().start);
    problems.truncate(MAX_ERRORS);
    Err(problems)
}

/// The tree of one item, whose bytes [`crate::parse_item_index`] gave.
///
/// # Errors
/// As [`parse`]; also when `range` does not hold one item.
pub fn parse_item(sources: &Sources, file: FileId, range: Range<u32>) -> Result<Item, Vec<Diagnostic>> {
    let text = &sources.file(file).text;
    // Only the item itself is scanned.
    let Some(slice) = text.get(..range.end as usize).filter(|slice| slice.is_char_boundary(range.start as usize)) else {
        return Err(vec![Diagnostic::error("E0001", Span::new(file, range.start, range.end), "expected one item")]);
    };
    let mut scan = scan_from(file, slice, range.start);
    let problems = std::mem::take(&mut scan.problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    match pieces(&scan, text).as_slice() {
        [piece] => one(file, text, piece),
        _ => Err(vec![Diagnostic::error("E0001", Span::new(file, range.start, range.end), "expected one item")]),
    }
}

fn one(file: FileId, text: &str, piece: &Piece<'_>) -> Result<Item, Vec<Diagnostic>> {
    let slice = text.get(piece.start as usize..piece.end as usize).unwrap_or("");
    match NnParser::parse(Rule::one_item, slice) {
        Ok(pairs) => {
            let mut builder = Builder::new(file, text, piece.start);
            let item = builder.item(pairs);
            match item {
                Some(item) if builder.problems.is_empty() => Ok(item),
                _ => Err(builder.problems),
            }
        }
        Err(error) => Err(explain::item(file, text, piece, &error)),
    }
}
