//! Expressions: the parser gives a flat row of operands and operators; precedence is made here (LANGUAGE, section 4).

use std::collections::VecDeque;

use pest::iterators::{Pair, Pairs};

use super::{Builder, High, MAX_HEIGHT};
use crate::diagnostic::Diagnostic;
use crate::generated::Rule;
use crate::span::Span;
use crate::tree::{Arg, BinaryOp, Block, Expr, ExprKind, Index, Name, UnaryOp};

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

    fn primary(&mut self, pair: Pair<'_, Rule>) -> Option<High<Expr>> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::call => self.call(pair),
            Rule::number => Some((self.number(pair.as_str(), span), 1)),
            Rule::string => Some((Expr { kind: ExprKind::Str(self.string(&pair).0), span }, 1)),
            Rule::paren | Rule::list => self.sequence(pair),
            Rule::if_expr => self.if_expr(pair.into_inner(), span),
            Rule::for_expr => {
                let mut inner = pair.into_inner();
                let name = self.name(&inner.next()?);
                inner.next()?;
                let (over, height) = self.expr(inner.next()?)?;
                let (body, high) = self.block(inner.next()?, true)?;
                let span = span_to(span, body.span);
                Some(self.node(ExprKind::For { name, over: Box::new(over), body }, span, height.max(high)))
            }
            Rule::block => {
                let (block, height) = self.block(pair, true)?;
                let span = block.span;
                Some(self.node(ExprKind::Block(block), span, height))
            }
            _ => None,
        }
    }

    fn number(&mut self, text: &str, span: Span) -> Expr {
        let plain = text.replace('_', "");
        let kind = if plain.bytes().all(|byte| byte.is_ascii_digit()) {
            plain.parse().ok().map(ExprKind::Int)
        } else {
            plain.parse().ok().filter(|value: &f64| value.is_finite()).map(|value| ExprKind::Float { value, text: text.to_owned() })
        };
        if let Some(kind) = kind {
            return Expr { kind, span };
        }
        let message = format!("the number `{text}` is too large");
        let help = "whole numbers have 64 bits, others are below 1.8e308; `inf` is a number too";
        self.problems.push(Diagnostic::error("E0013", span, message).help(help));
        placeholder(span)
    }

    /// `(a)`, `(a, b)`, `[a, b]`
    fn sequence(&mut self, pair: Pair<'_, Rule>) -> Option<High<Expr>> {
        let mut span = self.span(&pair);
        let list = pair.as_rule() == Rule::list;
        let (mut parts, mut height, mut comma) = (Vec::new(), 0, false);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::expr => {
                    let (part, high) = self.expr(pair)?;
                    parts.push(part);
                    height = height.max(high);
                }
                Rule::comma => comma = true,
                _ => span.end = self.span(&pair).end,
            }
        }
        if !list && !comma && parts.len() == 1 {
            return parts.pop().map(|part| (Expr { span, ..part }, height));
        }
        Some(self.node(if list { ExprKind::List(parts) } else { ExprKind::Tuple(parts) }, span, height))
    }

    /// A name, a call, a labelled call.
    pub(super) fn call(&mut self, pair: Pair<'_, Rule>) -> Option<High<Expr>> {
        let mut inner = pair.into_inner();
        let first = inner.next()?;
        let mut next = inner.next();
        let (label, callee) = match next.take_if(|pair| pair.as_rule() == Rule::word) {
            Some(second) => {
                next = inner.next();
                (Some(self.name(&first)), second)
            }
            None => (None, first),
        };
        if label.is_none() && next.is_none() {
            let span = self.span(&callee);
            let kind = match callee.as_str() {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                _ => ExprKind::Name(self.name(&callee).text),
            };
            return Some((Expr { kind, span }, 1));
        }
        let callee = self.name(&callee);
        let mut span = label.as_ref().map_or(callee.span, |label| label.span.to(callee.span));
        let Some(pairs) = next else {
            return Some(self.node(ExprKind::Call { label, callee, args: Vec::new(), bare: true }, span, 0));
        };
        let (mut args, mut height) = (Vec::new(), 0);
        for pair in pairs.into_inner() {
            match pair.as_rule() {
                Rule::arg => {
                    let (mut name, mut value) = (None, None);
                    for pair in pair.into_inner() {
                        match pair.as_rule() {
                            Rule::word => name = Some(self.name(&pair)),
                            Rule::expr => value = Some(self.expr(pair)?),
                            _ => {}
                        }
                    }
                    let (value, high) = value?;
                    height = height.max(high);
                    args.push(Arg { name, value });
                }
                Rule::close_paren => span.end = self.span(&pair).end,
                _ => {}
            }
        }
        Some(self.node(ExprKind::Call { label, callee, args, bare: false }, span, height))
    }

    fn if_expr(&mut self, inner: Pairs<'_, Rule>, start: Span) -> Option<High<Expr>> {
        // Conditions and blocks in order; a block without a condition is the last `else`.
        let mut branches: Vec<(Option<High<Expr>>, High<Block>, Span)> = Vec::new();
        let mut condition = None;
        let mut at = start;
        for pair in inner {
            match pair.as_rule() {
                Rule::expr => condition = Some(self.expr(pair)?),
                Rule::block => {
                    let block = self.block(pair, true)?;
                    branches.push((condition.take(), block, at));
                }
                // The `if` itself stands at the end of `else if `, before blanks.
                Rule::else_if => {
                    at = self.span(&pair);
                    let upto = pair.as_str().rfind("if").unwrap_or(0);
                    at.start += upto as u32;
                }
                _ => {}
            }
        }
        if branches.len() > MAX_HEIGHT as usize {
            self.too_high(start);
            return Some((placeholder(start), 0));
        }
        let mut otherwise: Option<High<Block>> = None;
        for (condition, block, at) in branches.into_iter().rev() {
            let Some((condition, high)) = condition else {
                otherwise = Some(block);
                continue;
            };
            let (then, then_height) = block;
            let (other, other_height) = otherwise.take().unzip();
            let height = high.max(then_height).max(other_height.unwrap_or(0));
            let end = other.as_ref().map_or(then.span, |other: &Block| other.span);
            let span = span_to(at, end);
            let kind = ExprKind::If { condition: Box::new(condition), then, otherwise: other };
            let (value, height) = self.node(kind, span, height);
            otherwise = Some((Block { statements: Vec::new(), value: Some(Box::new(value)), span }, height));
        }
        let (block, height) = otherwise?;
        block.value.map(|value| (*value, height))
    }

    /// A node one higher than its highest part; a placeholder and an error where that is too high.
    fn node(&mut self, kind: ExprKind, span: Span, below: u32) -> High<Expr> {
        if below >= MAX_HEIGHT {
            self.too_high(span);
            return (placeholder(span), 0);
        }
        (Expr { kind, span }, below + 1)
    }
}

/// From the start of the one to the end of the other.
fn span_to(start: Span, end: Span) -> Span {
    Span { end: end.end, ..start }
}

/// Stands where an expression was refused.
fn placeholder(span: Span) -> Expr {
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
