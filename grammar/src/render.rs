//! Diagnostics as people and programs read them: on a terminal (feature `render`), and as JSON.

use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Sources;

/// The diagnostics as a JSON array of objects with `severity`, `code`, `message`, `file`, `line`, `column`, `start`, `end`, `help`: line
/// and column from 1, in the larger file where the text is a macro's body; bytes of the text from 0; `help` is `null` where there is none.
#[must_use]
pub fn json(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let rows: Vec<String> = diagnostics.iter().map(|diagnostic| object(sources, diagnostic)).collect();
    format!("[{}]", rows.join(", "))
}

fn object(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let span = diagnostic.span();
    let (line, column) = sources.place(span.file, span.start);
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    format!(
        "{{\"severity\": {}, \"code\": {}, \"message\": {}, \"file\": {}, \"line\": {line}, \"column\": {column}, \"start\": {}, \"end\": {}, \"help\": {}}}",
        json_string(severity),
        json_string(diagnostic.code),
        json_string(&diagnostic.message),
        json_string(&sources.file(span.file).name),
        span.start,
        span.end,
        diagnostic.help.as_ref().map_or_else(|| "null".to_owned(), |help| json_string(help)),
    )
}

/// A string as JSON writes it, with its quotes.
#[must_use]
pub fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 || matches!(c, '\u{7f}' | '\u{2028}' | '\u{2029}') => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(feature = "render")]
pub use terminal::{render_ansi, render_plain};

#[cfg(feature = "render")]
mod terminal {
    //! The quoted lines, drawn by `annotate-snippets`.

    use std::ops::Range;

    use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

    use crate::diagnostic::{Diagnostic, Label, Severity};
    use crate::span::{FileId, Sources};

    /// The diagnostics with their lines quoted, without colours.
    #[must_use]
    pub fn render_plain(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
        render(sources, diagnostics, &Renderer::plain())
    }

    /// The diagnostics with their lines quoted, coloured by escape sequences.
    #[must_use]
    pub fn render_ansi(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
        render(sources, diagnostics, &Renderer::styled())
    }

    fn render(sources: &Sources, diagnostics: &[Diagnostic], renderer: &Renderer) -> String {
        diagnostics.iter().map(|diagnostic| one(sources, diagnostic, renderer) + "\n").collect::<Vec<_>>().join("\n")
    }

    /// The lines of a file that a diagnostic speaks of.
    struct Quote<'d> {
        name: &'d str,
        text: String,
        first_line: usize,
        marks: Vec<(Range<usize>, &'d str, bool)>,
    }

    fn one(sources: &Sources, diagnostic: &Diagnostic, renderer: &Renderer) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut files: Vec<FileId> = Vec::new();
        for label in &diagnostic.labels {
            if !files.contains(&label.span.file) {
                files.push(label.span.file);
            }
        }
        let quotes: Vec<Quote<'_>> = files.iter().map(|&file| quote(sources, file, &diagnostic.labels)).collect();
        let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code));
        for quote in &quotes {
            let mut snippet = Snippet::source(quote.text.as_str()).path(quote.name).line_start(quote.first_line).fold(true);
            for (range, text, primary) in &quote.marks {
                let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                let mark = kind.span(range.clone());
                snippet = snippet.annotation(if text.is_empty() { mark } else { mark.label(*text) });
            }
            group = group.element(snippet);
        }
        if let Some(help) = &diagnostic.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }

    fn quote<'d>(sources: &'d Sources, file: FileId, labels: &'d [Label]) -> Quote<'d> {
        let source = sources.file(file);
        let text = source.text.as_str();
        let ranges = labels.iter().enumerate().filter(|(_, label)| label.span.file == file).map(|(i, label)| {
            let start = boundary(text, label.span.start as usize);
            let end = boundary(text, label.span.end as usize).max(start);
            (start..end, label.text.as_str(), i == 0)
        });
        let mut marks: Vec<(Range<usize>, &str, bool)> = ranges.collect();
        let first = marks.iter().map(|(range, ..)| range.start).min().unwrap_or(0);
        let last = marks.iter().map(|(range, ..)| range.end).max().unwrap_or(0);
        let from = text[..first].rfind('\n').map_or(0, |i| i + 1);
        let to = text[last..].find('\n').map_or(text.len(), |i| last + i);
        // The first line of a macro's body begins where the body does.
        let (first_line, first_column) = source.origin;
        let shift = if from == 0 { first_column.saturating_sub(1) as usize } else { 0 };
        let lines_before = text[..from].matches('\n').count();
        for (range, ..) in &mut marks {
            *range = range.start - from + shift..range.end - from + shift;
        }
        let text = " ".repeat(shift) + &text[from..to];
        Quote { name: source.name.as_str(), text, first_line: first_line as usize + lines_before, marks }
    }

    /// The nearest place at or before `at` where a character begins.
    fn boundary(text: &str, at: usize) -> usize {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}
