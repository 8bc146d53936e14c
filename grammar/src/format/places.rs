//! Where the tree says that statements, branches and loops begin and end, by the bytes of their first tokens.

use std::collections::BTreeMap;

use crate::items::word;
use crate::scan::Token;
use crate::span::Span;
use crate::tree::{Block, Expr, ExprKind, Index, ItemKind, Program, StatementKind};

/// A block's statements.
#[derive(Debug, Default)]
pub(super) struct BlockPlace {
    /// The end of each statement, and of the value, in order.
    pub(super) ends: Vec<u32>,
    /// It holds a value and no statement.
    pub(super) value_only: bool,
}

/// A branch or loop, by the byte of `if` or `for`.
#[derive(Clone, Copy, Debug)]
pub(super) struct FlowPlace {
    /// The brace that opens its (first) block.
    pub(super) body: u32,
    /// One past its last byte.
    pub(super) end: u32,
}

/// All of a program's.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Blocks by the byte of their opening brace.
    pub(super) blocks: BTreeMap<u32, BlockPlace>,
    /// Branches and loops.
    pub(super) flows: BTreeMap<u32, FlowPlace>,
    /// The end of each item, in order.
    pub(super) items: Vec<u32>,
}

impl Places {
    /// Walks the tree.
    pub(super) fn of(program: &Program, text: &str, tokens: &[Token]) -> Places {
        let mut walk = Walk { places: Places::default(), text, tokens };
        for item in &program.items {
            walk.places.items.push(item_end(item.span, text, tokens));
            match &item.kind {
                ItemKind::Use { .. } => {}
                ItemKind::Const { value, .. } => walk.expr(value),
                ItemKind::Fn(function) | ItemKind::Layer(function) | ItemKind::Optimizer(function) => {
                    function.parameters.iter().filter_map(|parameter| parameter.default.as_ref()).for_each(|value| walk.expr(value));
                    if function.short {
                        function.body.value.iter().for_each(|value| walk.expr(value));
                    } else {
                        walk.block(&function.body);
                    }
                }
                ItemKind::Network(network) => walk.block(&network.body),
            }
        }
        walk.places
    }
}

/// The item's span may reach over blanks and comments behind it.
fn item_end(span: Span, text: &str, tokens: &[Token]) -> u32 {
    let upto = tokens.partition_point(|token| token.end <= span.end);
    let last = tokens.get(..upto).unwrap_or(tokens).iter().rev().find(|token| !token.kind.is_comment() && !word(text, token).is_empty());
    last.map_or(span.end, |token| token.end)
}

struct Walk<'t> {
    places: Places,
    text: &'t str,
    tokens: &'t [Token],
}

impl Walk<'_> {
    fn block(&mut self, block: &Block) {
        let mut place = BlockPlace { ends: Vec::new(), value_only: block.statements.is_empty() && block.value.is_some() };
        for statement in &block.statements {
            place.ends.push(statement.span.end);
            match &statement.kind {
                StatementKind::Input(port) | StatementKind::Target(port) => {
                    self.expr(&port.shape);
                    port.range.iter().for_each(|range| self.expr(range));
                }
                StatementKind::Param(stored)
                | StatementKind::Buffer(stored)
                | StatementKind::State(stored)
                | StatementKind::Const(stored) => {
                    stored.shape.iter().for_each(|shape| self.expr(shape));
                    self.expr(&stored.value);
                }
                StatementKind::Let { value, .. }
                | StatementKind::Assign { value, .. }
                | StatementKind::Shared { value, .. }
                | StatementKind::Output { value, .. }
                | StatementKind::Loss { value, .. }
                | StatementKind::Metric { value, .. }
                | StatementKind::Optimizer { call: value, .. }
                | StatementKind::Batch(value)
                | StatementKind::Unroll(value)
                | StatementKind::Budget { bytes: value, .. }
                | StatementKind::Assert { condition: value, .. }
                | StatementKind::Yield(value)
                | StatementKind::Expr(value) => self.expr(value),
                StatementKind::Freeze { .. } | StatementKind::Precision(_) | StatementKind::Emit(_) => {}
            }
        }
        if let Some(value) = &block.value {
            place.ends.push(value.span.end);
            self.expr(value);
        }
        self.places.blocks.insert(block.span.start, place);
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Int(_) | ExprKind::Float { .. } | ExprKind::Bool(_) | ExprKind::Str(_) | ExprKind::Name(_) => {}
            ExprKind::Tuple(parts) | ExprKind::List(parts) => parts.iter().for_each(|part| self.expr(part)),
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Pipe { value, call } => {
                self.expr(value);
                self.expr(call);
            }
            ExprKind::Call { args, .. } => args.iter().for_each(|arg| self.expr(&arg.value)),
            ExprKind::Index { value, indices } => {
                self.expr(value);
                for index in indices {
                    match index {
                        Index::At(value) => self.expr(value),
                        Index::Range { start, end, .. } => start.iter().chain(end).for_each(|value| self.expr(value)),
                    }
                }
            }
            ExprKind::Field { value, .. } => self.expr(value),
            ExprKind::Range { start, end } => {
                self.expr(start);
                self.expr(end);
            }
            ExprKind::If { condition, then, otherwise } => {
                self.flow(expr.span, then.span.start, otherwise.as_ref().map_or(then.span.end, last_end));
                self.expr(condition);
                self.block(then);
                // `else if` is a block of its own only in the tree.
                match otherwise {
                    Some(Block { value: Some(value), span, .. }) if !self.opens(span.start) => self.expr(value),
                    Some(block) => self.block(block),
                    None => {}
                }
            }
            ExprKind::For { over, body, .. } => {
                self.flow(expr.span, body.span.start, body.span.end);
                self.expr(over);
                self.block(body);
            }
            ExprKind::Block(block) => self.block(block),
        }
    }

    fn opens(&self, at: u32) -> bool {
        self.text.as_bytes().get(at as usize) == Some(&b'{')
    }

    /// The span may begin with parentheses around the branch or loop.
    fn flow(&mut self, span: Span, body: u32, end: u32) {
        let first = self.tokens.partition_point(|token| token.start < span.start);
        let keyword = self.tokens.iter().skip(first).find(|token| matches!(word(self.text, token), "if" | "for"));
        if let Some(keyword) = keyword {
            self.places.flows.insert(keyword.start, FlowPlace { body, end });
        }
    }
}

/// The end of the last branch.
fn last_end(block: &Block) -> u32 {
    block.span.end
}
