//! Floating-point operations, counted.

use std::collections::BTreeMap;

use super::{Attr, Graph, NodeId, Scan, Type};
use crate::ops::{self, Value, Window};

/// Floating-point operations of one node.
pub(crate) fn work(graph: &Graph, id: NodeId) -> usize {
    let node = graph.node(id);
    match (&node.op.value, &node.attr) {
        (Value::Each { .. }, _) => node.ty.size(),
        (Value::Reduce(_) | Value::ArgMax | Value::BatchSum, _) => graph.ty(node.args[0]).size(),
        (Value::Contract, Attr::Contract { a, b, .. }) => {
            let mut extents = BTreeMap::new();
            for (labels, arg) in [(a, node.args[0]), (b, node.args[1])] {
                extents.extend(labels.iter().copied().zip(graph.ty(arg).shape.iter().copied()));
            }
            extents.values().fold(2, |product: usize, &extent| product.saturating_mul(extent))
        }
        (Value::Conv(_), Attr::Conv(conv)) => {
            // Each element of the kernels meets each place.
            let places = conv.places().into_iter().fold(2, usize::saturating_mul);
            let weights = [Some(&node.ty), node.args.first().map(|&arg| graph.ty(arg)), node.args.get(1).map(|&arg| graph.ty(arg))];
            let weights = weights.into_iter().flatten().filter(|ty| ty.rank() == conv.axes.len() + 2).map(Type::size).max();
            weights.unwrap_or(0).saturating_mul(places)
        }
        (Value::Window(window), Attr::Windows(axes)) => {
            let places = if matches!(window, Window::Spread | Window::Place) { graph.ty(node.args[0]).size() } else { node.ty.size() };
            let one = if matches!(window, Window::Pick | Window::Place) { 1 } else { ops::window_elements(axes) };
            places.saturating_mul(one)
        }
        (Value::Scan, Attr::Scan(scan)) => in_steps(scan, work),
        _ => 0,
    }
}

/// The sum of `count` over the nodes of a loop's body that are needed, in all steps.
pub(crate) fn in_steps(scan: &Scan, count: fn(&Graph, NodeId) -> usize) -> usize {
    let live = scan.body.live(&scan.roots());
    let nodes = scan.body.ids().filter(|id| live[id.index()]);
    nodes.fold(0, |sum: usize, id| sum.saturating_add(count(&scan.body, id))).saturating_mul(scan.steps)
}
