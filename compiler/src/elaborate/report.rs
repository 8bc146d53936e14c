//! Saying what is wrong. An error inside the prelude is told at the user's call; the same error is told once.

use std::collections::HashSet;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;

use super::Elab;
use super::files::PRELUDE;
use crate::graph::NodeId;
use crate::ops;

/// An error was reported; what depends on it stays silent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fail;

/// What elaboration of a part gives.
pub(super) type R<T> = Result<T, Fail>;

/// No more than this many errors of one program are told; nor more warnings.
const MOST: usize = 100;

/// The diagnostics so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) diagnostics: Vec<Diagnostic>,
    seen: HashSet<(&'static str, Span)>,
    told: usize,
    warned: usize,
    /// Errors that came, those among them that were not told again.
    pub(super) failures: usize,
}

impl Report {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.failures += usize::from(diagnostic.is_error());
        let count = if diagnostic.is_error() { &mut self.told } else { &mut self.warned };
        if *count < MOST && self.seen.insert((diagnostic.code, diagnostic.span())) {
            *count += 1;
            self.diagnostics.push(diagnostic);
        }
    }

    pub(super) fn has_errors(&self) -> bool {
        self.told > 0
    }

    /// As many errors as are told: there is no need to look for more.
    pub(super) fn full(&self) -> bool {
        self.told >= MOST
    }
}

impl Elab<'_> {
    /// Reports `diagnostic` at the user's own place.
    pub(super) fn fail(&mut self, diagnostic: Diagnostic) -> Fail {
        self.tell(diagnostic);
        Fail
    }

    /// As [`Elab::fail`], without an end of the matter: warnings, and errors after which more can be checked.
    pub(super) fn tell(&mut self, mut diagnostic: Diagnostic) {
        let inner = diagnostic.span();
        if let Some((site, name)) = self.user_call() {
            let said = diagnostic.labels.first().map(|label| label.text.clone()).unwrap_or_default();
            if let Some(first) = diagnostic.labels.first_mut() {
                first.span = site;
                first.text = format!("in this call of `{name}`");
            }
            let text = if said.is_empty() { format!("raised here, in `{name}`") } else { said };
            diagnostic = diagnostic.label(inner, text);
        } else if let Some(frame) = self.frames.last()
            && frame.call != Span::default()
            && frame.call != inner
        {
            let text = format!("in this call of `{}`", frame.name);
            diagnostic = diagnostic.label(frame.call, text);
        }
        self.report.push(diagnostic);
    }

    /// An error at `span`.
    pub(super) fn error<T>(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> R<T> {
        Err(self.fail(Diagnostic::error(code, span, message)))
    }

    /// An error at `span` with what to write instead.
    pub(super) fn error_help<T>(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: impl Into<String>) -> R<T> {
        Err(self.fail(Diagnostic::error(code, span, message).help(help)))
    }

    /// Says of tensors what their shapes are, at the places that made them, where these are elsewhere.
    pub(super) fn made_elsewhere(&self, mut diagnostic: Diagnostic, tensors: &[NodeId]) -> Diagnostic {
        let here = self.user_span(diagnostic.span());
        for &tensor in tensors {
            let (made, shape) = self.pass.builder.with_graph(|graph| {
                let mut node = graph.node(tensor);
                while std::ptr::eq(node.op, &ops::name::OP)
                    && let Some(&named) = node.args.first()
                {
                    node = graph.node(named);
                }
                (node.origin.span, node.ty.shape.clone())
            });
            let inside = made.file == here.file && made.start >= here.start && made.end <= here.end;
            if !inside && made != Span::default() && diagnostic.labels.iter().all(|label| label.span != made) {
                diagnostic = diagnostic.label(made, format!("this is {shape:?}"));
            }
        }
        diagnostic
    }

    /// While a body of the prelude runs: the call in the user's text that led there, and what was called.
    pub(super) fn user_call(&self) -> Option<(Span, std::rc::Rc<str>)> {
        if self.frames.last()?.file != PRELUDE {
            return None;
        }
        let first = self.frames.iter().rposition(|frame| frame.file != PRELUDE).map_or(0, |i| i + 1);
        self.frames.get(first).map(|frame| (frame.call, frame.name.clone()))
    }

    /// The place in the user's text of something at `span`.
    pub(super) fn user_span(&self, span: Span) -> Span {
        match self.user_call() {
            Some((site, _)) if site != Span::default() => site,
            _ => span,
        }
    }
}

/// The known name nearest to a misspelt one.
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let most = (name.chars().count() / 3).max(1);
    known.map(|other| (distance(name, other), other)).filter(|&(d, _)| d <= most).min().map(|(_, other)| other)
}

/// Edits between two names; neighbours swapped count once.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
