//! Expressions: the parser gives a flat row of operands and operators; precedence is made here. Operands are built in `operand.rs`.

use std::collections::VecDeque;

use pest::iterators::Pair;

use super::{Builder, High, MAX_HEIGHT};
use crate::diagnostic::Diagnostic;
use crate::generated::Rule;
use crate::span::Span;
use crate::tree::{BinaryOp, Expr, ExprKind, Index, Name, UnaryOp};

/// A part of a row.
enum Part {
    Prefix(UnaryOp, Span),
    Operand(High<Expr>),
    Operator(Operator, Span),
}

/// What stands between operands, with how tight it binds: loose is low.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Range,
    Pipe,
    Binary(BinaryOp),
}

const RANGE: u8 = 0;
const PIPE: u8 = 1;
const COMPARISON: u8 = 4;

impl Operator {
    fn of(text: &str) -> Operator {
        Operator::Binary(match text {
            "|>" => return Operator::Pipe,
            ".." => return Operator::Range,
            "||" => BinaryOp::Or,
            "&&" => BinaryOp::And,
            "<" => BinaryOp::Lt,
            "<=" => BinaryOp::Le,
            ">" => BinaryOp::Gt,
            ">=" => BinaryOp::Ge,
            "==" => BinaryOp::Eq,
            "!=" => BinaryOp::Ne,
            "+" => BinaryOp::Add,
            "-" => BinaryOp::Sub,
            "*" => BinaryOp::Mul,
            "/" => BinaryOp::Div,
            "%" => BinaryOp::Rem,
            "@" => BinaryOp::MatMul,
            _ => BinaryOp::Pow,
        })
    }

    fn binds(self) -> u8 {
        use BinaryOp::{Add, And, Div, Eq, Ge, Gt, Le, Lt, MatMul, Mul, Ne, Or, Pow, Rem, Sub};
        match self {
            Operator::Range => RANGE,
            Operator::Pipe => PIPE,
            Operator::Binary(op) => match op {
                Or => 2,
                And => 3,
                Lt | Le | Gt | Ge | Eq | Ne => COMPARISON,
                Add | Sub => 5,
                Mul | Div | Rem | MatMul => 6,
                Pow => 7,
            },
        }
    }
}

impl Builder<'_> {
    /// An expression (`expr`, or the `flow_row` of a statement that begins with `if`, `for` or a block).
    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Option<High<Expr>> {
        let span = self.span(&pair);
        let mut row = VecDeque::new();
        let mut operators = 0;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::prefix => {
                    operators += 1;
                    row.push_back(Part::Prefix(if pair.as_str() == "-" { UnaryOp::Neg } else { UnaryOp::Not }, self.span(&pair)));
                }
                Rule::op => {
                    operators += 1;
                    row.push_back(Part::Operator(Operator::of(pair.as_str()), self.span(&pair)));
                }
                Rule::index | Rule::field => {
                    let Some(Part::Operand((value, height))) = row.pop_back() else { return None };
                    let high = self.postfix(value, height, pair)?;
                    row.push_back(Part::Operand(high));
                }
                _ => row.push_back(Part::Operand(self.primary(pair)?)),
            }
        }
        if operators > MAX_HEIGHT {
            self.too_high(span);
            return Some((placeholder(span), 0));
        }
        self.climb(&mut row, RANGE)
    }

    /// The longest expression at the row's front whose operators bind at least as tight as `least`.
    fn climb(&mut self, row: &mut VecDeque<Part>, least: u8) -> Option<High<Expr>> {
        let (mut left, mut height) = self.unary(row)?;
        // The last comparison or range made here, if the last operator was one.
        let mut unchained: Option<Span> = None;
        while let Some(&Part::Operator(operator, op_span)) = row.front() {
            let binds = operator.binds();
            if binds < least {
                break;
            }
            row.pop_front();
            let (right, high) = self.climb(row, binds + 1)?;
            if let Some(first) = unchained.filter(|_| binds == COMPARISON || binds == RANGE) {
                self.chained(binds, first, op_span);
            }
            unchained = (binds == COMPARISON || binds == RANGE).then_some(op_span);
            let span = left.span.to(right.span);
            let kind = match operator {
                Operator::Range => ExprKind::Range { start: Box::new(left), end: Box::new(right) },
                Operator::Pipe => {
                    let call = self.piped(&left, right);
                    ExprKind::Pipe { value: Box::new(left), call: Box::new(call) }
                }
                Operator::Binary(op) => ExprKind::Binary { op, op_span, left: Box::new(left), right: Box::new(right) },
            };
            (left, height) = self.node(kind, span, height.max(high));
        }
        Some((left, height))
    }

    /// Prefixes, then a power: `-a ^ b` is `-(a ^ b)`, and the right side of `^` may have prefixes of its own.
    fn unary(&mut self, row: &mut VecDeque<Part>) -> Option<High<Expr>> {
        match row.pop_front()? {
            Part::Prefix(op, at) => {
                let (operand, height) = self.unary(row)?;
                let span = at.to(operand.span);
                Some(self.node(ExprKind::Unary { op, operand: Box::new(operand) }, span, height))
            }
            Part::Operand((base, height)) => {
                let Some(&Part::Operator(Operator::Binary(BinaryOp::Pow), op_span)) = row.front() else {
                    return Some((base, height));
                };
                row.pop_front();
                let (exponent, high) = self.unary(row)?;
                let span = base.span.to(exponent.span);
                let kind = ExprKind::Binary { op: BinaryOp::Pow, op_span, left: Box::new(base), right: Box::new(exponent) };
                Some(self.node(kind, span, height.max(high)))
            }
            Part::Operator(..) => None,
        }
    }

    fn chained(&mut self, binds: u8, first: Span, second: Span) {
        let problem = if binds == COMPARISON {
            Diagnostic::error("E0014", second, "comparisons do not chain")
                .label(first, "the first comparison")
                .help("write `a < b && b < c`")
        } else {
            Diagnostic::error("E0016", second, "a range has two ends").label(first, "the first range").help("write `a..b`")
        };
        self.problems.push(problem);
    }

    /// The right side of `|>`: a call, or a name that becomes a call without arguments.
    fn piped(&mut self, value: &Expr, right: Expr) -> Expr {
        match right.kind {
            ExprKind::Call { .. } => right,
            ExprKind::Name(text) => {
                let callee = Name { text, span: right.span };
                Expr { kind: ExprKind::Call { label: None, callee, args: Vec::new(), bare: true }, span: right.span }
            }
            _ => {
                let mut problem = Diagnostic::error("E0015", right.span, "the right side of `|>` is a call or the name of one");
                let start = first_operand(&right).span;
                if start != right.span && start.file == self.file {
                    let (from, to) = (value.span.start as usize, start.end as usize);
                    let piped = self.text.get(from..to).unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
                    let rest = self.text.get(to..right.span.end as usize).unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
                    let space = if rest.starts_with(['[', '.']) { "" } else { " " };
                    problem = problem.help(format!("`|>` is the loosest operator: write `({piped}){space}{rest}`"));
                }
                self.problems.push(problem);
                right
            }
        }
    }

    fn postfix(&mut self, value: Expr, height: u32, pair: Pair<'_, Rule>) -> Option<High<Expr>> {
        if pair.as_rule() == Rule::field {
            let field = self.field(value, pair)?;
            let (kind, span) = (field.kind, field.span);
            return Some(self.node(kind, span, height));
        }
        let mut indices = Vec::new();
        let mut high = height;
        let mut span = value.span;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::axis => {
                    let (index, inner) = self.axis(pair)?;
                    indices.push(index);
                    high = high.max(inner);
                }
                Rule::close_bracket => span.end = self.span(&pair).end,
                _ => {}
            }
        }
        Some(self.node(ExprKind::Index { value: Box::new(value), indices }, span, high))
    }

    /// `value.field`
    pub(super) fn field(&mut self, value: Expr, pair: Pair<'_, Rule>) -> Option<Expr> {
        let inner = pair.into_inner().next()?;
        let field = match inner.as_rule() {
            Rule::word => self.name(&inner),
            _ => Name { text: inner.as_str().to_owned(), span: self.span(&inner) },
        };
        let span = value.span.to(field.span);
        Some(Expr { kind: ExprKind::Field { value: Box::new(value), field }, span })
    }

    fn axis(&mut self, pair: Pair<'_, Rule>) -> Option<High<Index>> {
        let mut inner = pair.into_inner();
        let first = inner.next()?;
        if first.as_rule() == Rule::dots {
            let mut span = self.span(&first);
            let Some(pair) = inner.next() else { return Some((Index::Range { start: None, end: None, span }, 0)) };
            let (end, height) = self.expr(pair)?;
            span = span.to(end.span);
            if matches!(end.kind, ExprKind::Range { .. }) {
                self.chained(RANGE, self.span(&first), end.span);
            }
            return Some((Index::Range { start: None, end: Some(end), span }, height));
        }
        let (value, height) = self.expr(first)?;
        let Some(dots) = inner.next() else {
            let Expr { kind: ExprKind::Range { start, end }, span } = value else { return Some((Index::At(value), height)) };
            return Some((Index::Range { start: Some(*start), end: Some(*end), span }, height));
        };
        let span = value.span.to(self.span(&dots));
        if matches!(value.kind, ExprKind::Range { .. }) {
            self.chained(RANGE, value.span, self.span(&dots));
        }
        Some((Index::Range { start: Some(value), end: None, span }, height))
    }

    /// A node one higher than its highest part; a placeholder and an error where that is too high.
    pub(super) fn node(&mut self, kind: ExprKind, span: Span, below: u32) -> High<Expr> {
        if below >= MAX_HEIGHT {
            self.too_high(span);
            return (placeholder(span), 0);
        }
        (Expr { kind, span }, below + 1)
    }
}

/// From the start of the one to the end of the other.
pub(super) fn span_to(start: Span, end: Span) -> Span {
    Span { end: end.end, ..start }
}

/// Stands where an expression was refused.
pub(super) fn placeholder(span: Span) -> Expr {
    Expr { kind: ExprKind::Name(String::new()), span }
}

/// The operand that stands first in an expression without brackets.
fn first_operand(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Binary { left, .. } => first_operand(left),
        ExprKind::Index { value, .. } | ExprKind::Field { value, .. } => first_operand(value),
        _ => expr,
    }
}
