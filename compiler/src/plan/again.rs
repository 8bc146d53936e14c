//! Values that the backward pass computes again instead of keeping them: random bits, and what is made of nothing else.
//!
//! A mask costs a hash an element to draw, and would lie in the workspace from the forward pass to the backward pass. Its bits are a function
//! of seed, step, place and sample, so they come out the same.

use super::{Program, What, live};
use crate::graph::{Graph, NodeId};
use crate::ops::{self, Distribution, Value};

/// The program with a second drawing of what gradients need of the masks.
pub(super) fn again(program: Program) -> Program {
    let forward = live(&program, |what| !matches!(what, What::Gradient(_) | What::PortGradient(_)));
    let drawn = drawn(&program.graph);
    if !drawn.contains(&true) {
        return program;
    }
    let Program { graph, mut results } = program;
    let mut out = Graph::default();
    // Where each node is now, and its second copy for those whom only gradients need.
    let mut now: Vec<NodeId> = Vec::with_capacity(graph.nodes.len());
    let mut second: Vec<Option<NodeId>> = vec![None; graph.nodes.len()];
    for id in graph.ids() {
        if !forward[id.index()] {
            for &arg in &graph.node(id).args {
                if drawn[arg.index()] && forward[arg.index()] {
                    copy(&graph, arg, &drawn, &now, &mut second, &mut out);
                }
            }
        }
        let mut node = graph.node(id).clone();
        for arg in &mut node.args {
            let copied = second[arg.index()].filter(|_| !forward[id.index()]);
            *arg = copied.unwrap_or(now[arg.index()]);
        }
        now.push(NodeId(out.nodes.len() as u32));
        out.nodes.push(node);
    }
    // Origins may mention nodes that come later.
    for node in &mut out.nodes {
        if let Some(adjoint) = &mut node.origin.adjoint {
            adjoint.node = now[adjoint.node.index()];
        }
    }
    for wanted in &mut results {
        wanted.node = now[wanted.node.index()];
    }
    Program { graph: out, results }
}

/// The second copy of `id` and of what it is made of.
fn copy(graph: &Graph, id: NodeId, drawn: &[bool], now: &[NodeId], second: &mut [Option<NodeId>], out: &mut Graph) {
    if second[id.index()].is_some() {
        return;
    }
    let mut node = graph.node(id).clone();
    for arg in &mut node.args {
        if drawn[arg.index()] {
            copy(graph, *arg, drawn, now, second, out);
        }
        *arg = second[arg.index()].unwrap_or(now[arg.index()]);
    }
    second[id.index()] = Some(NodeId(out.nodes.len() as u32));
    out.nodes.push(node);
}

/// Which nodes are random bits, or made of them and numbers alone, element by element.
fn drawn(graph: &Graph) -> Vec<bool> {
    let mut drawn: Vec<bool> = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        let is = match &node.op.value {
            Value::Random(Distribution::Bernoulli) => node.ty.batched,
            Value::Each { .. } => {
                let number = |id: NodeId| std::ptr::eq(graph.node(id).op, &ops::constant::OP);
                node.args.iter().any(|arg| drawn[arg.index()]) && node.args.iter().all(|&arg| drawn[arg.index()] || number(arg))
            }
            _ => false,
        };
        drawn.push(is);
    }
    drawn
}
