//! The opposite of hoisting: values of all steps that are element-wise in what is much smaller are made in the steps. The gates' inputs of a
//! recurrence over a signal of one channel, for example, are 160 numbers a step, made of one: a step that makes them itself does not wait
//! for memory.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::Marked;
use super::rewrite::copied;
use crate::graph::{AdjointOf, Attr, Builder, Graph, NodeId, Role, Scan, Type, operand_of};
use crate::ops::{Value, broadcast, scan_in};

/// How many times smaller what is read must be.
const SMALLER: usize = 4;

/// Moves what pays into the loops of a graph, if there are any.
pub(super) fn sink(graph: &Graph, roots: &[NodeId]) -> Option<Marked> {
    if !graph.nodes.iter().any(|node| matches!(node.op.value, Value::Scan)) {
        return None;
    }
    let live = graph.live(roots);
    let mut users = vec![0_usize; graph.nodes.len()];
    roots.iter().for_each(|root| users[root.index()] += 1);
    for id in graph.ids().filter(|id| live[id.index()]) {
        graph.node(id).args.iter().for_each(|arg| users[arg.index()] += 1);
    }
    let outer = Outer { graph, users };
    let builder = Builder::default();
    let mut map: Vec<NodeId> = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        let mut node = node.clone();
        if let Attr::Scan(scan) = &node.attr
            && let Some((scan, args)) = outer.sunk(scan, &node.args)
        {
            (node.attr, node.args) = (Attr::Scan(Rc::new(scan)), args);
        }
        builder.set_origin(node.origin.span, &node.origin.context);
        builder.set_adjoint(node.origin.adjoint.map(|adjoint| AdjointOf { node: map[adjoint.node.index()], ..adjoint }));
        map.push(copied(&builder, &node, &map));
    }
    Some(Marked::new(builder.finish(), roots.iter().map(|root| map[root.index()]).collect()))
}

/// The graph around a loop.
struct Outer<'a> {
    graph: &'a Graph,
    /// How often each node is read.
    users: Vec<usize>,
}

/// A loop that grows.
struct Inside<'a> {
    outer: &'a Outer<'a>,
    body: Builder,
    args: Vec<NodeId>,
    roles: Vec<Role>,
    leaves: BTreeMap<(NodeId, bool), NodeId>,
}

impl Outer<'_> {
    /// The loop and its operands, if some of them are better made inside.
    fn sunk(&self, scan: &Scan, args: &[NodeId]) -> Option<(Scan, Vec<NodeId>)> {
        let pays = |operand: usize| scan.roles[operand] == Role::Slice && self.pays(args[operand], scan.steps);
        let moved: BTreeSet<usize> = (0..args.len()).filter(|&operand| pays(operand)).collect();
        if moved.is_empty() {
            return None;
        }
        let mut inside =
            Inside { outer: self, body: Builder::default(), args: args.to_vec(), roles: scan.roles.clone(), leaves: BTreeMap::new() };
        let mut map: Vec<NodeId> = Vec::with_capacity(scan.body.nodes.len());
        for node in &scan.body.nodes {
            let id = match operand_of(node).filter(|operand| moved.contains(operand)) {
                Some(operand) => inside.make(args[operand]),
                None => {
                    inside.body.set_origin(node.origin.span, &node.origin.context);
                    inside.body.set_adjoint(node.origin.adjoint.map(|adjoint| AdjointOf { node: map[adjoint.node.index()], ..adjoint }));
                    copied(&inside.body, node, &map)
                }
            };
            map.push(id);
        }
        let renamed = |ids: &[NodeId]| ids.iter().map(|id| map[id.index()]).collect();
        let (next, stacked) = (renamed(&scan.next), renamed(&scan.stacked));
        // What is made inside now is no operand any more.
        let kept: Vec<usize> = (0..inside.args.len()).filter(|operand| !moved.contains(operand)).collect();
        let mut body = inside.body.finish();
        for node in &mut body.nodes {
            if let Some(operand) = operand_of(node) {
                node.attr = Attr::Leaf(kept.iter().position(|have| *have == operand).unwrap_or(usize::MAX));
            }
        }
        let roles = kept.iter().map(|&operand| inside.roles[operand]).collect();
        let args = kept.iter().map(|&operand| inside.args[operand]).collect();
        Some((Scan { steps: scan.steps, reversed: scan.reversed, roles, body: Rc::new(body), next, stacked }, args))
    }

    /// Whether a value of all steps is element-wise in little.
    fn pays(&self, id: NodeId, steps: usize) -> bool {
        let mut read = BTreeSet::new();
        self.is_made_inside(id) && {
            self.reads(id, steps, &mut read);
            let size = |&id: &NodeId| self.graph.ty(id).size();
            SMALLER * read.iter().map(size).sum::<usize>() <= self.graph.ty(id).size()
        }
    }

    /// Element-wise, and nobody else needs it.
    fn is_made_inside(&self, id: NodeId) -> bool {
        matches!(self.graph.node(id).op.value, Value::Each { .. }) && self.users[id.index()] == 1
    }

    /// The operand of a broadcast, and whether it has a slice for each step.
    fn broadcast(&self, id: NodeId, steps: usize) -> Option<(NodeId, bool)> {
        let node = self.graph.node(id);
        let [of] = node.args.as_slice() else { return None };
        let shape = &self.graph.ty(*of).shape;
        let stacked = shape.len() == node.ty.rank() && shape.first() == Some(&steps);
        (std::ptr::eq(node.op, &broadcast::OP) && (stacked || steps > 1)).then_some((*of, stacked))
    }

    /// What a value made inside reads of all steps.
    fn reads(&self, id: NodeId, steps: usize, read: &mut BTreeSet<NodeId>) {
        let node = self.graph.node(id);
        if self.is_made_inside(id) {
            node.args.iter().for_each(|&arg| self.reads(arg, steps, read));
        } else if let Some((of, stacked)) = self.broadcast(id, steps) {
            if stacked {
                read.insert(of);
            }
        } else if !matches!(node.attr, Attr::Number(_)) {
            read.insert(id);
        }
    }
}

impl Inside<'_> {
    /// A step of a value of all steps.
    fn make(&mut self, id: NodeId) -> NodeId {
        let outer = self.outer;
        let node = outer.graph.node(id);
        let (steps, shape) = node.ty.shape.split_first().map_or((1, &[][..]), |(&steps, shape)| (steps, shape));
        self.body.set_origin(node.origin.span, &node.origin.context);
        self.body.set_adjoint(None);
        if let Attr::Number(_) = node.attr {
            return self.body.leaf(node.op, node.attr.clone(), Type { shape: shape.to_vec(), ..node.ty.clone() }, None);
        }
        if outer.is_made_inside(id) {
            let args: Vec<NodeId> = node.args.iter().map(|&arg| self.make(arg)).collect();
            self.body.set_origin(node.origin.span, &node.origin.context);
            let made = match self.body.op(node.op, node.attr.clone(), &args) {
                Ok(made) => made,
                Err(why) => unreachable!("the operands have the shapes of a step: {why}"),
            };
            if let Some(name) = &node.name {
                self.body.set_name(made, name);
            }
            return made;
        }
        match outer.broadcast(id, steps) {
            Some((of, stacked)) => {
                let leaf = self.leaf(of, stacked);
                let leaf = self.body.expr(leaf);
                // An axis of extent 1 where the steps would be goes.
                let rank = leaf.shape().len();
                let leaf = if rank > shape.len() { leaf.reshape(&leaf.shape()[1..]) } else { leaf };
                if leaf.shape() == shape { leaf.id } else { leaf.broadcast(shape).id }
            }
            None => self.leaf(id, true),
        }
    }

    /// What a step is given of a value outside: its slice, or all of it.
    fn leaf(&mut self, of: NodeId, slice: bool) -> NodeId {
        if let Some(&leaf) = self.leaves.get(&(of, slice)) {
            return leaf;
        }
        let node = self.outer.graph.node(of);
        let mut ty = node.ty.clone();
        if slice {
            ty.shape.remove(0);
        }
        self.args.push(of);
        self.roles.push(if slice { Role::Slice } else { Role::Whole });
        let leaf = self.body.leaf(&scan_in::OP, Attr::Leaf(self.args.len() - 1), ty, node.name.as_deref());
        self.leaves.insert((of, slice), leaf);
        leaf
    }
}
