//! The engine of rewriting passes: builds the graph anew, node by node, and applies rules until none fits.

use super::rules::Rule;
use crate::graph::{AdjointOf, Attr, Builder, Expr, Graph, Node, NodeId, Type};
use crate::ops::{OpDef, batch_count};

/// How often a node is looked at again after a rule has changed it: rules end by themselves, this is for rules yet to be written.
const ROUNDS: usize = 16;

/// A node that rules look at; its operands are as simple as they get.
pub struct Site<'g> {
    /// Where new nodes go.
    pub builder: &'g Builder,
    /// The node.
    pub y: Expr<'g>,
    /// Its operation.
    pub op: &'static OpDef,
    /// What that is told.
    pub attr: Attr,
    /// Its operands.
    pub x: Vec<Expr<'g>>,
    /// Its type.
    pub ty: Type,
    /// Whether it belongs to a gradient.
    pub adjoint: bool,
}

/// Applies `sets` of rules to each node.
pub(super) fn rewrite(graph: Graph, mut roots: Vec<NodeId>, sets: &[&[Rule]]) -> (Graph, Vec<NodeId>) {
    let builder = Builder::new(Graph::default());
    let mut map: Vec<NodeId> = Vec::with_capacity(graph.nodes.len());
    // Origins mention the node as it was, for its formula; it is kept where it was replaced (and goes with the dead if nobody mentions it).
    let mut mentions: Vec<NodeId> = Vec::with_capacity(graph.nodes.len());
    for node in graph.nodes {
        builder.set_origin(node.origin.span, &node.origin.context);
        builder.set_adjoint(node.origin.adjoint.map(|adjoint| AdjointOf { node: mentions[adjoint.node.index()], ..adjoint }));
        let copy = copied(&builder, &node, &map);
        let simple = simplest(&builder, copy, sets);
        if let (Some(name), true) = (&node.name, simple != copy)
            && builder.with_graph(|graph| graph.node(simple).name.is_none() && !graph.node(simple).args.is_empty())
        {
            builder.set_name(simple, name);
        }
        mentions.push(copy);
        map.push(simple);
    }
    for root in &mut roots {
        *root = map[root.index()];
    }
    (builder.finish(), roots)
}

/// The node over the new operands. Its type is inferred anew, because an operand may have ceased to depend on the sample.
pub(crate) fn copied(builder: &Builder, node: &Node, map: &[NodeId]) -> NodeId {
    let args: Vec<NodeId> = node.args.iter().map(|arg| map[arg.index()]).collect();
    let made = if args.is_empty() { None } else { builder.op(node.op, node.attr.clone(), &args).ok() };
    let made = match made {
        Some(id) => id,
        None if args.is_empty() => builder.leaf(node.op, node.attr.clone(), node.ty.clone(), None),
        None => same_for_all(builder, node, &args),
    };
    if let Some(name) = &node.name {
        builder.set_name(made, name);
    }
    made
}

/// A sum over the batch of what has turned out to be the same for every sample.
fn same_for_all(builder: &Builder, node: &Node, args: &[NodeId]) -> NodeId {
    let count = builder.expr(builder.leaf(&batch_count::OP, Attr::None, Type::real(false, &[]), None));
    let one = match &node.attr {
        Attr::Contract { a, b, out, .. } => builder.expr(args[0]).contract(builder.expr(args[1]), a, b, out),
        _ => builder.expr(args[0]),
    };
    (one * count).id
}

fn simplest(builder: &Builder, mut id: NodeId, sets: &[&[Rule]]) -> NodeId {
    for _ in 0..ROUNDS {
        let Some(site) = site(builder, id) else { return id };
        let Some(simpler) = simpler(&site, sets) else { return id };
        debug_assert!(
            builder.with_graph(|graph| {
                let (from, to) = (graph.ty(id), graph.ty(simpler.id));
                from.shape == to.shape && from.elem == to.elem && (from.batched || !to.batched)
            }),
            "a rule changed the type of {}: {:?} to {:?}",
            site.op.name,
            builder.ty(id),
            simpler.ty(),
        );
        id = simpler.id;
    }
    id
}

/// What the first rule that fits makes of it.
fn simpler<'g>(site: &Site<'g>, sets: &[&[Rule]]) -> Option<Expr<'g>> {
    // The macro runs unoptimised: plain loops are twice as fast as iterators here, where a node meets all rules.
    for set in sets {
        for rule in *set {
            let simpler = (rule.apply)(site);
            if simpler.is_some() {
                return simpler;
            }
        }
    }
    None
}

/// Leaves are as simple as they get.
fn site(builder: &Builder, id: NodeId) -> Option<Site<'_>> {
    builder.with_graph(|graph| {
        let node = graph.node(id);
        (!node.args.is_empty()).then(|| Site {
            builder,
            y: builder.expr(id),
            op: node.op,
            attr: node.attr.clone(),
            x: node.args.iter().map(|&arg| builder.expr(arg)).collect(),
            ty: node.ty.clone(),
            adjoint: node.origin.adjoint.is_some(),
        })
    })
}
