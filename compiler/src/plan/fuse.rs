//! Which values are computed inside the kernels of others.
//!
//! From the results backwards: an element-wise value all of whose users stand in one kernel of the same space is computed there;
//! a movement that is one box is read through; a product whose only user is element-wise takes that user as its epilogue; sums take
//! element-wise operands as their prologue. Comparisons are computed again wherever they are used, never stored for that.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kernel, Phase, Place, Program, What, access, sums_batch};
use crate::graph::{Attr, Elem, Graph, NodeId};
use crate::ops::{self, Part, Reduction, Value};

/// How deep values stand inside each other in one kernel: its expressions keep a length that people and registers can take.
const DEPTH: usize = 64;
/// How many values are computed inside one kernel.
const INSIDE: usize = 256;

pub(super) fn fuse(program: &Program, live: &[bool], phases: &[Phase]) -> (Vec<Place>, Vec<Kernel>) {
    let graph = &program.graph;
    let mut places = vec![Place::Dead; graph.nodes.len()];
    let mut wanted = vec![false; graph.nodes.len()];
    for result in &program.results {
        wanted[result.node.index()] = true;
    }
    let mut users: Vec<Vec<NodeId>> = vec![Vec::new(); graph.nodes.len()];
    for id in graph.ids().filter(|id| live[id.index()]) {
        for arg in &graph.node(id).args {
            users[arg.index()].push(id);
        }
    }
    // The kernel that a value is computed in: itself where it is stored, none where it is computed in several.
    let mut kernel_of: Vec<Option<NodeId>> = graph.ids().map(Some).collect();
    let mut products: BTreeMap<NodeId, NodeId> = BTreeMap::new();
    // How deep a value stands in its kernel, and how many values a kernel holds.
    let (mut depth, mut held) = (vec![0usize; graph.nodes.len()], vec![0usize; graph.nodes.len()]);
    for id in graph.ids().rev().filter(|id| live[id.index()]) {
        let node = graph.node(id);
        let mut kernels: Vec<Option<NodeId>> = users[id.index()].iter().map(|user| kernel_of[user.index()]).collect();
        kernels.sort_unstable();
        kernels.dedup();
        let alone = match kernels.as_slice() {
            [one] if !wanted[id.index()] => *one,
            _ => None,
        };
        let in_time = |user: &NodeId| match (phases[id.index()], phases[user.index()]) {
            (Phase::Once, Phase::After) => true,
            (mine, theirs) => mine == theirs || !needs_own_space(graph, id),
        };
        let joins = |user: &NodeId| takes_operand_inside(graph, *user, id) && in_time(user);
        let inside = |user: &NodeId| if places[user.index()] == Place::Inline { depth[user.index()] } else { 0 };
        depth[id.index()] = 1 + users[id.index()].iter().map(inside).max().unwrap_or(0);
        let all_join = !wanted[id.index()] && depth[id.index()] <= DEPTH && users[id.index()].iter().all(joins);
        let alone = alone.filter(|kernel| held[kernel.index()] < INSIDE);
        places[id.index()] = match &node.op.value {
            Value::Leaf => match node.attr {
                Attr::Number(_) if !read_from_memory(graph, &users, id) => Place::Leaf,
                Attr::Number(_) | Attr::Tensor(_) => Place::Stored,
                Attr::None if !node.ty.shape.is_empty() => Place::Stored,
                _ => Place::Leaf,
            },
            Value::Move(_) if is_view(graph, id) => Place::View(node.args[0]),
            Value::Move(_) if all_join && access::reads_through(graph, id) => Place::Inline,
            // Dearer to keep than to compute again.
            Value::Each { .. } if all_join && (node.ty.elem == Elem::Condition || is_multiple(graph, id)) => {
                kernel_of[id.index()] = alone;
                Place::Inline
            }
            Value::Each { .. } => match alone {
                Some(kernel) if all_join => {
                    kernel_of[id.index()] = Some(kernel);
                    held[kernel.index()] += 1;
                    Place::Inline
                }
                _ => Place::Stored,
            },
            Value::Contract | Value::Conv(Part::Output | Part::Input) => match alone {
                Some(kernel) if all_join && takes_epilogue(graph, kernel, id) && !products.contains_key(&kernel) => {
                    products.insert(kernel, id);
                    kernel_of[id.index()] = Some(kernel);
                    Place::Inline
                }
                _ => Place::Stored,
            },
            Value::Scan => Place::Loop,
            // The leading axes' rows are rows of the batch.
            Value::Reduce(_) if sums_leading(graph, id) => {
                match alone.filter(|kernel| matches!(graph.node(*kernel).op.value, Value::BatchSum)) {
                    Some(kernel) if all_join && users[id.index()] == [kernel] => {
                        kernel_of[id.index()] = Some(kernel);
                        Place::Inline
                    }
                    _ => Place::Stored,
                }
            }
            // Rows are added straight to the sum over the samples.
            Value::Scatter => match alone {
                Some(kernel) if all_join && sums_batch(graph, kernel) && node.args.iter().all(|&arg| graph.ty(arg).batched) => {
                    kernel_of[id.index()] = Some(kernel);
                    Place::Inline
                }
                _ => Place::Stored,
            },
            _ => Place::Stored,
        };
    }
    // What is a view of something computed inside a kernel must exist after all.
    for id in graph.ids().rev() {
        if let Place::View(of) = places[id.index()]
            && places[of.index()] == Place::Inline
        {
            places[of.index()] = Place::Stored;
        }
    }
    for (&kernel, &product) in &products {
        let fits = match graph.node(product).op.value {
            Value::Conv(_) => super::windows::epilogue_fits(graph, &places, kernel, product),
            _ => super::product::epilogue_reads_rows(graph, &places, kernel, product),
        };
        if !fits {
            places[product.index()] = Place::Stored;
        }
    }
    products.retain(|_, product| places[product.index()] == Place::Inline);
    place_gradients(program, &mut places, phases);
    let forward = super::live(program, |what| !matches!(what, What::Gradient(_) | What::PortGradient(_)));
    let mut kernels: Vec<Kernel> = graph
        .ids()
        .filter(|id| matches!(places[id.index()], Place::Stored | Place::Gradient(_) | Place::Loop))
        .filter(|id| !matches!(graph.node(*id).op.value, Value::Out))
        .map(|id| Kernel {
            output: id,
            product: products.get(&id).copied(),
            phase: phases[id.index()],
            stage: 0,
            backward: !forward[id.index()],
        })
        .collect();
    // What is forward never needs what is backward, so that the order stays one of dependence.
    kernels.sort_by_key(|kernel| (kernel.phase, kernel.backward, kernel.output));
    (places, kernels)
}

/// Whether some user of a number repeated reads it where it lies, as products do.
fn read_from_memory(graph: &Graph, users: &[Vec<NodeId>], id: NodeId) -> bool {
    users[id.index()].iter().any(|&user| match (&graph.node(user).op.value, &graph.node(user).attr) {
        (Value::Contract | Value::ArgMax | Value::Gather | Value::Scatter | Value::Scan | Value::Conv(_) | Value::Window(_), _) => true,
        (Value::Reduce(_), Attr::Axes(axes)) => axes.last().is_some_and(|axis| axis + 1 != graph.ty(id).rank()),
        (Value::Move(_), _) => read_from_memory(graph, users, user),
        _ => false,
    })
}

/// The same elements in the same order: nothing is to be done.
fn is_view(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    match node.args.as_slice() {
        [arg] => {
            let from = graph.ty(*arg);
            from.size() == node.ty.size() && from.batched == node.ty.batched && matches!(node.op.value, Value::Move(_)) && {
                let Value::Move(regions) = node.op.value else { return false };
                let moved = regions(&node.attr, &[from], &node.ty);
                moved.regions.len() == 1 && {
                    let region = &moved.regions[0];
                    let mut expected = 1;
                    region.from == 0
                        && region.to == 0
                        && region.shape.iter().zip(region.from_strides.iter().zip(&region.to_strides)).rev().all(
                            |(&extent, (&from, &to))| {
                                let right = extent == 1 || (from == expected && to == expected);
                                expected *= extent as isize;
                                right
                            },
                        )
                }
            }
        }
        _ => false,
    }
}

/// Whether `user` can compute its operand `id` inside its own kernel.
pub(super) fn takes_operand_inside(graph: &Graph, user: NodeId, id: NodeId) -> bool {
    let (node, operand) = (graph.node(user), graph.ty(id));
    match &node.op.value {
        Value::Each { .. } => node.ty.shape == operand.shape && (node.ty.batched == operand.batched || !needs_own_space(graph, id)),
        Value::Reduce(_) => {
            let Attr::Axes(axes) = &node.attr else { return false };
            let trailing = axes.iter().rev().enumerate().all(|(i, &axis)| axis + 1 + i == operand.rank());
            trailing && !axes.is_empty() && needs_own_space(graph, id) && reads_flat_inside(graph, id, operand.rank() - axes.len())
        }
        Value::BatchSum => {
            let taken = matches!(graph.node(id).op.value, Value::Each { .. } | Value::Scatter);
            operand.batched && (taken || sums_leading(graph, id))
        }
        _ => false,
    }
}

/// Whether a value is a number times another, or its negative.
fn is_multiple(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    let number = |arg: &NodeId| std::ptr::eq(graph.node(*arg).op, &ops::constant::OP) && matches!(graph.node(*arg).attr, Attr::Number(_));
    std::ptr::eq(node.op, &ops::neg::OP) || std::ptr::eq(node.op, &ops::mul::OP) && node.args.iter().any(number)
}

/// Whether a value is a sum over its operand's leading axes, the rows of a sample: summed over the batch, too, it is a sum of all these rows.
fn sums_leading(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    let Attr::Axes(axes) = &node.attr else { return false };
    matches!(node.op.value, Value::Reduce(Reduction::Sum)) && node.ty.size() > 1 && axes.iter().enumerate().all(|(i, &axis)| axis == i)
}

/// Element-wise values and products have elements of their own to compute; movements are only read through.
fn needs_own_space(graph: &Graph, id: NodeId) -> bool {
    !matches!(graph.node(id).op.value, Value::Move(_))
}

/// A reduction can take an element-wise operand inside when the reduced axes are walked as one by everything it reads; that holds where
/// no movement stands between.
fn reads_flat_inside(graph: &Graph, id: NodeId, kept: usize) -> bool {
    if !matches!(graph.node(id).op.value, Value::Each { .. }) {
        return false;
    }
    // What stands deeper is not computed inside.
    let (mut level, mut seen) = (vec![id], BTreeSet::from([id]));
    for _ in 0..=DEPTH {
        let mut next = Vec::new();
        for arg in level.iter().flat_map(|&id| &graph.node(id).args) {
            if matches!(graph.node(*arg).op.value, Value::Each { .. }) {
                if seen.insert(*arg) {
                    next.push(*arg);
                }
            } else if !operand_reads_flat(graph, *arg, kept) {
                return false;
            }
        }
        level = next;
    }
    true
}

/// The same of one operand that is not element-wise.
fn operand_reads_flat(graph: &Graph, arg: NodeId, kept: usize) -> bool {
    match graph.node(arg).op.value {
        Value::Move(_) => {
            if !access::reads_through(graph, arg) {
                return true;
            }
            // Whole along the reduced axes, or one element for all of them.
            let Value::Move(regions) = graph.node(arg).op.value else { return false };
            let of = &graph.node(arg).args;
            let types: Vec<_> = of.iter().map(|&id| graph.ty(id)).collect();
            let moved = regions(&graph.node(arg).attr, &types, graph.ty(arg));
            moved.regions.first().is_some_and(|region| {
                let inner = &region.from_strides[kept..];
                let extents = &region.shape[kept..];
                let zero = inner.iter().zip(extents).all(|(&stride, &extent)| stride == 0 || extent == 1);
                let mut expected = 1;
                let whole = inner.iter().zip(extents).rev().all(|(&stride, &extent)| {
                    let right = extent == 1 || stride == expected;
                    expected *= extent as isize;
                    right
                });
                zero || whole
            })
        }
        _ => true,
    }
}

/// Whether the kernel of `kernel` is element-wise, in the space of the product `id`.
fn takes_epilogue(graph: &Graph, kernel: NodeId, id: NodeId) -> bool {
    let (node, product) = (graph.node(kernel), graph.node(id));
    matches!(node.op.value, Value::Each { .. })
        && node.ty.elem == Elem::Real
        && node.ty.shape == product.ty.shape
        && node.ty.batched == product.ty.batched
        && !sums_batch(graph, id)
}

/// Gradients that are sums over the samples accumulate where they belong; so do those computed afterwards.
fn place_gradients(program: &Program, places: &mut [Place], phases: &[Phase]) {
    for result in &program.results {
        let What::Gradient(parameter) = result.what else { continue };
        let mut node = result.node;
        while let Place::View(of) = places[node.index()] {
            node = of;
        }
        let late = phases[node.index()] == Phase::After || sums_batch(&program.graph, node);
        let of_loop = matches!(program.graph.node(node).op.value, Value::Out);
        if places[node.index()] == Place::Stored && late && !of_loop {
            places[node.index()] = Place::Gradient(parameter);
        }
    }
}
