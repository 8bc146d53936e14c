//! The batch as a program may speak of it: `batch N;`, assertions about the number of samples, and what predictions may not depend on.

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{BinaryOp, Expr, ExprKind, UnaryOp};

use super::Elab;
use super::report::R;
use super::value::Value;
use crate::graph::NodeId;
use crate::network::{BatchAssert, Count, CountOp};
use crate::ops;

/// The most samples of a training step where the program does not say.
pub(super) const SAMPLES: usize = 32;
/// No `batch` may be larger.
const MOST: i64 = 1 << 20;

/// A part of an assertion: what it is, and whether it holds or is a number.
struct Part {
    count: Count,
    condition: bool,
}

impl Elab<'_> {
    /// `batch 128;`
    pub(super) fn batch(&mut self, value: &Expr, span: Span) -> R<()> {
        let n = self.integer(value, "the number of samples")?;
        if !(1..=MOST).contains(&n) {
            let message = format!("a training step takes 1 to {MOST} samples, found {n}");
            return self.error("E0159", value.span, message);
        }
        self.once(self.pass.batch.map(|(_, span)| span), span, "batch")?;
        self.pass.batch = Some((usize::try_from(n).unwrap_or(SAMPLES), span));
        Ok(())
    }

    /// A prediction is one sample's: it depends on no other.
    pub(super) fn predictions_stand_alone(&mut self) -> R<()> {
        let outputs = self.pass.outputs.iter().map(|output| (format!("output `{}`", output.name), output.span, output.node));
        let states = self.pass.states.iter().map(|state| (format!("state `{}`", state.name), state.span, state.now));
        for (what, declared, root) in outputs.chain(states).collect::<Vec<_>>() {
            let across = self.pass.builder.with_graph(|graph| {
                let live = graph.live(&[root]);
                let looks = |id: &NodeId| graph.node(*id).op.sums_batch || graph.node(*id).op == &ops::batch_count::OP;
                graph.ids().filter(|id| live[id.index()]).find(looks).map(|id| graph.node(id).origin.span)
            });
            let Some(span) = across else { continue };
            let diagnostic = Diagnostic::error("E0195", span, format!("the {what} would depend on the other samples of its batch"))
                .here("this looks across the samples")
                .label(declared, "a prediction has one sample")
                .help(
                    "`if training { … } else { … }` computes it otherwise in predictions: from a buffer that training updates, \
                     `m = 0.9 * m + 0.1 * batch_mean(e);`",
                );
            return Err(self.fail(diagnostic));
        }
        Ok(())
    }

    /// Whether an assertion speaks of the number of samples.
    pub(super) fn names_batch_count(&self, condition: &Expr) -> bool {
        match &condition.kind {
            ExprKind::Binary { left, right, .. } => self.names_batch_count(left) || self.names_batch_count(right),
            ExprKind::Unary { operand, .. } => self.names_batch_count(operand),
            ExprKind::Call { callee, .. } => callee.text == "batch_count",
            ExprKind::Name(name) => matches!(self.local(name), Some(Value::Tensor(id)) if self.is_batch_count(id)),
            _ => false,
        }
    }

    fn is_batch_count(&self, mut id: NodeId) -> bool {
        self.pass.builder.with_graph(|graph| {
            while graph.node(id).op == &ops::name::OP {
                id = graph.node(id).args[0];
            }
            graph.node(id).op == &ops::batch_count::OP
        })
    }

    /// `assert batch_count() > 1;`: checked when a batch comes.
    pub(super) fn batch_assertion(&mut self, condition: &Expr, message: Option<&(String, Span)>) -> R<()> {
        let part = self.count_part(condition)?;
        if !part.condition {
            return self.error("E0158", condition.span, "`assert` takes a condition: compare the number of samples with something");
        }
        let said = match message {
            Some((text, _)) => text.clone(),
            None => format!("`{}` does not hold", self.sources.text(condition.span)),
        };
        self.pass.asserts.push(BatchAssert { condition: part.count, message: said });
        Ok(())
    }

    fn count_part(&mut self, e: &Expr) -> R<Part> {
        if !self.names_batch_count(e) {
            return match self.some_value(e)? {
                Value::Bool(b) => Ok(Part { count: Count::Number(f64::from(u8::from(b))), condition: true }),
                other => match other.number() {
                    Some(x) => Ok(Part { count: Count::Number(x), condition: false }),
                    None => {
                        let message = format!("an assertion about the batch compares static numbers with it, found {}", self.show(&other));
                        self.error("E0158", e.span, message)
                    }
                },
            };
        }
        match &e.kind {
            ExprKind::Binary { op, left, right, .. } => {
                let (left, right) = (self.count_part(left)?, self.count_part(right)?);
                let Some((op, takes, gives)) = count_op(*op) else {
                    return self.error("E0158", e.span, "an assertion about the batch knows `+ - * / %`, comparisons, `&&`, `||` and `!`");
                };
                if left.condition != takes || right.condition != takes {
                    let wanted = if takes { "conditions" } else { "numbers" };
                    return self.error("E0158", e.span, format!("this takes {wanted} on both sides"));
                }
                Ok(Part { count: Count::Of(op, Box::new([left.count, right.count])), condition: gives })
            }
            ExprKind::Unary { op, operand } => {
                let part = self.count_part(operand)?;
                let zero = Count::Number(0.0);
                match (op, part.condition) {
                    (UnaryOp::Neg, false) => Ok(Part { count: Count::Of(CountOp::Sub, Box::new([zero, part.count])), condition: false }),
                    // A condition is 0 or 1.
                    (UnaryOp::Not, true) => Ok(Part { count: Count::Not(Box::new(part.count)), condition: true }),
                    _ => self.error("E0158", e.span, "`-` takes a number, `!` a condition"),
                }
            }
            // A wrong call of it is told as any other.
            _ => self.some_value(e).map(|_| Part { count: Count::Samples, condition: false }),
        }
    }
}

/// The operator, whether it takes conditions, and whether it gives one.
fn count_op(op: BinaryOp) -> Option<(CountOp, bool, bool)> {
    Some(match op {
        BinaryOp::Or => (CountOp::Or, true, true),
        BinaryOp::And => (CountOp::And, true, true),
        BinaryOp::Lt => (CountOp::Lt, false, true),
        BinaryOp::Le => (CountOp::Le, false, true),
        BinaryOp::Gt => (CountOp::Gt, false, true),
        BinaryOp::Ge => (CountOp::Ge, false, true),
        BinaryOp::Eq => (CountOp::Eq, false, true),
        BinaryOp::Ne => (CountOp::Ne, false, true),
        BinaryOp::Add => (CountOp::Add, false, false),
        BinaryOp::Sub => (CountOp::Sub, false, false),
        BinaryOp::Mul => (CountOp::Mul, false, false),
        BinaryOp::Div => (CountOp::Div, false, false),
        BinaryOp::Rem => (CountOp::Rem, false, false),
        BinaryOp::MatMul | BinaryOp::Pow => return None,
    })
}
