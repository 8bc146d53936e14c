//! One token after the other, and what to say of characters that begin none.

use super::{Scan, Token, TokenKind};
use crate::diagnostic::Diagnostic;
use crate::span::{FileId, Span};

/// Cuts `text` into tokens from the byte `start` on.
pub(super) fn tokens(file: FileId, text: &str, start: usize, scan: &mut Scan) {
    // A mark of byte order is no text.
    let at = if start == 0 && text.starts_with('\u{feff}') { 3 } else { start };
    let mut lexer = Lexer { file, text, bytes: text.as_bytes(), at, scan };
    while lexer.at < lexer.bytes.len() {
        lexer.next();
    }
}

/// Whether a name may hold this byte.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

struct Lexer<'a> {
    file: FileId,
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    scan: &'a mut Scan,
}

/// What other languages write, and what to write here.
const FOREIGN: &[(&str, &str)] = &[
    ("..=", "a range `a..b` ends before `b`: write `a..b + 1`"),
    ("...", "a range is written `a..b`, any axes `..`"),
    ("===", "equality is `==`"),
    ("!==", "inequality is `!=`"),
    ("**=", "write `h = h ^ e;`"),
    ("**", "a power is written `^`"),
    ("+=", "write `h = h + e;`"),
    ("-=", "write `h = h - e;`"),
    ("*=", "write `h = h * e;`"),
    ("/=", "write `h = h / e;`"),
    ("%=", "write `h = h % e;`"),
    ("^=", "write `h = h ^ e;`"),
    ("@=", "write `h = h @ e;`"),
    ("++", "write `h = h + 1;`"),
    (":=", "write `let h = e;`"),
    ("::", "names have no paths; an instance's parameter is `fc1.weight`"),
    ("=>", "a short body is written `fn f(x) = e;`"),
    ("<<", "there are no shifts; multiply by a power of two"),
    (">>", "there are no shifts; divide by a power of two"),
    ("<>", "inequality is `!=`"),
];

/// Punctuation of two characters, none of which is closed or opened by a bracket.
const PAIRS: &[&[u8; 2]] = &[b"|>", b"||", b"&&", b"<=", b">=", b"==", b"!=", b"..", b"->"];

impl Lexer<'_> {
    fn next(&mut self) {
        let start = self.at;
        let byte = self.bytes[start];
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                self.skip_letters();
                self.push(TokenKind::Word, start);
            }
            b'0'..=b'9' => self.number(start),
            b'"' => self.string(start),
            b'(' | b'[' | b'{' => self.one(TokenKind::Open),
            b')' | b']' | b'}' => self.one(TokenKind::Close),
            b';' | b',' => self.one(TokenKind::Punct),
            b'/' if self.peek(1) == b'/' => self.line_comment(start),
            b'/' if self.peek(1) == b'*' => self.block_comment(start),
            b':' | b'=' | b'.' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'^' | b'|' | b'&' | b'!' => {
                self.punctuation(start)
            }
            _ => self.unknown(start),
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.scan.tokens.push(Token { kind, start: start as u32, end: self.at as u32 });
    }

    fn one(&mut self, kind: TokenKind) {
        self.at += 1;
        self.push(kind, self.at - 1);
    }

    fn skip_letters(&mut self) {
        while self.at < self.bytes.len() && is_letter(self.bytes[self.at]) {
            self.at += 1;
        }
    }

    fn problem(&mut self, code: &'static str, start: usize, message: impl Into<String>, help: impl Into<String>) {
        let span = Span::new(self.file, start as u32, self.at as u32);
        let help: String = help.into();
        let diagnostic = Diagnostic::error(code, span, message);
        self.scan.problems.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
    }

    fn number(&mut self, start: usize) {
        let digits = |lexer: &mut Self| {
            while matches!(lexer.peek(0), b'0'..=b'9' | b'_') {
                lexer.at += 1;
            }
        };
        digits(self);
        // After a path's dot stand digits only: `block.0.1`.
        let last = self.scan.tokens.last().map(|token| &self.text[token.start as usize..token.end as usize]);
        if last != Some(".") {
            let after = self.peek(1);
            if self.peek(0) == b'.' && after != b'.' && !after.is_ascii_alphabetic() && after != b'_' {
                self.at += 1;
                digits(self);
            }
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if matches!(self.peek(0), b'e' | b'E') && (self.peek(1 + sign).is_ascii_digit() || self.peek(1 + sign) == b'_') {
                self.at += 1 + sign;
                digits(self);
            }
        }
        let end = self.at;
        self.push(TokenKind::Number, start);
        if is_letter(self.peek(0)) {
            self.skip_letters();
            let (number, suffix) = (&self.text[start..end], &self.text[end..self.at]);
            match suffix.as_bytes()[0] {
                b'x' | b'b' | b'o' if number == "0" => {
                    let help = "write the number in decimal digits";
                    self.problem("E0012", start, format!("`{}` is not a decimal number", &self.text[start..self.at]), help);
                }
                b'e' | b'E' => {
                    let message = format!("the exponent of `{}` has no digits", &self.text[start..self.at]);
                    self.problem("E0012", start, message, "write `1e-3`");
                }
                _ => {
                    let help = match suffix {
                        "f32" | "f64" => format!("write `{number}`; the network's element type is set by `precision {suffix};`"),
                        "j" | "i" => "there are no complex numbers".to_owned(),
                        _ => format!("write `{number}`, or `{number} * {suffix}` for a product"),
                    };
                    self.problem("E0012", start, format!("the number `{number}` carries a suffix, `{suffix}`"), help);
                }
            }
        }
    }

    fn string(&mut self, start: usize) {
        self.at += 1;
        let mut escape = None;
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    break;
                }
                Some(b'\\') => {
                    escape = escape.or(Some(self.at));
                    self.at += 2;
                }
                None | Some(b'\n') => {
                    self.at = self.at.min(self.bytes.len());
                    self.problem("E0009", start, "the string is not closed", "a string ends with `\"` on the line where it began");
                    break;
                }
                Some(_) => self.at += 1,
            }
        }
        self.at = self.at.min(self.bytes.len());
        self.push(TokenKind::Str, start);
        if let Some(at) = escape {
            let message = "a string has no escapes";
            let span = Span::new(self.file, at as u32, at as u32 + 1);
            let help = "write the string without `\\`; in paths use `/`";
            self.scan.problems.push(Diagnostic::error("E0010", span, message).help(help));
        }
    }

    fn line_comment(&mut self, start: usize) {
        while self.at < self.bytes.len() && self.bytes[self.at] != b'\n' {
            self.at += 1;
        }
        if self.at > start && self.bytes[self.at - 1] == b'\r' {
            self.at -= 1;
        }
        let text = &self.bytes[start..self.at];
        let doc = text.get(2) == Some(&b'/') && text.get(3) != Some(&b'/');
        self.push(if doc { TokenKind::Doc } else { TokenKind::LineComment }, start);
    }

    fn block_comment(&mut self, start: usize) {
        let doc = self.peek(2) == b'*' && !matches!(self.peek(3), b'*' | b'/');
        let mut depth = 0;
        let mut deepest = 0;
        while self.at < self.bytes.len() {
            match (self.bytes[self.at], self.peek(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    deepest = deepest.max(depth);
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        break;
                    }
                }
                _ => self.at += 1,
            }
        }
        if depth > 0 {
            self.at = start + 2;
            self.problem("E0011", start, "the comment is not closed", "a comment that begins with `/*` ends with `*/`");
            self.at = self.bytes.len();
        } else if deepest > super::MAX_NESTING {
            self.problem("E0021", start, format!("comments are nested more than {} deep", super::MAX_NESTING), "");
            self.scan.sound = false;
        }
        self.push(if doc { TokenKind::Doc } else { TokenKind::BlockComment }, start);
    }

    fn punctuation(&mut self, start: usize) {
        let two = [self.bytes[start], self.peek(1)];
        if two[1].is_ascii_punctuation() {
            if let Some((foreign, help)) = FOREIGN.iter().find(|(foreign, _)| self.text[start..].starts_with(foreign)) {
                self.at += foreign.len();
                self.push(TokenKind::Punct, start);
                self.problem("E0024", start, format!("`{foreign}` is no part of the language"), *help);
                return;
            }
            if PAIRS.contains(&&two) {
                self.at += 2;
                self.push(TokenKind::Punct, start);
                return;
            }
        }
        self.one(TokenKind::Punct);
        match two[0] {
            b'|' => self.problem("E0024", start, "`|` is no part of the language", "a pipe is `|>`, either of two conditions `||`"),
            b'&' => {
                self.problem("E0024", start, "`&` is no part of the language", "both of two conditions is `&&`; there are no references")
            }
            _ => {}
        }
    }

    fn unknown(&mut self, start: usize) {
        let character = self.text[start..].chars().next().unwrap_or(' ');
        self.at += character.len_utf8();
        match character {
            '\'' | '`' => {
                let rest = &self.text[self.at..];
                let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
                if let Some(end) = line.find(character) {
                    let inner = &line[..end];
                    self.at += end + 1;
                    let help = format!("write \"{inner}\"");
                    self.problem("E0008", start, format!("strings stand in double quotes, not in `{character}`"), help);
                    self.push(TokenKind::Str, start);
                } else {
                    self.problem("E0008", start, format!("`{character}` is no part of the language"), "strings stand in double quotes");
                }
            }
            '×' | '·' | '∗' => {
                self.problem("E0007", start, format!("`{character}` is no part of the language"), "a product is written `*`")
            }
            '−' | '–' | '—' => {
                self.problem("E0007", start, format!("`{character}` is no part of the language"), "minus is written `-`")
            }
            '≤' => self.problem("E0007", start, "`≤` is no part of the language", "write `<=`"),
            '≥' => self.problem("E0007", start, "`≥` is no part of the language", "write `>=`"),
            '≠' => self.problem("E0007", start, "`≠` is no part of the language", "write `!=`"),
            '“' | '”' | '„' => {
                self.problem("E0008", start, format!("strings stand in plain quotes, not in `{character}`"), "write `\"`")
            }
            '∂' | '∇' => {
                self.problem("E0007", start, format!("`{character}` is no part of the language"), "a derivative is `grad(u, x)`")
            }
            '?' => self.problem(
                "E0007",
                start,
                "`?` is no part of the language",
                "a choice is `if c { a } else { b }`, on tensors `where(c, a, b)`",
            ),
            '#' => self.problem("E0007", start, "`#` is no part of the language", "a comment begins with `//`"),
            '~' => self.problem("E0007", start, "`~` is no part of the language", "not is written `!`"),
            _ if character.is_alphanumeric() => self.foreign_name(start),
            _ if character.is_whitespace() || character.is_control() => {
                let message = format!("the character U+{:04X} is no part of the language", character as u32);
                self.problem("E0007", start, message, "replace it by a blank");
            }
            _ => self.problem("E0007", start, format!("`{character}` is no part of the language"), ""),
        }
    }

    fn foreign_name(&mut self, start: usize) {
        // The letters before belong to the same name.
        let mut start = start;
        if let Some(last) = self.scan.tokens.last()
            && last.kind == TokenKind::Word
            && last.end as usize == start
        {
            start = last.start as usize;
            self.scan.tokens.pop();
        }
        while let Some(c) = self.text[self.at..].chars().next()
            && (c.is_alphanumeric() || c == '_')
        {
            self.at += c.len_utf8();
        }
        self.push(TokenKind::Word, start);
        let name = &self.text[start..self.at];
        let plain: String = name.chars().map(latin).collect();
        let help = if plain.is_ascii() && !plain.is_empty() { format!("write `{plain}`") } else { String::new() };
        let message = format!("`{name}` is not a name: names are made of the letters a to z and A to Z, digits and `_`");
        self.problem("E0026", start, message, help);
    }
}

/// A Greek letter by its name; all else as it is.
fn latin(c: char) -> String {
    let name = match c {
        'α' => "alpha",
        'β' => "beta",
        'γ' => "gamma",
        'δ' | 'Δ' => "delta",
        'ε' => "eps",
        'ζ' => "zeta",
        'η' => "eta",
        'θ' => "theta",
        'κ' => "kappa",
        'λ' => "lambda",
        'μ' | 'µ' => "mu",
        'ν' => "nu",
        'ξ' => "xi",
        'π' => "pi",
        'ρ' => "rho",
        'σ' => "sigma",
        'τ' => "tau",
        'φ' => "phi",
        'χ' => "chi",
        'ψ' => "psi",
        'ω' => "omega",
        'ä' => "ae",
        'ö' => "oe",
        'ü' => "ue",
        'é' | 'è' | 'ê' => "e",
        'à' | 'á' | 'â' => "a",
        _ => return c.to_string(),
    };
    name.to_owned()
}
