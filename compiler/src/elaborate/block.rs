//! Blocks: statements, then perhaps a value. After an error in a statement its names are poison, and the rest is still checked.

use tapeless_grammar::tree::{Block, Expr, ExprKind, Statement};

use super::Elab;
use super::files::PRELUDE;
use super::instance::StatementContext;
use super::report::{Fail, R};
use super::value::Value;

impl Elab<'_> {
    /// A block with its own names.
    pub(super) fn block(&mut self, block: &Block) -> R<Value> {
        if let Some(frame) = self.frames.last_mut() {
            frame.open();
        }
        let value = self.statements(&block.statements).and_then(|()| match &block.value {
            Some(value) => self.value(value),
            None => Ok(Value::unit()),
        });
        if let Some(frame) = self.frames.last_mut() {
            frame.close();
        }
        value
    }

    /// The body of a layer or fn: its names stand beside the arguments, and its value may pass a path on.
    pub(super) fn body(&mut self, block: &Block) -> R<Value> {
        self.statements(&block.statements)?;
        let Some(value) = &block.value else { return Ok(Value::unit()) };
        let mut tails = Vec::new();
        tail_calls(value, &mut tails);
        self.within(StatementContext { bound: None, created: Vec::new(), tails }, |elab| elab.value(value))
    }

    /// Statements in order. In the user's own text one error does not hide the next.
    pub(super) fn statements(&mut self, statements: &[Statement]) -> R<()> {
        let prelude = self.frames.last().is_some_and(|frame| frame.file == PRELUDE);
        let mut result = Ok(());
        for statement in statements {
            self.spend(1, statement.span)?;
            let before = self.used.depth;
            if self.statement(statement).is_err() {
                result = Err(Fail);
                self.used.depth = before;
                if prelude {
                    break;
                }
                self.poison(statement);
            }
        }
        result
    }

    /// Runs a statement's expressions, and settles the names of the layers that they call.
    pub(super) fn within<T>(&mut self, context: StatementContext, run: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        let Some(frame) = self.frames.last_mut() else { return Err(Fail) };
        let outer = std::mem::replace(&mut frame.statement, context);
        let result = run(self);
        if let Some(frame) = self.frames.last_mut() {
            let context = std::mem::replace(&mut frame.statement, outer);
            self.pass.instances.settle(&context);
        }
        result
    }
}

/// The calls that are an expression's value: of an `if`, those of its branches.
fn tail_calls(expr: &Expr, out: &mut Vec<tapeless_grammar::span::Span>) {
    match &expr.kind {
        ExprKind::Call { .. } => out.push(expr.span),
        ExprKind::Pipe { call, .. } => out.push(call.span),
        ExprKind::Block(block) => block.value.iter().for_each(|value| tail_calls(value, out)),
        ExprKind::If { then, otherwise, .. } => {
            for block in std::iter::once(then).chain(otherwise) {
                block.value.iter().for_each(|value| tail_calls(value, out));
            }
        }
        _ => {}
    }
}
