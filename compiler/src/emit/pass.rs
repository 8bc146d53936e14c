//! One pass over a batch as a function: the workspace cut into slots, what is computed once, the loop over the tiles, what comes after.

mod assemble;
mod results;
mod samples;
mod tile;

use tapeless_grammar::span::Sources;

use assemble::{Pieces, Stage};

use super::doc::Code;
use super::functions::Functions;
use super::kernels::Writer;
use super::leaf::{Leaf, leaf};
use super::names::Scope;
use super::notes::Notes;
use super::unused::without_unused;
use crate::graph::NodeId;
use crate::network::{Emit, Network};
use crate::plan::{Phase, Place, Plan, What, sums_batch};

/// Names that generated functions use for themselves.
pub(crate) const RESERVED: &[&str] = &[
    "simd",
    "num",
    "splat",
    "params",
    "grads",
    "tile",
    "lanes",
    "row",
    "i",
    "j",
    "k",
    "l",
    "m",
    "at",
    "sum",
    "key",
    "rest",
    "asked",
    "rt",
    "out",
    "value",
    "sample",
    "chunk",
    "lane",
    "losses",
    "total",
    "buffers",
    "next_buffers",
    "batch_count",
];

/// A pass to write.
pub(crate) struct PassText<'a> {
    pub(crate) network: &'a Network,
    pub(crate) sources: &'a Sources,
    pub(crate) plan: &'a Plan,
    pub(crate) emit: Emit,
    /// `Gradients`
    pub(crate) name: &'a str,
    /// What the pass does, for its documentation.
    pub(crate) doc: &'a str,
    /// The constant with the length of the workspace.
    pub(crate) workspace: &'a str,
    pub(crate) names: FieldNames<'a>,
    /// The functions that kernels become, in a network where they do.
    pub(crate) functions: Option<&'a Functions>,
    /// Whether the pass also works through a chunk of a batch.
    pub(crate) cut: bool,
}

/// Names of parameters and buffers as fields, in order.
#[derive(Clone, Copy)]
pub(crate) struct FieldNames<'a> {
    pub(crate) parameters: &'a [String],
    pub(crate) buffers: &'a [String],
}

/// A written pass.
pub(crate) struct WrittenPass {
    pub(crate) text: String,
    /// The statement that makes the pass from the trait's arguments.
    pub(crate) construct: Vec<String>,
    pub(crate) statements: usize,
    /// Where sums over the samples lie in the workspace.
    pub(crate) sums: Vec<(usize, usize)>,
}

/// A field of the pass's struct: name, type, and the expression that fills it.
struct Field {
    name: String,
    ty: String,
    from: String,
}

impl PassText<'_> {
    pub(crate) fn write(&self) -> WrittenPass {
        let notes = Notes::of(&self.plan.program.graph);
        let mut fields = Vec::new();
        let mut field_names =
            Scope::new(&["params", "buffers", "states", "samples", "chunk", "step", "workspace", "grads", "losses", "total", "metrics"]);
        let mut writer = Writer { functions: self.functions, ..Writer::new(self.plan, self.sources, &notes) };
        for i in 0..self.plan.slots.slots.len() {
            let name = writer.scope.unique(&format!("slot_{i}"));
            writer.slots.push(name);
        }
        self.name_leaves(&mut writer);
        let before = self.before_tiles(&mut writer);
        writer.code = Code::at(3);
        writer.phase(Phase::Once, 0);
        let once = std::mem::replace(&mut writer.code, Code::at(4)).into_text();
        writer.last_line.clear();
        let per_sample = self.plan.kernels.iter().any(|kernel| matches!(kernel.phase, Phase::Tile | Phase::Asked))
            || self
                .plan
                .program
                .results
                .iter()
                .any(|wanted| matches!(wanted.what, What::Output(_) | What::State(_) | What::PortGradient(_)));
        let loads = self.loads(&mut fields, &mut field_names);
        let stores = self.stores(&mut fields, &mut field_names);
        let mut stages = Vec::new();
        for stage in 0..self.plan.stages {
            let mut tile = None;
            if per_sample {
                let outside = writer.scope.clone();
                writer.code = Code::at(if self.plan.whole { 3 } else { 4 });
                self.tile(&mut writer, stage, &loads, &stores);
                if !self.plan.whole {
                    // Each loop has its own names for the values of its samples.
                    writer.scope = outside;
                }
                let text = std::mem::take(&mut writer.code).into_text();
                tile = Some(if self.emit == Emit::Unrolled { without_unused(&text) } else { text });
            }
            writer.code = Code::at(3);
            writer.last_line.clear();
            let last = stage + 1 == self.plan.stages;
            if last {
                writer.section("after the last tile");
            }
            writer.phase(Phase::After, stage);
            if last {
                self.results(&mut writer, &mut fields);
            }
            stages.push(Stage { tile, after: std::mem::take(&mut writer.code).into_text() });
        }
        let set = std::mem::take(&mut writer.set_by_first);
        self.assemble(&Pieces { fields, set, before, once, stages })
    }

    /// Leaves are read where they lie.
    fn name_leaves(&self, writer: &mut Writer<'_>) {
        let graph = &self.plan.program.graph;
        for id in graph.ids() {
            let node = graph.node(id);
            match (self.plan.places[id.index()], leaf(node.op, &node.attr)) {
                (Place::Gradient(i), _) => {
                    writer.names.insert(id, format!("grads.{}", self.names.parameters[i]));
                }
                (Place::Leaf, Some(Leaf::Buffer(i))) => {
                    writer.names.insert(id, format!("buffers.{}", self.names.buffers[i]));
                }
                (Place::Leaf, Some(Leaf::Parameter(i))) => {
                    writer.names.insert(id, format!("params.{}", self.names.parameters[i]));
                }
                (Place::Leaf, Some(Leaf::BatchCount)) => {
                    writer.names.insert(id, "batch_count".into());
                }
                _ => {}
            }
        }
    }

    /// The workspace as slots; what sums over the batch begins at zero.
    fn before_tiles(&self, writer: &mut Writer<'_>) -> String {
        let graph = &self.plan.program.graph;
        let count = self.plan.slots.slots.len();
        let counts = |id: NodeId| leaf(graph.node(id).op, &graph.node(id).attr) == Some(Leaf::BatchCount);
        if self.plan.kernels.iter().flat_map(|kernel| self.plan.reads(kernel)).any(counts) {
            writer.code.line("");
            writer.code.line("// The number of samples.");
            writer.code.line("let batch_count = &[T::from_f64(self.chunk.batch() as f64)];");
        }
        if self.keeps_buffers() {
            writer.code.line("");
            writer.code.line("// What the buffers hold after the step stands first in the workspace.");
            let rest = if count > 0 { "rest" } else { "_" };
            writer.code.line(format!("let (next_buffers, {rest}) = self.workspace.split_at_mut(BUFFERS);"));
            writer.code.line("next_buffers.copy_from_slice(self.buffers);");
        }
        if count > 0 {
            writer.code.line("");
            writer.code.line("// The workspace: values that are not needed at the same time share a slot.");
        }
        for (i, slot) in self.plan.slots.slots.iter().enumerate() {
            let rest = if i == 0 && !self.keeps_buffers() { "self.workspace" } else { "rest" };
            let tail = if i + 1 == count { "_" } else { "rest" };
            writer.code.line(format!("let (slot_{i}, {tail}) = {rest}.split_at_mut({});", slot.len));
        }
        let mut said = false;
        for kernel in &self.plan.kernels {
            if !sums_batch(graph, kernel.output) || self.plan.places[kernel.output.index()] != Place::Stored || self.plan.whole {
                continue;
            }
            // In every stage that needs it, a value of samples is computed; a sum is begun once.
            if writer.names.get(&kernel.output).is_some() {
                continue;
            }
            if !said {
                writer.code.line("");
                writer.code.line("// Sums over the samples.");
                said = true;
            }
            writer.open_value(kernel.output);
            writer.zero(kernel.output);
        }
        std::mem::take(&mut writer.code).into_text()
    }

    /// Whether this is the pass after which buffers change.
    fn keeps_buffers(&self) -> bool {
        !self.network.buffers.is_empty() && self.name.starts_with("Gradients")
    }
}
