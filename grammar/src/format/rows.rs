//! From tokens to a document: blocks to lines, rows of operands broken at their loosest operators.

use super::layout::Doc;
use super::places::Places;
use crate::items::word;
use crate::scan::{Token, TokenKind};
use crate::words::is_reserved_word;

/// A program's tokens.
pub(super) struct Rows<'t> {
    text: &'t str,
    pub(super) tokens: &'t [Token],
    places: &'t Places,
    /// For each opening bracket its closing one.
    pub(super) partner: Vec<usize>,
}

impl<'t> Rows<'t> {
    /// The tokens of a text whose brackets match.
    pub(super) fn new(text: &'t str, tokens: &'t [Token], places: &'t Places) -> Rows<'t> {
        let mut partner = vec![0; tokens.len()];
        let mut open = Vec::new();
        for (i, token) in tokens.iter().enumerate() {
            match token.kind {
                TokenKind::Open => open.push(i),
                TokenKind::Close => {
                    if let Some(opening) = open.pop() {
                        partner[opening] = i;
                    }
                }
                _ => {}
            }
        }
        Rows { text, tokens, places, partner }
    }

    /// The whole file.
    pub(super) fn file(&self) -> Doc {
        Doc::Row(self.lines(0, self.tokens.len(), &self.places.items))
    }

    pub(super) fn word(&self, i: usize) -> &'t str {
        self.tokens.get(i).map_or("", |token| word(self.text, token))
    }

    pub(super) fn is_comment(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|token| token.kind.is_comment())
    }

    /// The number of line ends between the token `i` and the one before.
    pub(super) fn line_ends(&self, i: usize) -> usize {
        let from = if i == 0 { 0 } else { self.tokens.get(i - 1).map_or(0, |token| token.end) };
        let to = self.tokens.get(i).map_or(self.text.len() as u32, |token| token.start);
        self.text.get(from as usize..to as usize).map_or(0, |gap| gap.matches('\n').count())
    }

    /// The first token that begins at or after the byte `at`.
    fn upto(&self, at: u32) -> usize {
        self.tokens.partition_point(|token| token.start < at)
    }

    /// The statements (or items) in `first..last`, which end at `ends`, each on its line; breaks between, none around.
    fn lines(&self, first: usize, last: usize, ends: &[u32]) -> Vec<Doc> {
        let mut docs: Vec<Doc> = Vec::new();
        let mut ends = ends.iter();
        let mut i = first;
        // A comment that a statement follows on the same line.
        let mut joined = false;
        while i < last {
            let line_ends = self.line_ends(i);
            let trailing = self.is_comment(i) && line_ends == 0 && i > first;
            if !docs.is_empty() {
                docs.push(match line_ends {
                    _ if trailing || joined => Doc::text(" "),
                    0 | 1 => Doc::Hard,
                    _ => Doc::Blank,
                });
            }
            joined = false;
            match self.tokens[i].kind {
                TokenKind::LineComment => docs.push(Doc::Comment(self.word(i).trim_end().to_owned())),
                TokenKind::BlockComment => {
                    docs.push(Doc::text(self.word(i)));
                    joined = i + 1 < last && self.line_ends(i + 1) == 0 && !trailing;
                }
                TokenKind::Doc if self.word(i).starts_with("///") => docs.push(Doc::Comment(self.word(i).to_owned())),
                TokenKind::Doc => docs.push(Doc::text(self.word(i))),
                _ => {
                    let end = ends.next().map_or(last, |&end| self.upto(end)).clamp(i + 1, last);
                    docs.push(self.row(i, end));
                    i = end;
                    continue;
                }
            }
            i += 1;
        }
        docs
    }

    /// The tokens `first..last`: broken at the loosest operators if there are some, otherwise one after the other.
    pub(super) fn row(&self, first: usize, last: usize) -> Doc {
        let mut loosest = u8::MAX;
        let mut operators: Vec<usize> = Vec::new();
        let mut i = first;
        let mut before: Option<usize> = None;
        while i < last {
            let level = self.binary(i, before);
            if level < loosest {
                loosest = level;
                operators.clear();
            }
            if level == loosest && level != u8::MAX {
                operators.push(i);
            }
            if !self.is_comment(i) {
                before = Some(i);
            }
            i = self.next(i, last);
            if let Some(at) = before.filter(|&at| i > at + 1) {
                // A group, branch or loop was passed: its last token is an operand's end.
                before = Some(if self.is_comment(at) { at } else { i - 1 });
            }
        }
        let Some(&operator) = operators.first() else { return Doc::Row(self.sequence(first, last)) };
        let (head, comments) = self.split_comments(first, operator);
        let mut parts = vec![self.row(first, head)];
        let mut nested = self.comments(head, comments);
        for (n, &operator) in operators.iter().enumerate() {
            let end = operators.get(n + 1).copied().unwrap_or(last);
            let (tail, comments) = if end == last { (last, last) } else { self.split_comments(operator + 1, end) };
            nested.extend([Doc::Line, Doc::text(self.word(operator)), Doc::text(" "), self.row(operator + 1, tail)]);
            nested.extend(self.comments(tail, comments));
        }
        parts.push(Doc::Nest(nested));
        Doc::Group(parts)
    }

    /// The end of `first..last` without its last comments, and `last`.
    pub(super) fn split_comments(&self, first: usize, last: usize) -> (usize, usize) {
        let mut end = last;
        while end > first + 1 && self.is_comment(end - 1) {
            end -= 1;
        }
        (end, last)
    }

    pub(super) fn comments(&self, first: usize, last: usize) -> Vec<Doc> {
        let mut docs = Vec::new();
        for i in first..last {
            docs.push(if self.line_ends(i) > 0 { Doc::Hard } else { Doc::text(" ") });
            docs.push(self.comment(i));
        }
        docs
    }

    fn comment(&self, i: usize) -> Doc {
        match self.tokens[i].kind {
            TokenKind::LineComment => Doc::Comment(self.word(i).trim_end().to_owned()),
            _ => Doc::text(self.word(i)),
        }
    }

    /// How loose the binary operator `i` is (0 is the loosest that lines break at); `u8::MAX` where it is none.
    fn binary(&self, i: usize, before: Option<usize>) -> u8 {
        match self.word(i) {
            "|>" => 0,
            "||" => 1,
            "&&" => 2,
            "<" | "<=" | ">" | ">=" | "==" | "!=" => 3,
            "+" => 4,
            "-" if before.is_some_and(|before| self.ends_operand(before)) => 4,
            "*" | "/" | "%" | "@" => 5,
            _ => u8::MAX,
        }
    }

    /// Whether an operand ends with the token `i`, so that `-` after it takes away.
    fn ends_operand(&self, i: usize) -> bool {
        match self.tokens[i].kind {
            TokenKind::Word => !is_reserved_word(self.word(i)) || matches!(self.word(i), "true" | "false" | "param"),
            TokenKind::Number | TokenKind::Str | TokenKind::Close => true,
            _ => false,
        }
    }

    /// The token after the group, branch or loop that begins at `i`, or after the token `i`.
    pub(super) fn next(&self, i: usize, last: usize) -> usize {
        let token = self.tokens[i];
        let next = match token.kind {
            TokenKind::Open => self.partner[i] + 1,
            TokenKind::Word => self.places.flows.get(&token.start).map_or(i + 1, |flow| self.upto(flow.end)),
            _ => i + 1,
        };
        next.clamp(i + 1, last.max(i + 1))
    }

    /// Tokens, groups, branches and loops one after the other.
    fn sequence(&self, first: usize, last: usize) -> Vec<Doc> {
        let mut docs = Vec::new();
        let mut i = first;
        let mut before: Option<usize> = None;
        while i < last {
            if let Some(before) = before
                && (self.is_comment(i) || self.is_comment(before) && !matches!(self.word(i), "," | ";") || self.spaced(before, i, first))
            {
                docs.push(if self.is_comment(i) && self.line_ends(i) > 0 { Doc::Hard } else { Doc::text(" ") });
            }
            let end = self.next(i, last);
            let token = self.tokens[i];
            docs.push(match token.kind {
                TokenKind::LineComment | TokenKind::BlockComment => self.comment(i),
                TokenKind::Open if self.word(i) == "{" => self.braces(i, None),
                TokenKind::Open => self.brackets(i),
                TokenKind::Word if self.places.flows.contains_key(&token.start) => self.flow(i, end),
                _ => Doc::text(self.word(i)),
            });
            before = Some(end - 1);
            i = end;
        }
        docs
    }

    /// Whether a blank stands between the tokens `a` and `b`.
    fn spaced(&self, a: usize, b: usize, first: usize) -> bool {
        let (before, after) = (self.word(a), self.word(b));
        let prefix = matches!(before, "-" | "!") && !(a > first && self.ends_operand(self.before(a, first)));
        match after {
            "," | ";" | ":" | ")" | "]" | "." => false,
            ".." => before == ",",
            "(" | "[" if self.tokens[a].kind == TokenKind::Word => is_reserved_word(before) && !(before == "param" && after == "["),
            "(" | "[" if self.tokens[a].kind == TokenKind::Number => a == first || self.word(a - 1) != ".",
            "(" | "[" => !matches!(before, ")" | "]" | "}" | "." | ".." | "(" | "[") && self.tokens[a].kind != TokenKind::Str && !prefix,
            _ => !prefix && !matches!(before, "." | ".." | "(" | "["),
        }
    }

    fn before(&self, i: usize, first: usize) -> usize {
        (first..i).rev().find(|&i| !self.is_comment(i)).unwrap_or(i)
    }

    /// The block that opens at `open`; `flat` says whether it may stand on one line (`None`: if it holds only a value).
    fn braces(&self, open: usize, flat: Option<bool>) -> Doc {
        let close = self.partner[open];
        let place = self.places.blocks.get(&self.tokens[open].start);
        let own = flat.is_none();
        if open + 1 == close {
            return Doc::text("{}");
        }
        let ends = place.map_or(&[][..], |place| &place.ends);
        if flat.unwrap_or_else(|| self.may_be_flat(open) && !self.is_body(open)) {
            let value = self.row(open + 1, close);
            let parts = vec![Doc::text("{"), Doc::Nest(vec![Doc::Line, value]), Doc::Line, Doc::text("}")];
            return if own { Doc::Group(parts) } else { Doc::Row(parts) };
        }
        // A comment behind the brace stays there.
        let mut first = open + 1;
        let mut head = vec![Doc::text("{")];
        while first < close && self.is_comment(first) && self.line_ends(first) == 0 && (first + 1 == close || self.line_ends(first + 1) > 0)
        {
            head.push(Doc::text(" "));
            head.push(self.comment(first));
            first += 1;
        }
        let lines = self.lines(first, close, ends);
        if !lines.is_empty() {
            let mut nested = vec![Doc::Hard];
            nested.extend(lines);
            head.push(Doc::Nest(nested));
        }
        head.extend([Doc::Hard, Doc::text("}")]);
        Doc::Row(head)
    }

    /// A block of an item, which stands on lines of its own.
    fn is_body(&self, open: usize) -> bool {
        let at = self.tokens[open].end;
        let item = self.places.items.partition_point(|&end| end < at);
        self.places.items.get(item) == self.tokens.get(self.partner[open]).map(|token| &token.end) && {
            let semicolon = self.tokens.get(self.partner[open] + 1).is_some_and(|_| self.word(self.partner[open] + 1) == ";");
            !semicolon
        }
    }

    fn may_be_flat(&self, open: usize) -> bool {
        let close = self.partner[open];
        let value_only = self.places.blocks.get(&self.tokens[open].start).is_some_and(|place| place.value_only);
        value_only && !(open + 1..close).any(|i| self.is_comment(i) || self.tokens[i].kind == TokenKind::Doc)
    }

    /// `if … { } else { }` or `for … in … { }` in `first..last`.
    fn flow(&self, first: usize, last: usize) -> Doc {
        let branch = self.word(first) == "if";
        // The blocks of the whole chain stand on one line or on lines of their own together.
        let mut parts = Vec::new();
        let mut blocks = Vec::new();
        let mut i = first;
        while i < last {
            if i > first {
                parts.push(if self.is_comment(i) && self.line_ends(i) > 0 { Doc::Hard } else { Doc::text(" ") });
            }
            let word = self.word(i);
            if self.is_comment(i) {
                parts.push(self.comment(i));
                i += 1;
            } else if let (true, Some(flow)) = (matches!(word, "if" | "for"), self.places.flows.get(&self.tokens[i].start)) {
                parts.push(Doc::text(word));
                let body = self.upto(flow.body);
                parts.push(Doc::text(" "));
                parts.push(self.row(i + 1, body));
                i = body;
            } else if self.tokens[i].kind == TokenKind::Open {
                blocks.push((parts.len(), i));
                parts.push(Doc::text(""));
                i = self.partner[i] + 1;
            } else {
                parts.push(Doc::text(word));
                i += 1;
            }
        }
        let flat = branch && blocks.len() > 1 && blocks.iter().all(|&(_, open)| self.may_be_flat(open));
        for (at, open) in blocks {
            parts[at] = self.braces(open, Some(flat));
        }
        if flat { Doc::Group(parts) } else { Doc::Row(parts) }
    }
}
