//! What holds of every graph: a list of invariants, one function each. Run between passes in debug builds with the
//! interpreter, and in tests.

use super::{Attr, Graph, NodeId, text};
use crate::ops::Value;

/// Something that holds of every node.
pub struct Invariant {
    /// Its name.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Why it does not hold of a node.
    pub check: fn(&Graph, NodeId) -> Result<(), String>,
}

/// All of them.
pub static INVARIANTS: &[Invariant] = &[
    Invariant { name: "order", doc: "Operands, and the nodes that origins mention, come before their users.", check: order },
    Invariant { name: "extents", doc: "Every extent is at least 1.", check: extents },
    Invariant { name: "leaves", doc: "Leaves and draws have no operands; all else has some, but for loops that only draw.", check: leaves },
    Invariant { name: "constants", doc: "A constant has as many numbers as its type has elements.", check: constants },
    Invariant { name: "types", doc: "The type of a node is the one that its operation infers from its operands.", check: types },
    Invariant { name: "loops", doc: "The body of a loop is a graph of which all this holds.", check: loops },
    Invariant { name: "batch", doc: "A node is batched exactly where an operand is, unless it sums over the batch.", check: batch },
];

/// Whether everything holds of every node, and every root is one.
///
/// # Errors
/// The first violation, with the graph's text.
pub fn verify(graph: &Graph, roots: &[NodeId]) -> Result<(), String> {
    if let Some(root) = roots.iter().find(|root| root.index() >= graph.nodes.len()) {
        return Err(format!("the root %{} is no node", root.0));
    }
    for id in graph.ids() {
        for invariant in INVARIANTS {
            (invariant.check)(graph, id).map_err(|why| format!("{} (%{}): {why}\n{}", invariant.name, id.0, text::text(graph, roots)))?;
        }
    }
    Ok(())
}

fn order(graph: &Graph, id: NodeId) -> Result<(), String> {
    let node = graph.node(id);
    let mentioned = node.origin.adjoint.map(|adjoint| adjoint.node);
    match node.args.iter().copied().chain(mentioned).find(|&other| other >= id) {
        None => Ok(()),
        Some(other) => Err(format!("it refers to %{}", other.0)),
    }
}

fn extents(graph: &Graph, id: NodeId) -> Result<(), String> {
    if graph.ty(id).shape.contains(&0) { Err("an extent is 0".into()) } else { Ok(()) }
}

fn leaves(graph: &Graph, id: NodeId) -> Result<(), String> {
    let node = graph.node(id);
    let leaf = matches!(node.op.value, Value::Leaf | Value::Random(_));
    if leaf == node.args.is_empty() || matches!(node.op.value, Value::Scan) {
        Ok(())
    } else {
        Err(format!("it has {} operands", node.args.len()))
    }
}

fn constants(graph: &Graph, id: NodeId) -> Result<(), String> {
    let node = graph.node(id);
    match &node.attr {
        Attr::Tensor(numbers) if numbers.len() != node.ty.size() => Err(format!("{} numbers for {:?}", numbers.len(), node.ty.shape)),
        _ => Ok(()),
    }
}

fn types(graph: &Graph, id: NodeId) -> Result<(), String> {
    let node = graph.node(id);
    if node.args.is_empty() {
        return Ok(());
    }
    let args: Vec<_> = node.args.iter().map(|&arg| graph.ty(arg)).collect();
    let inferred = (node.op.shape)(&args, &node.attr)?;
    if inferred.shape == node.ty.shape && inferred.elem == node.ty.elem {
        Ok(())
    } else {
        Err(format!("it is {}, not {}", text::ty(&inferred), text::ty(&node.ty)))
    }
}

fn batch(graph: &Graph, id: NodeId) -> Result<(), String> {
    let node = graph.node(id);
    let sums = node.op.sums_batch || node.attr.sums_batch();
    let expected = !sums && node.args.iter().any(|&arg| graph.ty(arg).batched);
    // A loop may draw for each sample by itself.
    let expected = expected || (matches!(node.op.value, Value::Scan) && node.ty.batched);
    if node.args.is_empty() || node.ty.batched == expected { Ok(()) } else { Err(format!("batched: {}", node.ty.batched)) }
}

fn loops(graph: &Graph, id: NodeId) -> Result<(), String> {
    match &graph.node(id).attr {
        Attr::Scan(scan) => verify(&scan.body, &scan.roots()),
        _ => Ok(()),
    }
}
