//! Sums over the samples that values of single samples need again (batch statistics): what must be finished before what.
//!
//! Where the whole batch is one tile, such a sum is finished when its kernel has run, and the order of the graph is enough. Else the
//! batch is worked through several times, a *stage* each: a stage finishes the sums that need nothing of a later one, and computes again
//! what it needs of the values of single samples, which are functions of inputs, parameters and finished sums.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kernel, Phase, Place, Plan, Program, What, sums_batch};
use crate::graph::{Graph, NodeId};

/// Whether a result is one for each sample.
fn each_sample(what: What) -> bool {
    matches!(what, What::Output(_) | What::State(_) | What::PortGradient(_))
}

/// Whether a node is computed while the samples are worked through.
fn in_tile(graph: &Graph, id: NodeId) -> bool {
    graph.ty(id).batched || sums_batch(graph, id)
}

/// For what is computed sample by sample, sums among it: the first stage that can. For other nodes: how many stages come before.
pub(super) fn stages(program: &Program) -> Vec<usize> {
    let graph = &program.graph;
    let mut stages: Vec<usize> = Vec::with_capacity(graph.nodes.len());
    for id in graph.ids() {
        let ready = |arg: &NodeId| stages[arg.index()] + usize::from(sums_batch(graph, *arg));
        stages.push(graph.node(id).args.iter().map(ready).max().unwrap_or(0));
    }
    stages
}

/// How often the samples must be worked through.
pub(super) fn count(program: &Program, live: &[bool], stages: &[usize]) -> usize {
    let graph = &program.graph;
    let computed = graph.ids().filter(|id| live[id.index()] && in_tile(graph, *id)).map(|id| stages[id.index()]);
    let ready = |id: NodeId| stages[id.index()] + usize::from(sums_batch(graph, id));
    let handed_over = program.results.iter().filter(|wanted| each_sample(wanted.what)).map(|wanted| ready(wanted.node));
    1 + computed.chain(handed_over).max().unwrap_or(0)
}

/// What is the same for all samples and read again while they are worked through.
pub(super) fn feeds_samples(program: &Program, live: &[bool]) -> Vec<bool> {
    let graph = &program.graph;
    let mut feeds = vec![false; graph.nodes.len()];
    for wanted in program.results.iter().filter(|wanted| each_sample(wanted.what)) {
        feeds[wanted.node.index()] = true;
    }
    for id in graph.ids().rev().filter(|id| live[id.index()]) {
        if feeds[id.index()] || in_tile(graph, id) {
            for arg in &graph.node(id).args {
                feeds[arg.index()] = true;
            }
        }
    }
    feeds
}

impl Plan {
    /// The stage in which a result that is one for each sample goes to the caller; `last` where no stage may come after.
    #[must_use]
    pub fn stage_of_result(&self, node: NodeId, last: bool) -> usize {
        if last {
            return self.stages - 1;
        }
        let base = self.base(node);
        let ready = self.order[base.index()] + usize::from(sums_batch(&self.program.graph, base));
        if self.stages == 1 { 0 } else { ready }
    }

    /// The kernels in the order of their stages; those of single samples stand in each stage that needs them.
    pub(super) fn in_stages(&self, kernels: &[Kernel]) -> Vec<Kernel> {
        if self.stages == 1 {
            return kernels.to_vec();
        }
        let graph = &self.program.graph;
        let by_output: BTreeMap<NodeId, Kernel> = kernels.iter().map(|kernel| (kernel.output, *kernel)).collect();
        let of_sample = |kernel: &Kernel| matches!(kernel.phase, Phase::Tile | Phase::Asked);
        let mut out: Vec<Kernel> = kernels.iter().filter(|kernel| kernel.phase == Phase::Once).copied().collect();
        for stage in 0..self.stages {
            let sums = kernels.iter().filter(|kernel| of_sample(kernel) && sums_batch(graph, kernel.output));
            let sums = sums.map(|kernel| kernel.output).filter(|id| self.order[id.index()] == stage);
            let results = self.program.results.iter().filter(|wanted| each_sample(wanted.what));
            let is_last = |what: What| matches!(what, What::State(_));
            let results = results.filter(|wanted| self.stage_of_result(wanted.node, is_last(wanted.what)) == stage);
            let results = results.map(|wanted| self.base(wanted.node));
            let mut open: Vec<NodeId> = sums.chain(results.filter(|id| graph.ty(*id).batched)).collect();
            let mut needed: BTreeSet<NodeId> = BTreeSet::new();
            while let Some(id) = open.pop() {
                if let Some(kernel) = by_output.get(&id)
                    && of_sample(kernel)
                    && needed.insert(id)
                {
                    open.extend(self.reads(kernel).into_iter().filter(|read| graph.ty(*read).batched));
                }
            }
            out.extend(kernels.iter().filter(|kernel| needed.contains(&kernel.output)).map(|kernel| Kernel { stage, ..*kernel }));
            let after = kernels.iter().filter(|kernel| kernel.phase == Phase::After && self.order[kernel.output.index()] == stage + 1);
            out.extend(after.map(|kernel| Kernel { stage, ..*kernel }));
        }
        // What waits for the sums of the last stage.
        let last = self.stages - 1;
        let rest = kernels.iter().filter(|kernel| kernel.phase == Phase::After && self.order[kernel.output.index()] > last + 1);
        out.extend(rest.map(|kernel| Kernel { stage: last, ..*kernel }));
        out
    }

    /// The kernels of a stage and phase, in their order.
    pub fn kernels_of(&self, stage: usize, phase: Phase) -> impl Iterator<Item = &Kernel> {
        self.kernels.iter().filter(move |kernel| kernel.stage == stage && kernel.phase == phase)
    }

    /// The places of a stage's work on single samples among the kernels: the first, and the first after it.
    pub(super) fn stage_range(&self, stage: usize) -> std::ops::Range<usize> {
        let before = |kernel: &Kernel| kernel.phase == Phase::Once || kernel.stage < stage;
        let start = self.kernels.iter().position(|kernel| !before(kernel)).unwrap_or(self.kernels.len());
        let len = self.kernels[start..].iter().take_while(|kernel| kernel.stage == stage && kernel.phase != Phase::After).count();
        start..start + len
    }

    /// What is computed inside a kernel, its result among it.
    pub(super) fn inside(&self, kernel: &Kernel) -> BTreeSet<NodeId> {
        let mut inside = BTreeSet::from([kernel.output]);
        let mut open = self.program.graph.node(kernel.output).args.clone();
        while let Some(id) = open.pop() {
            if self.places[id.index()] == Place::Inline && inside.insert(id) {
                open.extend(&self.program.graph.node(id).args);
            }
        }
        inside
    }
}
