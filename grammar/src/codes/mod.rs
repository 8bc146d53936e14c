//! The stable codes of everything a program can be told, each with its page of the guide.
//!
//! A code is never given a second meaning. The pages of a family stand in its own file.

mod elaborate;
mod emit;
mod syntax;
mod warnings;

/// A code and its page.
#[derive(Clone, Copy, Debug)]
pub struct CodeInfo {
    /// The code, `E0007`.
    pub code: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// The page in Markdown: what it means, a wrong example, the right one.
    pub page: &'static str,
}

/// The tables of codes, in ascending order of code.
pub static ALL: &[&[CodeInfo]] = &[syntax::CODES, elaborate::CODES, emit::CODES, warnings::CODES];

/// All codes in one row.
pub fn all() -> impl Iterator<Item = &'static CodeInfo> {
    ALL.iter().flat_map(|table| table.iter())
}

/// The page of `code`, if there is such a code.
#[must_use]
pub fn code(code: &str) -> Option<&'static CodeInfo> {
    all().find(|info| info.code == code)
}
