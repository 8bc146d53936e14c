//! The engine of rewriting passes: builds the graph anew, node by node, and applies rules until none fits.

use super::Marked;
use super::rules::Rule;
use crate::graph::{Attr, Builder, Expr, Graph, Node, NodeId, Type};
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
    /// How often each node so far is read, later too; of those that rules of this pass made in between nothing is known.
    pub readers: &'g [u32],
}

/// The sets of rules of a pass, in the order in which they are tried.
pub(super) struct Rules<'r> {
    /// Rules of `tidy`. They fit no node of which that is known.
    pub(super) before: &'r [&'static [Rule]],
    /// Other rules.
    pub(super) own: &'r [&'static [Rule]],
    /// Whether they are all of `tidy`: what none of them fits is tidy.
    pub(super) tidy: bool,
}

/// The rules of a pass that see an operation, found once for each operation of a graph.
struct Fitting<'r> {
    rules: &'r Rules<'r>,
    of: Vec<(&'static OpDef, [Vec<&'static Rule>; 2])>,
}

impl Fitting<'_> {
    /// Those of `tidy`, and the others.
    fn of(&mut self, op: &'static OpDef) -> &[Vec<&'static Rule>; 2] {
        let mut at = 0;
        let known = self.of.as_slice();
        while at < known.len() && !std::ptr::eq(known[at].0, op) {
            at += 1;
        }
        if at == self.of.len() {
            self.of.push((op, [fitting(self.rules.before, op), fitting(self.rules.own, op)]));
        }
        &self.of[at].1
    }
}

fn fitting(sets: &[&'static [Rule]], op: &'static OpDef) -> Vec<&'static Rule> {
    let mut fitting = Vec::new();
    for set in sets {
        for rule in *set {
            if rule.of.sees(op) {
                fitting.push(rule);
            }
        }
    }
    fitting
}

/// What has become of the nodes of the old graph.
struct Done {
    /// What each is now.
    map: Vec<NodeId>,
    /// Each as it was, for its formula, which origins mention; where it was replaced it goes with the dead if nobody mentions it.
    mentions: Vec<NodeId>,
    /// Whether there was one for each sample.
    batched: Vec<bool>,
    /// Whether it was tidy, and what it is made of is as it was.
    tidy: Vec<bool>,
}

/// Applies rules to each node of a graph whose types are those that are inferred.
pub(super) fn rewrite(marked: &mut Marked, rules: &Rules<'_>) {
    let readers = marked.graph.readers(&marked.roots);
    let nodes = std::mem::take(&mut marked.graph.nodes);
    let count = nodes.len();
    let builder = Builder::new(Graph { nodes: Vec::with_capacity(count) });
    let list = || Vec::with_capacity(count);
    let mut done = Done { map: list(), mentions: list(), batched: Vec::with_capacity(count), tidy: Vec::with_capacity(count) };
    let mut fitting = Fitting { rules, of: Vec::new() };
    let mut marks = Marks { tidy: vec![false; count], readers: vec![0; count] };
    for mut node in nodes {
        if let Some(adjoint) = &mut node.origin.adjoint {
            adjoint.node = done.mentions[adjoint.node.index()];
        }
        let (name, batched) = (node.name.clone(), node.ty.batched);
        let tidy = marked.is_tidy(done.map.len()) && all(&node.args, &done.tidy);
        let copy = moved(&builder, node, &done);
        let (simple, known) = simplest(&builder, copy, &mut fitting, &marks.readers, tidy);
        if known {
            marks.mark(&builder, simple);
        }
        marks.read(simple, readers[done.map.len()]);
        if let (Some(name), true) = (&name, simple != copy)
            && builder.with_graph(|graph| graph.node(simple).name.is_none() && !graph.node(simple).args.is_empty())
        {
            builder.set_name(simple, name);
        }
        done.tidy.push(tidy && simple == copy);
        done.batched.push(batched);
        done.mentions.push(copy);
        done.map.push(simple);
    }
    for root in &mut marked.roots {
        *root = done.map[root.index()];
    }
    (marked.graph, marked.tidy) = (builder.finish(), marks.tidy);
    marked.tidy.truncate(marked.graph.nodes.len());
}

/// What is known of the nodes of the new graph, with room for more of them.
struct Marks {
    /// See [`Marked`].
    tidy: Vec<bool>,
    /// How often each is read: as often as what it stands for was in the old graph.
    readers: Vec<u32>,
}

impl Marks {
    /// No rule fits this node; it is tidy where its operands are.
    fn mark(&mut self, builder: &Builder, id: NodeId) {
        let tidy = &mut self.tidy;
        if !builder.with_graph(|graph| all(&graph.node(id).args, tidy)) {
            return;
        }
        if tidy.len() <= id.index() {
            tidy.resize(2 * id.index() + 1, false);
        }
        tidy[id.index()] = true;
    }

    /// A node stands for one of the old graph that was read so often.
    fn read(&mut self, id: NodeId, times: u32) {
        if self.readers.len() <= id.index() {
            self.readers.resize(2 * id.index() + 1, 0);
        }
        self.readers[id.index()] += times;
    }
}

/// Whether it holds of all operands.
fn all(args: &[NodeId], holds: &[bool]) -> bool {
    for arg in args {
        if arg.index() >= holds.len() || !holds[arg.index()] {
            return false;
        }
    }
    true
}

/// The node over the new operands. Where these depend on the sample as before, so does it.
fn moved(builder: &Builder, mut node: Node, done: &Done) -> NodeId {
    builder.set_whole_origin(&node.origin);
    let (map, batched) = (done.map.as_slice(), done.batched.as_slice());
    let same = builder.with_graph(|graph| {
        let nodes = graph.nodes.as_slice();
        for arg in node.args.as_slice() {
            if nodes[map[arg.index()].index()].ty.batched != batched[arg.index()] {
                return false;
            }
        }
        true
    });
    if !same {
        return copied(builder, &node, map);
    }
    for arg in node.args.as_mut_slice() {
        *arg = map[arg.index()];
    }
    builder.push(node)
}

/// The graph with its types inferred anew, those of leaves as they are.
pub(super) fn inferred(graph: Graph, mut roots: Vec<NodeId>) -> (Graph, Vec<NodeId>) {
    let builder = Builder::new(Graph { nodes: Vec::with_capacity(graph.nodes.len()) });
    let mut map: Vec<NodeId> = Vec::with_capacity(graph.nodes.len());
    for mut node in graph.nodes {
        if let Some(adjoint) = &mut node.origin.adjoint {
            adjoint.node = map[adjoint.node.index()];
        }
        builder.set_whole_origin(&node.origin);
        map.push(copied(&builder, &node, &map));
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

/// What rules make of a node, until none fits, and whether it is known that none of `tidy` does; of one that is `tidy` only the pass's own
/// need be tried.
fn simplest(builder: &Builder, mut id: NodeId, fitting: &mut Fitting<'_>, readers: &[u32], mut tidy: bool) -> (NodeId, bool) {
    if tidy && fitting.rules.own.is_empty() {
        return (id, fitting.rules.tidy);
    }
    for _ in 0..ROUNDS {
        let [before, own] = fitting.of(builder.with_graph(|graph| graph.node(id).op));
        let Some(simpler) = simpler(builder, id, readers, if tidy { &[] } else { before }, own) else {
            return (id, fitting.rules.tidy);
        };
        debug_assert!(
            builder.with_graph(|graph| {
                let (from, to) = (graph.ty(id), graph.ty(simpler.id));
                from.shape == to.shape && from.elem == to.elem && (from.batched || !to.batched)
            }),
            "a rule changed the type of {}: {:?} to {:?}",
            builder.node(id).op.name,
            builder.ty(id),
            simpler.ty(),
        );
        (id, tidy) = (simpler.id, false);
    }
    (id, false)
}

/// What the first rule that fits makes of it. Leaves are as simple as they get.
fn simpler<'g>(builder: &'g Builder, id: NodeId, readers: &'g [u32], before: &[&Rule], own: &[&Rule]) -> Option<Expr<'g>> {
    if before.is_empty() && own.is_empty() {
        return None;
    }
    let site = site(builder, id, readers)?;
    // The macro runs unoptimised: plain loops are twice as fast as iterators here, where a node meets many rules.
    for rules in [before, own] {
        for rule in rules {
            let simpler = (rule.apply)(&site);
            if simpler.is_some() {
                return simpler;
            }
        }
    }
    None
}

fn site<'g>(builder: &'g Builder, id: NodeId, readers: &'g [u32]) -> Option<Site<'g>> {
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
            readers,
        })
    })
}
