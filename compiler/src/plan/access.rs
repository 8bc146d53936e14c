//! How a kernel reads an operand: strides over the kernel's space of iteration, and that space with neighbouring axes merged.

use super::{Place, Plan};
use crate::graph::{Attr, NodeId};
use crate::ops::Value;

/// An operand as seen from a kernel's space: element `base + Σ index·stride` of `source`'s flat elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// A stored value or leaf.
    pub source: NodeId,
    /// The first element.
    pub base: usize,
    /// One for each axis of the space; the first is the batch where the space has one.
    pub strides: Vec<isize>,
}

/// A space of iteration: extents with the batch first where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// Extents.
    pub extents: Vec<usize>,
    /// Whether the first axis is the batch.
    pub batched: bool,
}

/// Strides of a row-major array.
#[must_use]
pub fn row_major(shape: &[usize]) -> Vec<isize> {
    let mut strides = vec![1; shape.len()];
    for i in (0..shape.len().saturating_sub(1)).rev() {
        strides[i] = strides[i + 1] * shape[i + 1] as isize;
    }
    strides
}

impl Plan {
    /// The space of a node's elements.
    #[must_use]
    pub fn space(&self, id: NodeId) -> Space {
        let ty = self.program.graph.ty(id);
        let mut extents = ty.shape.clone();
        if ty.batched {
            extents.insert(0, self.rows);
        }
        Space { extents, batched: ty.batched }
    }

    /// How an operand, of the space's sample shape and not computed inside the kernel, is read.
    #[must_use]
    pub fn access(&self, id: NodeId, space: &Space) -> Access {
        let graph = &self.program.graph;
        let node = graph.node(id);
        let (source, base, mut strides) = match (&node.op.value, self.places[id.index()]) {
            (Value::Move(regions), Place::Inline) => {
                let types: Vec<_> = node.args.iter().map(|&arg| graph.ty(arg)).collect();
                let moved = regions(&node.attr, &types, &node.ty);
                match moved.regions.first() {
                    Some(region) => (node.args[region.operand], region.from, region.from_strides.clone()),
                    None => (id, 0, row_major(&node.ty.shape)),
                }
            }
            _ => (id, 0, row_major(&node.ty.shape)),
        };
        if space.batched {
            let size = if graph.ty(source).batched { graph.ty(source).size() as isize } else { 0 };
            strides.insert(0, size);
        }
        Access { source: self.base(source), base, strides }
    }
}

/// A movement that consumers may read through: one box covers the whole result.
pub(crate) fn reads_through(plan_graph: &crate::graph::Graph, id: NodeId) -> bool {
    let node = plan_graph.node(id);
    let Value::Move(regions) = node.op.value else { return false };
    let types: Vec<_> = node.args.iter().map(|&arg| plan_graph.ty(arg)).collect();
    let moved = regions(&node.attr, &types, &node.ty);
    let [region] = moved.regions.as_slice() else { return false };
    let inner = region.from_strides.iter().zip(&region.shape).rev().find(|(_, extent)| **extent > 1).map_or(1, |(stride, _)| *stride);
    region.shape == node.ty.shape
        && region.to == 0
        && region.to_strides == row_major(&node.ty.shape)
        && (inner == 1 || inner == 0)
        && region.from_strides.iter().all(|stride| *stride >= 0)
        && !matches!(node.attr, Attr::None)
}

/// Merges neighbouring axes that every access walks as one and drops axes of extent 1. The innermost axis stays last; every access walks
/// along it in steps of 1, or not at all.
#[must_use]
pub fn merge(space: &Space, accesses: &[Access], keep_first: usize) -> (Vec<usize>, Vec<Vec<isize>>) {
    let mut extents: Vec<usize> = Vec::new();
    let mut strides: Vec<Vec<isize>> = vec![Vec::new(); accesses.len()];
    for (axis, &extent) in space.extents.iter().enumerate() {
        if extent == 1 {
            continue;
        }
        let merges = !extents.is_empty()
            && axis != keep_first
            && accesses.iter().zip(&strides).all(|(access, list)| list.last().copied() == Some(access.strides[axis] * extent as isize));
        if merges {
            if let Some(last) = extents.last_mut() {
                *last *= extent;
            }
            for (access, list) in accesses.iter().zip(&mut strides) {
                if let Some(last) = list.last_mut() {
                    *last = access.strides[axis];
                }
            }
        } else {
            extents.push(extent);
            for (access, list) in accesses.iter().zip(&mut strides) {
                list.push(access.strides[axis]);
            }
        }
    }
    // What is walked along lies side by side, or stands still; else it is taken one by one.
    if strides.iter().any(|list| list.last().is_some_and(|stride| !(0..=1).contains(stride))) {
        extents.push(1);
        strides.iter_mut().for_each(|list| list.push(1));
    }
    (extents, strides)
}
