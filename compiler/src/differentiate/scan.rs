//! The gradient of a loop: a loop the other way round.
//!
//! The body of the new loop is the gradient of the body. What that needs of the step itself, the loop now hands out too, stacked; only
//! movements and conditions are computed again. Gradients with respect to what is the same in every step are stacked and summed outside,
//! where simplification makes one product of a sum of products.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Hook, NoDerivative, Over, gradients_with};
use crate::graph::{AdjointOf, Attr, Builder, Elem, Expr, Graph, NodeId, Role, Scan, Type, operand_of};
use crate::ops::{self, Value};
use crate::simplify::{Marked, dead};

/// The gradients of the loop `id` with respect to the operands `through`, for gradients of its results.
pub(super) fn adjoint<'g>(
    builder: &'g Builder,
    id: NodeId,
    of_results: &[Option<Expr<'g>>],
    through: &[(usize, NodeId)],
    hook: Hook<'_>,
) -> Result<Vec<Option<Expr<'g>>>, NoDerivative> {
    let node = builder.node(id);
    let Attr::Scan(scan) = &node.attr else { return Ok(vec![None; through.len()]) };
    let inner = Builder::new((*scan.body).clone());
    let mut operands: Vec<(Role, Given)> = Vec::new();

    // Gradients of what is carried are carried; those of what was stacked come step by step.
    let mut seeds = Vec::new();
    let carried: Vec<usize> = scan.carried().collect();
    let real = |id: NodeId| scan.body.ty(id).elem == Elem::Real;
    let active: Vec<usize> = (0..carried.len()).filter(|&k| real(scan.next[k])).collect();
    let mut seed = |role: Role, from: NodeId, of: NodeId, batched: bool| {
        operands.push((role, Given::Outside(from)));
        inner.copy_origin(of);
        inner.set_adjoint(Some(AdjointOf { node: of, operand: None, forward: false }));
        let ty = Type { batched, ..inner.ty(of) };
        seeds.push((of, inner.leaf(&ops::scan_in::OP, Attr::Leaf(operands.len() - 1), ty, None)));
    };
    // Of what is the same for all samples the gradient may be one for each.
    let batched = node.ty.batched || of_results.iter().flatten().any(|dy| dy.is_batched());
    for &k in &active {
        let initial = of_results.get(k).copied().flatten();
        let initial = initial.map_or_else(|| builder.full(0.0, &scan.body.ty(scan.next[k]).shape), |dy| dy.id);
        seed(Role::Carry, initial, scan.next[k], batched);
    }
    for (&value, dy) in scan.stacked.iter().zip(of_results.iter().skip(scan.next.len())) {
        if let (Some(dy), true) = (dy, real(value)) {
            seed(Role::Slice, dy.id, value, dy.is_batched());
        }
    }
    inner.set_adjoint(None);
    let forward = inner.len();

    // With respect to what is carried, always: that is what makes the loop. With respect to the rest, where it is asked for.
    let wanted: Vec<usize> = active.iter().map(|&k| carried[k]).chain(through.iter().map(|(operand, _)| *operand)).collect();
    let leaves: Vec<(usize, NodeId)> = scan
        .body
        .ids()
        .filter_map(|id| operand_of(scan.body.node(id)).map(|operand| (operand, id)))
        .filter(|(operand, id)| wanted.contains(operand) && real(*id))
        .collect();
    let wrt: Vec<NodeId> = leaves.iter().map(|leaf| leaf.1).collect();
    let made = gradients_with(&inner, &seeds, &wrt, Over::Sample, &[], hook).map_err(|none| NoDerivative { node: id, ..none })?;
    let mut of_operand: BTreeMap<usize, Expr<'_>> = BTreeMap::new();
    for (&(operand, leaf), gradient) in leaves.iter().zip(made) {
        let Some(gradient) = gradient else { continue };
        inner.copy_origin(leaf);
        let gradient = inner.expr(gradient);
        let sum = of_operand.get(&operand).map_or(gradient, |have| *have + gradient);
        of_operand.insert(operand, sum);
    }
    let carry = |&k: &usize| match of_operand.get(&carried[k]) {
        Some(made) => made.id,
        None => inner.full(0.0, &inner.ty(scan.next[k]).shape),
    };
    let next: Vec<NodeId> = active.iter().map(carry).collect();
    let stacked: Vec<usize> = through.iter().map(|(operand, _)| *operand).collect();
    let stacked: Vec<usize> =
        stacked.into_iter().filter(|operand| scan.roles[*operand] != Role::Carry && of_operand.contains_key(operand)).collect();
    let roots: Vec<NodeId> = next.iter().copied().chain(stacked.iter().map(|operand| of_operand[operand].id)).collect();

    let graph = inner.finish();
    let mut split = Split::new(scan, &node.args, &graph, forward, operands);
    let roots = split.body(&roots);
    let Split { out, operands, saved, .. } = split;
    hand_out(builder, id, scan, graph, &saved);
    let given = |(_, given): &(Role, Given)| match given {
        Given::Outside(arg) => Some(*arg),
        Given::Saved(at) => builder.result_of(id, scan.next.len() + scan.stacked.len() + at).map(|steps| steps.id),
    };
    let args: Vec<NodeId> = operands.iter().filter_map(given).collect();
    let (next, of_stacked) = roots.split_at(next.len());
    let back = Scan {
        steps: scan.steps,
        reversed: !scan.reversed,
        roles: operands.iter().map(|(role, _)| *role).collect(),
        body: Rc::new(out.finish()),
        next: next.to_vec(),
        stacked: of_stacked.to_vec(),
    };
    let back = match builder.op(&ops::scan::OP, Attr::Scan(Rc::new(back)), &args) {
        Ok(back) => back,
        Err(why) => unreachable!("the operands were made for their places: {why}"),
    };
    let gradient = |&(operand, _): &(usize, NodeId)| match scan.roles[operand] {
        Role::Carry => {
            let k = active.iter().position(|&k| carried[k] == operand)?;
            builder.result_of(back, k)
        }
        role => {
            let at = stacked.iter().position(|have| *have == operand)?;
            let steps = builder.result_of(back, active.len() + at)?;
            Some(if role == Role::Whole { steps.sum(&[0]) } else { steps })
        }
    };
    Ok(through.iter().map(gradient).collect())
}

/// The loop `id` hands out `saved`, values of its body with its gradient, besides its own results.
fn hand_out(builder: &Builder, id: NodeId, scan: &Scan, graph: Graph, saved: &[NodeId]) {
    let mut marked = Marked::new(graph, scan.roots());
    marked.roots.extend(saved);
    dead::dead(&mut marked);
    let (next, stacked) = marked.roots.split_at(scan.next.len());
    let more = Scan { body: Rc::new(marked.graph), next: next.to_vec(), stacked: stacked.to_vec(), ..scan.clone() };
    builder.set_attr(id, Attr::Scan(Rc::new(more)));
}

/// What an operand of the loop back is.
enum Given {
    /// A value outside.
    Outside(NodeId),
    /// A value of the body that the loop hands out, by its place among them.
    Saved(usize),
}

/// A body with its gradient on the way to becoming the body of the loop back.
struct Split<'s> {
    scan: &'s Scan,
    /// The loop's operands.
    args: &'s [NodeId],
    graph: &'s Graph,
    /// How many nodes of the graph are the body itself, and leaves for gradients.
    forward: usize,
    /// Which nodes do not depend on gradients from outside.
    primal: Vec<bool>,
    out: Builder,
    operands: Vec<(Role, Given)>,
    /// Copies of the body's nodes, for formulas alone.
    mentions: Vec<NodeId>,
    /// What stands for a node in the loop back.
    values: Vec<Option<NodeId>>,
    saved: Vec<NodeId>,
}

/// A loop whose operands are `given`, some of them one for each sample that were not: so is what its body makes of them, and what that carries on.
fn for_each_sample(scan: &Scan, mut given: Vec<bool>) -> Scan {
    loop {
        let mut body = (*scan.body).clone();
        for index in 0..body.nodes.len() {
            let of_args: Vec<bool> = body.nodes[index].args.iter().map(|arg| body.ty(*arg).batched).collect();
            let node = &mut body.nodes[index];
            let is_given = operand_of(node).is_some_and(|operand| given.get(operand) == Some(&true));
            node.ty.batched |= is_given || of_args.contains(&true);
            if let Attr::Scan(inner) = &node.attr {
                node.attr = Attr::Scan(Rc::new(for_each_sample(inner, of_args)));
            }
        }
        let carried: Vec<(usize, NodeId)> = scan.carried().zip(scan.next.iter().copied()).collect();
        let Some((operand, _)) = carried.into_iter().find(|(operand, next)| body.ty(*next).batched && !given[*operand]) else {
            return Scan { body: Rc::new(body), ..scan.clone() };
        };
        given[operand] = true;
    }
}

impl<'s> Split<'s> {
    fn new(scan: &'s Scan, args: &'s [NodeId], graph: &'s Graph, forward: usize, operands: Vec<(Role, Given)>) -> Split<'s> {
        let seeds = scan.body.nodes.len()..forward;
        let mut primal: Vec<bool> = Vec::with_capacity(graph.nodes.len());
        for id in graph.ids() {
            primal.push(!seeds.contains(&id.index()) && graph.node(id).args.iter().all(|arg| primal[arg.index()]));
        }
        let out = Builder::default();
        let mut mentions: Vec<NodeId> = Vec::with_capacity(forward);
        for (index, mut node) in graph.nodes.iter().take(scan.body.nodes.len()).cloned().enumerate() {
            node.args = node.args.iter().map(|arg| mentions[arg.index()]).collect();
            node.origin.adjoint = node.origin.adjoint.map(|adjoint| AdjointOf { node: mentions[adjoint.node.index()], ..adjoint });
            if operand_of(&graph.nodes[index]).is_some() {
                // No operand of this loop.
                node.attr = Attr::Leaf(usize::MAX);
            }
            mentions.push(out.push(node));
        }
        let values = vec![None; graph.nodes.len()];
        Split { scan, args, graph, forward, primal, out, operands, mentions, values, saved: Vec::new() }
    }

    /// What `roots` need, in order.
    fn body(&mut self, roots: &[NodeId]) -> Vec<NodeId> {
        let live = self.graph.live(roots);
        for id in self.graph.ids().filter(|id| live[id.index()]) {
            if !self.is_saved(id) && (!self.primal[id.index()] || id.index() >= self.forward) {
                self.copy(id);
            }
        }
        roots.iter().map(|&root| self.value(root)).collect()
    }

    /// Results of the body's own loops come from the step itself, also those that its gradient made it hand out.
    fn is_saved(&self, id: NodeId) -> bool {
        self.primal[id.index()] && matches!(self.graph.node(id).op.value, Value::Out)
    }

    /// What stands for a node.
    fn value(&mut self, id: NodeId) -> NodeId {
        if let Some(value) = self.values[id.index()] {
            return value;
        }
        let node = self.graph.node(id);
        let role = operand_of(node).and_then(|operand| Some((operand, *self.scan.roles.get(operand)?)));
        let moved = matches!(node.op.value, Value::Move(_)) || node.ty.elem == Elem::Condition || node.args.is_empty();
        match role {
            Some((operand, role @ (Role::Whole | Role::Slice))) => self.given(id, role, Given::Outside(self.args[operand])),
            Some(_) => self.save(id),
            None if self.is_saved(id) => self.save(id),
            None if moved || id.index() >= self.forward => self.copy(id),
            None => self.save(id),
        }
    }

    fn save(&mut self, id: NodeId) -> NodeId {
        self.saved.push(id);
        self.given(id, Role::Slice, Given::Saved(self.saved.len() - 1))
    }

    fn given(&mut self, id: NodeId, role: Role, given: Given) -> NodeId {
        self.operands.push((role, given));
        let mut node = self.graph.node(id).clone();
        node.op = &ops::scan_in::OP;
        node.attr = Attr::Leaf(self.operands.len() - 1);
        node.args.clear();
        node.origin.adjoint = None;
        // What is handed out has one for each sample where the loop has.
        node.ty.batched |= matches!(self.operands.last(), Some((_, Given::Saved(_)))) && self.scan.is_batched();
        let leaf = self.out.push(node);
        self.values[id.index()] = Some(leaf);
        leaf
    }

    /// The node over what stands for its operands.
    fn copy(&mut self, id: NodeId) -> NodeId {
        if let Some(value) = self.values[id.index()] {
            return value;
        }
        let mut node = self.graph.node(id).clone();
        node.args = node.args.iter().map(|&arg| self.value(arg)).collect();
        let batched: Vec<bool> = node.args.iter().map(|&arg| self.out.ty(arg).batched).collect();
        node.ty.batched |= batched.contains(&true);
        if let Attr::Scan(scan) = &node.attr {
            node.attr = Attr::Scan(Rc::new(for_each_sample(scan, batched)));
        }
        node.origin.adjoint = node.origin.adjoint.map(|adjoint| AdjointOf { node: self.mentioned(adjoint.node), ..adjoint });
        let made = self.out.push(node);
        self.values[id.index()] = Some(made);
        made
    }

    /// The node that an origin mentions.
    fn mentioned(&self, id: NodeId) -> NodeId {
        match (self.mentions.get(id.index()), self.values[id.index()]) {
            (Some(mention), _) => *mention,
            (None, Some(value)) => value,
            (None, None) => self.mentions.first().copied().unwrap_or(NodeId(0)),
        }
    }
}
