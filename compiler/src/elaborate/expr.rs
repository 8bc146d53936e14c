//! Expressions: each kind goes to its room.

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{Block, Expr, ExprKind, Name};

use super::Elab;
use super::call::Piped;
use super::files::{Found, Space};
use super::report::{Fail, R, nearest};
use super::scope::Body;
use super::value::Value;
use crate::graph::{Attr, Type};
use crate::ops;

impl Elab<'_> {
    /// What an expression is.
    pub(super) fn value(&mut self, expr: &Expr) -> R<Value> {
        self.spend(1, expr.span)?;
        self.enter(expr.span)?;
        let value = self.dispatch(expr);
        self.leave();
        value
    }

    fn dispatch(&mut self, expr: &Expr) -> R<Value> {
        match &expr.kind {
            ExprKind::Int(n) => match i64::try_from(*n) {
                Ok(n) => Ok(Value::Int(n)),
                Err(_) => self.error("E0130", expr.span, format!("{n} does not fit a signed 64-bit integer")),
            },
            ExprKind::Float { value, .. } if value.is_finite() => Ok(Value::Float(*value)),
            ExprKind::Float { text, .. } => {
                self.error_help("E0137", expr.span, format!("{text} is larger than every number"), "infinity is written `inf`")
            }
            ExprKind::Bool(b) => Ok(Value::Bool(*b)),
            ExprKind::Str(s) => Ok(Value::Str(s.as_str().into())),
            ExprKind::Name(name) => self.name(name, expr.span),
            ExprKind::Tuple(items) => self.items(items, expr.span, true),
            ExprKind::List(items) => self.items(items, expr.span, false),
            ExprKind::Unary { op, operand } => self.unary(*op, operand, expr.span),
            ExprKind::Binary { op, left, right, .. } => self.binary(*op, left, right, expr.span),
            ExprKind::Pipe { value, call } => self.pipe(value, call),
            ExprKind::Call { label, callee, args, .. } => self.call(label.as_ref(), callee, args, None, expr.span),
            ExprKind::Index { value, indices } => self.index(value, indices, expr.span),
            ExprKind::Field { value, field } => self.field(value, field, expr.span),
            ExprKind::Range { start, end } => self.range(start, end, expr.span),
            ExprKind::If { condition, then, otherwise } => self.choice(condition, then, otherwise.as_ref()),
            ExprKind::For { name, over, body } => self.for_loop(name, over, body, expr.span),
            ExprKind::Block(block) => self.block(block),
        }
    }

    /// As [`Elab::value`], where something must come of it.
    pub(super) fn some_value(&mut self, expr: &Expr) -> R<Value> {
        let value = self.value(expr)?;
        if value.is_unit() {
            return self.error_help(
                "E0199",
                expr.span,
                "this gives no value",
                "a block's value is its last expression, without `;`; a loop's is what it yields",
            );
        }
        Ok(value)
    }

    fn items(&mut self, items: &[Expr], span: Span, tuple: bool) -> R<Value> {
        self.list_size(items.len(), span)?;
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.push(self.some_value(item)?);
        }
        let list = self.list(values, span)?;
        Ok(match list {
            Value::List(items) if tuple => Value::Tuple(items),
            other => other,
        })
    }

    fn pipe(&mut self, value: &Expr, call: &Expr) -> R<Value> {
        let first = Piped { expr: value };
        match &call.kind {
            ExprKind::Call { label, callee, args, .. } => self.call(label.as_ref(), callee, args, Some(first), call.span),
            ExprKind::Name(name) => {
                let callee = Name { text: name.clone(), span: call.span };
                self.call(None, &callee, &[], Some(first), call.span)
            }
            _ => self.error_help("E0108", call.span, "the right side of `|>` is a call", "`x |> f` is `f(x)`; `x |> f(a)` is `f(x, a)`"),
        }
    }

    fn range(&mut self, start: &Expr, end: &Expr, span: Span) -> R<Value> {
        let (a, b) = (self.integer(start, "a range")?, self.integer(end, "a range")?);
        if b < a {
            return self.error("E0133", span, format!("the range {a}..{b} ends before it begins"));
        }
        Ok(Value::Range(a, b))
    }

    /// An expression that must be a static integer.
    pub(super) fn integer(&mut self, expr: &Expr, what: &str) -> R<i64> {
        match self.some_value(expr)? {
            Value::Int(n) => Ok(n),
            Value::Poison => Err(Fail),
            other => {
                let message = format!("{what} takes a static integer, found {}", self.show(&other));
                self.error("E0114", expr.span, message)
            }
        }
    }

    /// What a plain name means here.
    pub(super) fn name(&mut self, name: &str, span: Span) -> R<Value> {
        if let Some(value) = self.local(name) {
            return if matches!(value, Value::Poison) { Err(Fail) } else { Ok(value) };
        }
        if let Some(value) = self.meant_by_place(name, span) {
            return value;
        }
        let file = self.frames.last().map_or(0, |frame| frame.file);
        match self.files.find(self.sources, file, Space::Const, name) {
            Found::Item(item) => return self.const_item(&item, span),
            Found::Ambiguous(a, b) => return self.ambiguous(name, span, a, b),
            Found::Nothing => {}
        }
        self.unknown_name(name, span)
    }

    /// A name of the current body.
    pub(super) fn local(&self, name: &str) -> Option<Value> {
        self.frames.last()?.find(name).map(|binding| binding.value.clone())
    }

    /// Words that mean something in their places.
    fn meant_by_place(&mut self, name: &str, span: Span) -> Option<R<Value>> {
        let optimizer = self.pass.in_optimizer;
        Some(Ok(match name {
            "none" => Value::None,
            "inf" => Value::Float(f64::INFINITY),
            "training" if !optimizer => {
                self.pass.consulted = true;
                Value::Bool(self.pass.training)
            }
            "params" | "weights" | "biases" if !optimizer => return Some(self.group(name, span)),
            "grads" if optimizer => Value::Grads,
            "step" if optimizer => match &self.pass.step {
                Some(value) => value.clone(),
                None => {
                    self.origin(span);
                    Value::Tensor(self.pass.builder.leaf(&ops::step::OP, Attr::None, Type::real(false, &[]), Some("step")))
                }
            },
            _ => return None,
        }))
    }

    pub(super) fn ambiguous<T>(&mut self, name: &str, span: Span, a: Span, b: Span) -> R<T> {
        let diagnostic = Diagnostic::error("E0193", span, format!("`{name}` comes from two of the files used here"))
            .label(a, "one")
            .label(b, "another")
            .help("give one of them another name, or declare the name in this file");
        Err(self.fail(diagnostic))
    }

    fn unknown_name(&mut self, name: &str, span: Span) -> R<Value> {
        let file = self.frames.last().map_or(0, |frame| frame.file);
        if !matches!(self.files.find(self.sources, file, Space::Function, name), Found::Nothing) || super::primitives::find(name).is_some()
        {
            return self.error_help(
                "E0107",
                span,
                format!("`{name}` is a function, not a value"),
                format!("call it, as in `{name}(x)` or `x |> {name}`; an argument declared `act: fn` takes its name"),
            );
        }
        let inside = self.frames.last().map(|frame| frame.body);
        if matches!(name, "step" | "grad" | "param" | "grads") && inside != Some(Body::Optimizer) {
            return self.error("E0100", span, format!("`{name}` means something only inside an optimizer"));
        }
        let mut known: Vec<String> =
            self.frames.last().map(|frame| frame.bindings().iter().map(|binding| binding.name.to_string()).collect()).unwrap_or_default();
        known.extend(["training", "none", "inf", "params", "weights", "biases"].map(str::to_owned));
        known.extend(self.files.names(file, Space::Const));
        let mut diagnostic = Diagnostic::error("E0100", span, format!("nothing is called `{name}` here"));
        if let Some(near) = nearest(name, known.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        } else if inside != Some(Body::Network) {
            diagnostic = diagnostic.help("a body sees its arguments, its own names, and the consts of its file");
        }
        Err(self.fail(diagnostic))
    }

    /// `if`: the branch not taken is not elaborated.
    fn choice(&mut self, condition: &Expr, then: &Block, otherwise: Option<&Block>) -> R<Value> {
        if self.static_condition(condition)? {
            return self.block(then);
        }
        match otherwise {
            Some(block) => self.block(block),
            None => Ok(Value::unit()),
        }
    }

    fn static_condition(&mut self, condition: &Expr) -> R<bool> {
        match self.some_value(condition)? {
            Value::Bool(b) => Ok(b),
            Value::Tensor(_) => self.error_help(
                "E0136",
                condition.span,
                "`if` takes a static condition; this one depends on a tensor",
                "choose element by element with `where(condition, a, b)`",
            ),
            other => {
                let message = format!("`if` takes a static condition, found {}", self.show(&other));
                self.error("E0136", condition.span, message)
            }
        }
    }
}
