//! Element-wise kernels over the same elements become one call with several results: what one of them makes of an element the others have
//! in a register, and what nobody else reads is not stored.
//!
//! Kernels are taken in their order. One joins the last of its kind that comes after all that it needs, if it is part of the same layer or
//! the same value of the program: so a statement of the program is few statements of the code, and the order stays one of dependence.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{Group, Readers};
use super::{Access, Kernel, Place, Plan, merge, row_major, slots};
use crate::graph::{Elem, NodeId};
use crate::ops::Value;

/// Kernels of one call.
const KERNELS: usize = 12;
/// Values that are computed in one call.
const VALUES: usize = 48;
/// How far back a kernel looks for others: what is made much earlier than it is needed takes room for long.
const BACK: usize = 8;

/// What makes kernels one of a kind.
#[derive(PartialEq)]
struct Kind {
    extents: Vec<usize>,
    batched: bool,
    loops: Vec<usize>,
}

struct Item {
    kernels: Vec<Kernel>,
    /// The place of the first, of kernels that are a group already.
    group: Option<usize>,
    /// Of element-wise kernels.
    kind: Option<Kind>,
}

/// Orders the kernels so that those of a call are neighbours, and finds out which values need no place.
pub(super) fn together(plan: &mut Plan) {
    if plan.unrolled || plan.stages > 1 {
        return;
    }
    let mut items: Vec<Item> = Vec::new();
    let mut item_of: BTreeMap<NodeId, usize> = BTreeMap::new();
    let mut start = 0;
    for kernels in plan.items() {
        let needed = kernels.iter().filter_map(|kernel| plan.last_needed(kernel, &item_of)).max();
        let kind = match kernels {
            [kernel] => plan.kind(kernel, &BTreeSet::new()),
            _ => None,
        };
        let from = needed.unwrap_or(0).max(items.len().saturating_sub(BACK));
        let joined = kind.is_some().then(|| (from..items.len()).rev().find(|&at| plan.is_one_with(&items[at], &kernels[0]))).flatten();
        let at = joined.unwrap_or(items.len());
        match joined {
            Some(at) => items[at].kernels.push(kernels[0]),
            None => items.push(Item { kernels: kernels.to_vec(), group: (kernels.len() > 1).then_some(start), kind }),
        }
        start += kernels.len();
        item_of.extend(kernels.iter().map(|kernel| (kernel.output, at)));
    }
    let readers = Readers::of(plan);
    let mut before = std::mem::take(&mut plan.groups);
    plan.kernels.clear();
    for mut item in items {
        let mut group = item.group.and_then(|start| before.remove(&start)).map(|(_, group)| group);
        if group.is_none() {
            let goes = |kernel: &Kernel| readers.are_all_of(kernel.output, &item.kernels) && plan.is_taken_inside(kernel.output);
            let inlined: Vec<NodeId> = item.kernels.iter().filter(|kernel| goes(kernel)).map(|kernel| kernel.output).collect();
            for id in inlined {
                plan.places[id.index()] = Place::Inline;
                item.kernels.retain(|kernel| kernel.output != id);
            }
            group = (item.kernels.len() > 1).then_some(Group::Elements);
        }
        let start = plan.kernels.len();
        if let Some(group) = group {
            plan.groups.insert(start, (start + item.kernels.len(), group));
        }
        plan.kernels.extend(item.kernels);
    }
}

impl Plan {
    /// Of an element-wise kernel, if each element that it reads of what is made `here` is the one that it makes.
    fn kind(&self, kernel: &Kernel, here: &BTreeSet<NodeId>) -> Option<Kind> {
        let node = self.program.graph.node(kernel.output);
        let each = matches!(node.op.value, Value::Each { .. }) && node.ty.elem == Elem::Real && kernel.product.is_none();
        if !each || self.places[kernel.output.index()] != Place::Stored {
            return None;
        }
        let space = self.space(kernel.output);
        let in_order = row_major(&space.extents);
        let reads = self.accesses(kernel, &space);
        let same = |read: &Access| !here.contains(&read.source) || read.base == 0 && read.strides == in_order;
        if !reads.iter().all(same) {
            return None;
        }
        let to = Access { source: kernel.output, base: 0, strides: in_order };
        let accesses: Vec<Access> = std::iter::once(to).chain(reads).collect();
        let (loops, _) = merge(&space, &accesses, usize::MAX);
        Some(Kind { extents: space.extents, batched: space.batched, loops })
    }

    fn is_one_with(&self, item: &Item, kernel: &Kernel) -> bool {
        let (Some(kind), Some(first)) = (&item.kind, item.kernels.first()) else { return false };
        let graph = &self.program.graph;
        let context = |kernel: &Kernel| &graph.node(kernel.output).origin.context;
        if first.when() != kernel.when() || context(first) != context(kernel) || item.kernels.len() >= KERNELS {
            return false;
        }
        if graph.ty(first.output).size() != graph.ty(kernel.output).size() {
            return false;
        }
        let here: BTreeSet<NodeId> = item.kernels.iter().map(|kernel| kernel.output).collect();
        // Something must be saved: a value that is at hand.
        let len = slots::stored_len(self, kernel.output);
        let mut theirs = here.clone();
        theirs.extend(item.kernels.iter().flat_map(|kernel| self.reads(kernel)).filter(|read| slots::stored_len(self, *read) == len));
        if !self.reads(kernel).iter().any(|read| theirs.contains(read)) {
            return false;
        }
        // A function has many constants and steps: two of them have too few registers.
        let costly = |kernel: &&Kernel| {
            let function =
                |id: &NodeId| matches!(graph.node(*id).op.value, Value::Each { .. }) && !graph.node(*id).op.value.is_arithmetic();
            self.inside(kernel).iter().any(function)
        };
        if item.kernels.iter().chain([kernel]).filter(costly).count() > 1 {
            return false;
        }
        let values: usize = item.kernels.iter().chain([kernel]).map(|kernel| self.inside(kernel).len()).sum();
        values <= VALUES && self.kind(kernel, &here).is_some_and(|other| other == *kind)
    }
}
