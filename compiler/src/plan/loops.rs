//! The bodies of loops, planned as programs of their own: what a step is given lies in leaves, and its results are what is carried and stacked.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Phase, Plan, Program, Slots, Wanted, What, fuse, live, product, slots};
use crate::graph::{Attr, Graph, Node, NodeId, Role, Scan, operand_of};
use crate::ops::{self, Value};

/// A loop with its planned body.
#[derive(Clone, Debug)]
pub struct Inner {
    /// The loop.
    pub scan: Rc<Scan>,
    /// Its body. The workspace of a step is a piece of that around it.
    pub plan: Plan,
}

/// The loops of a program.
pub(super) fn inner(program: &Program, needed: &[bool], rows: usize) -> BTreeMap<NodeId, Inner> {
    let graph = &program.graph;
    let mut out = BTreeMap::new();
    for id in graph.ids().filter(|id| needed[id.index()]) {
        if let Attr::Scan(scan) = &graph.node(id).attr {
            out.insert(id, Inner { scan: scan.clone(), plan: body(scan, rows) });
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
    let program = product::prepare(Program { graph, results });
    let live = live(&program, |_| true);
    let phases = vec![Phase::Tile; program.graph.nodes.len()];
    let (places, kernels) = fuse::fuse(&program, &live, &phases);
    let loops = inner(&program, &live, rows);
    let (order, slots, given) = (vec![0; program.graph.nodes.len()], Slots::default(), scan.roles.clone());
    let mut plan = Plan { program, rows, unrolled: false, stages: 1, whole: false, order, phases, places, kernels, slots, loops, given };
    plan.slots = slots::allocate(&plan);
    plan
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
