//! What no result needs goes; nodes that a needed one's origin mentions stay, for their formulas.

use super::Marked;
use crate::graph::{AdjointOf, Graph, NodeId};

pub(crate) fn dead(marked: &mut Marked) {
    let kept = kept(&marked.graph, &marked.roots);
    // The new places of those that are kept, which come before the old ones: each is moved to its place.
    let mut map: Vec<NodeId> = Vec::with_capacity(kept.len());
    let (nodes, tidy) = (marked.graph.nodes.as_mut_slice(), marked.tidy.as_mut_slice());
    let mut next = 0;
    for index in 0..kept.len() {
        map.push(NodeId(next as u32));
        if !kept[index] {
            continue;
        }
        let node = &mut nodes[index];
        for arg in node.args.as_mut_slice() {
            *arg = map[arg.index()];
        }
        node.origin.adjoint = match node.origin.adjoint {
            Some(adjoint) if kept[adjoint.node.index()] => Some(AdjointOf { node: map[adjoint.node.index()], ..adjoint }),
            _ => None,
        };
        if next < index {
            nodes.swap(next, index);
            if next < tidy.len() {
                tidy[next] = index < tidy.len() && tidy[index];
            }
        }
        next += 1;
    }
    marked.graph.nodes.truncate(next);
    marked.tidy.truncate(next);
    for root in &mut marked.roots {
        *root = map[root.index()];
    }
}

/// What the roots are made of, and what the origins of that mention, with all that it is made of.
fn kept(graph: &Graph, roots: &[NodeId]) -> Vec<bool> {
    let mut kept = graph.live(roots);
    let mut mentioned = vec![false; kept.len()];
    for (node, live) in graph.nodes.iter().zip(&kept) {
        if let (true, Some(adjoint)) = (*live, node.origin.adjoint) {
            mentioned[adjoint.node.index()] = true;
        }
    }
    let (kept_now, nodes) = (kept.as_mut_slice(), graph.nodes.as_slice());
    for index in (0..nodes.len()).rev() {
        if mentioned[index] && !kept_now[index] {
            kept_now[index] = true;
            for arg in nodes[index].args.as_slice() {
                mentioned[arg.index()] = true;
            }
        }
    }
    kept
}
