//! What a step need not do by itself: products of what comes from outside are made before the loop for all steps at once; what no later
//! step reads is made after it, of stacked values.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::lift::{Operand, lift, lifts};
use super::loops::{Loop, Wanted};
use crate::graph::{AdjointOf, Attr, Builder, Graph, Node, NodeId, Role, operand_of};
use crate::ops::{self, Value};

/// Values that do not depend on what is carried are made before the loop: those that are the same in every step, and for all steps at once
/// those that take a product or a lookup.
pub(super) fn before(builder: &Builder, this: &mut Loop) {
    let live = this.body.live(&this.roots());
    let mut facts: Vec<Facts> = Vec::with_capacity(this.body.nodes.len());
    // Whatever could be made outside (nobody reads it there unless it pays), and what of it is worth it.
    let mut outside: BTreeMap<NodeId, Operand> = BTreeMap::new();
    let mut hoisted: BTreeSet<NodeId> = BTreeSet::new();
    for id in this.body.ids() {
        let node = this.body.node(id);
        let role = operand_of(node).and_then(|operand| this.roles.get(operand).copied());
        let mut fact = Facts::of(node, role, &facts);
        if live[id.index()] && fact.early {
            match made_outside(builder, this, node, &outside, fact.same) {
                Some(operand) => {
                    outside.insert(id, operand);
                    if !node.args.is_empty() && (fact.same || fact.worth) {
                        hoisted.insert(id);
                    }
                }
                None => fact = Facts::default(),
            }
        }
        facts.push(fact);
    }
    let mut read: BTreeSet<NodeId> = this.roots().into_iter().collect();
    for id in this.body.ids().filter(|id| !hoisted.contains(id)) {
        read.extend(&this.body.node(id).args);
    }
    // Leaves are there already; the others come in as new operands.
    let mut rest = std::mem::take(&mut this.body);
    let mut map: Vec<NodeId> = Vec::with_capacity(rest.nodes.len());
    let mut out = Graph::default();
    for (index, mut node) in std::mem::take(&mut rest.nodes).into_iter().enumerate() {
        let id = NodeId(index as u32);
        node.args = node.args.iter().map(|arg| map[arg.index()]).collect();
        node.origin.adjoint = node.origin.adjoint.map(|adjoint| AdjointOf { node: map[adjoint.node.index()], ..adjoint });
        out.nodes.push(node);
        let mut to = NodeId(out.nodes.len() as u32 - 1);
        if let (Some(operand), true) = (outside.get(&id), hoisted.contains(&id) && read.contains(&id)) {
            this.body = out;
            let role = if operand.stacked { Role::Slice } else { Role::Whole };
            let mut leaf = this.operand(role, operand.id, to);
            leaf.ty.batched = builder.ty(operand.id).batched;
            out = std::mem::take(&mut this.body);
            out.nodes.push(leaf);
            to = NodeId(out.nodes.len() as u32 - 1);
        }
        map.push(to);
    }
    this.body = out;
    this.carried.iter_mut().for_each(|carry| carry.1 = map[carry.1.index()]);
    this.stacked.iter_mut().for_each(|id| *id = map[id.index()]);
}

/// What is known of a value of a step.
#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    /// The same in every step.
    same: bool,
    /// Independent of what is carried.
    early: bool,
    /// There is a product or a lookup in it.
    worth: bool,
}

impl Facts {
    fn of(node: &Node, role: Option<Role>, facts: &[Facts]) -> Facts {
        match role {
            Some(Role::Whole) => return Facts { same: true, early: true, worth: false },
            Some(Role::Slice) => return Facts { same: false, early: true, worth: false },
            Some(Role::Carry) => return Facts::default(),
            None => {}
        }
        let args = || node.args.iter().map(|arg| facts[arg.index()]);
        match node.op.value {
            Value::Leaf => Facts { same: matches!(node.attr, Attr::Number(_) | Attr::Tensor(_) | Attr::None), early: true, worth: false },
            Value::Random(_) | Value::Scan | Value::Out => Facts::default(),
            _ => Facts {
                same: args().all(|fact| fact.same),
                early: args().all(|fact| fact.early),
                worth: matches!(node.op.value, Value::Contract | Value::Gather) || args().any(|fact| fact.worth),
            },
        }
    }
}

/// A value made before the loop: once, or for all steps.
fn made_outside(builder: &Builder, this: &Loop, node: &Node, outside: &BTreeMap<NodeId, Operand>, same: bool) -> Option<Operand> {
    if let Some(operand) = operand_of(node) {
        return Some(Operand { id: *this.args.get(operand)?, stacked: this.roles.get(operand) == Some(&Role::Slice) });
    }
    if node.args.is_empty() {
        let copy = Node { origin: builder.origin(), ..node.clone() };
        return Some(Operand { id: builder.push(copy), stacked: false });
    }
    let operands: Option<Vec<Operand>> = node.args.iter().map(|arg| outside.get(arg).copied()).collect();
    let operands = operands?;
    let before = builder.origin();
    builder.set_origin(node.origin.span, &node.origin.context);
    let made = all_steps(builder, this, node, &operands, same);
    if let (Some(operand), Some(name)) = (&made, &node.name) {
        builder.set_name(operand.id, name);
    }
    builder.set_origin(before.span, &before.context);
    made
}

/// The operation on the values of all steps, or, where all operands are the same in each, once.
fn all_steps(builder: &Builder, this: &Loop, node: &Node, operands: &[Operand], same: bool) -> Option<Operand> {
    let args: Vec<NodeId> = operands.iter().map(|operand| operand.id).collect();
    if same {
        return builder.op(node.op, node.attr.clone(), &args).ok().map(|id| Operand { id, stacked: false });
    }
    let stacked: Vec<bool> = operands.iter().map(|operand| operand.stacked).collect();
    if !lifts(node.op, &node.attr, &stacked) {
        return None;
    }
    let types: Vec<_> = node.args.iter().map(|&arg| this.body.ty(arg).clone()).collect();
    let made = lift(builder, node.op, &node.attr, operands, &types, &node.ty, this.steps)?;
    Some(Operand { id: made.id, stacked: true })
}

/// What is made after a loop, still as nodes of its body.
#[derive(Debug)]
pub(super) struct Late {
    body: Graph,
    /// The nodes, in order.
    nodes: Vec<NodeId>,
    /// Where a value of the body that is not made after the loop lies among the stacked ones.
    stacks: BTreeMap<NodeId, usize>,
    /// The wanted results that are made after the loop.
    wanted: BTreeMap<usize, NodeId>,
}

/// Values that no later step reads are made after the loop, of what is stacked for them.
pub(super) fn after(this: &mut Loop) -> Late {
    let body = this.body.clone();
    let next: Vec<NodeId> = this.carried.iter().map(|carry| carry.1).collect();
    let (inside, live) = (body.live(&next), body.live(&this.roots()));
    let mut lifted = vec![false; body.nodes.len()];
    for id in body.ids().filter(|id| live[id.index()] && !inside[id.index()]) {
        let node = body.node(id);
        // Whether an operand is the same in every step is not asked here: what is not lifted is stacked.
        let stacked: Vec<bool> = node.args.iter().map(|arg| !constant(&body, this, *arg)).collect();
        lifted[id.index()] = !node.args.is_empty() && lifts(node.op, &node.attr, &stacked);
    }
    let wanted: BTreeMap<usize, NodeId> = this
        .wanted
        .iter()
        .filter_map(|(&index, wanted)| match wanted {
            Wanted::Stacked(at) => Some((index, this.stacked[*at])),
            Wanted::Carried(_) => None,
        })
        .collect();
    this.wanted.retain(|index, _| !wanted.contains_key(index));
    // Only what leads to a result.
    let roots: Vec<NodeId> = wanted.values().copied().collect();
    let mut needed = vec![false; body.nodes.len()];
    roots.iter().for_each(|root| needed[root.index()] = true);
    let mut nodes = Vec::new();
    for id in body.ids().rev().filter(|id| lifted[id.index()]) {
        if needed[id.index()] {
            nodes.push(id);
            body.node(id).args.iter().for_each(|arg| needed[arg.index()] = true);
        }
    }
    nodes.reverse();
    this.stacked.clear();
    let mut stacks = BTreeMap::new();
    for id in body.ids().filter(|id| needed[id.index()] && !lifted[id.index()]) {
        let role = operand_of(body.node(id)).and_then(|operand| this.roles.get(operand));
        if matches!(role, Some(Role::Slice | Role::Whole)) || constant(&body, this, id) {
            continue;
        }
        stacks.insert(id, this.stack(id));
    }
    Late { body, nodes, stacks, wanted }
}

/// Whether a value is a number or comes from outside as it is.
fn constant(body: &Graph, this: &Loop, id: NodeId) -> bool {
    let node = body.node(id);
    match operand_of(node) {
        Some(operand) => this.roles.get(operand) == Some(&Role::Whole),
        None => matches!(node.op.value, Value::Leaf) && matches!(node.attr, Attr::Number(_) | Attr::Tensor(_) | Attr::None),
    }
}

impl Late {
    /// Makes it all; where the loop's wanted results are.
    pub(super) fn results(&mut self, builder: &Builder, this: &mut Loop, id: NodeId) -> BTreeMap<usize, NodeId> {
        let before = builder.origin();
        let mut made: BTreeMap<NodeId, Operand> = BTreeMap::new();
        // Numbers of the stacked values changed with the body; their order did not.
        let mentions = Mentions { body: &self.body, made: std::cell::RefCell::new(BTreeMap::new()) };
        for &node in &self.nodes {
            let from = self.body.node(node);
            builder.set_origin(from.origin.span, &from.origin.context);
            let adjoint = from.origin.adjoint.map(|adjoint| AdjointOf { node: mentions.mention(builder, adjoint.node), ..adjoint });
            let operands: Vec<Operand> = from.args.iter().map(|&arg| self.operand(builder, this, id, &mut made, arg)).collect();
            builder.set_adjoint(adjoint);
            if let Some(operand) = all_steps_of(builder, &self.body, this.steps, from, &operands) {
                if let Some(name) = &from.name {
                    builder.set_name(operand.id, name);
                }
                made.insert(node, operand);
            }
            builder.set_adjoint(None);
        }
        let mut out = BTreeMap::new();
        for (&index, &node) in &self.wanted {
            let operand = self.operand(builder, this, id, &mut made, node);
            let shape = [&[this.steps], self.body.ty(node).shape.as_slice()].concat();
            let all = if operand.stacked { operand.id } else { builder.expr(operand.id).broadcast(&shape).id };
            out.insert(index, all);
        }
        for (&index, &wanted) in &this.wanted {
            if let Some(result) = this.result(builder, id, wanted) {
                out.insert(index, result);
            }
        }
        builder.set_origin(before.span, &before.context);
        builder.set_adjoint(before.adjoint);
        out
    }

    /// A value of the body, for all steps.
    fn operand(&self, builder: &Builder, this: &Loop, id: NodeId, made: &mut BTreeMap<NodeId, Operand>, of: NodeId) -> Operand {
        if let Some(operand) = made.get(&of) {
            return *operand;
        }
        let node = self.body.node(of);
        let given = operand_of(node).and_then(|operand| Some((*this.args.get(operand)?, *this.roles.get(operand)?)));
        let operand = match (given, self.stacks.get(&of)) {
            (_, Some(&at)) => {
                let result = this.result(builder, id, Wanted::Stacked(at));
                if let (Some(result), Some(name)) = (result, &node.name) {
                    builder.set_name(result, &Rc::from(format!("{name}_steps")));
                }
                result.map(|id| Operand { id, stacked: true })
            }
            (Some((arg, role)), None) => Some(Operand { id: arg, stacked: role == Role::Slice }),
            (None, None) => None,
        };
        let operand =
            operand.unwrap_or_else(|| Operand { id: builder.push(Node { origin: builder.origin(), ..node.clone() }), stacked: false });
        made.insert(of, operand);
        operand
    }
}

fn all_steps_of(builder: &Builder, body: &Graph, steps: usize, node: &Node, operands: &[Operand]) -> Option<Operand> {
    if operands.iter().all(|operand| !operand.stacked) {
        let args: Vec<NodeId> = operands.iter().map(|operand| operand.id).collect();
        return builder.op(node.op, node.attr.clone(), &args).ok().map(|id| Operand { id, stacked: false });
    }
    let types: Vec<_> = node.args.iter().map(|&arg| body.ty(arg).clone()).collect();
    lift(builder, node.op, &node.attr, operands, &types, &node.ty, steps).map(|made| Operand { id: made.id, stacked: true })
}

/// Nodes of the body that formulas outside mention: the operation, with its operands' names.
struct Mentions<'b> {
    body: &'b Graph,
    made: std::cell::RefCell<BTreeMap<NodeId, NodeId>>,
}

impl Mentions<'_> {
    fn mention(&self, builder: &Builder, id: NodeId) -> NodeId {
        if let Some(&made) = self.made.borrow().get(&id) {
            return made;
        }
        let mut node = self.body.node(id).clone();
        node.args = node.args.iter().map(|&arg| self.named(builder, arg)).collect();
        node.origin.adjoint = None;
        if node.name.is_none() {
            node.name = self.name(id);
        }
        let made = builder.push(node);
        self.made.borrow_mut().insert(id, made);
        made
    }

    /// A leaf that only bears a name.
    fn named(&self, builder: &Builder, id: NodeId) -> NodeId {
        let mut node = self.body.node(id).clone();
        node.name = self.name(id).or_else(|| Some(Rc::from(node.op.name)));
        node.op = &ops::scan_in::OP;
        node.attr = Attr::Leaf(usize::MAX);
        node.args.clear();
        node.origin.adjoint = None;
        builder.push(node)
    }

    fn name(&self, id: NodeId) -> Option<Rc<str>> {
        let mut id = id;
        loop {
            let node = self.body.node(id);
            match (&node.name, &node.op.value, node.args.as_slice()) {
                (Some(name), _, _) => return Some(name.clone()),
                (None, Value::Move(_), [arg]) => id = *arg,
                _ => return None,
            }
        }
    }
}
