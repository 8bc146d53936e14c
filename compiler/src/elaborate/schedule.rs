//! Schedules: expressions of `step` that an optimizer's argument holds, computed in f64 once a step.

use std::rc::Rc;

use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{BinaryOp, Name};

use super::Elab;
use super::arguments::Given;
use super::report::R;
use super::value::{Thunk, Value};
use crate::graph::{Attr, Graph, NodeId};
use crate::ops;

impl Elab<'_> {
    /// `s(t)` where the argument `s` holds an expression of `step`: its value at step t + 1.
    pub(super) fn schedule_call(&mut self, callee: &Name, givens: &[Given<'_>], span: Span) -> Option<R<Value>> {
        if !self.pass.in_optimizer {
            return None;
        }
        let binding = self.frames.last()?.find(&callee.text)?.clone();
        if let Some(thunk) = binding.thunk {
            return Some(self.at_step(&thunk, givens, callee, span));
        }
        binding.value.is_number().then_some(Ok(binding.value))
    }

    fn at_step(&mut self, thunk: &Rc<Thunk>, givens: &[Given<'_>], callee: &Name, span: Span) -> R<Value> {
        let [given] = givens else {
            return self.error_help(
                "E0110",
                span,
                format!("`{}` holds a schedule", callee.text),
                format!("`{}(t)` takes it at step t + 1", callee.text),
            );
        };
        let t = self.argument(given)?;
        let step = self.operate(BinaryOp::Add, (&t.value, t.span), (&Value::Int(1), t.span), span)?;
        let outer_step = self.pass.step.replace(step);
        // The expression sees the names of the place where it was written, and nothing of this call.
        let frames = std::mem::replace(&mut self.frames, vec![thunk.frame.clone()]);
        let value = self.some_value(&thunk.expr);
        self.frames = frames;
        self.pass.step = outer_step;
        value
    }

    /// The arguments of a call as expressions, so that the callee can take them at another step.
    pub(super) fn thunks(&self, places: &[Option<usize>], givens: &[Given<'_>]) -> Vec<Option<Rc<Thunk>>> {
        let Some(frame) = self.frames.last() else { return Vec::new() };
        places
            .iter()
            .map(|place| {
                let expr = givens.get((*place)?)?.expression()?;
                Some(Rc::new(Thunk { expr: expr.clone(), frame: frame.clone() }))
            })
            .collect()
    }
}

/// The value of a scalar node of an optimizer's graph at the first step; `hyper` are the arguments' values.
pub(super) fn at_first_step(graph: &Graph, node: NodeId, hyper: &[f64]) -> f64 {
    let mut values: Vec<f64> = Vec::with_capacity(node.index() + 1);
    for at in graph.nodes.iter().take(node.index() + 1) {
        let args: Vec<f64> = at.args.iter().map(|arg| values.get(arg.index()).copied().unwrap_or(f64::NAN)).collect();
        let value = match (&at.op.value, &at.attr) {
            (ops::Value::Each { eval, .. }, attr) => eval(&args, attr),
            (ops::Value::Move(_), _) => args.first().copied().unwrap_or(f64::NAN),
            (ops::Value::Leaf, Attr::Number(x)) => *x,
            (ops::Value::Leaf, Attr::Leaf(i)) if std::ptr::eq(at.op, &ops::hyper::OP) => hyper.get(*i).copied().unwrap_or(f64::NAN),
            // `step` and `lr_scale` are 1 at the first step.
            (ops::Value::Leaf, Attr::None) => 1.0,
            _ => f64::NAN,
        };
        values.push(value);
    }
    values.pop().unwrap_or(f64::NAN)
}
