//! From a graph to a program: when each value is computed, which are fused into one kernel, and where each lies.
//!
//! A step has three phases. What does not depend on the sample is computed *once*; then the batch is worked through *tile* by tile
//! (forward, loss, backward, with sums over the samples accumulating); what depends on those sums comes *after*. Batch statistics are
//! sums that the samples need again: there the whole batch is one tile, or it is worked through several times (`stages`).

mod access;
mod again;
mod chunks;
mod fuse;
mod groups;
mod inputs;
mod items;
mod late;
mod loops;
mod product;
mod rows;
mod slots;
mod stages;
mod together;
mod windows;

pub use access::{Access, Space, merge, row_major};
pub use groups::{Sweep, Walk};
pub use items::Group;
pub use late::{Late, SMALL};
pub use loops::Inner;
pub use product::{Form, Loop, Orientation, Product, form};
pub use rows::{of_chunk, rows};
pub(crate) use slots::stored_len;
pub use slots::{Room, Slot, Slots};
pub use windows::{Beside, beside, channels, two_axes};

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Attr, Graph, NodeId, Role, in_steps, work};
use crate::ops::{self, Value};
use crate::search::place_of;

/// A graph and what is wanted of it.
#[derive(Clone, Debug)]
pub struct Program {
    /// The computation, simplified.
    pub graph: Graph,
    /// What is wanted, in the order of the results.
    pub results: Vec<Wanted>,
}

/// A wanted result.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What it is.
    pub what: What,
    /// Its value.
    pub node: NodeId,
}

/// What a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Output `i`.
    Output(usize),
    /// Loss term `i`, its mean over the batch.
    Loss(usize),
    /// The sum of the loss terms.
    Total,
    /// Metric `i`, its mean over the batch.
    Metric(usize),
    /// The gradient of parameter `i`.
    Gradient(usize),
    /// The gradient of port `i`, one for each sample.
    PortGradient(usize),
    /// What buffer `i` holds after the step.
    Buffer(usize),
    /// What state `i` is afterwards, one for each sample.
    State(usize),
    /// In the body of a loop: the next value of what is carried, the `i`th.
    Next(usize),
    /// In the body of a loop: the `i`th value that is stacked.
    Stacked(usize),
}

/// When a value is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Before the first tile.
    Once,
    /// In every tile.
    Tile,
    /// In every tile, but only when somebody asked for the gradients of the inputs.
    Asked,
    /// After the last tile.
    After,
}

/// Where a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Not needed.
    Dead,
    /// A leaf: read where it lies, or written as a number.
    Leaf,
    /// Inside the kernels that use it.
    Inline,
    /// The same elements as another value.
    View(NodeId),
    /// In the workspace.
    Stored,
    /// In the gradient of parameter `i`.
    Gradient(usize),
    /// One number for each row of a group, in a variable of its loop.
    Row,
    /// A loop: it has no elements of its own, its results are stored.
    Loop,
}

/// A planned program.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What was planned.
    pub program: Program,
    /// Rows of a tile.
    pub rows: usize,
    /// Whether the work of a tile is written out, element by element: what is made and used there is in variables then.
    pub unrolled: bool,
    /// How often the samples are worked through.
    pub stages: usize,
    /// Whether one tile holds the whole batch, so that its sums are finished in it.
    pub whole: bool,
    /// For what is computed sample by sample, the first stage that can; for other nodes, how many stages come before.
    pub order: Vec<usize>,
    /// The phase of each node.
    pub phases: Vec<Phase>,
    /// The place of each node.
    pub places: Vec<Place>,
    /// The kernels in their order: the node each computes.
    pub kernels: Vec<Kernel>,
    /// Kernels that are one loop, or one call: by the place of the first, that behind the last.
    pub groups: BTreeMap<usize, (usize, Group)>,
    /// The workspace.
    pub slots: Slots,
    /// The loops, by their nodes.
    pub loops: BTreeMap<NodeId, Inner>,
    /// In the body of a loop: what each of the loop's operands is.
    pub given: Vec<Role>,
    /// In the body of a loop: values that lie outside, in what is sliced or stacked.
    pub outside: BTreeSet<NodeId>,
    /// Gradients that the update can make itself.
    pub late: Vec<Late>,
    /// Inputs that are read where the caller has them.
    pub in_place: BTreeSet<NodeId>,
}

/// One kernel: `output` is computed from stored values and leaves; what is [`Place::Inline`] on the way is computed inside.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    /// What it computes.
    pub output: NodeId,
    /// A product inside whose epilogue the rest is computed.
    pub product: Option<NodeId>,
    /// When.
    pub phase: Phase,
    /// In which run through the samples, or after which.
    pub stage: usize,
    /// Whether only gradients need it.
    pub backward: bool,
}

/// What of a plan does not depend on how many samples a tile has.
#[derive(Clone, Debug)]
pub struct Draft {
    program: Program,
    unrolled: bool,
    whole: bool,
    live: Vec<bool>,
    order: Vec<usize>,
    stages: usize,
    phases: Vec<Phase>,
    places: Vec<Place>,
    kernels: Vec<Kernel>,
}

impl Draft {
    /// Of tiles.
    #[must_use]
    pub fn new(program: Program) -> Draft {
        Draft::of(program, false, false)
    }

    fn of(program: Program, unrolled: bool, whole: bool) -> Draft {
        let program = product::prepare(if unrolled { program } else { again::again(program) }, !unrolled);
        let live = live(&program, |_| true);
        let order = stages::stages(&program);
        let stages = if whole { 1 } else { stages::count(&program, &live, &order) };
        let phases = phases(&program, &live, whole);
        let (places, kernels) = fuse::fuse(&program, &live, &phases);
        Draft { program, unrolled, whole, live, order, stages, phases, places, kernels }
    }

    /// The plan for tiles of `rows` samples.
    #[must_use]
    pub fn plan(&self, rows: usize) -> Plan {
        let mut plan = self.without_slots(rows);
        plan.slots = slots::allocate(&plan);
        plan
    }

    /// The plan for batches of at most `rows` samples: see [`Plan::batch`].
    #[must_use]
    pub fn batch(&self, rows: usize, tile: usize) -> Plan {
        if self.stages == 1 { self.plan(tile) } else { Draft::of(self.program.clone(), false, true).plan(rows) }
    }

    /// Elements of the values that are alive at the same time in a tile of `rows`, at most.
    fn alive(&self, rows: usize) -> usize {
        slots::most_alive(&self.without_slots(rows))
    }

    fn without_slots(&self, rows: usize) -> Plan {
        let mut plan = Plan {
            program: self.program.clone(),
            rows,
            unrolled: self.unrolled,
            stages: self.stages,
            whole: self.whole,
            order: self.order.clone(),
            phases: self.phases.clone(),
            places: self.places.clone(),
            kernels: Vec::new(),
            groups: BTreeMap::new(),
            slots: Slots::default(),
            loops: loops::inner(&self.program, &self.live, rows),
            given: Vec::new(),
            outside: BTreeSet::new(),
            late: Vec::new(),
            in_place: BTreeSet::new(),
        };
        plan.kernels = plan.in_stages(&self.kernels);
        loops::settle(&mut plan);
        groups::group(&mut plan);
        together::together(&mut plan);
        plan.in_place = plan.inputs_of_products();
        plan
    }
}

impl Plan {
    /// Plans `program` for tiles of `rows` samples.
    #[must_use]
    pub fn new(program: Program, rows: usize) -> Plan {
        Draft::new(program).plan(rows)
    }

    /// Plans `program` for batches of at most `rows` samples: one tile where sums over the samples are needed in it, else several of
    /// `tile` samples.
    #[must_use]
    pub fn batch(program: Program, rows: usize, tile: usize) -> Plan {
        Draft::new(program).batch(rows, tile)
    }

    /// Plans `program` for code that is written out.
    #[must_use]
    pub fn unrolled(program: Program) -> Plan {
        Draft::of(program, true, false).plan(1)
    }

    /// The loop that a value is a result of, or the value itself: what has a kernel.
    #[must_use]
    pub fn maker(&self, id: NodeId) -> NodeId {
        let node = self.program.graph.node(id);
        match (&node.op.value, node.args.first()) {
            (Value::Out, Some(of)) => *of,
            _ => id,
        }
    }

    /// Kernels, those of loops among them; those of a group are one.
    #[must_use]
    pub fn kernel_count(&self) -> usize {
        self.items().count() + self.loops.values().map(|inner| inner.plan.kernel_count()).sum::<usize>()
    }

    /// The node whose elements `id` has: follows views.
    #[must_use]
    pub fn base(&self, mut id: NodeId) -> NodeId {
        while let Place::View(of) = self.places[id.index()] {
            id = of;
        }
        id
    }

    /// The stored values and leaves that a kernel reads, in ascending order.
    #[must_use]
    pub fn reads(&self, kernel: &Kernel) -> Vec<NodeId> {
        // Every pass over the kernels asks for this, in the macro unoptimised: hence plain loops.
        let (nodes, places) = (self.program.graph.nodes.as_slice(), self.places.as_slice());
        let mut reads: Vec<NodeId> = Vec::new();
        let mut inside: Vec<NodeId> = Vec::new();
        let mut open = nodes[kernel.output.index()].args.clone();
        while let Some(id) = open.pop() {
            if places[id.index()] == Place::Inline {
                if place_of!(&inside, |known| known.0 == id.0).is_none() {
                    inside.push(id);
                    open.extend_from_slice(&nodes[id.index()].args);
                }
                continue;
            }
            let read = self.base(id);
            let (mut at, known) = (reads.len(), reads.as_slice());
            while at > 0 && known[at - 1].0 > read.0 {
                at -= 1;
            }
            if at == 0 || known[at - 1].0 != read.0 {
                reads.insert(at, read);
            }
        }
        reads
    }

    /// Floating-point operations of a training step for one sample, without the gradients of the inputs that nobody asked for.
    #[must_use]
    pub fn step_operations(&self) -> usize {
        let graph = &self.program.graph;
        let mut sum = 0usize;
        for stage in 0..self.stages {
            let inside: BTreeSet<NodeId> = self.kernels_of(stage, Phase::Tile).flat_map(|kernel| self.inside(kernel)).collect();
            sum = inside.into_iter().fold(sum, |sum, id| sum.saturating_add(work(graph, id)));
        }
        sum
    }

    /// Floating-point operations of one sample (per-tile work) and of a whole step besides.
    #[must_use]
    pub fn operations(&self) -> (usize, usize) {
        let graph = &self.program.graph;
        let (mut sample, mut step) = (0, 0);
        // All but the last run through the samples: what is computed again counts again.
        for stage in 1..self.stages {
            let kernels = self.kernels_of(stage - 1, Phase::Tile).chain(self.kernels_of(stage - 1, Phase::Asked));
            let inside: BTreeSet<NodeId> = kernels.flat_map(|kernel| self.inside(kernel)).collect();
            sample = inside.into_iter().fold(sample, |sum: usize, id| sum.saturating_add(work(graph, id)));
        }
        let last = self.stages - 1;
        let kernels = self.kernels_of(last, Phase::Tile).chain(self.kernels_of(last, Phase::Asked));
        let in_last: BTreeSet<NodeId> = kernels.flat_map(|kernel| self.inside(kernel)).collect();
        for id in graph.ids() {
            if self.places[id.index()] == Place::Dead {
                continue;
            }
            let count = work(graph, id);
            match self.phases[id.index()] {
                Phase::Tile | Phase::Asked if last > 0 && !in_last.contains(&id) => {}
                Phase::Tile | Phase::Asked => sample = count.saturating_add(sample),
                Phase::Once | Phase::After => step = count.saturating_add(step),
            }
        }
        (sample, step)
    }
}

/// About how many variables and terms a program has where each element of each tensor is written out.
pub(crate) fn written_out(program: &Program) -> usize {
    let graph = &program.graph;
    let live = live(program, |_| true);
    let stored = |id: NodeId| [&ops::param::OP, &ops::buffer::OP].iter().any(|op| std::ptr::eq(*op, graph.node(id).op));
    let nodes = graph.ids().filter(|id| live[id.index()] && !stored(*id));
    nodes.fold(0, |sum: usize, id| sum.saturating_add(terms(graph, id)))
}

fn terms(graph: &Graph, id: NodeId) -> usize {
    match &graph.node(id).attr {
        Attr::Scan(scan) => in_steps(scan, terms),
        _ => graph.ty(id).size().max(work(graph, id)),
    }
}

/// Which nodes the results need.
pub(crate) fn live(program: &Program, which: impl Fn(&What) -> bool) -> Vec<bool> {
    let wanted = program.results.iter().filter(|wanted| which(&wanted.what));
    program.graph.live(&wanted.map(|wanted| wanted.node).collect::<Vec<_>>())
}

/// Whether a node sums over the samples.
pub(crate) fn sums_batch(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    node.op.sums_batch || node.attr.sums_batch()
}

fn phases(program: &Program, live: &[bool], whole: bool) -> Vec<Phase> {
    let graph = &program.graph;
    let feeds = stages::feeds_samples(program, live);
    let always = self::live(program, |what| !matches!(what, What::PortGradient(_)));
    let mut phases: Vec<Phase> = Vec::with_capacity(graph.nodes.len());
    for id in graph.ids() {
        let node = graph.node(id);
        let waits = node.args.iter().any(|&arg| phases[arg.index()] != Phase::Once);
        let in_tile = node.ty.batched || sums_batch(graph, id) || whole && waits && feeds[id.index()];
        phases.push(if in_tile {
            if live[id.index()] && !always[id.index()] { Phase::Asked } else { Phase::Tile }
        } else if waits {
            Phase::After
        } else {
            Phase::Once
        });
    }
    phases
}
