//! `for`: over static values it disappears; over a tensor it is time, written out here.

use std::collections::BTreeSet;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{Block, Expr, ExprKind, Name, Statement, StatementKind};

use super::Elab;
use super::limits::{ITERATIONS, TIME_STEPS};
use super::report::{Fail, R};
use super::scope::Kind;
use super::value::Value;
use crate::graph::{Attr, Elem, NodeId};
use crate::ops;

/// A loop over the leading axis of a tensor.
pub(super) struct TensorLoop<'t> {
    pub(super) name: &'t Name,
    pub(super) xs: NodeId,
    pub(super) steps: usize,
    pub(super) body: &'t Block,
    pub(super) span: Span,
    pub(super) carried: Vec<Carried>,
    /// Random operations before it.
    pub(super) places: u32,
}

/// An outer name that the body of a loop assigns.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) elem: Elem,
}

impl Elab<'_> {
    pub(super) fn for_loop(&mut self, name: &Name, over: &Expr, body: &Block, span: Span) -> R<Value> {
        match self.some_value(over)? {
            Value::Tensor(id) => self.tensor_loop(name, id, over.span, body, span),
            list @ (Value::List(_) | Value::Range(..) | Value::Tuple(_)) => self.static_loop(name, &list, over.span, body, span),
            Value::Poison => Err(Fail),
            other => {
                let message = format!("a loop runs over a range, a list or a tensor, found {}", self.show(&other));
                self.error_help("E0165", over.span, message, "`for i in 0..4` counts, `for z in xs` takes a tensor's slices")
            }
        }
    }

    fn static_loop(&mut self, name: &Name, list: &Value, place: Span, body: &Block, span: Span) -> R<Value> {
        let len = list.len().unwrap_or(0);
        if len > ITERATIONS {
            let message = format!("this loop has {len} iterations; a loop over static values is written out and may have {ITERATIONS}");
            return self.error("E0160", place, message);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.yields.push(Vec::new());
        }
        let mut result = Ok(());
        for i in 0..len {
            let Some(value) = list.at(i) else { break };
            // A range's value names what is made in the loop; of a list, the position.
            let index = match (list, &value) {
                (Value::Range(..), Value::Int(n)) => *n,
                _ => i as i64,
            };
            if let Some(frame) = self.frames.last_mut() {
                frame.indices.push(index);
            }
            result = self.iteration(name, value, body, span);
            if let Some(frame) = self.frames.last_mut() {
                frame.indices.pop();
            }
            if result.is_err() {
                break;
            }
        }
        let yields = self.frames.last_mut().and_then(|frame| frame.yields.pop()).unwrap_or_default();
        result?;
        self.stacked(yields, span)
    }

    /// One run of the body, in a block that has the loop's name.
    pub(super) fn iteration(&mut self, name: &Name, value: Value, body: &Block, span: Span) -> R<()> {
        self.spend(1, span)?;
        if let Some(frame) = self.frames.last_mut() {
            frame.open();
            frame.push(&name.text, value, name.span, Kind::Loop);
        }
        let mut result = self.statements(&body.statements);
        if let (Ok(()), Some(value)) = (&result, &body.value) {
            result = match self.value(value) {
                Ok(made) if !made.is_unit() => self.error_help(
                    "E0168",
                    value.span,
                    "a loop's body has no value of its own",
                    "`yield e;` stacks the values of all iterations",
                ),
                Ok(_) => Ok(()),
                Err(fail) => Err(fail),
            };
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.close();
        }
        result
    }

    fn tensor_loop(&mut self, name: &Name, xs: NodeId, place: Span, body: &Block, span: Span) -> R<Value> {
        let shape = self.ty(xs).shape;
        let Some((&steps, slice)) = shape.split_first() else {
            return self.error_help(
                "E0165",
                place,
                "a loop runs over the leading axis of a tensor, and a scalar has none",
                "`for i in 0..4` counts",
            );
        };
        let (carried, only_tensors) = self.carried(body)?;
        let this = TensorLoop { name, xs, steps, body, span, carried, places: self.pass.places };
        let before = self.values_of(&this)?;
        if let Some(frame) = self.frames.last_mut() {
            frame.yields.push(Vec::new());
            frame.tensor_loops += 1;
        }
        let result = self.time_steps(&this, slice, &before, only_tensors, place);
        let yields = self.frames.last_mut().and_then(|frame| {
            frame.tensor_loops -= 1;
            frame.yields.pop()
        });
        if let Some(kept) = result? {
            return Ok(kept);
        }
        let yields = yields.unwrap_or_default();
        if !yields.is_empty() && yields.len() != steps {
            return self.error(
                "E0169",
                span,
                format!(
                    "{} in {steps} iterations: a loop over a tensor yields once in each",
                    super::show::count(yields.len(), "yield", "yields")
                ),
            );
        }
        self.stacked(yields, span)
    }

    /// Runs the first step as it stands, and the others as a loop that is kept; where that cannot be, all as they stand.
    fn time_steps(&mut self, this: &TensorLoop<'_>, slice: &[usize], before: &[NodeId], keep: bool, place: Span) -> R<Option<Value>> {
        self.time_step(this, 0, slice)?;
        let yields = self.frames.last().and_then(|frame| frame.yields.last()).map_or(&[][..], Vec::as_slice);
        let (yields, tensors) = (yields.len(), yields.iter().all(|(value, _)| matches!(value, Value::Tensor(_))));
        if keep && tensors && this.steps > 1 && yields <= 1 && this.carried.len() + yields > 0 {
            let kept = self.kept_loop(this, before, yields == 1)?;
            if kept.is_some() {
                return Ok(kept);
            }
        }
        if this.steps > TIME_STEPS {
            let message = format!("this loop has {} steps and has to be written out, which is done up to {TIME_STEPS}", this.steps);
            return self.error_help(
                "E0191",
                place,
                message,
                "a loop stays one where all that it carries is tensors and no derivative in it is taken with respect to a name outside",
            );
        }
        for t in 1..this.steps {
            self.time_step(this, t, slice)?;
        }
        Ok(None)
    }

    fn time_step(&mut self, this: &TensorLoop<'_>, t: usize, slice: &[usize]) -> R<()> {
        let row = self.sliced(this.xs, 0, t, 1, this.name.span)?;
        let row = self.reshaped(row, slice, this.name.span)?;
        self.iteration(this.name, Value::Tensor(row), this.body, this.span)?;
        for carried in &this.carried {
            let Some((value, kind)) =
                self.frames.last().and_then(|frame| frame.find(&carried.name)).map(|binding| (binding.value.clone(), binding.kind))
            else {
                continue;
            };
            if !kind.is_carried() {
                continue;
            }
            let id = self.tensor(&value, this.span)?;
            let ty = self.ty(id);
            if ty.shape != carried.shape || std::mem::discriminant(&ty.elem) != std::mem::discriminant(&carried.elem) {
                let (name, shape) = (&carried.name, &carried.shape);
                let message = format!("`{name}` is {shape:?} before the loop and {} after an iteration", super::show::describe(&ty));
                return self.error_help("E0166", this.span, message, "what a loop over a tensor carries keeps its shape");
            }
            if let Some(binding) = self.frames.last_mut().and_then(|frame| frame.find_mut(&carried.name)) {
                binding.value = Value::Tensor(id);
            }
        }
        Ok(())
    }

    /// The outer names that the body assigns, static numbers among them become tensors; and whether there are no others.
    fn carried(&mut self, body: &Block) -> R<(Vec<Carried>, bool)> {
        let mut names = BTreeSet::new();
        assigned(&body.statements, &mut names);
        let (mut carried, mut only_tensors) = (Vec::new(), true);
        for name in names {
            let Some(binding) = self.frames.last().and_then(|frame| frame.find(name)) else { continue };
            let (value, span, kind) = (binding.value.clone(), binding.span, binding.kind);
            if !kind.is_carried() {
                continue;
            }
            if !(value.is_number() || matches!(value, Value::Tensor(_))) {
                only_tensors = false;
                continue;
            }
            let id = self.tensor(&value, span)?;
            if let Some(binding) = self.frames.last_mut().and_then(|frame| frame.find_mut(name)) {
                binding.value = Value::Tensor(id);
            }
            let ty = self.ty(id);
            carried.push(Carried { name: name.to_owned(), shape: ty.shape, elem: ty.elem });
        }
        Ok((carried, only_tensors))
    }

    /// `yield e;`
    pub(super) fn yielded(&mut self, value: Value, span: Span) -> R<()> {
        match self.frames.last_mut().and_then(|frame| frame.yields.last_mut()) {
            Some(yields) => {
                yields.push((value, span));
                Ok(())
            }
            None => self.error("E0167", span, "`yield` stands in the body of a loop"),
        }
    }

    /// What a loop yielded: static values as a list, tensors along a new leading axis.
    fn stacked(&mut self, yields: Vec<(Value, Span)>, span: Span) -> R<Value> {
        if yields.is_empty() {
            return Ok(Value::unit());
        }
        if !yields.iter().any(|(value, _)| matches!(value, Value::Tensor(_))) {
            return self.list(yields.into_iter().map(|(value, _)| value).collect(), span);
        }
        let mut parts: Vec<NodeId> = Vec::with_capacity(yields.len());
        let mut first: Option<Vec<usize>> = None;
        for (value, place) in yields {
            let id = self.tensor(&value, place)?;
            let mut shape = self.ty(id).shape;
            match &first {
                Some(first) if *first != shape => {
                    let diagnostic =
                        Diagnostic::error("E0169", place, format!("this iteration yields {shape:?}, the first yielded {first:?}"))
                            .help("values of one shape are stacked along a new leading axis");
                    return Err(self.fail(diagnostic));
                }
                Some(_) => {}
                None => first = Some(shape.clone()),
            }
            shape.insert(0, 1);
            parts.push(self.reshaped(id, &shape, place)?);
        }
        if let [only] = parts[..] {
            return Ok(Value::Tensor(only));
        }
        self.node(span, "E0126", &ops::concat::OP, Attr::Axis(0), &parts).map(Value::Tensor)
    }
}

/// The names that statements assign, in nested blocks too.
fn assigned<'t>(statements: &'t [Statement], out: &mut BTreeSet<&'t str>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Assign { names, .. } => out.extend(names.iter().map(|name| name.text.as_str())),
            StatementKind::Expr(expr) => assigned_in(expr, out),
            StatementKind::Let { value, .. } | StatementKind::Yield(value) => assigned_in(value, out),
            _ => {}
        }
    }
}

fn assigned_in<'t>(expr: &'t Expr, out: &mut BTreeSet<&'t str>) {
    let mut block = |block: &'t Block| {
        assigned(&block.statements, out);
        block.value.iter().for_each(|value| assigned_in(value, out));
    };
    match &expr.kind {
        ExprKind::If { then, otherwise, .. } => {
            block(then);
            otherwise.iter().for_each(block);
        }
        ExprKind::For { body, .. } => block(body),
        ExprKind::Block(inner) => block(inner),
        _ => {}
    }
}
