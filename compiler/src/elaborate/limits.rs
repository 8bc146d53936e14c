//! Nothing that a program says runs without bound: how much may be evaluated, and the errors that name the limit.

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;

use super::Elab;
use super::report::{Fail, R};

/// Evaluations of one pass.
pub(super) const STEPS: u64 = 1_000_000;
/// Iterations of one static loop.
pub(super) const ITERATIONS: usize = 65_536;
/// Iterations of a loop over a tensor, which is written out.
pub(super) const TIME_STEPS: usize = 1_024;
/// Nodes of one graph.
pub(super) const NODES: usize = 200_000;
/// Elements of one tensor.
pub(super) const ELEMENTS: usize = 1 << 31;
/// Elements of one list.
pub(super) const LIST: usize = 1 << 20;
/// Nesting of expressions and calls together.
pub(super) const DEPTH: u32 = 300;
/// Nesting of lists.
pub(super) const LIST_DEPTH: u32 = 32;
/// Axes of a tensor.
pub(super) const RANK: usize = 16;
/// Networks of one file.
pub(super) const NETWORKS: usize = 1_000;
/// Files of one program.
pub(super) const FILES: usize = 1_000;

/// What has been used up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    steps: u64,
    pub(super) depth: u32,
}

impl Elab<'_> {
    /// A new pass begins.
    pub(super) fn start_counting(&mut self) {
        self.used = Used::default();
    }

    /// Counts `n` evaluations.
    pub(super) fn spend(&mut self, n: usize, span: Span) -> R<()> {
        if self.report.full() {
            return Err(Fail);
        }
        self.used.steps = self.used.steps.saturating_add(n as u64);
        if self.used.steps > STEPS {
            return self.error_help(
                "E0161",
                span,
                format!("this network takes more than {STEPS} steps to write out"),
                "loops over static values are written out: fewer iterations, or a loop over a tensor",
            );
        }
        if self.pass.builder.len() > NODES {
            return self.error_help(
                "E0162",
                span,
                format!("this network has more than {NODES} operations"),
                "loops over static values are written out: fewer iterations, or tensors with another axis",
            );
        }
        Ok(())
    }

    /// One level deeper; the caller takes it back with [`Elab::leave`].
    pub(super) fn enter(&mut self, span: Span) -> R<()> {
        if self.used.depth >= DEPTH {
            let diagnostic = Diagnostic::error("E0163", span, format!("expressions and calls nest deeper than {DEPTH} levels here"))
                .help("name parts of it with `let`");
            return Err(self.fail(diagnostic));
        }
        self.used.depth += 1;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.used.depth = self.used.depth.saturating_sub(1);
    }

    /// Refuses lists past the limit before they are made.
    pub(super) fn list_size(&mut self, len: usize, span: Span) -> R<()> {
        if len > LIST {
            return self.error("E0164", span, format!("a list of {len} elements; the most is {LIST}"));
        }
        self.spend(len / 16, span)
    }

    /// Refuses shapes past the limit.
    pub(super) fn shape_size(&mut self, shape: &[usize], span: Span) -> R<()> {
        let size = shape.iter().try_fold(1usize, |size, &n| size.checked_mul(n));
        if shape.len() > RANK {
            return self.error("E0147", span, format!("a tensor of {} axes; the most is {RANK}", shape.len()));
        }
        if size.is_none_or(|size| size > ELEMENTS) {
            let factors: Vec<String> = shape.iter().map(usize::to_string).collect();
            let message = format!("a tensor of shape {shape:?} has {} elements; the most is {ELEMENTS}", factors.join(" · "));
            return self.error("E0147", span, message);
        }
        Ok(())
    }
}
