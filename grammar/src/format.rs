//! The formatter: one style for all programs.
//!
//! It works on tokens, so that comments, redundant parentheses and the text of numbers stay as they are; the tree only says where
//! statements and branches end. Four blanks a level, lines of about 100 characters, at most one blank line in a row.

mod brackets;
mod layout;
mod places;
mod rows;

use crate::diagnostic::Diagnostic;
use crate::parse::parse;
use crate::scan::scan;
use crate::span::Sources;

/// The text in the one style. Its tree is the old one's, and formatting it again changes nothing.
///
/// # Errors
/// What is wrong with the text's form.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let mut done = once(text)?;
    // A comment in an odd place may move once more before it lies still.
    for _ in 0..3 {
        let again = once(&done)?;
        if again == done {
            break;
        }
        done = again;
    }
    Ok(done)
}

fn once(text: &str) -> Result<String, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let file = sources.add("text", text);
    let program = parse(&sources, file)?;
    let scan = scan(file, text);
    let places = places::Places::of(&program, text, &scan.tokens);
    Ok(layout::print(&rows::Rows::new(text, &scan.tokens, &places).file()))
}
