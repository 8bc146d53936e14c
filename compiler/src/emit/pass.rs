//! One pass over a batch as a function: the workspace cut into slots, what is computed once, the loop over the tiles, what comes after.

use std::collections::BTreeSet;

use tapeless_grammar::span::Sources;

use super::doc::{Code, Doc, text};
use super::functions::Functions;
use super::kernels::Writer;
use super::names::Scope;
use super::notes::Notes;
use super::unrolled::Unroller;
use super::unused::without_unused;
use super::words::{has_call, used_words};
use crate::graph::{Attr, NodeId};
use crate::network::{Emit, Initialiser, Network};
use crate::ops::{self, OpDef, Value};
use crate::plan::{Kernel, Phase, Place, Plan, What, sums_batch};

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

/// What a leaf is; the one place that tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Port(usize),
    Parameter(usize),
    Buffer(usize),
    State(usize),
    Cotangent(usize),
    Seed,
    BatchCount,
    Number,
}

pub(crate) fn leaf(op: &'static OpDef, attr: &Attr) -> Option<Leaf> {
    let number = match attr {
        Attr::Leaf(i) => *i,
        _ => 0,
    };
    let kinds: [(&'static OpDef, Leaf); 7] = [
        (&ops::input::OP, Leaf::Port(number)),
        (&ops::param::OP, Leaf::Parameter(number)),
        (&ops::buffer::OP, Leaf::Buffer(number)),
        (&ops::state::OP, Leaf::State(number)),
        (&ops::cotangent::OP, Leaf::Cotangent(number)),
        (&ops::seed::OP, Leaf::Seed),
        (&ops::batch_count::OP, Leaf::BatchCount),
    ];
    if matches!(attr, Attr::Number(_) | Attr::Tensor(_)) {
        return Some(Leaf::Number);
    }
    kinds.into_iter().find(|(known, _)| std::ptr::eq(*known, op)).map(|(_, leaf)| leaf)
}

/// One run through the samples.
struct Stage {
    /// The work of one tile; none where nothing is computed of samples.
    tile: Option<String>,
    /// What comes after the last tile.
    after: String,
}

/// A leaf with a value for each sample, and where it comes from.
struct Load {
    id: NodeId,
    /// `self.x`
    from: String,
    kind: LoadKind,
    /// Elements of a sample.
    size: usize,
}

/// A result that goes to the caller for each sample.
struct Store {
    id: NodeId,
    field: String,
    /// Elements of a sample.
    size: usize,
    /// Only where the gradients of the inputs are asked for.
    asked: bool,
    /// In the last run through the samples: the runs before read what lies there.
    last: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LoadKind {
    Real,
    Index,
    Cotangent,
    /// State `i`.
    State(usize),
    Seed,
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
        let before_tiles = self.before_tiles(&mut writer);
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
        self.assemble(&fields, &set, &before_tiles, &once, &stages)
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

    /// The number of an input among the columns that the pass is handed: predictions get no targets.
    fn column(&self, port: usize) -> usize {
        let without_targets = self.name.starts_with("Predict") || self.name == "BackwardPass";
        self.network.ports[..port].iter().filter(|port| !(without_targets && port.target)).count()
    }

    /// Where a state begins among the states of a sample.
    fn state_offset(&self, state: usize) -> usize {
        self.network.states[..state].iter().map(crate::network::State::len).sum()
    }

    /// Inputs, states, cotangents and weights that some stage reads.
    fn loads(&self, fields: &mut Vec<Field>, names: &mut Scope) -> Vec<Load> {
        let graph = &self.plan.program.graph;
        let needed: BTreeSet<NodeId> = self.plan.kernels.iter().flat_map(|kernel| self.plan.reads(kernel)).collect();
        let wanted: BTreeSet<NodeId> = self.plan.program.results.iter().map(|wanted| self.plan.base(wanted.node)).collect();
        let leaves: Vec<NodeId> = graph
            .ids()
            .filter(|id| graph.ty(*id).batched && matches!(graph.node(*id).op.value, Value::Leaf))
            .filter(|id| needed.contains(id) || wanted.contains(id))
            .collect();
        let mut loads = Vec::new();
        for id in leaves {
            let node = graph.node(id);
            let size = node.ty.size();
            match leaf(node.op, &node.attr) {
                Some(Leaf::Port(i)) => {
                    let port = &self.network.ports[i];
                    let field = names.unique(&port.name);
                    let (ty, from, kind) = match port.index {
                        Some(_) => ("&'a [u32]", format!("rt::indices(ports, {})", self.column(i)), LoadKind::Index),
                        None => ("&'a [T]", format!("rt::reals(ports, {})", self.column(i)), LoadKind::Real),
                    };
                    fields.push(Field { name: field.clone(), ty: ty.into(), from });
                    loads.push(Load { id, from: format!("self.{field}"), kind, size });
                }
                Some(Leaf::Cotangent(i)) => {
                    let field = names.unique(&format!("d_{}", self.network.train.outputs[i].name));
                    fields.push(Field { name: field.clone(), ty: "&'a [T]".into(), from: format!("rt::reals(cotangents, {i})") });
                    loads.push(Load { id, from: format!("self.{field}"), kind: LoadKind::Cotangent, size });
                }
                Some(Leaf::State(i)) => loads.push(Load { id, from: "self.states".into(), kind: LoadKind::State(i), size }),
                Some(Leaf::Seed) => loads.push(Load { id, from: String::new(), kind: LoadKind::Seed, size }),
                _ => {}
            }
        }
        let carried = loads.iter().any(|load| matches!(load.kind, LoadKind::State(_)));
        if carried || self.plan.program.results.iter().any(|wanted| matches!(wanted.what, What::State(_))) {
            fields.push(Field { name: "states".into(), ty: "&'a mut [T]".into(), from: "states".into() });
        }
        loads
    }

    /// The work of one tile: inputs, kernels, outputs, and the gradients of the inputs where they are asked for.
    fn tile(&self, writer: &mut Writer<'_>, stage: usize, loads: &[Load], stores: &[Store]) {
        let graph = &self.plan.program.graph;
        let stores: Vec<&Store> = stores.iter().filter(|store| self.plan.stage_of_result(store.id, store.last) == stage).collect();
        let kernels: Vec<Kernel> =
            self.plan.kernels_of(stage, Phase::Tile).chain(self.plan.kernels_of(stage, Phase::Asked)).copied().collect();
        let mut needed: BTreeSet<NodeId> = kernels.iter().flat_map(|kernel| self.plan.reads(kernel)).collect();
        needed.extend(stores.iter().map(|store| self.plan.base(store.id)));
        let loads = loads.iter().filter(|load| needed.contains(&load.id));
        let asked = stores.iter().any(|store| store.asked) || kernels.iter().any(|kernel| kernel.phase == Phase::Asked);
        if self.emit == Emit::Unrolled {
            let mut unroller = Unroller::new(writer);
            for load in loads {
                let method = match load.kind {
                    LoadKind::Index => "index",
                    LoadKind::Cotangent => "cotangent",
                    LoadKind::Real => "element",
                    LoadKind::State(i) => {
                        unroller.load_state(load.id, self.state_offset(i), &self.network.states[i].init);
                        continue;
                    }
                    LoadKind::Seed => {
                        unroller.load_seed(load.id);
                        continue;
                    }
                };
                unroller.load(load.id, &format!("{}.as_chunks::<{}>().0", load.from, load.size), method);
            }
            unroller.section("forward");
            unroller.phase(Phase::Tile, stage);
            for store in stores.iter().filter(|store| !store.asked) {
                unroller.store(store.id, &store.field, store.size, store.asked);
            }
            if asked {
                unroller.open_asked();
                unroller.phase(Phase::Asked, stage);
                for store in stores.iter().filter(|store| store.asked) {
                    unroller.store(store.id, &store.field, store.size, store.asked);
                }
                unroller.close_asked();
            }
            return;
        }
        for load in loads {
            let name = writer.christen(load.id);
            let slot = writer.slot(load.id);
            let (from, size) = (&load.from, load.size);
            writer.code.line(match load.kind {
                LoadKind::Seed => format!("let {name} = tile.seed({slot});"),
                LoadKind::State(i) => {
                    let (offset, init) = (self.state_offset(i), state_init(&self.network.states[i].init));
                    format!("let {name} = tile.state::<_, {size}, STATE>({from}, {offset}, {init}, {slot});")
                }
                LoadKind::Index => format!("let {name} = tile.indices::<_, {size}>({from}, {slot});"),
                LoadKind::Real | LoadKind::Cotangent => format!("let {name} = tile.rows::<_, {size}>({from}, {slot});"),
            });
        }
        writer.section("forward");
        for store in stores.iter().filter(|store| !store.asked && matches!(graph.node(self.plan.base(store.id)).op.value, Value::Leaf)) {
            self.store_rows(writer, store);
        }
        let mut backward = false;
        let makes = |item: &[Kernel], store: &Store| {
            let maker = self.plan.maker(self.plan.base(store.id));
            item.iter().any(|kernel| kernel.output == maker)
        };
        for item in self.plan.items_of(stage, Phase::Tile) {
            if item.iter().any(|kernel| kernel.backward) && !backward {
                if !self.plan.whole {
                    writer.end_of_losses();
                }
                writer.section("backward");
                backward = true;
            }
            writer.item(item);
            for store in stores.iter().filter(|store| !store.asked && makes(item, store)) {
                self.store_rows(writer, store);
            }
        }
        let stored = |store: &Store| {
            kernels.iter().any(|kernel| kernel.phase == Phase::Tile && kernel.output == self.plan.maker(self.plan.base(store.id)))
        };
        let leaf = |store: &Store| matches!(graph.node(self.plan.base(store.id)).op.value, Value::Leaf);
        let same = |store: &Store| !graph.ty(self.plan.base(store.id)).batched && !stored(store) && !leaf(store);
        for store in stores.iter().filter(|store| !store.asked && same(store)) {
            self.store_rows(writer, store);
        }
        if asked {
            writer.code.line("");
            writer.code.open("if asked {");
            for store in stores.iter().filter(|store| store.asked) {
                if !kernels.iter().any(|kernel| kernel.phase == Phase::Asked && self.plan.maker(self.plan.base(store.id)) == kernel.output)
                {
                    writer.last_line.clear();
                    writer.fresh = true;
                    writer.comment(self.plan.base(store.id));
                    self.store_rows(writer, store);
                }
            }
            writer.last_line.clear();
            writer.fresh = true;
            for item in self.plan.items_of(stage, Phase::Asked) {
                writer.item(item);
                for store in stores.iter().filter(|store| store.asked && makes(item, store)) {
                    self.store_rows(writer, store);
                }
            }
            writer.code.close("}");
        }
    }

    /// What goes to the caller for each sample.
    fn stores(&self, fields: &mut Vec<Field>, names: &mut Scope) -> Vec<Store> {
        let mut stores = Vec::new();
        for wanted in &self.plan.program.results {
            let size = self.plan.program.graph.ty(wanted.node).size();
            if let What::State(i) = wanted.what {
                stores.push(Store { id: wanted.node, field: format!("states#{}", self.state_offset(i)), size, asked: false, last: true });
                continue;
            }
            let (name, from, asked) = match wanted.what {
                What::Output(i) => (format!("out_{}", self.network.predict.outputs[i].name), "outputs", false),
                What::PortGradient(i) => (format!("d_{}", self.network.ports[i].name), "port_grads", true),
                _ => continue,
            };
            let field = names.unique(&name);
            let at = match wanted.what {
                What::Output(i) | What::PortGradient(i) => i,
                _ => 0,
            };
            fields.push(Field { name: field.clone(), ty: "&'a mut [T]".into(), from: format!("{from}#{at}") });
            stores.push(Store { id: wanted.node, field, size, asked, last: false });
        }
        stores
    }

    fn store_rows(&self, writer: &mut Writer<'_>, Store { id, field, size, .. }: &Store) {
        let base = self.plan.base(*id);
        let graph = &self.plan.program.graph;
        if graph.ty(base).batched {
            let name = writer.names.get(&base).cloned().unwrap_or_default();
            let dims = writer.dims(base);
            debug_assert_eq!(dims.columns, *size);
            writer.code.line(match field.split_once('#') {
                Some((states, offset)) => format!("tile.store_state::<_, {size}, STATE>({name}, self.{states}, {offset});"),
                None => format!("tile.store({name}, self.{field});"),
            });
        } else {
            let value = match graph.node(base).attr {
                Attr::Number(value) => format!("&[T::from_f64({}); {size}]", super::element::literal(value)),
                _ => writer.flat(base),
            };
            writer.code.line(match field.split_once('#') {
                Some((states, offset)) => format!("tile.store_same_state::<_, {size}, STATE>({value}, self.{states}, {offset});"),
                None => format!("tile.store_same({value}, self.{field});"),
            });
        }
    }

    /// Losses, metrics and gradients to where the caller wants them.
    fn results(&self, writer: &mut Writer<'_>, fields: &mut Vec<Field>) {
        let graph = &self.plan.program.graph;
        let mut lines = Vec::new();
        for wanted in &self.plan.program.results {
            let base = self.plan.base(wanted.node);
            let scalar = match (&graph.node(base).op.value, &graph.node(base).attr) {
                (Value::Leaf, Attr::Number(value)) => format!("T::from_f64({})", super::element::literal(*value)),
                _ => format!("{}[0]", writer.flat(base)),
            };
            match wanted.what {
                What::Loss(i) => lines.push(format!("self.losses[{i}] = {scalar};")),
                What::Total => lines.push(format!("*self.total = {scalar};")),
                What::Metric(i) => lines.push(format!("self.metrics[{i}] = {scalar};")),
                What::Gradient(i) if self.plan.places[base.index()] != Place::Gradient(i) => {
                    let parameter = &self.network.parameters[i];
                    let to = if parameter.shape.len() >= 2 { ".as_flattened_mut()" } else { "" };
                    let to = format!("grads.{}{to}", self.names.parameters[i]);
                    lines.push(match (&graph.node(base).op.value, &graph.node(base).attr) {
                        (Value::Leaf, Attr::Number(value)) => format!("{to}.fill(T::from_f64({}));", super::element::literal(*value)),
                        _ => format!("{to}.copy_from_slice({});", writer.flat(base)),
                    });
                }
                What::Buffer(i) => {
                    let offset: usize = self.network.buffers[..i].iter().map(|buffer| buffer.shape.iter().product::<usize>()).sum();
                    let len: usize = self.network.buffers[i].shape.iter().product();
                    let to = format!("next_buffers[{offset}..{}]", offset + len);
                    lines.push(match (&graph.node(base).op.value, &graph.node(base).attr) {
                        (Value::Leaf, Attr::Number(value)) => format!("{to}.fill(T::from_f64({}));", super::element::literal(*value)),
                        _ => format!("{to}.copy_from_slice({});", writer.flat(base)),
                    });
                }
                _ => {}
            }
        }
        let count = |which: fn(&What) -> bool| self.plan.program.results.iter().filter(|wanted| which(&wanted.what)).count();
        let (losses, metrics) = (count(|what| matches!(what, What::Loss(_))), count(|what| matches!(what, What::Metric(_))));
        for (name, many) in [("losses", losses), ("metrics", metrics)] {
            if many > 0 {
                let from = format!("rt::array_mut(\"{name}\", {name})?");
                fields.push(Field { name: name.into(), ty: format!("&'a mut [T; {many}]"), from });
            }
        }
        if count(|what| matches!(what, What::Total)) > 0 {
            fields.push(Field { name: "total".into(), ty: "&'a mut T".into(), from: "&mut total".into() });
        }
        if !lines.is_empty() {
            writer.code.line("");
            writer.code.line("// What the caller gets.");
        }
        for line in lines {
            writer.code.line(line);
        }
    }

    fn assemble(&self, fields: &[Field], set: &BTreeSet<usize>, before: &str, once: &str, stages: &[Stage]) -> WrittenPass {
        let name = self.name;
        let stage_text = |stage: &Stage| format!("{}{}", stage.tile.as_deref().unwrap_or_default(), stage.after);
        let body = format!("{before}{once}{}", stages.iter().map(stage_text).collect::<String>());
        let per_sample = stages.iter().any(|stage| stage.tile.is_some());
        let [params, buffers, key, grads, simd, num, splat] =
            used_words(&body, ["params", "buffers", "key", "grads", "simd", "num", "splat"]);
        let mut code = Code::at(1);
        code.line(format!("/// {}", self.doc));
        code.open(format!("struct {name}<'a, T> {{"));
        let mut construct = Vec::new();
        let field = |code: &mut Code, construct: &mut Vec<String>, name: &str, ty: &str, from: &str| {
            code.line(format!("{name}: {ty},"));
            construct.push(if name == from { name.to_owned() } else { format!("{name}: {from}") });
        };
        if params {
            field(&mut code, &mut construct, "params", "&'a [T; PARAMETERS]", "rt::array(\"parameters\", parameters)?");
        }
        let gradients = self.plan.program.results.iter().any(|wanted| matches!(wanted.what, What::Gradient(_)));
        if per_sample || gradients || body.contains("self.chunk") {
            field(&mut code, &mut construct, "chunk", "rt::Chunk", "chunk");
        }
        if buffers || body.contains("self.buffers") {
            field(&mut code, &mut construct, "buffers", "&'a [T; BUFFERS]", "rt::array(\"buffers\", buffers)?");
        }
        if key {
            field(&mut code, &mut construct, "step", "rt::Step", "step");
        }
        for one in fields {
            field(&mut code, &mut construct, &one.name, &one.ty, &one.from);
        }
        if !self.plan.slots.is_empty() || self.keeps_buffers() {
            let ty = format!("&'a mut [T; {}]", self.workspace);
            field(&mut code, &mut construct, "workspace", &ty, "rt::array_mut(\"workspace\", workspace)?");
        }
        if gradients {
            field(&mut code, &mut construct, "grads", "&'a mut [T; PARAMETERS]", "rt::array_mut(\"grads\", grads)?");
        }
        if !construct.iter().any(|field| !field.starts_with("chunk")) {
            code.line("of: core::marker::PhantomData<&'a T>,");
            construct.push("of: core::marker::PhantomData".into());
        }
        code.close("}");
        code.line("");
        code.open(format!("impl<T: rt::Real> rt::Pass<T> for {name}<'_, T> {{"));
        code.line("type Output = ();");
        code.line("");
        code.line("#[inline(always)]");
        let simd = if simd || num || splat || (self.emit == Emit::Unrolled && per_sample) { "simd" } else { "_" };
        code.open(format!("fn run<S: rt::Simd<T>>(self, {simd}: S) {{"));
        if num {
            code.line("let num = |x: f64| simd.splat(T::from_f64(x));");
        }
        if has_call(&body, "splat") {
            code.line("let splat = |x: T| simd.splat(x);");
        }
        if params {
            code.line("let params = Parameters::of(self.params);");
        }
        if buffers {
            code.line("let buffers = BufferViews::of(self.buffers);");
        }
        if key {
            code.line("let key = self.step;");
        }
        if gradients {
            if set.is_empty() {
                code.line("self.chunk.begin(self.grads);");
            }
            if grads || !set.is_empty() {
                code.line("let grads = ParametersMut::of(self.grads);");
            }
            // The others begin in the first tile.
            for (i, parameter) in self.network.parameters.iter().enumerate().filter(|(i, _)| !set.is_empty() && !set.contains(i)) {
                let flat = if parameter.shape.len() >= 2 { ".as_flattened_mut()" } else { "" };
                code.line(format!("self.chunk.begin(grads.{}{flat});", self.names.parameters[i]));
            }
        }
        let asked: Vec<&Field> = fields.iter().filter(|field| field.from.starts_with("port_grads#")).collect();
        if !asked.is_empty() {
            let any: Vec<Doc> = asked.iter().map(|field| text(format!("!self.{}.is_empty()", field.name))).collect();
            let mut any = any.into_iter();
            let first = any.next().unwrap_or(text("false"));
            let doc = Doc::Binary(Box::new(first), any.map(|item| ("||", item)).collect());
            code.statement("let asked = ", &doc, ";");
        }
        code.append_raw(before);
        code.append_raw(once);
        for (i, Stage { tile, after }) in stages.iter().enumerate() {
            let Some(tile) = tile else {
                code.append_raw(after);
                continue;
            };
            code.line("");
            if stages.len() > 1 {
                code.line(match (i, i + 1 == stages.len()) {
                    (_, true) => "// The last run through the samples: all statistics of the batch are there.",
                    (0, _) => "// A run through the samples for each level of statistics of the batch.",
                    _ => "// The next level: what is needed of the samples is computed again.",
                });
            }
            if self.plan.whole {
                code.line("// The whole batch is one tile: its statistics are there as soon as they are computed.");
                code.line(format!("let tile = rt::Tile::<{}>::whole(self.chunk);", self.plan.rows));
                code.append_raw(tile);
                code.append_raw(after);
                continue;
            }
            if self.emit == Emit::Unrolled {
                code.open("for lanes in rt::Lanes::of(simd, self.chunk) {");
            } else {
                code.open(format!("for tile in rt::Tile::<{}>::of(self.chunk) {{", self.plan.rows));
            }
            code.append_raw(tile.trim_start_matches('\n'));
            code.close("}");
            let Some((head, rest)) = after.split_once(AFTER).filter(|(_, rest)| self.cut && !rest.is_empty()) else {
                code.append_raw(after);
                continue;
            };
            code.append_raw(&format!("{head}{AFTER}"));
            code.line("");
            code.line("// Where the batch is cut into chunks, this waits for the sums of all.");
            code.open("if self.chunk.stops() {");
            code.line("return;");
            code.close("}");
            code.append_raw(rest);
        }
        code.close("}");
        code.close("}");
        let statements = body.lines().filter(|line| line.trim_end().ends_with(';')).count();
        let first =
            if self.keeps_buffers() { self.network.buffers.iter().map(|buffer| buffer.shape.iter().product::<usize>()).sum() } else { 0 };
        let sums = self.plan.sums().into_iter().map(|(at, len)| (first + at, len)).collect();
        WrittenPass { text: code.into_text(), construct, statements, sums }
    }
}

/// The headline of what comes after the last tile.
const AFTER: &str = "// ---- after the last tile ----\n";

/// How a state begins.
fn state_init(init: &Initialiser) -> String {
    match init {
        Initialiser::Values(values) => {
            let list: Vec<String> = values.iter().map(|value| super::element::literal(*value)).collect();
            format!("rt::Initialiser::Values(&[{}])", list.join(", "))
        }
        Initialiser::Constant(value) => format!("rt::Initialiser::Constant({})", super::element::literal(*value)),
        _ => unreachable!("elaboration takes no random beginnings of states"),
    }
}
