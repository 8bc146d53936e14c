//! What is computed twice is computed once: the first stays, and takes the name of the second where it has none.

use std::collections::HashMap;

use crate::graph::{Attr, Graph, NodeId, Slide, Type};
use crate::ops::OpDef;

/// What makes two nodes equal: operation, attribute by its bits, operands, type. (Draws of one place and type come from one stream.)
#[derive(PartialEq, Eq, Hash)]
struct Key {
    op: *const OpDef,
    attr: Vec<u64>,
    args: Vec<NodeId>,
    ty: Type,
}

pub(super) fn common(graph: Graph, mut roots: Vec<NodeId>) -> (Graph, Vec<NodeId>) {
    let mut seen: HashMap<Key, NodeId> = HashMap::with_capacity(graph.nodes.len());
    let mut map: Vec<NodeId> = Vec::with_capacity(graph.nodes.len());
    let mut out = Graph::default();
    for mut node in graph.nodes {
        for arg in &mut node.args {
            *arg = map[arg.index()];
        }
        if let Some(adjoint) = &mut node.origin.adjoint {
            adjoint.node = map[adjoint.node.index()];
        }
        let next = NodeId(out.nodes.len() as u32);
        let key = Key { op: node.op, attr: bits(&node.attr), args: node.args.clone(), ty: node.ty.clone() };
        let id = *seen.entry(key).or_insert(next);
        if id == next {
            out.nodes.push(node);
        } else if out.nodes[id.index()].name.is_none() {
            out.nodes[id.index()].name = node.name;
        }
        map.push(id);
    }
    for root in &mut roots {
        *root = map[root.index()];
    }
    (out, roots)
}

/// An attribute as numbers; the first says which kind it is. Lists are closed by their lengths.
pub(crate) fn bits(attr: &Attr) -> Vec<u64> {
    fn list<T: Copy>(kind: u64, lists: &[&[T]], number: impl Fn(T) -> u64) -> Vec<u64> {
        let mut out = vec![kind];
        for list in lists {
            out.push(list.len() as u64);
            out.extend(list.iter().map(|&item| number(item)));
        }
        out
    }
    let whole = |n: usize| n as u64;
    match attr {
        Attr::None => Vec::new(),
        Attr::Number(number) => vec![1, number.to_bits()],
        Attr::Tensor(numbers) => list(2, &[numbers], f64::to_bits),
        Attr::Axes(axes) => list(3, &[axes], whole),
        Attr::Axis(axis) => vec![4, whole(*axis)],
        Attr::Shape(shape) => list(5, &[shape], whole),
        Attr::Permutation(order) => list(6, &[order], whole),
        Attr::Contract { a, b, out, sum_batch } => list(7 + u64::from(*sum_batch), &[a, b, out], u64::from),
        Attr::Conv(conv) => {
            let mut out = list(13 + u64::from(conv.sum_batch), &[&slides(&conv.axes)], whole);
            out.push(whole(conv.groups));
            out
        }
        Attr::Windows(axes) => list(15, &[&slides(axes)], whole),
        Attr::Slice { axis, start, len } => vec![9, whole(*axis), whole(*start), whole(*len)],
        Attr::Pad { pairs, value } => {
            let flat: Vec<usize> = pairs.iter().flat_map(|&(before, after)| [before, after]).collect();
            let mut out = list(10, &[&flat], whole);
            out.push(value.to_bits());
            out
        }
        Attr::Random { place, parameter, first, strides } => {
            let mut out = list(11, &[strides], whole);
            out.extend([u64::from(*place), parameter.to_bits(), whole(*first)]);
            out
        }
        Attr::Leaf(i) => vec![12, whole(*i)],
        // Loops are compared where they are tidied; here one is equal to itself.
        Attr::Scan(scan) => vec![13, std::rc::Rc::as_ptr(scan) as usize as u64],
        Attr::Out { index, .. } => vec![14, whole(*index)],
    }
}

fn slides(axes: &[Slide]) -> Vec<usize> {
    axes.iter().flat_map(|s| [s.image, s.window, s.stride, s.dilation, s.before, s.after]).collect()
}
