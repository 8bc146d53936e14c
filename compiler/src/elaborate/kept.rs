//! Loops over tensors that stay loops: one step is run on leaves that stand for what a step is given, and what it made becomes the body of
//! a `scan`.

use std::collections::BTreeMap;
use std::rc::Rc;

use tapeless_grammar::span::Span;

use super::Elab;
use super::instance::InstanceId;
use super::loops::TensorLoop;
use super::report::R;
use super::unroll::StepBody;
use super::value::Value;
use crate::graph::{AdjointOf, Attr, Elem, Graph, Node, NodeId, Role, Scan, Type, draws_in_loop};
use crate::ops::{self, Value as Made};

/// How often a step is run until it gives what it takes: an index may come to need a larger range.
const ATTEMPTS: usize = 8;

/// A loop whose step is being run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Running {
    /// The first node of the step.
    first: usize,
    /// Somebody asked for a derivative with respect to a name outside, which earlier steps may depend on: the loop is written out.
    pub(super) cut: bool,
}

/// What a step that was run on leaves has made.
struct Step {
    first: usize,
    next: Vec<NodeId>,
    yielded: Vec<(Value, Span)>,
    cut: bool,
}

impl Elab<'_> {
    /// Told of each derivative with respect to `x`.
    pub(super) fn differentiates(&mut self, x: NodeId) {
        for running in &mut self.pass.running {
            running.cut |= x.index() < running.first;
        }
    }

    /// The loop as a `scan`, after its first step was run as it stands; `None` where it has to be written out.
    ///
    /// `before` are the carried values before the loop. On success they are what they are after it, and what the loop yields is returned.
    pub(super) fn kept_loop(&mut self, this: &TensorLoop<'_>, before: &[NodeId], yields: bool) -> R<Option<Value>> {
        let after_one = self.values_of(this)?;
        let mut batched = [this.xs].iter().chain(before).chain(&after_one).any(|&id| self.ty(id).batched);
        let mut elems: Vec<Elem> = before.iter().zip(&after_one).map(|(&a, &b)| joined(self.elem(a), self.elem(b))).collect();
        let (places, slice) = (self.pass.places, self.ty(this.xs));
        for _ in 0..ATTEMPTS {
            let given = |shape: &[usize], batched, elem| Type { batched, shape: shape.to_vec(), elem };
            let mut leaves = vec![given(&slice.shape[1..], slice.batched, slice.elem)];
            leaves.extend(this.carried.iter().zip(&elems).map(|(carried, &elem)| given(&carried.shape, batched, elem)));
            self.pass.places = this.places;
            let step = self.step_on_leaves(this, &leaves)?;
            self.pass.places = self.pass.places.max(places);
            let tensors: R<Vec<NodeId>> = step.yielded.iter().map(|(value, span)| self.tensor(value, *span)).collect();
            let tensors = tensors?;
            let now: Vec<Elem> = step.next.iter().zip(&elems).map(|(&id, &elem)| joined(elem, self.elem(id))).collect();
            let for_each_sample = step.next.iter().chain(&tensors).any(|&id| self.ty(id).batched);
            let settled = now == elems && batched >= for_each_sample;
            if step.cut || tensors.len() != usize::from(yields) || !settled {
                self.take_back(step.first);
                if step.cut || tensors.len() != usize::from(yields) {
                    break;
                }
                (elems, batched) = (now, batched || for_each_sample);
                continue;
            }
            return self.scan(this, before, step.first, &step.next, &tensors).map(Some);
        }
        self.rebind(this, &after_one);
        Ok(None)
    }

    /// Whether the step that begins at `first` looks across the samples of the batch.
    fn mixes_samples(&self, first: usize) -> bool {
        self.pass.builder.with_graph(|graph| graph.nodes[first..].iter().any(|node| node.op.sums_batch || node.attr.sums_batch()))
    }

    /// The values of the carried names.
    pub(super) fn values_of(&mut self, this: &TensorLoop<'_>) -> R<Vec<NodeId>> {
        let value = |elab: &mut Self, name: &str| {
            let value = elab.frames.last().and_then(|frame| frame.find(name)).map(|binding| binding.value.clone());
            elab.tensor(&value.unwrap_or(Value::Poison), this.span)
        };
        this.carried.iter().map(|carried| value(self, &carried.name)).collect()
    }

    fn rebind(&mut self, this: &TensorLoop<'_>, values: &[NodeId]) {
        for (carried, &id) in this.carried.iter().zip(values) {
            if let Some(binding) = self.frames.last_mut().and_then(|frame| frame.find_mut(&carried.name)) {
                binding.value = Value::Tensor(id);
            }
        }
    }

    /// Runs the body on leaves: the slice, then what is carried.
    fn step_on_leaves(&mut self, this: &TensorLoop<'_>, leaves: &[Type]) -> R<Step> {
        let first = self.pass.builder.len();
        self.origin(this.span);
        let mut ids = Vec::with_capacity(leaves.len());
        for (operand, ty) in leaves.iter().enumerate() {
            ids.push(self.pass.builder.leaf(&ops::scan_in::OP, Attr::Leaf(operand), ty.clone(), None));
        }
        let names = std::iter::once(this.name.text.as_str()).chain(this.carried.iter().map(|carried| carried.name.as_str()));
        for (name, &id) in names.zip(&ids) {
            let full = self.local_name(name);
            self.pass.builder.set_name(id, &full);
        }
        self.rebind(this, &ids[1..]);
        self.pass.running.push(Running { first, cut: false });
        if let Some(frame) = self.frames.last_mut() {
            frame.yields.push(Vec::new());
        }
        let result = self.iteration(this.name, Value::Tensor(ids[0]), this.body, this.span);
        let yielded = self.frames.last_mut().and_then(|frame| frame.yields.pop()).unwrap_or_default();
        let cut = self.pass.running.pop().is_some_and(|running| running.cut) || self.mixes_samples(first);
        result?;
        Ok(Step { first, next: self.values_of(this)?, yielded, cut })
    }

    /// The loop that was run on leaves; what its names are after it, and what it yields.
    fn scan(&mut self, this: &TensorLoop<'_>, before: &[NodeId], first: usize, next: &[NodeId], yielded: &[NodeId]) -> R<Value> {
        let id = self.as_loop(this.steps, this.span, &[this.xs], before, first, next, yielded)?;
        for (k, carried) in this.carried.iter().enumerate() {
            let Some(result) = self.pass.builder.result_of(id, k).map(|result| result.id) else { continue };
            let full = self.local_name(&carried.name);
            self.pass.builder.set_name(result, &full);
            if let Some(binding) = self.frames.last_mut().and_then(|frame| frame.find_mut(&carried.name)) {
                binding.value = Value::Tensor(result);
            }
        }
        Ok(match self.pass.builder.result_of(id, this.carried.len()) {
            Some(steps) => Value::Tensor(steps.id),
            None => Value::unit(),
        })
    }

    /// The steps of a network after the first as a loop; `None` where they have to be written out.
    pub(super) fn kept_steps(
        &mut self,
        steps: usize,
        span: Span,
        sequences: &[NodeId],
        carried: &[NodeId],
        body: &mut StepBody<'_, Self>,
    ) -> R<Option<(Vec<NodeId>, Vec<NodeId>)>> {
        let first = self.pass.builder.len();
        self.origin(span);
        let mut leaves = Vec::new();
        for (operand, &id) in sequences.iter().chain(carried).enumerate() {
            let node = self.pass.builder.node(id);
            let mut ty = node.ty;
            if operand < sequences.len() {
                ty.shape.remove(0);
            }
            leaves.push(self.pass.builder.leaf(&ops::scan_in::OP, Attr::Leaf(operand), ty, node.name.as_deref()));
        }
        self.pass.running.push(Running { first, cut: false });
        let states = leaves.split_off(sequences.len());
        let types: Vec<Type> = states.iter().map(|&id| self.ty(id)).collect();
        let made = body(self, leaves, states);
        let cut = self.pass.running.pop().is_some_and(|running| running.cut) || self.mixes_samples(first);
        let (next, stacked) = made?;
        let settled = next.iter().zip(&types).all(|(&id, ty)| {
            let now = self.ty(id);
            now.shape == ty.shape && now.elem == ty.elem
        });
        if cut || !settled || next.len() + stacked.len() == 0 {
            self.take_back(first);
            return Ok(None);
        }
        let id = self.as_loop(steps, span, sequences, carried, first, &next, &stacked)?;
        let results =
            |range: std::ops::Range<usize>| range.filter_map(|i| self.pass.builder.result_of(id, i).map(|result| result.id)).collect();
        let count = next.len();
        Ok(Some((results(0..count), results(count..count + stacked.len()))))
    }

    /// The nodes from `first` on, which are no longer part of the pass; results of layers among them bear the layers' names. Derivatives among
    /// them stay as they were made.
    fn take_back(&mut self, first: usize) -> Vec<Node> {
        for at in 0..self.pass.instances.all.len() {
            let name = self.pass.instances.path(InstanceId(at as u32)).replace('.', "_");
            let instance = &mut self.pass.instances.all[at];
            let named = instance.owns && !name.is_empty();
            let (kept, taken): (Vec<NodeId>, Vec<NodeId>) = instance.results.iter().partition(|id| id.index() < first);
            instance.results = kept;
            taken.iter().filter(|_| named).for_each(|&id| self.pass.builder.set_name(id, &name));
        }
        self.pass.derivatives.retain(|derivative| derivative.made.index() < first);
        self.pass.builder.split_off(first)
    }

    /// Makes a loop of the nodes from `first` on, which were made on leaves for `slices` and `carried`.
    #[expect(clippy::too_many_arguments, reason = "a loop is told all of its parts")]
    fn as_loop(
        &mut self,
        steps: usize,
        span: Span,
        slices: &[NodeId],
        carried: &[NodeId],
        first: usize,
        next: &[NodeId],
        stacked: &[NodeId],
    ) -> R<NodeId> {
        let nodes = self.take_back(first);
        let builder = &self.pass.builder;
        let args = [slices, carried].concat();
        let mut roles = vec![Role::Slice; slices.len()];
        roles.resize(args.len(), Role::Carry);
        let mut body = Body { first, graph: Graph::default(), args, roles, outside: BTreeMap::new() };
        let roots: Vec<NodeId> = next.iter().chain(stacked).copied().collect();
        let outside: Vec<NodeId> = nodes.iter().flat_map(|node| &node.args).chain(&roots).copied().collect();
        for id in outside.into_iter().filter(|id| id.index() < first) {
            body.take(id, || builder.node(id));
        }
        let roots = body.fill(nodes, &roots);
        let Body { mut graph, args, roles, .. } = body;
        draws_in_loop(&mut graph);
        let (next, stacked) = roots.split_at(next.len());
        let scan = Scan { steps, reversed: false, roles, body: Rc::new(graph), next: next.to_vec(), stacked: stacked.to_vec() };
        let id = self.node(span, "E0166", &ops::scan::OP, Attr::Scan(Rc::new(scan)), &args)?;
        self.origin(span);
        Ok(id)
    }
}

/// The element type that holds both; the first where they do not go together.
fn joined(a: Elem, b: Elem) -> Elem {
    match (a, b) {
        (Elem::Index(m), Elem::Index(n)) => Elem::Index(m.max(n)),
        _ => a,
    }
}

/// A body under construction.
struct Body {
    /// The first node that belongs to it where it was made.
    first: usize,
    graph: Graph,
    args: Vec<NodeId>,
    roles: Vec<Role>,
    /// What is taken from outside: its leaf.
    outside: BTreeMap<NodeId, NodeId>,
}

impl Body {
    fn push(&mut self, node: Node) -> NodeId {
        self.graph.nodes.push(node);
        NodeId(self.graph.nodes.len() as u32 - 1)
    }

    /// A value from outside: the same in every step. Constants are made where they are needed.
    fn take(&mut self, id: NodeId, node: impl Fn() -> Node) {
        if self.outside.contains_key(&id) {
            return;
        }
        let mut node = node();
        let constant = matches!(node.op.value, Made::Leaf) && matches!(node.attr, Attr::Number(_) | Attr::Tensor(_));
        if !constant {
            node.op = &ops::scan_in::OP;
            node.attr = Attr::Leaf(self.args.len());
            node.args.clear();
            self.args.push(id);
            self.roles.push(Role::Whole);
        }
        node.origin.adjoint = None;
        let leaf = self.push(node);
        self.outside.insert(id, leaf);
    }

    /// The nodes of the step; its roots in the body.
    fn fill(&mut self, nodes: Vec<Node>, roots: &[NodeId]) -> Vec<NodeId> {
        let mut map: Vec<NodeId> = Vec::with_capacity(nodes.len());
        let first = self.first;
        let find = |map: &[NodeId], outside: &BTreeMap<NodeId, NodeId>, id: NodeId| match id.index().checked_sub(first) {
            Some(index) => map.get(index).copied(),
            None => outside.get(&id).copied(),
        };
        for mut node in nodes {
            let args = node.args.iter().filter_map(|&arg| find(&map, &self.outside, arg)).collect();
            node.args = args;
            // What is outside is no part of the body's formulas.
            node.origin.adjoint =
                node.origin.adjoint.and_then(|adjoint| Some(AdjointOf { node: find(&map, &self.outside, adjoint.node)?, ..adjoint }));
            let id = self.push(node);
            map.push(id);
        }
        roots.iter().filter_map(|&root| find(&map, &self.outside, root)).collect()
    }
}
