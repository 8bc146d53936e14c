//! Contractions as matrix products: which loops go round them, which orientation, and the transposes that must come first.

use std::collections::BTreeMap;

use super::{Place, Program, access::reads_through};
use crate::graph::{Attr, Builder, Graph, NodeId, Type};
use crate::ops::{self, Value};

/// From how many products on that read it transposed a parameter is transposed once.
const TURNED_FROM: usize = 3;

/// The label of the batch among a contraction's labels.
const BATCH: u8 = 0;

/// Which operand lies transposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// `[m, k] · [k, n]`
    Plain,
    /// `[m, k] · [n, k]ᵀ`
    RightTransposed,
    /// `[k, m]ᵀ · [k, n]`
    LeftTransposed,
}

/// A contraction as products of matrices inside loops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The left and right factors (operands 0 and 1, or swapped).
    pub left: NodeId,
    /// The right factor.
    pub right: NodeId,
    /// How the matrices lie.
    pub orientation: Orientation,
    /// Rows of the result, summed extent, columns of the result.
    pub m: usize,
    /// Summed extent.
    pub k: usize,
    /// Columns.
    pub n: usize,
    /// Loops around the product, outermost first.
    pub loops: Vec<Loop>,
    /// Added to what is there (a sum over the samples) instead of stored.
    pub accumulates: bool,
}

/// A loop around a product: which operands move with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// How often.
    pub extent: usize,
    /// Whether the left factor, the right factor and the result have the axis.
    pub moves: (bool, bool, bool),
    /// Whether it is the batch.
    pub batch: bool,
}

/// How a contraction can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it stands.
    Product(Product),
    /// Only after its operands were transposed.
    Transpose,
}

/// The form of the contraction `id` for tiles of `rows`.
#[must_use]
pub fn form(graph: &Graph, id: NodeId, rows: usize) -> Form {
    let node = graph.node(id);
    let Attr::Contract { a, b, out, sum_batch } = &node.attr else { return Form::Transpose };
    let mut extents: BTreeMap<u8, usize> = BTreeMap::new();
    let mut with_batch = |labels: &[u8], ty: &Type| -> Vec<u8> {
        extents.extend(labels.iter().map(|l| l + 1).zip(ty.shape.iter().copied()));
        let labels = labels.iter().map(|l| l + 1);
        if ty.batched { std::iter::once(BATCH).chain(labels).collect() } else { labels.collect() }
    };
    let left = with_batch(a, graph.ty(node.args[0]));
    let right = with_batch(b, graph.ty(node.args[1]));
    let result = with_batch(out, &node.ty);
    extents.insert(BATCH, rows);
    for batch_loop in [false, true] {
        for swap in [false, true] {
            let (x, y, args) = if swap { (&right, &left, (1, 0)) } else { (&left, &right, (0, 1)) };
            if let Some(mut product) = attempt(x, y, &result, &extents, batch_loop, (node.args[args.0], node.args[args.1])) {
                product.accumulates = *sum_batch;
                return Form::Product(product);
            }
        }
    }
    Form::Transpose
}

/// One way to see it: `x` gives rows, `y` columns; the batch perhaps as a loop.
fn attempt(x: &[u8], y: &[u8], out: &[u8], extents: &BTreeMap<u8, usize>, batch_loop: bool, args: (NodeId, NodeId)) -> Option<Product> {
    let mut loops = Vec::new();
    let strip = |labels: &[u8], label: u8| -> Option<Vec<u8>> { (labels.first() == Some(&label)).then(|| labels[1..].to_vec()) };
    let (mut x, mut y, mut out) = (x.to_vec(), y.to_vec(), out.to_vec());
    let extent = |label: u8| extents.get(&label).copied().unwrap_or(1);
    if batch_loop {
        let moves = (x.first() == Some(&BATCH), y.first() == Some(&BATCH), out.first() == Some(&BATCH));
        if moves == (false, false, false) {
            return None;
        }
        x = strip(&x, BATCH).unwrap_or(x);
        y = strip(&y, BATCH).unwrap_or(y);
        out = strip(&out, BATCH).unwrap_or(out);
        if extent(BATCH) > 1 {
            loops.push(Loop { extent: extent(BATCH), moves, batch: true });
        }
    }
    while let Some(&label) = out.first() {
        if !(x.contains(&label) && y.contains(&label)) {
            break;
        }
        x = strip(&x, label)?;
        y = strip(&y, label)?;
        out.remove(0);
        if extent(label) > 1 {
            loops.push(Loop { extent: extent(label), moves: (true, true, true), batch: label == BATCH });
        }
    }
    let m: Vec<u8> = x.iter().copied().filter(|l| out.contains(l)).collect();
    let n: Vec<u8> = y.iter().copied().filter(|l| out.contains(l)).collect();
    let k: Vec<u8> = x.iter().copied().filter(|l| !out.contains(l)).collect();
    let k_right: Vec<u8> = y.iter().copied().filter(|l| !out.contains(l)).collect();
    // Samples are rows of the result, or are summed over: their number is known at run time.
    let shared = n.contains(&BATCH) || m.iter().any(|l| n.contains(l));
    if shared || k != k_right || out != [m.clone(), n.clone()].concat() {
        return None;
    }
    let left_plain = x == [m.clone(), k.clone()].concat();
    let left_turned = x == [k.clone(), m.clone()].concat();
    let right_plain = y == [k.clone(), n.clone()].concat();
    let right_turned = y == [n.clone(), k.clone()].concat();
    let orientation = match () {
        () if left_turned && right_plain && k.contains(&BATCH) => Orientation::LeftTransposed,
        () if left_plain && right_plain => Orientation::Plain,
        () if left_plain && right_turned => Orientation::RightTransposed,
        () if left_turned && right_plain => Orientation::LeftTransposed,
        () => return None,
    };
    let size = |labels: &[u8]| labels.iter().map(|&l| extent(l)).product();
    Some(Product { left: args.0, right: args.1, orientation, m: size(&m), k: size(&k), n: size(&n), loops, accumulates: false })
}

/// Brings every contraction into a form that products can do: labels of one operand only that are summed become sums, and operands
/// whose axes lie in the way are transposed. Reductions get axes that are neighbours, `argmax` the last one.
///
/// With `turns`, a parameter that several products read transposed is transposed once, before the tiles: to turn its panels in each of them
/// takes as long as half of a small product.
pub(super) fn prepare(program: Program, turns: bool) -> Program {
    let graph = &program.graph;
    let turned = if turns { read_transposed(graph, &program.results) } else { BTreeMap::new() };
    let needs = |id: NodeId| match (&graph.node(id).op.value, &graph.node(id).attr) {
        (Value::Contract, _) => form(graph, id, 2) == Form::Transpose,
        (Value::Reduce(_), Attr::Axes(axes)) => axes.windows(2).any(|pair| pair[0] + 1 != pair[1]),
        (Value::ArgMax, Attr::Axis(axis)) => axis + 1 != graph.ty(graph.node(id).args[0]).rank(),
        _ => false,
    };
    if turned.is_empty() && !graph.ids().any(needs) {
        return program;
    }
    let builder = Builder::default();
    let mut once: BTreeMap<NodeId, NodeId> = BTreeMap::new();
    let mut renamed: Vec<NodeId> = Vec::with_capacity(graph.nodes.len());
    for id in graph.ids() {
        let mut node = graph.node(id).clone();
        node.args = node.args.iter().map(|arg| renamed[arg.index()]).collect();
        if let Some(of) = &mut node.origin.adjoint {
            of.node = renamed.get(of.node.index()).copied().unwrap_or(of.node);
        }
        renamed.push(if needs(id) {
            let span = node.origin.span;
            builder.set_origin(span, &node.origin.context);
            builder.set_adjoint(node.origin.adjoint);
            let made = match &node.attr {
                Attr::Axes(axes) => reduce_in_turn(&builder, node.op, axes, node.args[0]),
                Attr::Axis(axis) => largest_of_last(&builder, *axis, node.args[0]),
                attr => normalise(&builder, attr, node.args[0], node.args[1]),
            };
            if let Some(name) = &node.name {
                builder.set_name(made, name);
            }
            made
        } else if let Some(&operand) = turned.get(&id) {
            let given = graph.node(id).args[operand];
            builder.set_origin(graph.node(given).origin.span, &graph.node(given).origin.context);
            builder.set_adjoint(None);
            node.args[operand] = *once.entry(given).or_insert_with(|| builder.expr(node.args[operand]).transpose(&[1, 0]).id);
            if let Attr::Contract { a, b, .. } = &mut node.attr {
                if operand == 0 { a.reverse() } else { b.reverse() }
            }
            builder.push(node)
        } else {
            builder.push(node)
        });
    }
    let results = program.results.iter().map(|wanted| super::Wanted { what: wanted.what, node: renamed[wanted.node.index()] }).collect();
    Program { graph: builder.finish(), results }
}

/// Products of samples whose right factor is the same for all, is read transposed here and by others: which operand that is.
fn read_transposed(graph: &Graph, results: &[super::Wanted]) -> BTreeMap<NodeId, usize> {
    let live = graph.live(&results.iter().map(|wanted| wanted.node).collect::<Vec<_>>());
    let transposed = |id: &NodeId| match form(graph, *id, 2) {
        Form::Product(product) if product.orientation == Orientation::RightTransposed && product.loops.is_empty() => {
            let (left, right) = (graph.ty(product.left), graph.ty(product.right));
            let stored = matches!(graph.node(product.right).op.value, Value::Leaf) && product.k > 1 && product.n > 1;
            (stored && left.batched && !right.batched && right.rank() == 2).then_some((*id, product.right))
        }
        _ => None,
    };
    let contracts = graph.ids().filter(|id| live[id.index()] && matches!(graph.node(*id).op.value, Value::Contract));
    let all: Vec<(NodeId, NodeId)> = contracts.filter_map(|id| transposed(&id)).collect();
    let several = all.iter().filter(|(_, right)| all.iter().filter(|(_, other)| other == right).count() >= TURNED_FROM);
    several.map(|&(id, right)| (id, usize::from(graph.node(id).args[0] != right))).collect()
}

/// A reduction over axes that are no neighbours: block after block, the last first, so that the others keep their numbers.
fn reduce_in_turn(builder: &Builder, op: &'static ops::OpDef, axes: &[usize], operand: NodeId) -> NodeId {
    let mut rest = axes;
    let mut made = builder.expr(operand);
    while let Some(last) = rest.last() {
        let block = rest.iter().rev().enumerate().take_while(|(i, axis)| **axis + i == *last).count();
        let (before, now) = rest.split_at(rest.len() - block);
        made = made.apply(op, Attr::Axes(now.to_vec()), &[]);
        rest = before;
    }
    made.id
}

/// `argmax` over an axis that others follow.
fn largest_of_last(builder: &Builder, axis: usize, operand: NodeId) -> NodeId {
    let operand = builder.expr(operand);
    let rank = operand.shape().len();
    let order: Vec<usize> = (0..rank).filter(|i| *i != axis).chain([axis]).collect();
    operand.transpose(&order).apply(&ops::argmax::OP, Attr::Axis(rank - 1), &[]).id
}

fn normalise(builder: &Builder, attr: &Attr, left: NodeId, right: NodeId) -> NodeId {
    let Attr::Contract { a, b, out, sum_batch } = attr else { return left };
    // Labels that only one operand has and the result lacks are summed first.
    let summed = |operand: NodeId, labels: &[u8], other: &[u8]| {
        let lonely: Vec<usize> = (0..labels.len()).filter(|&i| !other.contains(&labels[i]) && !out.contains(&labels[i])).collect();
        let kept: Vec<u8> = labels.iter().copied().filter(|l| other.contains(l) || out.contains(l)).collect();
        (builder.expr(reduce_in_turn(builder, &ops::sum::OP, &lonely, operand)), kept)
    };
    let (x, a) = summed(left, a, b);
    let (y, b) = summed(right, b, &a);
    let group: Vec<u8> = out.iter().copied().filter(|l| a.contains(l) && b.contains(l)).collect();
    let rows: Vec<u8> = out.iter().copied().filter(|l| a.contains(l) && !b.contains(l)).collect();
    let columns: Vec<u8> = out.iter().copied().filter(|l| b.contains(l) && !a.contains(l)).collect();
    let inner: Vec<u8> = a.iter().copied().filter(|l| b.contains(l) && !out.contains(l)).collect();
    let left_order = if *sum_batch { [&group[..], &inner, &rows].concat() } else { [&group[..], &rows, &inner].concat() };
    let right_order = [&group[..], &inner, &columns].concat();
    let result_order = [&group[..], &rows, &columns].concat();
    let ordered = |expr: crate::graph::Expr<'_>, have: &[u8], want: &[u8]| -> NodeId {
        if have == want {
            return expr.id;
        }
        let permutation: Vec<usize> = want.iter().filter_map(|l| have.iter().position(|h| h == l)).collect();
        expr.transpose(&permutation).id
    };
    let x = ordered(x, &a, &left_order);
    let y = ordered(y, &b, &right_order);
    let attr = Attr::Contract { a: left_order, b: right_order, out: result_order.clone(), sum_batch: *sum_batch };
    let made = builder.expr(x).apply(&ops::contract::OP, attr, &[builder.expr(y)]);
    builder.expr(ordered(made, &result_order, out)).id
}

/// Whether everything that an epilogue reads beside the product lies as the result does: whole, one for all rows, or one a row.
pub(super) fn epilogue_reads_rows(graph: &Graph, places: &[Place], kernel: NodeId, product: NodeId) -> bool {
    let Form::Product(form) = form(graph, product, 2) else { return false };
    // Inside loops only what moves with the product could be read; without loops everything is at hand.
    if !form.loops.is_empty() {
        return false;
    }
    let columns = form.n;
    let mut open = vec![kernel];
    while let Some(id) = open.pop() {
        for &arg in &graph.node(id).args {
            if arg == product {
                continue;
            }
            if places[arg.index()] != Place::Inline {
                let ty = graph.ty(arg);
                if ty.size() > 1 && ty.shape != graph.ty(kernel).shape {
                    return false;
                }
                if !ty.batched && graph.ty(kernel).batched && ty.size() > columns {
                    return false;
                }
                continue;
            }
            if !reads_through(graph, arg) {
                open.push(arg);
                continue;
            }
            if !read_by_rows(graph, arg, columns) {
                return false;
            }
        }
    }
    true
}

/// A movement read through: whether its elements depend on the column only, contiguously, or on the row only.
fn read_by_rows(graph: &Graph, id: NodeId, columns: usize) -> bool {
    let node = graph.node(id);
    let Value::Move(regions) = node.op.value else { return false };
    let types: Vec<_> = node.args.iter().map(|&arg| graph.ty(arg)).collect();
    let moved = regions(&node.attr, &types, &node.ty);
    let Some(region) = moved.regions.first() else { return false };
    if types[region.operand].size() == 1 && !types[region.operand].batched {
        return true;
    }
    // The trailing axes that make up the columns.
    let mut inner = 1;
    let mut split = region.shape.len();
    while split > 0 && inner < columns {
        split -= 1;
        inner *= region.shape[split];
    }
    let zero = |range: std::ops::Range<usize>| range.clone().all(|i| region.from_strides[i] == 0 || region.shape[i] == 1);
    let mut expected = 1;
    let whole = (split..region.shape.len()).rev().all(|i| {
        let right = region.shape[i] == 1 || region.from_strides[i] == expected;
        expected *= region.shape[i] as isize;
        right
    });
    let batched = types[region.operand].batched;
    inner == columns && region.from == 0 && zero(0..split) && whole && !batched && types[region.operand].size() == columns
}
