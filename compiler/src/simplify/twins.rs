//! A contraction that is made for every sample and, summed over the batch, a second time: the sum is taken of what is there. So the gradient
//! of a bias behind a product is a sum of what the gradient of the product's operand is made of anyway.

use std::collections::HashMap;

use super::Marked;
use super::rewrite::copied;
use crate::graph::{AdjointOf, Attr, Builder, Graph, NodeId};
use crate::ops::Value;

/// Operands, and their labels numbered as they come; those that are left are the same.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    args: Vec<NodeId>,
    a: Vec<usize>,
    b: Vec<usize>,
    left: Vec<usize>,
}

/// The graph without the second times, if there are any.
pub(super) fn twins(graph: &Graph, roots: &[NodeId]) -> Option<Marked> {
    let live = graph.live(roots);
    let keys = graph.ids().filter(|id| live[id.index()]).filter_map(|id| Some((id, key(graph, id)?)));
    let (summed, each): (Vec<_>, Vec<_>) = keys.partition(|(_, (_, sum_batch))| *sum_batch);
    if summed.is_empty() {
        return None;
    }
    let each: HashMap<Key, NodeId> = each.into_iter().map(|(id, (key, _))| (key, id)).collect();
    let of: HashMap<NodeId, NodeId> = summed.into_iter().filter_map(|(id, (key, _))| Some((id, *each.get(&key)?))).collect();
    if of.is_empty() {
        return None;
    }
    let builder = Builder::new(Graph::default());
    let mut map: Vec<NodeId> = Vec::with_capacity(graph.nodes.len());
    for id in graph.ids() {
        let node = graph.node(id);
        let known = |adjoint: AdjointOf, map: &[NodeId]| Some(AdjointOf { node: *map.get(adjoint.node.index())?, ..adjoint });
        let copy = |id: NodeId, map: &[NodeId]| {
            let node = graph.node(id);
            builder.set_origin(node.origin.span, &node.origin.context);
            builder.set_adjoint(node.origin.adjoint.and_then(|adjoint| known(adjoint, map)));
            copied(&builder, node, map)
        };
        let Some(&twin) = of.get(&id) else {
            let made = copy(id, &map);
            map.push(made);
            continue;
        };
        // The twin may come later: equal nodes become one.
        let sum = builder.expr(copy(twin, &map));
        builder.set_origin(node.origin.span, &node.origin.context);
        builder.set_adjoint(node.origin.adjoint.and_then(|adjoint| known(adjoint, &map)));
        let made = sum.batch_sum().transpose(&order(graph, twin, id)).id;
        if let Some(name) = &node.name {
            builder.set_name(made, name);
        }
        map.push(made);
    }
    Some(Marked::new(builder.finish(), roots.iter().map(|root| map[root.index()]).collect()))
}

/// What tells contractions apart but for the order of the result, and whether it sums over the batch.
fn key(graph: &Graph, id: NodeId) -> Option<(Key, bool)> {
    let node = graph.node(id);
    let (Value::Contract, Attr::Contract { a, b, out, sum_batch }) = (&node.op.value, &node.attr) else { return None };
    // One that sums nothing is a part of element-wise kernels.
    a.iter().find(|label| !out.contains(label))?;
    let number = |label: &u8| a.iter().chain(b).position(|other| other == label).unwrap_or(0);
    let mut left: Vec<usize> = out.iter().map(number).collect();
    left.sort_unstable();
    let key = Key { args: node.args.clone(), a: a.iter().map(number).collect(), b: b.iter().map(number).collect(), left };
    Some((key, *sum_batch))
}

/// The axes of one contraction's result in the order of the other's.
fn order(graph: &Graph, from: NodeId, to: NodeId) -> Vec<usize> {
    let labels = |id: NodeId| -> Vec<usize> {
        let Attr::Contract { a, b, out, .. } = &graph.node(id).attr else { return Vec::new() };
        out.iter().filter_map(|label| a.iter().chain(b).position(|other| other == label)).collect()
    };
    let from = labels(from);
    labels(to).iter().filter_map(|label| from.iter().position(|other| other == label)).collect()
}
