//! A quick look over the text before the parser runs: tokens, comments, brackets.
//!
//! It finds what the parser should never see (characters that are no part of the language, brackets that do not match, nesting too
//! deep) and gives the places of items, of statements for recovery, and of comments for the formatter. It decides no form.

mod lexeme;

use crate::diagnostic::Diagnostic;
use crate::span::{FileId, Span};

/// The deepest nesting of brackets.
pub const MAX_NESTING: usize = 100;

/// The longest text, in bytes.
pub const MAX_BYTES: usize = 4 << 20;

/// The kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name or a word of the language.
    Word,
    /// A number.
    Number,
    /// A string.
    Str,
    /// `(`, `[`, `{`
    Open,
    /// `)`, `]`, `}`
    Close,
    /// Any other punctuation.
    Punct,
    /// `// …`
    LineComment,
    /// `/* … */`
    BlockComment,
    /// `/// …` or `/** … */`
    Doc,
}

impl TokenKind {
    /// Whether the parser skips it.
    pub(crate) fn is_comment(self) -> bool {
        matches!(self, TokenKind::LineComment | TokenKind::BlockComment)
    }
}

/// A token and its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// Which.
    pub(crate) kind: TokenKind,
    /// First byte.
    pub(crate) start: u32,
    /// One past the last byte.
    pub(crate) end: u32,
}

/// What the scan found.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// The tokens in order, comments and documentation among them.
    pub(crate) tokens: Vec<Token>,
    /// What is no part of the language.
    pub(crate) problems: Vec<Diagnostic>,
    /// Brackets match and are not too deep: items can be told apart and parsed.
    pub(crate) sound: bool,
}

/// Looks over `text`.
pub(crate) fn scan(file: FileId, text: &str) -> Scan {
    scan_from(file, text, 0)
}

/// Looks over `text` from the byte `start` on.
pub(crate) fn scan_from(file: FileId, text: &str, start: u32) -> Scan {
    if text.len() > MAX_BYTES {
        let message = format!("the text has {} bytes; a program may have {MAX_BYTES}", text.len());
        let help = "split the program into files and `use` them; weights do not belong in the text";
        let problem = Diagnostic::error("E0022", Span::new(file, 0, 0), message).help(help);
        return Scan { problems: vec![problem], ..Scan::default() };
    }
    let mut scan = Scan { sound: true, ..Scan::default() };
    lexeme::tokens(file, text, start as usize, &mut scan);
    brackets(file, text, &mut scan);
    scan
}

/// Checks that brackets match and are not nested too deep.
fn brackets(file: FileId, text: &str, scan: &mut Scan) {
    let mut open: Vec<Token> = Vec::new();
    // Braces that match though their lines are not indented alike: there a brace was probably forgotten.
    let mut suspect: Option<(Token, Token)> = None;
    let span = |token: &Token| Span::new(file, token.start, token.end);
    let text_of = |token: &Token| text.get(token.start as usize..token.end as usize).unwrap_or("");
    for token in &scan.tokens {
        match token.kind {
            TokenKind::Open => {
                open.push(*token);
                if open.len() > MAX_NESTING {
                    let message = format!("brackets are nested more than {MAX_NESTING} deep");
                    let help = "give inner parts names with `let`";
                    scan.problems.push(Diagnostic::error("E0021", span(token), message).help(help));
                    scan.sound = false;
                    return;
                }
            }
            TokenKind::Close => {
                let found = text_of(token);
                match open.pop() {
                    None => {
                        let message = format!("`{found}` closes nothing");
                        scan.problems.push(Diagnostic::error("E0004", span(token), message).here("nothing is open here"));
                        scan.sound = false;
                        return;
                    }
                    Some(opening) if closing(text_of(&opening)) != found => {
                        let opened = text_of(&opening);
                        let wanted = closing(opened);
                        // A brace closes a body: then the inner bracket was forgotten. Otherwise the wrong one was written.
                        let diagnostic = if found == "}" || opened == "{" {
                            Diagnostic::error("E0003", span(&opening), format!("`{opened}` is never closed"))
                                .here("opened here")
                                .label(span(token), format!("expected `{wanted}` before this `{found}`"))
                        } else {
                            Diagnostic::error("E0004", span(token), format!("expected `{wanted}`, found `{found}`"))
                                .label(span(&opening), format!("this `{opened}` is open"))
                        };
                        scan.problems.push(diagnostic.help(format!("write `{wanted}` where the part ends")));
                        scan.sound = false;
                        return;
                    }
                    Some(opening) if suspect.is_none() && found == "}" && !aligned(text, &opening, token) => {
                        suspect = Some((opening, *token))
                    }
                    Some(_) => {}
                }
            }
            _ => {}
        }
    }
    if let Some(opening) = open.last() {
        let opened = text_of(opening);
        let end = u32::try_from(text.trim_end().len()).unwrap_or(u32::MAX);
        let diagnostic = Diagnostic::error("E0003", span(opening), format!("`{opened}` is never closed"))
            .here("opened here")
            .label(Span::new(file, end, end), format!("expected `{}` before the end of the text", closing(opened)));
        let diagnostic = match suspect {
            Some((inner, end)) => {
                diagnostic.label(span(&inner), "perhaps this one was not closed").label(span(&end), "as this `}` is indented otherwise")
            }
            None => diagnostic,
        };
        scan.problems.push(diagnostic);
        scan.sound = false;
    }
}

/// Whether both braces stand on lines indented alike, or on one line.
fn aligned(text: &str, open: &Token, close: &Token) -> bool {
    let indent = |token: &Token| {
        let before = text.get(..token.start as usize).unwrap_or("");
        let line = text.get(before.rfind('\n').map_or(0, |i| i + 1)..).unwrap_or("");
        line.len() - line.trim_start_matches([' ', '\t']).len()
    };
    let between = text.get(open.end as usize..close.start as usize).unwrap_or("");
    !between.contains('\n') || indent(open) == indent(close)
}

/// The bracket that closes `open`.
pub(crate) fn closing(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}
