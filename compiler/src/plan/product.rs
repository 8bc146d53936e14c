//! Contractions as matrix products: which loops go round them, which orientation, and the transposes that must come first.

use std::collections::BTreeMap;

use super::{Place, Program, access::reads_through};
use crate::graph::{Attr, Builder, Graph, NodeId, Type};
use crate::ops::{self, Value};
use crate::search::place_of;

/// From how many products on that read it transposed a parameter is transposed once.
const TURNED_FROM: usize = 3;
/// From how many rows on, and how many columns and summed elements, a single product of a sample is worth it.
const TURNED_ROWS: usize = 16;

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

/// A contraction as products of matrices inside loops. A matrix is read and written where it lies: its columns are neighbours, its rows
/// follow each other at any distance.
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
    /// Elements from one row to the next, of the left factor, the right factor and the result.
    pub strides: [usize; 3],
    /// Loops around the product, outermost first.
    pub loops: Vec<Loop>,
    /// Added to what is there (a sum over the samples) instead of stored.
    pub accumulates: bool,
}

/// A loop around a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// How often.
    pub extent: usize,
    /// By how many elements the left factor, the right factor and the result move on; 0 for what is the same each time.
    pub steps: [usize; 3],
    /// Whether it is the batch.
    pub batch: bool,
}

impl Product {
    /// Rows and columns, as they lie, of the left factor, the right factor and the result.
    #[must_use]
    pub fn dims(&self) -> [(usize, usize); 3] {
        let &Product { m, k, n, .. } = self;
        match self.orientation {
            Orientation::Plain => [(m, k), (k, n), (m, n)],
            Orientation::RightTransposed => [(m, k), (n, k), (m, n)],
            Orientation::LeftTransposed => [(k, m), (k, n), (m, n)],
        }
    }

    /// Whether one of the matrices is part of a larger one.
    #[must_use]
    pub fn in_blocks(&self) -> bool {
        let dims = self.dims();
        (0..3).any(|i| {
            let (rows, columns) = dims[i];
            self.strides[i] != columns || self.loops.iter().any(|a_loop| !a_loop.steps[i].is_multiple_of(rows * columns))
        })
    }
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
    let [x, y] = [(a, 0), (b, 1)].map(|(labels, i)| axes(labels, graph.ty(node.args[i]), rows));
    match of_axes(&x, &y, &axes(out, &node.ty, rows), (node.args[0], node.args[1])) {
        Some(product) => Form::Product(Product { accumulates: *sum_batch, ..product }),
        None => Form::Transpose,
    }
}

/// An axis of an operand or result.
#[derive(Clone, Copy, Debug)]
struct Axis {
    label: u8,
    extent: usize,
    /// Elements from one index to the next.
    step: usize,
}

/// The axes of a value as it lies, the batch among them.
fn axes(labels: &[u8], ty: &Type, rows: usize) -> Vec<Axis> {
    let mut step = 1;
    let mut axes = Vec::with_capacity(labels.len() + 1);
    for (label, &extent) in labels.iter().zip(&ty.shape).rev() {
        axes.push(Axis { label: label + 1, extent, step });
        step *= extent;
    }
    if ty.batched {
        axes.push(Axis { label: BATCH, extent: rows, step });
    }
    axes.reverse();
    axes
}

/// The product with the fewest loops, if there is any.
fn of_axes(x: &[Axis], y: &[Axis], out: &[Axis], args: (NodeId, NodeId)) -> Option<Product> {
    let mut best: Option<(usize, Product)> = None;
    for batch_loop in [false, true] {
        // The batch as a loop comes on top of the others, and nothing is less than no loop.
        for swap in [false, true] {
            if best.as_ref().is_some_and(|(least, _)| batch_loop || *least == 1) {
                break;
            }
            let (x, y, args) = if swap { (y, x, (args.1, args.0)) } else { (x, y, args) };
            let Some(product) = attempt(x, y, out, batch_loop, args) else { continue };
            let times = product.loops.iter().fold(1, |times: usize, a_loop| times.saturating_mul(a_loop.extent));
            if best.as_ref().is_none_or(|(least, _)| times < *least) {
                best = Some((times, product));
            }
        }
    }
    best.map(|(_, product)| product)
}

/// Where the axis of a label stands. Every way to see a contraction asks for all of them.
fn place(axes: &[Axis], label: u8) -> Option<usize> {
    place_of!(axes, |axis| axis.label == label)
}

/// One way to see it: `x` gives rows, `y` columns; what all three have is a loop, and the batch perhaps.
fn attempt(x: &[Axis], y: &[Axis], out: &[Axis], batch_loop: bool, args: (NodeId, NodeId)) -> Option<Product> {
    let has = |axes: &[Axis], label: u8| place(axes, label).is_some();
    let all = [x, y, out];
    if batch_loop && !all.iter().any(|axes| has(axes, BATCH)) {
        return None;
    }
    let is_loop = |label: u8| batch_loop && label == BATCH || has(x, label) && has(y, label) && has(out, label);
    let batch = batch_loop.then_some(BATCH);
    let others = out.iter().map(|axis| axis.label).filter(|&label| is_loop(label) && Some(label) != batch);
    let mut loops = Vec::new();
    for label in batch.into_iter().chain(others) {
        let found = all.map(|axes| place(axes, label).map(|at| axes[at]));
        let extent = found.iter().flatten().map(|axis| axis.extent).next()?;
        if extent > 1 {
            loops.push(Loop { extent, steps: found.map(|axis| axis.map_or(0, |axis| axis.step)), batch: label == BATCH });
        }
    }
    let [x, y, out] = all.map(|axes| axes.iter().copied().filter(|axis| !is_loop(axis.label)).collect::<Vec<_>>());
    let labels = |axes: &[Axis]| -> Vec<u8> { axes.iter().map(|axis| axis.label).collect() };
    let part = |axes: &[Axis], kept: bool| -> Vec<u8> { labels(axes).into_iter().filter(|&label| has(&out, label) == kept).collect() };
    let (m, n, k) = (part(&x, true), part(&y, true), part(&x, false));
    // Samples are rows of the result, or are summed over: their number is known at run time.
    if n.contains(&BATCH) || k != part(&y, false) {
        return None;
    }
    let lies = |axes: &[Axis], rows: &[u8], columns: &[u8]| -> Option<usize> {
        let split = rows.len();
        let ordered = axes.len() == split + columns.len() && labels(&axes[..split]) == rows && labels(&axes[split..]) == columns;
        if ordered { row_stride(&axes[..split], &axes[split..]) } else { None }
    };
    let result = lies(&out, &m, &n)?;
    let [left_plain, left_turned] = [lies(&x, &m, &k), lies(&x, &k, &m)];
    let [right_plain, right_turned] = [lies(&y, &k, &n), lies(&y, &n, &k)];
    let (orientation, left, right) = match (left_plain, left_turned, right_plain, right_turned) {
        (_, Some(left), Some(right), _) if k.contains(&BATCH) => (Orientation::LeftTransposed, left, right),
        (Some(left), _, Some(right), _) => (Orientation::Plain, left, right),
        (Some(left), _, _, Some(right)) => (Orientation::RightTransposed, left, right),
        (_, Some(left), Some(right), _) => (Orientation::LeftTransposed, left, right),
        _ => return None,
    };
    let size = |axes: &[Axis], which: &[u8]| axes.iter().filter(|axis| which.contains(&axis.label)).map(|axis| axis.extent).product();
    let strides = [left, right, result];
    let (m, k, n) = (size(&x, &m), size(&x, &k), size(&y, &n));
    Some(Product { left: args.0, right: args.1, orientation, m, k, n, strides, loops, accumulates: false })
}

/// From one row to the next, where all axes of `rows` are walked as one and the `columns` are neighbours.
fn row_stride(rows: &[Axis], columns: &[Axis]) -> Option<usize> {
    let as_one = |axes: &[Axis]| -> Option<Option<usize>> {
        let mut walked = axes.iter().rev().filter(|axis| axis.extent > 1);
        let Some(last) = walked.next() else { return Some(None) };
        let mut next = last.step * last.extent;
        for axis in walked {
            if axis.step != next {
                return None;
            }
            next *= axis.extent;
        }
        Some(Some(last.step))
    };
    let count = columns.iter().map(|axis| axis.extent).product();
    if as_one(columns)?.is_some_and(|step| step != 1) {
        return None;
    }
    Some(as_one(rows)?.unwrap_or(count))
}

/// Brings every contraction into a form that products can do: labels of one operand only that are summed become sums, and operands
/// whose axes lie in the way are transposed. Reductions get axes that are neighbours, `argmax` the last one.
///
/// With `turns`, a parameter that several products read transposed, or one of many rows of each sample, is transposed once, before the tiles:
/// to turn its panels in each of them takes as long as half of a small product.
pub(super) fn prepare(program: Program, turns: bool) -> Program {
    let graph = &program.graph;
    let turned = if turns { read_transposed(graph, &program.results) } else { BTreeMap::new() };
    let needs = |id: NodeId| match (&graph.node(id).op.value, &graph.node(id).attr) {
        (Value::Contract, _) => form(graph, id, 2) == Form::Transpose,
        (Value::Reduce(_), Attr::Axes(axes)) => axes.windows(2).any(|pair| pair[0] + 1 != pair[1]),
        (Value::ArgMax, Attr::Axis(axis)) => axis + 1 != graph.ty(graph.node(id).args[0]).rank(),
        _ => false,
    };
    let needs: Vec<bool> = graph.ids().map(needs).collect();
    if turned.is_empty() && !needs.contains(&true) {
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
        renamed.push(if needs[id.index()] {
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

/// Products of samples whose right factor is the same for all, and is read transposed here and by others or by many rows of a sample: which
/// operand that is.
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
    let of_many_rows = |id: NodeId| match form(graph, id, 1) {
        Form::Product(Product { m, k, n, .. }) => m.min(k).min(n) >= TURNED_ROWS,
        Form::Transpose => false,
    };
    let times = |right: NodeId| all.iter().filter(|(_, other)| *other == right).count();
    let pays = all.iter().filter(|(id, right)| times(*right) >= TURNED_FROM || of_many_rows(*id));
    pays.map(|&(id, right)| (id, usize::from(graph.node(id).args[0] != right))).collect()
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

/// The contraction after as little as possible was transposed: of operands and result the smallest that will do.
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
    let ordered = |expr: crate::graph::Expr<'_>, have: &[u8], want: &[u8]| -> NodeId {
        if have == want {
            return expr.id;
        }
        let permutation: Vec<usize> = want.iter().filter_map(|l| have.iter().position(|h| h == l)).collect();
        expr.transpose(&permutation).id
    };
    let [of_x, of_y, of_out] = cheapest([&a, &b, out], &x.ty(), &y.ty(), *sum_batch);
    let x = ordered(x, &a, &of_x);
    let y = ordered(y, &b, &of_y);
    let attr = Attr::Contract { a: of_x, b: of_y, out: of_out.clone(), sum_batch: *sum_batch };
    let made = builder.expr(x).apply(&ops::contract::OP, attr, &[builder.expr(y)]);
    builder.expr(ordered(made, &of_out, out)).id
}

/// The orders of axes of two operands and a result with which products can do a contraction, where the fewest elements are transposed.
fn cheapest(have: [&[u8]; 3], x: &Type, y: &Type, sum_batch: bool) -> [Vec<u8>; 3] {
    const ROWS: usize = 32;
    let [a, b, out] = have;
    let mut extents: BTreeMap<u8, usize> = BTreeMap::new();
    extents.extend(a.iter().copied().zip(x.shape.iter().copied()).chain(b.iter().copied().zip(y.shape.iter().copied())));
    let ty = |labels: &[u8], batched: bool| Type::real(batched, &labels.iter().map(|label| extents[label]).collect::<Vec<_>>());
    let batched = [x.batched, y.batched, (x.batched || y.batched) && !sum_batch];
    let size = |i: usize| ty(have[i], batched[i]).size() * if batched[i] { ROWS } else { 1 };
    // As it lies, or in one of two orders.
    let (as_is, turned) = (0, 2);
    let mut best: Option<(usize, [Vec<u8>; 3])> = None;
    for choice in (0..27).map(|i| [i / 9, i / 3 % 3, i % 3]) {
        let cost: usize = (0..3).filter(|&i| choice[i] != as_is).map(size).sum();
        if best.as_ref().is_some_and(|(least, _)| *least <= cost) {
            continue;
        }
        // Labels in the order of the first of these that has to stay as it is.
        let order = |of: [usize; 2], which: &dyn Fn(u8) -> bool| -> Vec<u8> {
            let first = of.into_iter().find(|&i| choice[i] == as_is).unwrap_or(of[0]);
            have[first].iter().copied().filter(|&label| which(label)).collect()
        };
        let group = order([2, 2], &|label| a.contains(&label) && b.contains(&label));
        let rows = order([2, 0], &|label| a.contains(&label) && !b.contains(&label));
        let columns = order([2, 1], &|label| b.contains(&label) && !a.contains(&label));
        let inner = order([0, 1], &|label| a.contains(&label) && b.contains(&label) && !out.contains(&label));
        let in_order = |i: usize, first: &[u8], second: &[u8]| match choice[i] {
            0 => have[i].to_vec(),
            way if (way == turned) == (i == 0 && sum_batch) => [&group, first, second].concat(),
            _ => [&group, second, first].concat(),
        };
        let labels = [in_order(0, &rows, &inner), in_order(1, &inner, &columns), in_order(2, &rows, &columns)];
        let [x, y, out] = [0, 1, 2].map(|i| axes(&labels[i], &ty(&labels[i], batched[i]), ROWS));
        if of_axes(&x, &y, &out, (NodeId(0), NodeId(1))).is_some() {
            best = Some((cost, labels));
        }
    }
    best.map_or_else(|| have.map(<[u8]>::to_vec), |(_, labels)| labels)
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
