//! What no result needs goes; nodes that a needed one's origin mentions stay, for their formulas.

use crate::graph::{Graph, NodeId};

pub(crate) fn dead(graph: Graph, mut roots: Vec<NodeId>) -> (Graph, Vec<NodeId>) {
    let live = graph.live(&roots);
    let mut kept: Vec<NodeId> = roots.clone();
    kept.extend(graph.ids().filter(|id| live[id.index()]).filter_map(|id| graph.node(id).origin.adjoint).map(|adjoint| adjoint.node));
    let kept = graph.live(&kept);

    let mut map: Vec<Option<NodeId>> = vec![None; kept.len()];
    let mut out = Graph::default();
    for (index, mut node) in graph.nodes.into_iter().enumerate() {
        if !kept[index] {
            continue;
        }
        for arg in &mut node.args {
            *arg = map[arg.index()].unwrap_or(*arg);
        }
        node.origin.adjoint = node.origin.adjoint.and_then(|mut adjoint| {
            adjoint.node = map[adjoint.node.index()]?;
            Some(adjoint)
        });
        map[index] = Some(NodeId(out.nodes.len() as u32));
        out.nodes.push(node);
    }
    for root in &mut roots {
        *root = map[root.index()].unwrap_or(*root);
    }
    (out, roots)
}
