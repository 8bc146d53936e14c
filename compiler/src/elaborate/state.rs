//! `state`: what a network carries from one step of a sequence to the next. `unroll` runs several steps.

use std::rc::Rc;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{Expr, Name, Stored};

use super::Elab;
use super::limits::TIME_STEPS;
use super::report::R;
use super::scope::Kind;
use super::value::Value;
use crate::graph::{Attr, NodeId, Type};
use crate::network::Initialiser;
use crate::ops;

/// A state while its pass is elaborated.
#[derive(Clone, Debug)]
pub(super) struct DeclaredState {
    pub(super) name: Rc<str>,
    pub(super) span: Span,
    pub(super) shape: Vec<usize>,
    pub(super) init: Initialiser,
    /// What it is at this point of the body.
    pub(super) now: NodeId,
    pub(super) assigned: bool,
}

impl Elab<'_> {
    /// `state h: [40] = zeros();`
    pub(super) fn state(&mut self, stored: &Stored) -> R<()> {
        let (name, span) = (&stored.name.text, stored.name.span);
        if self.frames.last().is_none_or(|frame| frame.blocks.len() > 1) {
            return self.error("E0109", span, format!("`state {name}` stands in a block; the network's own statements declare its states"));
        }
        let Some(shape) = &stored.shape else {
            return self.error_help("E0146", span, format!("`state {name}` has no shape"), format!("`state {name}: [n] = zeros();`"));
        };
        let list = self.some_value(shape)?;
        let shape = self.shape_of(&list, shape.span)?;
        let value = self.some_value(&stored.value)?;
        let init = self.initialiser(&value, &shape, name, stored.value.span)?;
        if !matches!(init, Initialiser::Constant(_) | Initialiser::Values(_)) {
            return self.error_help(
                "E0198",
                stored.value.span,
                format!("the state `{name}` begins with the same numbers for every sequence; a random initialiser gives others to each"),
                "`zeros()`, `ones()`, `constant(v)` or a literal; other beginnings are handed in when the network is called",
            );
        }
        let number = self.pass.states.len();
        self.origin(span);
        let node = match self.pass.step_of.as_ref().and_then(|step| step.states.get(number)) {
            // One of several steps: what the step before made.
            Some(&before) => before,
            None => self.pass.builder.leaf(&ops::state::OP, Attr::Leaf(number), Type::real(true, &shape), Some(name)),
        };
        self.bind(name, Value::Tensor(node), span, Kind::State(number))?;
        self.pass.states.push(DeclaredState { name: Rc::from(name.as_str()), span, shape, init, now: node, assigned: false });
        Ok(())
    }

    /// `h = e;`: from here on, and at the beginning of the next step.
    pub(super) fn update_state(&mut self, name: &Name, number: usize, value: Value, span: Span) -> R<()> {
        let id = self.real(&value, span, "a state")?;
        let found = self.ty(id).shape;
        let Some((shape, declared)) = self.pass.states.get(number).map(|state| (state.shape.clone(), state.span)) else { return Ok(()) };
        let text = &name.text;
        if found != shape {
            let diagnostic = Diagnostic::error("E0198", span, format!("the state `{text}` is {shape:?}, its next value {found:?}"))
                .here(format!("this is {found:?}"))
                .label(declared, format!("declared as {shape:?}"))
                .help("a state keeps its shape from step to step");
            let diagnostic = self.made_elsewhere(diagnostic, &[id]);
            return Err(self.fail(diagnostic));
        }
        if let Some(target) = self.target_of(id) {
            return self.error_help(
                "E0152",
                span,
                format!("the state `{text}` depends on the target `{target}`"),
                "only losses and metrics may: `predict` has no targets",
            );
        }
        let value = self.named(Value::Tensor(id), text, name.span)?;
        if let (Some(state), Value::Tensor(now)) = (self.pass.states.get_mut(number), &value) {
            (state.now, state.assigned) = (*now, true);
        }
        if let Some(binding) = self.frames.last_mut().and_then(|frame| frame.find_mut(text)) {
            binding.value = value;
        }
        Ok(())
    }

    /// `unroll 64;`
    pub(super) fn unroll(&mut self, steps: &Expr, span: Span) -> R<()> {
        let n = self.integer(steps, "`unroll`")?;
        self.once(self.pass.unroll.map(|(_, span)| span), span, "unroll")?;
        match usize::try_from(n) {
            Ok(n) if (1..=TIME_STEPS).contains(&n) => {
                self.pass.unroll = Some((n, span));
                Ok(())
            }
            _ => self.error_help(
                "E0188",
                steps.span,
                format!("`unroll {n}`: a training sample has 1 to {TIME_STEPS} steps"),
                "longer sequences are cut into samples: the states that one hands back begin the next",
            ),
        }
    }

    /// What looks like a mistake, after the pass of one step.
    pub(super) fn look_at_states(&mut self) {
        let idle: Vec<(Rc<str>, Span)> =
            self.pass.states.iter().filter(|state| !state.assigned).map(|state| (state.name.clone(), state.span)).collect();
        for (name, span) in idle {
            let message = format!("the state `{name}` is never assigned: it is what it was at first in every step");
            self.report
                .push(Diagnostic::warning("W0010", span, message).help(format!("`{name} = …;` says what the next step begins with")));
        }
        if let (Some((_, span)), true) = (self.pass.unroll, self.pass.states.is_empty()) {
            let diagnostic =
                Diagnostic::warning("W0011", span, "`unroll` in a network without `state`: its steps have nothing to do with each other");
            self.report.push(diagnostic.help("`state h: [n] = zeros();` is carried from one step to the next"));
        }
    }
}
