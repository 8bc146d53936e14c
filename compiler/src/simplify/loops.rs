//! Loops without what they do not need: bodies are simplified, results, operands and carried values that nobody reads go, and what a step
//! need not do is done for all steps at once, before the loop or after it.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::Marked;
use super::hoist;
use super::rewrite::copied;
use crate::graph::{AdjointOf, Attr, Builder, Graph, Node, NodeId, Role, Scan, Type, operand_of};
use crate::ops::{self, Value};

/// All loops of a graph, if there are any.
pub(super) fn loops(graph: &Graph, roots: &[NodeId]) -> Option<Marked> {
    if !graph.nodes.iter().any(|node| matches!(node.op.value, Value::Scan)) {
        return None;
    }
    let live = graph.live(roots);
    let mut used: HashMap<NodeId, Vec<usize>> = HashMap::new();
    for id in graph.ids().filter(|id| live[id.index()]) {
        if let Attr::Out { index, .. } = graph.node(id).attr {
            used.entry(graph.node(id).args[0]).or_default().push(index);
        }
    }
    let builder = Builder::default();
    let mut map: Vec<NodeId> = Vec::with_capacity(graph.nodes.len());
    let mut results: HashMap<NodeId, BTreeMap<usize, NodeId>> = HashMap::new();
    for (index, node) in graph.nodes.iter().enumerate() {
        let made = match &node.attr {
            Attr::Scan(scan) => {
                let args: Vec<NodeId> = node.args.iter().map(|arg| map[arg.index()]).collect();
                let mut wanted = used.remove(&NodeId(index as u32)).unwrap_or_default();
                wanted.sort_unstable();
                wanted.dedup();
                builder.set_origin(node.origin.span, &node.origin.context);
                builder.set_adjoint(node.origin.adjoint.map(|adjoint| AdjointOf { node: map[adjoint.node.index()], ..adjoint }));
                if wanted.is_empty() {
                    builder.full(0.0, &[])
                } else {
                    let (made, of) = tidied(&builder, scan, &args, &wanted);
                    results.insert(NodeId(index as u32), of);
                    made
                }
            }
            Attr::Out { index, .. } => {
                let made = results.get(&node.args[0]).and_then(|of| of.get(index)).copied();
                // What nobody needs stays only for those that mention it, and must suit them: a condition, an index.
                let made = made.unwrap_or_else(|| {
                    let ty = Type { batched: false, ..node.ty.clone() };
                    builder.leaf(&ops::constant::OP, Attr::Number(0.0), ty, None)
                });
                if let (Some(name), true) = (&node.name, builder.node(made).name.is_none()) {
                    builder.set_name(made, name);
                }
                made
            }
            _ => {
                builder.set_origin(node.origin.span, &node.origin.context);
                builder.set_adjoint(node.origin.adjoint.map(|adjoint| AdjointOf { node: map[adjoint.node.index()], ..adjoint }));
                copied(&builder, node, &map)
            }
        };
        map.push(made);
    }
    Some(Marked::new(builder.finish(), roots.iter().map(|root| map[root.index()]).collect()))
}

/// The loop, smaller, and where its results are now.
fn tidied(builder: &Builder, scan: &Scan, args: &[NodeId], wanted: &[usize]) -> (NodeId, BTreeMap<usize, NodeId>) {
    let mut this = Loop::new(builder, scan, args, wanted);
    this.simplify();
    hoist::before(builder, &mut this);
    let mut late = hoist::after(&mut this);
    this.simplify();
    let id = this.write(builder);
    let results = late.results(builder, &mut this, id);
    (id, results)
}

/// A loop under change. What its results are called from outside stays.
#[derive(Debug)]
pub(super) struct Loop {
    pub(super) steps: usize,
    pub(super) reversed: bool,
    pub(super) args: Vec<NodeId>,
    pub(super) roles: Vec<Role>,
    pub(super) body: Graph,
    /// The operand and the next value of what is carried.
    pub(super) carried: Vec<(usize, NodeId)>,
    /// Stacked values.
    pub(super) stacked: Vec<NodeId>,
    /// For each wanted result, what it is.
    pub(super) wanted: BTreeMap<usize, Wanted>,
}

/// A wanted result of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// What the operand, which is carried, is after the last step.
    Carried(usize),
    /// A stacked value, by its place among them.
    Stacked(usize),
}

impl Loop {
    fn new(builder: &Builder, scan: &Scan, args: &[NodeId], wanted: &[usize]) -> Loop {
        let operands: Vec<usize> = scan.carried().collect();
        let mut stacked = Vec::new();
        let mut of = BTreeMap::new();
        for &index in wanted {
            let what = match index.checked_sub(scan.next.len()) {
                None => Wanted::Carried(operands[index]),
                Some(at) => {
                    stacked.push(scan.stacked[at]);
                    Wanted::Stacked(stacked.len() - 1)
                }
            };
            of.insert(index, what);
        }
        let mut body = (*scan.body).clone();
        // Constants are made inside; what has ceased to depend on the sample does so here too.
        for node in &mut body.nodes {
            let Some((arg, role)) = operand_of(node).and_then(|operand| Some((*args.get(operand)?, scan.roles[operand]))) else { continue };
            let given = builder.node(arg);
            match (role, &given.attr) {
                (Role::Whole | Role::Slice, Attr::Number(_)) if matches!(given.op.value, Value::Leaf) => {
                    (node.op, node.attr, node.ty.batched) = (given.op, given.attr, false);
                }
                (Role::Whole | Role::Slice, _) => node.ty.batched = given.ty.batched,
                (Role::Carry, _) => {}
            }
        }
        let carried = operands.into_iter().zip(scan.next.iter().copied()).collect();
        Loop {
            steps: scan.steps,
            reversed: scan.reversed,
            args: args.to_vec(),
            roles: scan.roles.clone(),
            body,
            carried,
            stacked,
            wanted: of,
        }
    }

    /// The body without what nobody needs, simplified.
    pub(super) fn simplify(&mut self) {
        self.drop_carried();
        let (next, stacked): (Vec<NodeId>, Vec<NodeId>) = (self.carried.iter().map(|carry| carry.1).collect(), self.stacked.clone());
        let roots = next.iter().chain(&stacked).copied().collect();
        // Types follow from those of the leaves, which may have changed.
        let (body, roots) = super::rewrite::inferred(std::mem::take(&mut self.body), roots);
        let (body, roots) = super::simplify(body, roots);
        self.body = body;
        let (next, stacked) = roots.split_at(next.len());
        self.carried.iter_mut().zip(next).for_each(|(carry, &id)| carry.1 = id);
        self.stacked = stacked.to_vec();
        self.drop_carried();
    }

    /// The body's leaf of each operand, where a step reads it.
    pub(super) fn leaves(&self, roots: &[NodeId]) -> BTreeMap<usize, NodeId> {
        let live = self.body.live(roots);
        self.body.ids().filter(|id| live[id.index()]).filter_map(|id| Some((operand_of(self.body.node(id))?, id))).collect()
    }

    pub(super) fn roots(&self) -> Vec<NodeId> {
        self.carried.iter().map(|carry| carry.1).chain(self.stacked.iter().copied()).collect()
    }

    /// Carried values that no wanted result depends on go.
    fn drop_carried(&mut self) {
        let finals: Vec<usize> =
            self.wanted.values().filter_map(|wanted| if let Wanted::Carried(operand) = wanted { Some(*operand) } else { None }).collect();
        let mut needed: Vec<bool> = self.carried.iter().map(|(operand, _)| finals.contains(operand)).collect();
        loop {
            let next = self.carried.iter().zip(&needed).filter(|(_, needed)| **needed).map(|((_, next), _)| *next);
            let roots: Vec<NodeId> = next.chain(self.stacked.iter().copied()).collect();
            let leaves = self.leaves(&roots);
            let before = needed.clone();
            for ((operand, _), needed) in self.carried.iter().zip(&mut needed) {
                *needed |= leaves.contains_key(operand);
            }
            if needed == before {
                break;
            }
        }
        let mut needed = needed.into_iter();
        self.carried.retain(|_| needed.next().unwrap_or(true));
    }

    /// A new operand and its leaf in the body, which stands in for `of` there.
    pub(super) fn operand(&mut self, role: Role, arg: NodeId, of: NodeId) -> Node {
        self.args.push(arg);
        self.roles.push(role);
        let mut node = self.body.node(of).clone();
        node.op = &ops::scan_in::OP;
        node.attr = Attr::Leaf(self.args.len() - 1);
        node.args.clear();
        node.origin.adjoint = None;
        node
    }

    /// The place of a value among the stacked ones.
    pub(super) fn stack(&mut self, id: NodeId) -> usize {
        if let Some(at) = self.stacked.iter().position(|have| *have == id) {
            return at;
        }
        self.stacked.push(id);
        self.stacked.len() - 1
    }

    /// The node of the loop, over the operands that are still read.
    fn write(&mut self, builder: &Builder) -> NodeId {
        let leaves = self.leaves(&self.roots());
        let kept: Vec<usize> = (0..self.args.len())
            .filter(|operand| leaves.contains_key(operand) || self.carried.iter().any(|(carried, _)| carried == operand))
            .collect();
        for node in &mut self.body.nodes {
            if let Some(operand) = operand_of(node) {
                node.attr = Attr::Leaf(kept.iter().position(|have| *have == operand).unwrap_or(usize::MAX));
            }
        }
        let args: Vec<NodeId> = kept.iter().map(|&operand| self.args[operand]).collect();
        // In the order of the operands.
        self.carried.sort_by_key(|carry| carry.0);
        let scan = Scan {
            steps: self.steps,
            reversed: self.reversed,
            roles: kept.iter().map(|&operand| self.roles[operand]).collect(),
            body: Rc::new(self.body.clone()),
            next: self.carried.iter().map(|carry| carry.1).collect(),
            stacked: self.stacked.clone(),
        };
        if scan.next.is_empty() && scan.stacked.is_empty() {
            return builder.full(0.0, &[]);
        }
        match builder.op(&ops::scan::OP, Attr::Scan(Rc::new(scan)), &args) {
            Ok(id) => id,
            Err(why) => unreachable!("a loop's operands keep their places: {why}"),
        }
    }

    /// Where a result is.
    pub(super) fn result(&self, builder: &Builder, id: NodeId, wanted: Wanted) -> Option<NodeId> {
        let index = match wanted {
            Wanted::Carried(operand) => self.carried.iter().position(|carry| carry.0 == operand)?,
            Wanted::Stacked(at) => self.carried.len() + at,
        };
        builder.result_of(id, index).map(|result| result.id)
    }
}
