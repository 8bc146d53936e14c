//! Kernels that are neighbours as one item of the code, and what those who look for neighbours (`groups`, `together`) ask of kernels.

use std::collections::{BTreeMap, BTreeSet};

use super::{Access, Kernel, Phase, Place, Plan, Space, Sweep, Walk, fuse};
use crate::graph::{Attr, NodeId};
use crate::ops::Value;

/// What kernels that are neighbours make together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// One loop over rows.
    Rows {
        /// The rows.
        sweep: Sweep,
        /// How each kernel passes over them.
        walks: Vec<Walk>,
    },
    /// One element-wise call with several results.
    Elements,
}

/// Who reads each value.
pub(super) struct Readers {
    /// For each value the kernels that read it, by what they make.
    kernels: Vec<Vec<NodeId>>,
    /// What is read from outside.
    wanted: BTreeSet<NodeId>,
}

impl Readers {
    pub(super) fn of(plan: &Plan) -> Readers {
        let mut kernels: Vec<Vec<NodeId>> = vec![Vec::new(); plan.program.graph.nodes.len()];
        for kernel in &plan.kernels {
            for read in plan.reads(kernel) {
                kernels[read.index()].push(kernel.output);
            }
        }
        Readers { kernels, wanted: plan.program.results.iter().map(|wanted| plan.base(wanted.node)).collect() }
    }

    /// The kernels that read a value, by what they make.
    pub(super) fn of_value(&self, id: NodeId) -> &[NodeId] {
        &self.kernels[id.index()]
    }

    /// Whether a value has readers, and all of them are `members`.
    pub(super) fn are_all_of(&self, id: NodeId, members: &[Kernel]) -> bool {
        let member = |reader: &NodeId| members.iter().any(|kernel| kernel.output == *reader);
        let readers = self.of_value(id);
        !self.wanted.contains(&id) && !readers.is_empty() && readers.iter().all(member)
    }
}

impl Kernel {
    /// What kernels have in common that can be neighbours: neither may wait for what comes between.
    pub(super) fn when(&self) -> (Phase, usize, bool) {
        (self.phase, self.stage, self.backward)
    }
}

impl Plan {
    /// Runs of kernels that are one loop, and all others by themselves, in their order.
    pub fn items(&self) -> impl Iterator<Item = &[Kernel]> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let end = self.groups.get(&at).map_or(at + 1, |(end, _)| *end);
            let item = self.kernels.get(at..end)?;
            at = end;
            Some(item)
        })
    }

    /// The items of a stage and phase, in their order.
    pub fn items_of(&self, stage: usize, phase: Phase) -> impl Iterator<Item = &[Kernel]> {
        self.items().filter(move |item| item.first().is_some_and(|kernel| kernel.stage == stage && kernel.phase == phase))
    }

    /// What these kernels make together.
    #[must_use]
    pub fn group_of(&self, item: &[Kernel]) -> Option<&Group> {
        let first = item.first().filter(|_| item.len() > 1)?.output;
        self.groups.iter().find(|(start, _)| self.kernels[**start].output == first).map(|(_, (_, group))| group)
    }

    /// First and last kernel of the loop that the kernel at `at` stands in.
    pub(super) fn loop_around(&self, at: usize) -> (usize, usize) {
        match self.groups.range(..=at).next_back() {
            Some((&start, (end, _))) if at < *end => (start, end - 1),
            _ => (at, at),
        }
    }

    /// The last of the items that make what a kernel needs.
    pub(super) fn last_needed(&self, kernel: &Kernel, item_of: &BTreeMap<NodeId, usize>) -> Option<usize> {
        self.reads(kernel).iter().filter_map(|read| item_of.get(&self.maker(*read))).max().copied()
    }

    /// How a kernel reads what it is made of.
    pub(super) fn accesses(&self, kernel: &Kernel, space: &Space) -> Vec<Access> {
        let graph = &self.program.graph;
        let mut accesses: Vec<Access> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = graph.node(kernel.output).args.clone();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let node = graph.node(id);
            match (self.places[id.index()], &node.op.value) {
                (Place::Inline, Value::Each { .. }) => open.extend(&node.args),
                (_, Value::Leaf) if matches!(node.attr, Attr::Number(_)) => {}
                _ => accesses.push(self.access(id, space)),
            }
        }
        accesses
    }

    /// Whether all that is made of a value is made of it element by element.
    pub(super) fn is_taken_inside(&self, id: NodeId) -> bool {
        let graph = &self.program.graph;
        let user = |user: &NodeId| self.places[user.index()] != Place::Dead && graph.node(*user).args.contains(&id);
        graph.ids().filter(user).all(|user| fuse::takes_operand_inside(graph, user, id))
    }
}
