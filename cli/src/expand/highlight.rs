//! Rust in colours: comments, strings, numbers, keywords, types and macros. It need not understand what it colours.

const COMMENT: &str = "32";
const STRING: &str = "33";
const NUMBER: &str = "36";
const KEYWORD: &str = "1;35";
const TYPE: &str = "34";
const ATTRIBUTE: &str = "2";

const KEYWORDS: [&str; 32] = [
    "as", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false", "fn", "for", "if", "impl", "in", "let", "loop",
    "match", "mod", "move", "mut", "pub", "ref", "return", "self", "static", "struct", "trait", "true", "type", "use", "where",
];

/// The text with escape sequences. A colour never spans lines, so that a pager can show any part.
pub(super) fn rust(text: &str) -> String {
    text.lines().map(|line| highlighted(line) + "\n").collect()
}

fn highlighted(line: &str) -> String {
    let code = line.trim_start();
    let indent = &line[..line.len() - code.len()];
    if code.starts_with("//") {
        return format!("{indent}{}", coloured(COMMENT, code));
    }
    if code.starts_with("#[") || code.starts_with("#![") {
        return format!("{indent}{}", coloured(ATTRIBUTE, code));
    }
    let mut out = indent.to_owned();
    let mut rest = code;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let (len, colour) = token(rest, first, before);
        let (piece, after) = rest.split_at(len);
        out.push_str(&colour.map_or_else(|| piece.to_owned(), |colour| coloured(colour, piece)));
        before = piece.chars().next_back().unwrap_or(' ');
        rest = after;
    }
    out
}

/// The length of what begins here, and its colour.
fn token(rest: &str, first: char, before: char) -> (usize, Option<&'static str>) {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let while_part = |from: usize| rest[from..].find(|c: char| !part(c)).map_or(rest.len(), |len| from + len);
    if rest.starts_with("//") {
        return (rest.len(), Some(COMMENT));
    }
    if first == '"' {
        return (string(rest), Some(STRING));
    }
    if first.is_ascii_digit() && !part(before) {
        let mut len = while_part(0);
        // `1.5`, but neither `0..3` nor `0.max(1)`.
        if rest[len..].starts_with('.') && rest[len + 1..].starts_with(|c: char| c.is_ascii_digit()) {
            len = while_part(len + 1);
        }
        if rest[..len].ends_with('e') && rest[len..].starts_with('-') {
            len = while_part(len + 1);
        }
        return (len, Some(NUMBER));
    }
    if first.is_alphabetic() || first == '_' {
        let len = while_part(0);
        let word = &rest[..len];
        let colour = if KEYWORDS.contains(&word) {
            Some(KEYWORD)
        } else if first.is_uppercase() || ["f32", "f64", "u32", "u64", "usize", "bool", "str"].contains(&word) {
            Some(TYPE)
        } else {
            None
        };
        return (len, colour);
    }
    (first.len_utf8(), None)
}

/// The length of a string with its quotes.
fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return i + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

fn coloured(colour: &str, text: &str) -> String {
    format!("\u{1b}[{colour}m{text}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::rust;

    #[test]
    fn colours_change_no_character() {
        let text = "    // ∂L/∂W = xᵀ · ∂L/∂z\n    #[inline(always)]\n    let x: &'a [T; 3] = f(0..32, 1.5e-3, \"a \\\" b\")?; // end\nh_1 + self.0\n";
        let shown = rust(text);
        assert!(shown.contains("\u{1b}[1;35mlet\u{1b}[0m") && shown.contains("\u{1b}[36m1.5e-3\u{1b}[0m"), "{shown}");
        let mut plain = String::new();
        let mut pieces = shown.split("\u{1b}[");
        plain.push_str(pieces.next().unwrap());
        pieces.for_each(|piece| plain.push_str(piece.split_once('m').unwrap().1));
        assert_eq!(plain, text);
    }
}
