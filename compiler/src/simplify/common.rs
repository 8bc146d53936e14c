//! What is computed twice is computed once: the first stays, and takes the name of the second where it has none.

use super::Marked;
use crate::graph::{Attr, Node, NodeId, Slide};

pub(super) fn common(marked: &mut Marked) {
    let nodes = std::mem::take(&mut marked.graph.nodes);
    let mut seen = Seen::new(nodes.len());
    let mut map: Vec<NodeId> = Vec::with_capacity(nodes.len());
    // Whether a node is another now, or made of one that is.
    let mut other: Vec<bool> = Vec::with_capacity(nodes.len());
    let mut out: Vec<Node> = Vec::with_capacity(nodes.len());
    let mut tidy: Vec<bool> = Vec::with_capacity(nodes.len());
    for mut node in nodes {
        let mut changed = false;
        for arg in node.args.as_mut_slice() {
            changed |= other[arg.index()];
            *arg = map[arg.index()];
        }
        if let Some(adjoint) = &mut node.origin.adjoint {
            adjoint.node = map[adjoint.node.index()];
        }
        match seen.first(&node, &out) {
            Some(id) => {
                let first = &mut out[id.index()];
                if first.name.is_none() {
                    first.name = node.name;
                }
                map.push(id);
                other.push(true);
            }
            None => {
                tidy.push(!changed && marked.is_tidy(map.len()));
                map.push(NodeId(out.len() as u32));
                other.push(changed);
                out.push(node);
            }
        }
    }
    for root in &mut marked.roots {
        *root = map[root.index()];
    }
    (marked.graph.nodes, marked.tidy) = (out, tidy);
}

/// The nodes so far, chained by what their operations and operands add up to: plain arithmetic, since the macro runs unoptimised.
struct Seen {
    /// For each sum the last node that has it.
    last: Vec<u32>,
    /// For each node the one before it with the same sum.
    before: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Seen {
    fn new(nodes: usize) -> Seen {
        Seen { last: vec![NONE; nodes.next_power_of_two()], before: Vec::with_capacity(nodes) }
    }

    /// The node of `out` that is equal; where there is none, this will be its next.
    fn first(&mut self, node: &Node, out: &[Node]) -> Option<NodeId> {
        let at = (sum(node) >> 32) as usize & (self.last.len() - 1);
        let mut id = self.last[at];
        while id != NONE {
            if equal(node, &out[id as usize]) {
                return Some(NodeId(id));
            }
            id = self.before[id as usize];
        }
        self.before.push(self.last[at]);
        self.last[at] = out.len() as u32;
        None
    }
}

/// A number that equal nodes have in common.
fn sum(node: &Node) -> u64 {
    // An odd number without a pattern in its bits.
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sum = std::ptr::from_ref(node.op) as usize as u64;
    for arg in node.args.as_slice() {
        sum = (sum.rotate_left(23) ^ u64::from(arg.0)).wrapping_mul(FACTOR);
    }
    for n in node.ty.shape.as_slice() {
        sum = (sum.rotate_left(23) ^ *n as u64).wrapping_mul(FACTOR);
    }
    match &node.attr {
        Attr::Number(number) => sum ^= number.to_bits(),
        Attr::Leaf(i) | Attr::Axis(i) => sum ^= *i as u64,
        Attr::Slice { start, .. } => sum ^= *start as u64,
        _ => {}
    }
    sum.wrapping_mul(FACTOR)
}

/// Nodes are equal by operation, attribute (its bits), operands and type. (Draws of one place and type come from one stream.)
fn equal(a: &Node, b: &Node) -> bool {
    a.op == b.op && a.args == b.args && a.ty == b.ty && bits(&a.attr) == bits(&b.attr)
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
