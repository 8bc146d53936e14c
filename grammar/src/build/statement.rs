//! Blocks and statements.

use pest::iterators::{Pair, Pairs};

use super::{Builder, High, MAX_HEIGHT, doc_lines};
use crate::diagnostic::Diagnostic;
use crate::generated::Rule;
use crate::span::Span;
use crate::tree::{Block, Expr, ExprKind, Name, Port, Statement, StatementKind, Stored};

impl Builder<'_> {
    /// A block; `with_value` says whether a last expression without `;` is its value.
    pub(super) fn block(&mut self, pair: Pair<'_, Rule>, with_value: bool) -> Option<High<Block>> {
        let mut block = Block { statements: Vec::new(), value: None, span: self.span(&pair) };
        let mut height = 0;
        let mut inner = pair.into_inner().peekable();
        while let Some(pair) = inner.next() {
            match pair.as_rule() {
                Rule::close_brace => block.span.end = self.span(&pair).end,
                Rule::statement => {
                    let last = inner.peek().is_none_or(|next| next.as_rule() != Rule::statement);
                    let (statement, closed, inner_height) = self.statement(pair)?;
                    height = height.max(inner_height + 1);
                    self.place(&mut block, statement, closed, last, with_value);
                }
                _ => {}
            }
        }
        if height > MAX_HEIGHT {
            self.too_high(block.span);
            return Some((Block { span: block.span, ..Block::default() }, 0));
        }
        Some((block, height))
    }

    /// Puts a statement into its block: as the value where it is one.
    fn place(&mut self, block: &mut Block, statement: Statement, closed: bool, last: bool, with_value: bool) {
        let Statement { doc, kind, span } = statement;
        let (StatementKind::Expr(value), false) = (&kind, closed) else {
            block.statements.push(Statement { doc, kind, span });
            return;
        };
        let flow = matches!(value.kind, ExprKind::If { .. } | ExprKind::For { .. } | ExprKind::Block(_));
        if (!last || !with_value) && flow {
            block.statements.push(Statement { doc, kind, span });
            return;
        }
        if !last || !with_value {
            let end = Span { start: span.end, ..span };
            let message = "expected `;` after the statement";
            let mut problem = Diagnostic::error("E0002", end, message).help("put `;` here");
            if last {
                problem = problem.help("put `;` here; the body of a network or optimizer has no value");
            }
            self.problems.push(problem);
        } else if !doc.is_empty() {
            let message = "documentation stands before an item or a statement, not before a block's value";
            self.problems.push(Diagnostic::error("E0023", span, message).help("write `//` instead of `///`"));
        }
        if let StatementKind::Expr(value) = kind {
            block.value = Some(Box::new(value));
        }
    }

    /// A statement, whether it ended with `;` (or needs none), and its height.
    pub(super) fn statement(&mut self, pair: Pair<'_, Rule>) -> Option<(Statement, bool, u32)> {
        let mut doc = Vec::new();
        for pair in pair.into_inner() {
            if pair.as_rule() == Rule::doc {
                doc_lines(pair.as_str(), &mut doc);
                continue;
            }
            let mut span = self.span(&pair);
            let rule = pair.as_rule();
            // The last pair is the `;` where there is one.
            let end = pair.clone().into_inner().next_back().filter(|last| last.as_rule() == Rule::semi).map(|last| self.span(&last).end);
            let (kind, height) = self.statement_kind(rule, pair.into_inner())?;
            span.end = match (end, &kind) {
                (Some(end), _) => end,
                (None, StatementKind::Expr(value)) => value.span.end,
                (None, _) => span.end,
            };
            let closed = end.is_some() || !matches!(rule, Rule::plain | Rule::flow);
            return Some((Statement { doc, kind, span }, closed, height));
        }
        None
    }

    fn statement_kind(&mut self, rule: Rule, mut inner: Pairs<'_, Rule>) -> Option<High<StatementKind>> {
        Some(match rule {
            Rule::let_statement => {
                let mut next = inner.next()?;
                let mutable = next.as_rule() == Rule::mutable;
                if mutable {
                    next = inner.next()?;
                }
                let (names, tuple) = self.names(next);
                inner.next()?;
                let (value, height) = self.expr(inner.next()?)?;
                (StatementKind::Let { mutable, names, tuple, value }, height)
            }
            Rule::assign => {
                let (names, tuple) = self.names(inner.next()?);
                inner.next()?;
                let (value, height) = self.expr(inner.next()?)?;
                (StatementKind::Assign { names, tuple, value }, height)
            }
            Rule::stored => self.stored(inner)?,
            Rule::port => self.port(inner)?,
            Rule::named => {
                let keyword = inner.next()?;
                let name = self.name(&inner.next()?);
                inner.next()?;
                let (value, height) = self.expr(inner.next()?)?;
                let kind = match keyword.as_str() {
                    "output" => StatementKind::Output { name, value },
                    "metric" => StatementKind::Metric { name, value },
                    _ => {
                        self.expect_call(&value);
                        StatementKind::Shared { name, value }
                    }
                };
                (kind, height)
            }
            Rule::loss => {
                let mut next = inner.next()?;
                let mut name = None;
                if next.as_rule() == Rule::word {
                    name = Some(self.name(&next));
                    inner.next()?;
                    next = inner.next()?;
                }
                let (value, height) = self.expr(next)?;
                (StatementKind::Loss { name, value }, height)
            }
            Rule::yields => {
                let keyword = inner.next()?;
                let (value, height) = self.expr(inner.next()?)?;
                let kind = match keyword.as_str() {
                    "yield" => StatementKind::Yield(value),
                    "batch" => StatementKind::Batch(value),
                    _ => StatementKind::Unroll(value),
                };
                (kind, height)
            }
            Rule::optimizer_use => {
                let (call, height) = self.call(inner.next()?)?;
                let target = inner.next().filter(|pair| pair.as_rule() == Rule::path);
                let target = target.and_then(|pair| self.path(pair));
                (StatementKind::Optimizer { call, target }, height)
            }
            Rule::setting => {
                let keyword = inner.next()?;
                let name = self.name(&inner.next()?);
                let precision = keyword.as_str() == "precision";
                (if precision { StatementKind::Precision(name) } else { StatementKind::Emit(name) }, 0)
            }
            Rule::freeze => (StatementKind::Freeze { target: self.path(inner.next()?)? }, 0),
            Rule::budget => {
                let what = self.name(&inner.next()?);
                inner.next()?;
                let (bytes, height) = self.expr(inner.next()?)?;
                (StatementKind::Budget { what, bytes }, height)
            }
            Rule::assert => {
                let (condition, height) = self.expr(inner.next()?)?;
                let message = inner.find(|pair| pair.as_rule() == Rule::string).map(|pair| self.string(&pair));
                (StatementKind::Assert { condition, message }, height)
            }
            Rule::flow => {
                let (value, height) = self.expr(inner.next()?)?;
                (StatementKind::Expr(value), height)
            }
            Rule::plain => {
                let (value, height) = self.expr(inner.next()?)?;
                (StatementKind::Expr(value), height)
            }
            _ => return None,
        })
    }

    fn names(&mut self, pair: Pair<'_, Rule>) -> (Vec<Name>, bool) {
        if pair.as_rule() == Rule::word {
            return (vec![self.name(&pair)], false);
        }
        let names = pair.into_inner().filter(|pair| pair.as_rule() == Rule::word).map(|pair| self.name(&pair)).collect();
        (names, true)
    }

    fn stored(&mut self, mut inner: Pairs<'_, Rule>) -> Option<High<StatementKind>> {
        let keyword = inner.next()?;
        let name = self.name(&inner.next()?);
        let (mut shape, mut height) = (None, 0);
        if inner.next()?.as_rule() == Rule::colon {
            let (of, high) = self.expr(inner.next()?)?;
            (shape, height) = (Some(of), high);
            inner.next()?;
        }
        let (value, high) = self.expr(inner.next()?)?;
        if shape.is_none() && matches!(keyword.as_str(), "param" | "buffer") {
            let message = format!("a {} needs a shape", keyword.as_str());
            let help = format!("write `{} {}: [2, 3] = …;`, `[]` for a scalar", keyword.as_str(), name.text);
            self.problems.push(Diagnostic::error("E0025", name.span, message).help(help));
        }
        let stored = Stored { name, shape, value };
        let kind = match keyword.as_str() {
            "param" => StatementKind::Param(stored),
            "buffer" => StatementKind::Buffer(stored),
            "state" => StatementKind::State(stored),
            _ => StatementKind::Const(stored),
        };
        Some((kind, height.max(high)))
    }

    fn port(&mut self, mut inner: Pairs<'_, Rule>) -> Option<High<StatementKind>> {
        let keyword = inner.next()?;
        let name = self.name(&inner.next()?);
        inner.next()?;
        let (shape, mut height) = self.expr(inner.next()?)?;
        let mut range = None;
        if inner.next().is_some_and(|pair| pair.as_rule() == Rule::in_kw) {
            let (of, high) = self.expr(inner.next()?)?;
            height = height.max(high);
            if !matches!(of.kind, ExprKind::Range { .. }) {
                let message = "an index lies in a range, `0..n`";
                self.problems.push(Diagnostic::error("E0016", of.span, message).help("write the range as `0..n`"));
            }
            range = Some(of);
        }
        let port = Port { name, shape, range };
        Some((if keyword.as_str() == "input" { StatementKind::Input(port) } else { StatementKind::Target(port) }, height))
    }

    fn path(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next()?);
        let mut path = Expr { kind: ExprKind::Name(name.text), span: name.span };
        let mut steps = 0;
        for pair in inner {
            steps += 1;
            if steps > MAX_HEIGHT {
                self.too_high(path.span);
                return None;
            }
            path = self.field(path, pair)?;
        }
        Some(path)
    }

    fn expect_call(&mut self, value: &Expr) {
        if !matches!(value.kind, ExprKind::Call { label: None, .. } | ExprKind::Name(_)) {
            let message = "a shared layer is a call that is not applied yet";
            let help = "write `shared enc = dense(16);`, and `x |> enc` where it is applied";
            self.problems.push(Diagnostic::error("E0029", value.span, message).help(help));
        }
    }
}
