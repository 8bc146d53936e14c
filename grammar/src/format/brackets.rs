//! What stands between parentheses or square brackets: on one line, or its parts on lines of their own.

use super::layout::Doc;
use super::rows::Rows;
use crate::scan::TokenKind;
use crate::words::is_reserved_word;

/// Lists of parts no wider than this are filled, not written one to a line.
const SHORT: usize = 10;

impl Rows<'_> {
    /// `( … )` or `[ … ]` that opens at `open`.
    pub(super) fn brackets(&self, open: usize) -> Doc {
        let close = self.partner[open];
        let mut parts: Vec<(usize, usize)> = Vec::new();
        let (mut first, mut i, mut comma) = (open + 1, open + 1, false);
        while i < close {
            if self.word(i) == "," {
                // What stands behind the comma on its line belongs before it.
                let mut end = i + 1;
                while end < close && self.is_comment(end) && self.line_ends(end) == 0 {
                    end += 1;
                }
                let end = if end == close || self.line_ends(end) > 0 { end } else { i + 1 };
                parts.push((first, end));
                comma = true;
                first = end;
                i = end;
                continue;
            }
            i = self.next(i, close);
        }
        if first < close {
            parts.push((first, close));
        }
        let (opened, closed) = (Doc::text(self.word(open)), Doc::text(self.word(close)));
        let only_comments = parts.last().is_some_and(|&(first, last)| (first..last).all(|i| self.is_comment(i)));
        let single = self.word(open) == "(" && parts.len() == 1;
        let docs: Vec<Doc> = parts.iter().map(|&(first, last)| self.part(first, last)).collect();
        if docs.is_empty() {
            return Doc::Row(vec![opened, closed]);
        }
        // A block, branch or loop alone between brackets needs no lines for them.
        if let ([doc], &[(first, last)]) = (docs.as_slice(), parts.as_slice())
            && !comma
            && doc.breaks()
            && self.next(first, last) == last
            && (self.word(first) == "{" || self.tokens[first].kind == TokenKind::Word)
        {
            return Doc::Row(vec![opened, doc.clone(), closed]);
        }
        let short = docs.len() > 4 && !only_comments && docs.iter().all(|doc| !doc.breaks() && doc.width() <= SHORT);
        let mut inner = vec![Doc::Soft];
        if short {
            inner.push(Doc::Fill(docs));
            inner.push(Doc::Broken(","));
            return Doc::Group(vec![opened, Doc::Nest(inner), Doc::Soft, closed]);
        }
        let count = docs.len();
        let called = open > 0 && self.tokens[open - 1].kind == TokenKind::Word && !is_reserved_word(self.word(open - 1));
        for (n, (doc, &(first, last))) in docs.into_iter().zip(&parts).enumerate() {
            let trailing = (first..last).rev().find(|&i| !self.is_comment(i)).filter(|&i| self.word(i) == ",");
            inner.push(doc);
            let (tail, end) = self.tail(first, last);
            if n + 1 < count {
                inner.push(Doc::text(","));
            } else if single && !called && comma {
                // `(a,)` is a tuple, `(a)` is not.
                inner.push(Doc::text(","));
            } else if (!single || called) && !(only_comments && n + 1 == count) {
                inner.push(Doc::Broken(","));
            }
            inner.extend(self.comments(tail, end));
            if let Some(trailing) = trailing {
                inner.extend(self.comments(trailing + 1, last));
            }
            if n + 1 < count {
                inner.push(Doc::Line);
            }
        }
        Doc::Group(vec![opened, Doc::Nest(inner), Doc::Soft, closed])
    }

    /// A part of a list without its comma and what stands behind that.
    fn part(&self, first: usize, last: usize) -> Doc {
        let (tail, _) = self.tail(first, last);
        self.row(first, tail)
    }

    /// Where the comments begin and end that stand behind a part and before its comma (or the bracket), if they are to be moved behind
    /// the comma: those that run to the end of the line, and those of a last part.
    fn tail(&self, first: usize, last: usize) -> (usize, usize) {
        let comma = (first..last).rev().find(|&i| !self.is_comment(i)).filter(|&i| self.word(i) == ",");
        let end = comma.unwrap_or(last);
        let (tail, _) = self.split_comments(first, end);
        let moved = comma.is_none() || (tail..end).any(|i| self.tokens[i].kind == TokenKind::LineComment);
        (if moved { tail } else { end }, end)
    }
}
