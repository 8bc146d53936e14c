//! Under `unroll T` a training sample is T steps: the body of the network run T times over slices of inputs and targets, its states
//! carried, its outputs stacked, its losses and metrics as means over the steps.

use std::rc::Rc;

use tapeless_grammar::span::Span;
use tapeless_grammar::tree::Network as Tree;

use super::Elab;
use super::instance::InstanceId;
use super::network::PassState;
use super::report::{Fail, R};
use super::scope::{Body, Frame};
use super::state::DeclaredState;
use crate::graph::{Attr, Elem, NodeId, Type};
use crate::network::{Named, Port};
use crate::ops;

/// What a step of several is run on.
#[derive(Clone, Debug, Default)]
pub(super) struct StepOf {
    /// The slice of each port.
    pub(super) ports: Vec<NodeId>,
    /// Each state as the step before left it.
    pub(super) states: Vec<NodeId>,
}

/// One step: slices and carried values in, carried values and what is stacked out.
pub(super) type StepBody<'b, E> = dyn FnMut(&mut E, Vec<NodeId>, Vec<NodeId>) -> R<(Vec<NodeId>, Vec<NodeId>)> + 'b;

/// What the pass of one step told of all steps.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    pub(super) count: usize,
    pub(super) span: Span,
    ports: Vec<Port>,
    states: Vec<DeclaredState>,
}

impl Steps {
    /// Of a pass of one step that says `unroll`.
    pub(super) fn of(pass: &PassState) -> Option<Steps> {
        let (count, span) = pass.unroll?;
        Some(Steps { count, span, ports: pass.ports.clone(), states: pass.states.clone() })
    }
}

impl Elab<'_> {
    /// Runs the body of a network for all steps of a sample.
    pub(super) fn all_steps(&mut self, tree: &Tree, file: usize, steps: &Steps) -> R<()> {
        let mut sequences = Vec::new();
        for (i, port) in steps.ports.iter().enumerate() {
            self.origin(port.span);
            let shape: Vec<usize> = std::iter::once(steps.count).chain(port.shape.iter().copied()).collect();
            self.shape_size(&shape, port.span)?;
            let ty = Type { batched: true, shape, elem: port.index.map_or(Elem::Real, Elem::Index) };
            sequences.push(self.pass.builder.leaf(&ops::input::OP, Attr::Leaf(i), ty, Some(&port.name)));
        }
        let mut carried = Vec::new();
        for (i, state) in steps.states.iter().enumerate() {
            self.origin(state.span);
            carried.push(self.pass.builder.leaf(&ops::state::OP, Attr::Leaf(i), Type::real(true, &state.shape), Some(&state.name)));
        }
        let mut last = (Vec::new(), Vec::new(), Vec::new());
        let (carried, stacked) = self.time(steps.count, &sequences, carried, steps.span, &mut |elab, ports, states| {
            elab.begin_step(tree, file, StepOf { ports, states });
            let result = elab.statements(&tree.body.statements);
            elab.frames.truncate(1);
            result?;
            let pass = &mut elab.pass;
            last = (std::mem::take(&mut pass.outputs), std::mem::take(&mut pass.losses), std::mem::take(&mut pass.metrics));
            let all = last.0.iter().chain(&last.1).chain(&last.2);
            Ok((pass.states.iter().map(|state| state.now).collect(), all.map(|named| named.node).collect()))
        })?;
        let mut stacked = stacked.into_iter();
        let (mut outputs, mut losses, mut metrics) = last;
        for output in &mut outputs {
            let Some(node) = stacked.next() else { break };
            self.origin(output.span);
            self.pass.builder.set_name(node, &output.name);
            output.node = node;
        }
        for term in losses.iter_mut().chain(&mut metrics) {
            let Some(node) = stacked.next() else { break };
            self.origin(term.span);
            term.node = self.mean_of_steps(term, node, steps.count);
        }
        for (state, node) in self.pass.states.iter_mut().zip(carried) {
            state.now = node;
        }
        (self.pass.outputs, self.pass.losses, self.pass.metrics) = (outputs, losses, metrics);
        Ok(())
    }

    /// Time: `body` once for each of `steps`, on the slices of `sequences` along their leading axis and on what is carried. Gives what is
    /// carried in the end, and what the bodies gave, stacked along a new leading axis. The first step is run as it stands, the others as a
    /// loop that is kept; where that cannot be, all as they stand.
    fn time(
        &mut self,
        steps: usize,
        sequences: &[NodeId],
        mut carried: Vec<NodeId>,
        span: Span,
        body: &mut StepBody<'_, Self>,
    ) -> R<(Vec<NodeId>, Vec<NodeId>)> {
        let mut rows: Vec<Vec<NodeId>> = Vec::new();
        for t in 0..steps {
            let mut slices = Vec::with_capacity(sequences.len());
            for &sequence in sequences {
                let shape = self.ty(sequence).shape;
                let row = self.sliced(sequence, 0, t, 1, span)?;
                slices.push(self.reshaped(row, shape.get(1..).unwrap_or_default(), span)?);
            }
            let places = self.pass.places;
            let before = carried.clone();
            let (next, made) = body(self, slices, carried)?;
            if t == 0 && steps > 1 {
                let after = self.pass.places;
                self.pass.places = places;
                if let Some(kept) = self.kept_steps(steps, span, sequences, &before, body)? {
                    return Ok(kept);
                }
                self.pass.places = self.pass.places.max(after);
            }
            carried = next;
            rows.push(made);
        }
        let count = rows.first().map_or(0, Vec::len);
        let mut stacked = Vec::with_capacity(count);
        for i in 0..count {
            let mut parts = Vec::with_capacity(steps);
            for row in &rows {
                let Some(&id) = row.get(i) else { return Err(Fail) };
                let shape: Vec<usize> = std::iter::once(1).chain(self.ty(id).shape).collect();
                parts.push(self.reshaped(id, &shape, span)?);
            }
            stacked.push(match parts[..] {
                [only] => only,
                _ => self.node(span, "E0126", &ops::concat::OP, Attr::Axis(0), &parts)?,
            });
        }
        Ok((carried, stacked))
    }

    /// A pass goes on with its next step: parameters and instances are one for all, statements are said anew.
    fn begin_step(&mut self, tree: &Tree, file: usize, step: StepOf) {
        let before = std::mem::take(&mut self.pass);
        self.pass = PassState {
            builder: before.builder,
            training: before.training,
            consulted: before.consulted,
            instances: before.instances,
            parameters: before.parameters,
            buffers: before.buffers,
            places: before.places,
            group_seen: before.group_seen,
            known: before.known,
            running: before.running,
            derivatives: before.derivatives,
            step_of: Some(step),
            ..PassState::default()
        };
        self.context = Rc::from("");
        self.frames = vec![Frame::new(file, Body::Network, Rc::from(tree.name.text.as_str()), InstanceId(0))];
    }

    /// The mean over the steps, of a term's values stacked.
    fn mean_of_steps(&mut self, term: &Named, stacked: NodeId, steps: usize) -> NodeId {
        let all = self.pass.builder.expr(stacked);
        let mean = (all.sum(&[0]) * all.number(1.0 / steps as f64)).id;
        if !term.name.is_empty() {
            self.pass.builder.set_name(mean, &term.name);
        }
        mean
    }
}
