//! Forward or reverse: which way the derivatives that a program asks for are taken.
//!
//! Elaboration takes them in reverse, which finds out whether they exist. Here they are taken once more, forward, and what
//! needs fewer operations stays. What is counted are the operations of one sample in the pass itself, tidied, equal values once.
//! The gradient of a training step goes back through either with about twice as many again, so it does not change which is
//! less; it is not derived for this, since that is most of the time that the compiler takes.

use super::forward::Tangents;
use crate::graph::{AdjointOf, Attr, Builder, Graph, NodeId, work};
use crate::network::Pass;
use crate::ops::slice;
use crate::simplify::{copied, counted};

/// How the derivatives in a program are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// As needs fewer operations.
    #[default]
    Cheaper,
    /// In reverse.
    Reverse,
    /// Forward, but for what goes through loops.
    Forward,
}

/// A derivative that a program asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Derivative {
    /// What is differentiated.
    pub of: NodeId,
    /// The name by which.
    pub by: NodeId,
    /// The direction of `jvp`; none in `grad`.
    pub along: Option<NodeId>,
    /// The derivative.
    pub made: NodeId,
}

/// The gradient by a name of more elements than this is taken in reverse: forward it costs a pass for each.
const DIRECTIONS: usize = 16;

/// A pass taken forward that has so many times the nodes of that in reverse is not looked at further.
const GROWTH: usize = 4;

/// The pass with its derivatives taken as `mode` says.
#[must_use]
pub fn settled(pass: Pass, derivatives: &[Derivative], mode: Mode) -> Pass {
    let size = |by: NodeId| pass.graph.ty(by).size();
    let wanted: Vec<Derivative> =
        derivatives.iter().filter(|derivative| derivative.along.is_some() || size(derivative.by) <= DIRECTIONS).copied().collect();
    if wanted.is_empty() || mode == Mode::Reverse {
        return pass;
    }
    let most = if mode == Mode::Forward { usize::MAX } else { pass.graph.nodes.len().saturating_mul(GROWTH) };
    match forward(&pass, &wanted, most) {
        Some(forward) if mode == Mode::Forward || operations(&forward) <= operations(&pass) => forward,
        _ => pass,
    }
}

/// The operations that the results of a pass need, of one sample.
fn operations(pass: &Pass) -> usize {
    let (graph, roots) = counted(pass.graph.clone(), pass.roots());
    let live = graph.live(&roots);
    let nodes = graph.ids().filter(|id| live[id.index()] && graph.ty(*id).batched);
    nodes.fold(0, |sum: usize, id| sum.saturating_add(work(&graph, id)))
}

/// The pass with `wanted` taken forward, where no loop is on the way; `None` if it becomes too large.
fn forward(pass: &Pass, wanted: &[Derivative], most: usize) -> Option<Pass> {
    let builder = Builder::new(Graph::default());
    let mut tangents = Tangents::new(&builder);
    let mut map: Vec<NodeId> = Vec::with_capacity(pass.graph.nodes.len());
    let mut independent: Vec<NodeId> = Vec::new();
    for (id, node) in pass.graph.ids().zip(&pass.graph.nodes) {
        builder.set_origin(node.origin.span, &node.origin.context);
        builder.set_adjoint(node.origin.adjoint.map(|adjoint| AdjointOf { node: map[adjoint.node.index()], ..adjoint }));
        let element = match (&node.attr, &node.args[..]) {
            (Attr::Slice { axis: 0, start, len: 1 }, &[arg]) if node.op == &slice::OP => {
                tangents.element(map[arg.index()], *start, &independent)
            }
            _ => None,
        };
        let mut new = element.unwrap_or_else(|| copied(&builder, node, &map));
        for derivative in wanted.iter().filter(|derivative| derivative.made == id) {
            let known = |id: NodeId| map.get(id.index()).copied();
            let (Some(of), Some(by)) = (known(derivative.of), known(derivative.by)) else { continue };
            builder.set_adjoint(None);
            let made = match derivative.along {
                Some(along) => known(along).map(|along| tangents.along(of, by, along)),
                None => Some(tangents.gradient(of, by)),
            };
            if let Some(Ok(made)) = made
                && (node.ty.batched || !builder.ty(made).batched)
            {
                new = made;
            }
        }
        if wanted.iter().any(|derivative| derivative.by == id) {
            independent.push(new);
        }
        map.push(new);
        if builder.len() > most {
            return None;
        }
    }
    builder.set_adjoint(None);
    let mut forward = Pass { graph: Graph::default(), ..pass.clone() };
    forward.each_root(|root| *root = map[root.index()]);
    forward.graph = builder.finish();
    Some(forward)
}
