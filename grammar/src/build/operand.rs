//! Operands: numbers, calls, tuples and lists, branches and loops.

use pest::iterators::{Pair, Pairs};

use super::expression::{placeholder, span_to};
use super::{Builder, High, MAX_HEIGHT};
use crate::diagnostic::Diagnostic;
use crate::generated::Rule;
use crate::span::Span;
use crate::tree::{Arg, Block, Expr, ExprKind};

impl Builder<'_> {
    /// A name, number, string, call, bracket, branch, loop or block.
    pub(super) fn primary(&mut self, pair: Pair<'_, Rule>) -> Option<High<Expr>> {
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
}
