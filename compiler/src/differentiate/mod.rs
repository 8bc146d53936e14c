//! Derivatives as a transformation of the graph: they are appended nodes, made by the rules of the operation table.
//!
//! Here: the walk that applies the rules in reverse, and why a derivative is zero. The same forward is in `forward`, which of the two
//! a program gets in `mode`. What a training step or a
//! backward pass derives from a network is in [`train()`] and [`backward()`].

mod forward;
mod mode;
mod scan;
mod train;

use std::collections::BTreeMap;

use tapeless_grammar::span::Span;

pub use forward::tangent;
pub use mode::{Derivative, Mode, settled};
pub use train::{Derived, backward, train, values};

use crate::graph::{AdjointOf, Attr, Builder, Elem, Expr, Graph, NodeId};
use crate::ops::{Adjoint, Rule, batch_sum};

/// What a gradient is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// One sample: `grad` in a program. Nothing is summed over the batch; the gradient of a parameter is one for each sample.
    Sample,
    /// The whole batch: what is one for all samples gets the sum of the samples' gradients.
    Batch,
}

/// A derivative that does not exist.
#[derive(Clone, Debug, PartialEq)]
pub struct NoDerivative {
    /// The node on the path that has none.
    pub node: NodeId,
    /// The place of that node in the program.
    pub span: Span,
    /// Why.
    pub why: String,
}

/// Looks at, and may change, what a rule made for an operand: mutation tests.
pub type Hook<'h> = &'h dyn for<'g> Fn(&Rule<'g>, usize, Expr<'g>) -> Expr<'g>;

/// Appends the gradients of Σ ⟨seed, cotangent⟩ with respect to each node of `wrt`; `None` where no gradient arrives.
///
/// Each node of `wrt` is taken as independent: it gets the gradient of what was computed from that very node, also where one of them is
/// computed from another. No gradient passes through the nodes of `stop_at`.
///
/// # Errors
/// An operation without a derivative on a path from `wrt` to a seed.
pub fn gradients(
    builder: &Builder,
    seeds: &[(NodeId, NodeId)],
    wrt: &[NodeId],
    over: Over,
    stop_at: &[NodeId],
) -> Result<Vec<Option<NodeId>>, NoDerivative> {
    gradients_with(builder, seeds, wrt, over, stop_at, &|_, _, made| made)
}

/// [`gradients`], with a hook after each rule.
///
/// # Errors
/// As [`gradients`].
pub fn gradients_with(
    builder: &Builder,
    seeds: &[(NodeId, NodeId)],
    wrt: &[NodeId],
    over: Over,
    stop_at: &[NodeId],
    hook: Hook<'_>,
) -> Result<Vec<Option<NodeId>>, NoDerivative> {
    let before = builder.origin();
    let made = Walk { builder, over, hook }.run(seeds, wrt, stop_at);
    builder.set_origin(before.span, &before.context);
    builder.set_adjoint(before.adjoint);
    made
}

struct Walk<'g, 'h> {
    builder: &'g Builder,
    over: Over,
    hook: Hook<'h>,
}

impl<'g> Walk<'g, '_> {
    fn run(&self, seeds: &[(NodeId, NodeId)], wrt: &[NodeId], stop_at: &[NodeId]) -> Result<Vec<Option<NodeId>>, NoDerivative> {
        let builder = self.builder;
        let needed = builder.with_graph(|graph| depends(graph, wrt, stop_at));
        let mut cotangents: Vec<Option<Expr<'g>>> = vec![None; needed.len()];
        for &(node, cotangent) in seeds {
            if needed[node.index()] {
                self.enter(node, None);
                let cotangent = self.fitted(builder.expr(cotangent), node);
                self.add(&mut cotangents, node, cotangent);
            }
        }
        // Gradients of the results of loops, until the loop itself is reached.
        let mut results: BTreeMap<NodeId, Vec<Option<Expr<'g>>>> = BTreeMap::new();
        let last = seeds.iter().map(|seed| seed.0.index()).max().unwrap_or(0);
        for id in (0..=last as u32).rev().map(NodeId) {
            let dy = cotangents.get(id.index()).copied().flatten();
            if dy.is_none() && !results.contains_key(&id) {
                continue;
            }
            let through: Vec<(usize, NodeId)> = builder.with_graph(|graph| {
                let args = graph.node(id).args.iter().copied().enumerate();
                args.filter(|(_, arg)| needed[arg.index()] && !stop_at.contains(&id)).collect()
            });
            match (dy, results.remove(&id)) {
                _ if through.is_empty() => {}
                (_, Some(of_results)) => self.apply_loop(&mut cotangents, id, of_results, &through)?,
                (Some(dy), None) => match self.result_of_loop(id) {
                    Some((of, index)) => {
                        let list = results.entry(of).or_default();
                        list.resize(list.len().max(index + 1), None);
                        list[index] = Some(dy);
                    }
                    None => self.apply(&mut cotangents, id, dy, &through)?,
                },
                (None, None) => {}
            }
        }
        Ok(wrt.iter().map(|id| cotangents[id.index()].map(|expr| expr.id)).collect())
    }

    /// One node's rule: its cotangent goes on to those of its operands that lead to what is asked for.
    fn apply(
        &self,
        cotangents: &mut [Option<Expr<'g>>],
        id: NodeId,
        dy: Expr<'g>,
        through: &[(usize, NodeId)],
    ) -> Result<(), NoDerivative> {
        let builder = self.builder;
        let node = builder.node(id);
        let none = |why: &str| Err(NoDerivative { node: id, span: node.origin.span, why: why.to_owned() });
        let rule = match node.op.adjoint {
            Adjoint::Rule(rule) => rule,
            Adjoint::None(why) => return none(why),
            Adjoint::Zero | Adjoint::Leaf | Adjoint::Scan => return Ok(()),
        };
        if self.over == Over::Sample && node.op.sums_batch {
            return none("it mixes the samples of the batch, and `grad` is the derivative of one sample's value");
        }
        let first = builder.len();
        self.enter(id, None);
        let given = Rule { x: node.args.iter().map(|&arg| builder.expr(arg)).collect(), y: builder.expr(id), dy, attr: node.attr };
        let made = rule(&given);
        for &(operand, arg) in through {
            let Some(Some(gradient)) = made.get(operand).copied() else { continue };
            let gradient = self.fitted((self.hook)(&given, operand, gradient), arg);
            builder.mark_adjoint(gradient.id, first, operand);
            self.enter(arg, None);
            self.add(cotangents, arg, gradient);
            self.enter(id, None);
        }
        Ok(())
    }

    /// If a node is a result of a loop: which.
    fn result_of_loop(&self, id: NodeId) -> Option<(NodeId, usize)> {
        self.builder.with_graph(|graph| match (&graph.node(id).attr, graph.node(id).args.as_slice()) {
            (Attr::Out { index, .. }, [of]) => Some((*of, *index)),
            _ => None,
        })
    }

    /// A loop, when the gradients of all its results are known.
    fn apply_loop(
        &self,
        cotangents: &mut [Option<Expr<'g>>],
        id: NodeId,
        of_results: Vec<Option<Expr<'g>>>,
        through: &[(usize, NodeId)],
    ) -> Result<(), NoDerivative> {
        let first = self.builder.len();
        self.enter(id, None);
        let made = scan::adjoint(self.builder, id, &of_results, through, self.hook)?;
        for (&(operand, arg), gradient) in through.iter().zip(made) {
            let Some(gradient) = gradient else { continue };
            let gradient = self.fitted(gradient, arg);
            self.builder.mark_adjoint(gradient.id, first, operand);
            self.enter(arg, None);
            self.add(cotangents, arg, gradient);
            self.enter(id, None);
        }
        Ok(())
    }

    /// Nodes made from here on belong to the gradient of `node`.
    fn enter(&self, node: NodeId, operand: Option<usize>) {
        self.builder.copy_origin(node);
        self.builder.set_adjoint(Some(AdjointOf { node, operand, forward: false }));
    }

    /// Over a batch, a node has one cotangent for each sample exactly where it is batched itself.
    fn fitted(&self, gradient: Expr<'g>, node: NodeId) -> Expr<'g> {
        let batched = self.builder.expr(node).is_batched();
        match (self.over, batched, gradient.is_batched()) {
            (Over::Batch, false, true) => gradient.batch_sum(),
            (Over::Batch, true, false) => batch_sum::each_sample(gradient),
            _ => gradient,
        }
    }

    fn add(&self, cotangents: &mut [Option<Expr<'g>>], node: NodeId, gradient: Expr<'g>) {
        let slot = &mut cotangents[node.index()];
        *slot = Some(slot.map_or(gradient, |have| have + gradient));
    }
}

/// Which nodes are computed from one of `wrt` (themselves included), not counting ways through `stop_at`.
fn depends(graph: &Graph, wrt: &[NodeId], stop_at: &[NodeId]) -> Vec<bool> {
    let mut out = vec![false; graph.nodes.len()];
    let mut stopped = vec![false; graph.nodes.len()];
    for id in stop_at {
        stopped[id.index()] = true;
    }
    for id in wrt {
        out[id.index()] = true;
    }
    for id in graph.ids() {
        if !stopped[id.index()] && graph.node(id).args.iter().any(|arg| out[arg.index()]) {
            out[id.index()] = true;
        }
    }
    out
}

/// The derivative of `u` along `v` at `x`, of `u`'s shape: reverse mode twice, because a gradient is linear in its cotangent.
/// `None` where `u` does not depend on `x`.
///
/// # Errors
/// As [`gradients`].
pub fn jvp(builder: &Builder, u: NodeId, x: NodeId, v: NodeId) -> Result<Option<NodeId>, NoDerivative> {
    let dummy = builder.full(0.0, &builder.ty(u).shape);
    let Some(Some(gradient)) = gradients(builder, &[(u, dummy)], &[x], Over::Sample, &[])?.pop() else { return Ok(None) };
    Ok(gradients(builder, &[(gradient, v)], &[dummy], Over::Sample, &[])?.pop().flatten())
}

/// Why the gradient of `u` with respect to `x` is zero everywhere although `u` is computed from `x`: the node at which it dies (a step
/// like `floor`; a choice by a condition on `x`, as in the gradient of `relu`). `None` if `u` is not computed from `x` at all, or if a
/// gradient arrives.
#[must_use]
pub fn zero_everywhere(builder: &Builder, u: NodeId, x: NodeId) -> Option<NodeId> {
    builder.with_graph(|graph| {
        let needed = depends(graph, &[x], &[]);
        let mut reached = vec![false; graph.nodes.len()];
        reached[u.index()] = true;
        let mut died = None;
        for id in (0..=u.0).rev().map(NodeId) {
            if !reached[id.index()] || !needed[id.index()] {
                continue;
            }
            if id == x {
                return None;
            }
            let node = graph.node(id);
            let steps = matches!(node.op.adjoint, Adjoint::Zero);
            for arg in node.args.iter().filter(|arg| needed[arg.index()]) {
                if steps || graph.ty(*arg).elem == Elem::Condition {
                    died = died.or(Some(id));
                } else {
                    reached[arg.index()] = true;
                }
            }
        }
        died
    })
}
