//! The bodies of loops, planned as programs of their own: what a step is given lies in leaves, and its results are what is carried and stacked.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{Phase, Place, Plan, Program, Slots, Wanted, What, fuse, groups, live, product, slots, together};
use crate::graph::{Attr, Graph, Node, NodeId, Role, Scan, operand_of};
use crate::ops::{self, Value};

/// A loop with its planned body.
#[derive(Clone, Debug)]
pub struct Inner {
    /// The loop.
    pub scan: Rc<Scan>,
    /// Its body. The workspace of a step is a piece of that around it.
    pub plan: Plan,
    /// Values of the body that need no place of their own: for each the value outside whose slice it is ([`Plan::lies_by_steps`]).
    pub outside: BTreeMap<NodeId, NodeId>,
}

/// The loops of a program.
pub(super) fn inner(program: &Program, needed: &[bool], rows: usize) -> BTreeMap<NodeId, Inner> {
    let graph = &program.graph;
    let mut out = BTreeMap::new();
    for id in graph.ids().filter(|id| needed[id.index()]) {
        if let Attr::Scan(scan) = &graph.node(id).attr {
            out.insert(id, Inner { scan: scan.clone(), plan: body(scan, rows), outside: BTreeMap::new() });
        }
    }
    out
}

fn body(scan: &Scan, rows: usize) -> Plan {
    let mut graph = (*scan.body).clone();
    let mut results: Vec<Wanted> = Vec::new();
    for (i, &node) in scan.next.iter().enumerate() {
        let node = if is_carried(&graph, scan, node) { copied(&mut graph, node) } else { node };
        results.push(Wanted { what: What::Next(i), node });
    }
    results.extend(scan.stacked.iter().enumerate().map(|(i, &node)| Wanted { what: What::Stacked(i), node }));
    let program = product::prepare(Program { graph, results }, false);
    let live = live(&program, |_| true);
    let phases = vec![Phase::Tile; program.graph.nodes.len()];
    let (places, kernels) = fuse::fuse(&program, &live, &phases);
    let loops = inner(&program, &live, rows);
    let (order, slots, given) = (vec![0; program.graph.nodes.len()], Slots::default(), scan.roles.clone());
    let (unrolled, stages, whole) = (false, 1, false);
    let (outside, late, in_place) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
    let groups = BTreeMap::new();
    let mut plan = Plan {
        program,
        rows,
        unrolled,
        stages,
        whole,
        order,
        phases,
        places,
        kernels,
        groups,
        slots,
        loops,
        given,
        outside,
        late,
        in_place,
    };
    settle(&mut plan);
    groups::group(&mut plan);
    together::together(&mut plan);
    plan.slots = slots::allocate(&plan);
    plan
}

/// Gives values of bodies their places in what lies step by step around their loops.
pub(super) fn settle(plan: &mut Plan) {
    let mut found: Vec<(NodeId, BTreeMap<NodeId, NodeId>)> = Vec::new();
    for (&id, inner) in plan.loops.iter().filter(|_| !plan.unrolled) {
        let (graph, body) = (&plan.program.graph, &inner.plan.program.graph);
        let mut outside = BTreeMap::new();
        for leaf in slices(inner) {
            let all = operand_of(body.node(leaf)).and_then(|operand| graph.node(id).args.get(operand));
            if let Some(all) = all.map(|&all| plan.base(all)).filter(|&all| plan.lies_by_steps(all) && is_slice(plan, inner, all, leaf)) {
                outside.insert(leaf, all);
            }
        }
        for wanted in &inner.plan.program.results {
            let What::Stacked(at) = wanted.what else { continue };
            let made = inner.plan.base(wanted.node);
            let stored = inner.plan.places[made.index()] == Place::Stored && inner.plan.kernels.iter().any(|kernel| kernel.output == made);
            let result = graph.ids().find(|&out| plan.maker(out) == id && stacks(plan, inner, out) == Some(at));
            if let Some(all) = result.filter(|&all| stored && body.ty(made).batched && plan.lies_by_steps(all)) {
                outside.entry(made).or_insert(all);
            }
        }
        found.push((id, outside));
    }
    for (id, outside) in found {
        let Some(inner) = plan.loops.get_mut(&id) else { continue };
        inner.plan.outside = outside.keys().copied().collect();
        inner.plan.slots = slots::allocate(&inner.plan);
        inner.outside = outside;
    }
}

/// The leaves of a body that are slices of what a step is given.
fn slices(inner: &Inner) -> impl Iterator<Item = NodeId> + '_ {
    let graph = &inner.plan.program.graph;
    let role = |id: &NodeId| operand_of(graph.node(*id)).and_then(|operand| inner.plan.given.get(operand));
    graph.ids().filter(move |id| inner.plan.places[id.index()] == Place::Leaf && role(id) == Some(&Role::Slice))
}

/// Whether a leaf of a body is a step of `all`, of each sample its own.
fn is_slice(plan: &Plan, inner: &Inner, all: NodeId, leaf: NodeId) -> bool {
    let (all, step) = (plan.program.graph.ty(all), inner.plan.program.graph.ty(leaf));
    all.batched && step.batched && all.size() == inner.scan.steps * step.size()
}

/// Which of the stacked values of a loop a stored result is.
fn stacks(plan: &Plan, inner: &Inner, out: NodeId) -> Option<usize> {
    let Attr::Out { index, .. } = plan.program.graph.node(out).attr else { return None };
    index.checked_sub(inner.scan.next.len()).filter(|_| plan.places[out.index()] == Place::Stored)
}

impl Plan {
    /// Whether a value of all steps lies step by step, with all samples of the tile in each: where the tile has one sample, and what
    /// only loops write and read.
    #[must_use]
    pub fn lies_by_steps(&self, id: NodeId) -> bool {
        let graph = &self.program.graph;
        if !graph.ty(id).batched || self.unrolled {
            return false;
        }
        if self.rows == 1 {
            return true;
        }
        let stacked = self.loops.get(&self.maker(id)).is_some_and(|inner| stacks(self, inner, id).is_some());
        let wanted = self.program.results.iter().any(|wanted| self.base(wanted.node) == id);
        stacked && !wanted && graph.ids().all(|user| self.takes_steps_of(user, id))
    }

    /// Whether a node does nothing with a value but give steps of it to the body of a loop.
    fn takes_steps_of(&self, user: NodeId, id: NodeId) -> bool {
        // Users of a view count as its own.
        if matches!(self.places[user.index()], Place::Dead | Place::View(_)) || user == id {
            return true;
        }
        let args = &self.program.graph.node(user).args;
        let mut reads = args.iter().enumerate().filter(|(_, arg)| self.base(**arg) == id).map(|(operand, _)| operand);
        let Some(inner) = self.loops.get(&user) else { return reads.next().is_none() };
        let graph = &inner.plan.program.graph;
        reads.all(|operand| {
            let mut leaves = graph.ids().filter(|&leaf| operand_of(graph.node(leaf)) == Some(operand));
            inner.scan.roles.get(operand) == Some(&Role::Slice) && leaves.all(|leaf| is_slice(self, inner, id, leaf))
        })
    }
}

/// Whether a value is what a step was given by the step before, perhaps in another shape.
fn is_carried(graph: &Graph, scan: &Scan, mut id: NodeId) -> bool {
    while let (Value::Move(_), [arg]) = (&graph.node(id).op.value, graph.node(id).args.as_slice()) {
        id = *arg;
    }
    operand_of(graph.node(id)).and_then(|operand| scan.roles.get(operand)) == Some(&Role::Carry)
}

/// A copy, element by element (the larger of equals): what is carried in turn must not be overwritten before it is read.
fn copied(graph: &mut Graph, id: NodeId) -> NodeId {
    let mut node: Node = graph.node(id).clone();
    node.op = match node.ty.elem {
        crate::graph::Elem::Condition => &ops::and::OP,
        _ => &ops::max::OP,
    };
    node.attr = Attr::None;
    node.args = vec![id, id];
    graph.nodes.push(node);
    NodeId(graph.nodes.len() as u32 - 1)
}
