//! Loops written out: a copy of the body for each step. Short loops are, and all where every element is a variable.

use std::collections::HashMap;
use std::rc::Rc;

use super::rewrite::copied;
use crate::graph::{AdjointOf, Attr, Builder, Graph, Node, NodeId, Role, Scan, draws_of_step, operand_of};
use crate::ops::{self, Value};

/// The graph without the loops for which `which` holds, also in the bodies of others.
#[must_use]
pub fn write_out(graph: Graph, mut roots: Vec<NodeId>, which: &dyn Fn(&Scan) -> bool) -> (Graph, Vec<NodeId>) {
    if !graph.nodes.iter().any(|node| matches!(node.op.value, Value::Scan)) {
        return (graph, roots);
    }
    let builder = Builder::default();
    let mut map: Vec<NodeId> = Vec::with_capacity(graph.nodes.len());
    // The results of loops that were written out.
    let mut results: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
    for (index, mut node) in graph.nodes.into_iter().enumerate() {
        if let Attr::Scan(scan) = &mut node.attr {
            let (body, inner) = write_out((*scan.body).clone(), scan.roots(), which);
            let (next, stacked) = inner.split_at(scan.next.len());
            *scan = Rc::new(Scan { body: Rc::new(body), next: next.to_vec(), stacked: stacked.to_vec(), ..(**scan).clone() });
        }
        let written = match &node.attr {
            Attr::Scan(scan) if which(scan) => {
                let args: Vec<NodeId> = node.args.iter().map(|arg| map[arg.index()]).collect();
                builder.set_origin(node.origin.span, &node.origin.context);
                builder.set_adjoint(None);
                results.insert(NodeId(index as u32), steps(&builder, scan, &args));
                // What origins may still mention.
                builder.full(0.0, &[])
            }
            Attr::Out { index, .. } if results.contains_key(&node.args[0]) => {
                let made = results[&node.args[0]].get(*index).copied().unwrap_or_else(|| builder.full(0.0, &node.ty.shape));
                if let (Some(name), true) = (&node.name, builder.node(made).name.is_none()) {
                    builder.set_name(made, name);
                }
                made
            }
            _ => copy(&builder, &node, &map),
        };
        map.push(written);
    }
    for root in &mut roots {
        *root = map[root.index()];
    }
    (builder.finish(), roots)
}

/// The node over the new operands.
fn copy(builder: &Builder, node: &Node, map: &[NodeId]) -> NodeId {
    builder.set_origin(node.origin.span, &node.origin.context);
    builder.set_adjoint(node.origin.adjoint.map(|adjoint| AdjointOf { node: map[adjoint.node.index()], ..adjoint }));
    copied(builder, node, map)
}

/// All steps of a loop; its results.
fn steps(builder: &Builder, scan: &Scan, args: &[NodeId]) -> Vec<NodeId> {
    let mut carried: Vec<NodeId> = scan.carried().filter_map(|operand| args.get(operand).copied()).collect();
    let mut stacks: Vec<Vec<NodeId>> = vec![vec![NodeId(0); scan.steps]; scan.stacked.len()];
    let live = scan.body.live(&scan.roots());
    for t in scan.order() {
        let mut carry = carried.iter();
        let given: Vec<Option<NodeId>> = scan
            .roles
            .iter()
            .zip(args)
            .map(|(role, &arg)| match role {
                Role::Whole => Some(arg),
                Role::Slice => None,
                Role::Carry => carry.next().copied(),
            })
            .collect();
        let mut map: Vec<NodeId> = Vec::with_capacity(scan.body.nodes.len());
        for (index, node) in scan.body.nodes.iter().enumerate() {
            let made = match operand_of(node).filter(|operand| *operand < args.len()) {
                Some(operand) => {
                    builder.set_origin(node.origin.span, &node.origin.context);
                    builder.set_adjoint(None);
                    match given[operand] {
                        Some(given) => given,
                        None if live[index] => {
                            let slice = Attr::Slice { axis: 0, start: t, len: 1 };
                            builder.expr(args[operand]).apply(&ops::slice::OP, slice, &[]).reshape(&node.ty.shape).id
                        }
                        None => builder.full(0.0, &node.ty.shape),
                    }
                }
                None => {
                    let mut node = node.clone();
                    draws_of_step(&mut node.attr, t, 0);
                    copy(builder, &node, &map)
                }
            };
            map.push(made);
        }
        carried = scan.next.iter().map(|id| map[id.index()]).collect();
        for (stack, id) in stacks.iter_mut().zip(&scan.stacked) {
            stack[t] = map[id.index()];
        }
    }
    builder.set_adjoint(None);
    let joined = |parts: Vec<NodeId>| {
        let parts: Vec<_> = parts
            .into_iter()
            .map(|part| {
                let part = builder.expr(part);
                part.reshape(&[&[1][..], &part.shape()].concat())
            })
            .collect();
        match parts.as_slice() {
            [only] => only.id,
            [first, rest @ ..] => first.apply(&ops::concat::OP, Attr::Axis(0), rest).id,
            [] => builder.full(0.0, &[]).to_owned(),
        }
    };
    carried.into_iter().chain(stacks.into_iter().map(joined)).collect()
}
