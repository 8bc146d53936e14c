//! From planned programs to Rust: readable source, laid out as rustfmt would, with the program's names and lines.

mod asserts;
mod doc;
mod element;
mod form;
mod functions;
mod kernels;
mod leaf;
mod memory;
mod module;
mod names;
mod notes;
mod object;
mod pass;
mod programs;
mod steps;
mod types;
mod unrolled;
mod unused;
mod update;
mod views;
mod words;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::{Sources, Span};

use crate::graph::{Attr, Graph, NodeId};
use crate::network::{Emit, Network};
use crate::ops::{self, OpDef};
use crate::plan::{self, Draft, Plan, Program};
pub use form::{TERMS_MOST, UNROLL_LIMIT, UNROLL_MOST, UNROLL_PREDICT};
pub use memory::{Memory, Saved};
pub use programs::{Programs, SHORT_LOOP, programs};
use programs::{program_of_training, without_loops};

pub use update::{Layout, SlotEntry, layout};

/// How the Rust is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The path of the runtime: `::tapeless::rt`.
    pub root: String,
    /// The path of the facade: `::tapeless`.
    pub facade: String,
    /// Whether to write the object that owns its storage, which needs `alloc` and the facade.
    pub alloc: bool,
    /// Whether to write a `#[cfg(test)]` gradient check.
    pub tests: bool,
    /// Whether to write what threads need to share a batch, which needs `alloc` and the facade with its feature `threads`.
    pub threads: bool,
    /// Overrides the program's `emit` and the compiler's own choice.
    pub emit: Option<Emit>,
}

impl Default for Options {
    fn default() -> Self {
        Options { root: "::tapeless::rt".into(), facade: "::tapeless".into(), alloc: true, tests: true, threads: false, emit: None }
    }
}

/// The Rust of one network and what is known of it.
#[derive(Clone, Debug)]
pub struct Generated {
    /// `Moons`
    pub name: String,
    /// `moons`
    pub module: String,
    /// The source.
    pub text: String,
    /// Identifiers that the program introduced, with their places.
    pub names: Vec<(String, Span)>,
    /// What `check` reports.
    pub report: Report,
}

/// Counts of a compiled network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Path and shape of each parameter.
    pub parameters: Vec<(String, Vec<usize>)>,
    /// Name and shape of each output.
    pub outputs: Vec<(String, Vec<usize>)>,
    /// Elements of all parameters.
    pub parameter_count: usize,
    /// Floating-point operations of a training step for one sample.
    pub train_operations: usize,
    /// Floating-point operations of a prediction.
    pub predict_operations: usize,
    /// Kernels of a training step.
    pub kernels: usize,
    /// Statements of a training step.
    pub statements: usize,
    /// Bytes of the workspace of a training step.
    pub workspace_bytes: usize,
    /// Bytes of the values of a training step that are alive at the same time, at most.
    pub live_bytes: usize,
    /// All that it needs, in bytes.
    pub memory: Memory,
    /// What freezing parameters saves, where some are frozen.
    pub saved: Option<Saved>,
    /// How the Rust is written.
    pub emit: Emit,
}

/// The passes of a network, written.
pub(crate) struct Passes {
    pub(crate) written: Vec<(&'static str, pass::WrittenPass)>,
    /// The functions that they share.
    pub(crate) functions: String,
    pub(crate) outputs: Vec<(String, Vec<usize>)>,
    pub(crate) parameter_names: Vec<String>,
    pub(crate) buffer_names: Vec<String>,
    pub(crate) backward_workspace: Option<usize>,
    /// Gradients that the update can make.
    pub(crate) late: Vec<module::step::LateText>,
    /// The parameters whose gradients are read after the last tile.
    pub(crate) gradients_read: Vec<usize>,
    /// How all passes but that of a prediction are written.
    pub(crate) emit: Emit,
    pub(crate) predict_emit: Emit,
    pub(crate) tile: usize,
    pub(crate) train_workspace: usize,
    pub(crate) evaluate_workspace: usize,
    pub(crate) predict_workspace: usize,
    pub(crate) cuts: Cuts,
}

/// How a batch is cut for threads to share it.
pub(crate) struct Cuts {
    /// Chunks end at multiples of so many samples.
    pub(crate) rows: usize,
    /// The samples of a chunk at least, of a prediction, an evaluation and a training step; none where it is not cut.
    pub(crate) predict: Option<usize>,
    pub(crate) evaluate: Option<usize>,
    pub(crate) train: Option<usize>,
}

/// Chunks of unrolled code end where the registers of all machines do.
const LANES_MOST: usize = 16;

/// Samples of a batch with statistics at most, where the program does not say.
const BATCH: usize = 32;

/// Where the factors of a gradient lie after the pass.
fn late_text(plan: &Plan, late: &plan::Late, buffers: usize) -> Option<module::step::LateText> {
    let graph = &plan.program.graph;
    let factor = |id: NodeId| match leaf::leaf(graph.node(id).op, &graph.node(id).attr) {
        Some(leaf::Leaf::Port(port)) => Some(module::step::Factor::Port(port)),
        _ => Some(module::step::Factor::Workspace(buffers + plan.place_of(id)?)),
    };
    Some(module::step::LateText {
        parameter: late.parameter,
        left: factor(late.left)?,
        right: factor(late.right)?,
        shape: late.shape,
        positions: late.positions,
    })
}

/// Writes a network.
///
/// # Errors
/// What cannot be written: a missing derivative, an unrolled form beyond measure, a budget that is exceeded.
pub fn emit(network: &Network, sources: &Sources, options: &Options) -> Result<Generated, Diagnostic> {
    let programs = programs(network)?;
    let bytes = memory::bytes_of_real(network);
    let draft = Draft::new(programs.train.clone());
    let tile = plan::rows(&programs.train, &draft, bytes);
    // Where the samples of a batch are looked across, the whole batch is one tile; written out, all is computed again for each look.
    let batch = network.batch.unwrap_or(BATCH);
    let train = draft.batch(batch, tile);
    let operations = if train.whole { Plan::unrolled(programs.train.clone()).operations().0 } else { train.operations().0 };
    let terms = programs.all().map(crate::plan::written_out).max().unwrap_or(0);
    let emit = form::chosen(network, options, operations, terms)?;
    let rows = if emit == Emit::Unrolled { 1 } else { tile };
    let parameter_names = views::field_names(&network.parameters);
    let planned = |program: Program| match emit {
        Emit::Unrolled => Plan::unrolled(without_loops(program)),
        Emit::Kernels => Plan::new(program, tile),
    };
    let train = match emit {
        Emit::Unrolled => planned(programs.train.clone()),
        // Steps that carry states have a door of their own.
        Emit::Kernels if !network.states.is_empty() || network.unroll.is_some() => train,
        Emit::Kernels => train.leave(&update::alone(network)),
    };
    let (operations, _) = train.operations();
    let evaluate = planned(programs.evaluate);
    let predict = planned(programs.predict.clone());
    let predict_emit = form::of_prediction(network, options, emit, &predict);
    let predict = if predict_emit == emit { predict } else { Plan::unrolled(without_loops(programs.predict)) };
    let buffer_names = views::field_names(&network.buffers);
    let functions = functions::Functions::default();
    let shared = (emit == Emit::Kernels && train.kernel_count() >= functions::FROM_KERNELS).then_some(&functions);
    let write = |plan: &Plan, emit: Emit, name: &str, doc: &str, workspace: &str| {
        let struct_name = format!("{name}Pass");
        let names = pass::FieldNames { parameters: &parameter_names, buffers: &buffer_names };
        let cut = name != "Backward" && plan.least_chunk(1, 0).is_some();
        pass::PassText { network, sources, plan, emit, name: &struct_name, doc, workspace, names, functions: shared, cut }.write()
    };
    let mut written = vec![
        ("Predict", write(&predict, predict_emit, "Predict", "Forward, for a batch.", "PREDICT_WORKSPACE")),
        ("Evaluate", write(&evaluate, emit, "Evaluate", "Losses and metrics of a batch, in predict mode.", "EVALUATE_WORKSPACE")),
        ("Gradients", write(&train, emit, "Gradients", "Forward, losses and backward over a batch, in training mode.", "TRAIN_WORKSPACE")),
    ];
    let mut backward_workspace = None;
    if let Some(backward) = programs.backward {
        let backward = if emit == Emit::Unrolled { planned(backward) } else { Plan::batch(backward, batch, tile) };
        backward_workspace = Some(backward.slots.len());
        let doc = "Forward and backward over a batch, for gradients of the outputs that are handed in.";
        written.push(("Backward", write(&backward, emit, "Backward", doc, "BACKWARD_WORKSPACE")));
    }
    let parameters: usize = network.parameters.iter().map(|p| p.shape.iter().product::<usize>()).sum();
    let cut_rows = if emit == Emit::Unrolled { LANES_MOST } else { plan::of_chunk(tile) };
    let cuts = Cuts {
        rows: cut_rows,
        predict: predict.least_chunk(cut_rows, 0),
        evaluate: evaluate.least_chunk(cut_rows, 0),
        train: train.least_chunk(cut_rows, parameters),
    };
    let outputs: Vec<(String, Vec<usize>)> =
        network.predict.outputs.iter().map(|output| (output.name.clone(), network.predict.graph.ty(output.node).shape.clone())).collect();
    let buffer_len: usize = network.buffers.iter().map(|buffer| buffer.shape.iter().product::<usize>()).sum();
    let late: Vec<module::step::LateText> = train.late.iter().filter_map(|late| late_text(&train, late, buffer_len)).collect();
    let train_workspace = train.slots.len();
    let layout = update::layout(network);
    let graph = &train.program.graph;
    let results: Vec<_> = train.program.results.iter().map(|wanted| wanted.node).collect();
    let smooth = !any(graph, &results, |op| op.kinked);
    let stops = any(graph, &results, |op| std::ptr::eq(op, &ops::stopped::OP));
    let report = Report {
        parameters: network.parameters.iter().map(|p| (p.path.clone(), p.shape.clone())).collect(),
        outputs: outputs.clone(),
        parameter_count: parameters,
        train_operations: operations,
        predict_operations: predict.operations().0,
        kernels: train.kernel_count(),
        statements: written[2].1.statements,
        workspace_bytes: train_workspace * bytes,
        live_bytes: train.slots.largest_live_set * bytes,
        memory: Memory {
            parameters: parameters * bytes,
            buffers: buffer_len * bytes,
            optimizer_state: layout.state_len * bytes + layout.scalars.len() * 8,
            states: network.state_len() * bytes,
            train_workspace: (train_workspace + buffer_len) * bytes,
            evaluate_workspace: evaluate.slots.len() * bytes,
            predict_workspace: predict.slots.len() * bytes,
            largest: memory::largest(&train, bytes),
        },
        saved: saved(network, emit, &train, (batch, tile)),
        emit,
    };
    let passes = Passes {
        late,
        gradients_read: train.gradients_read().into_iter().collect(),
        written,
        functions: functions.into_text(),
        outputs,
        parameter_names,
        buffer_names,
        backward_workspace,
        emit,
        predict_emit,
        tile: rows,
        train_workspace: train_workspace + buffer_len,
        evaluate_workspace: evaluate.slots.len(),
        predict_workspace: predict.slots.len(),
        cuts,
    };
    report.memory.check(network)?;
    let module = module::Module::new(network, options, &passes, &layout, &report, module::Facts { smooth, stops });
    let mut text = header(network, sources, &report);
    text.push_str(&module.write());
    if options.alloc {
        text.push_str(&object::object(&module));
    }
    let text = with_source(&text, &module.name);
    let mut names = vec![(network.name.clone(), network.span), (module.name.clone(), network.span)];
    names.extend(network.ports.iter().map(|port| (port.name.clone(), port.span)));
    let results = network.train.outputs.iter().chain(&network.train.losses).chain(&network.predict.metrics);
    names.extend(results.filter(|named| !named.name.is_empty()).map(|named| (named.name.clone(), named.span)));
    Ok(Generated { name: network.name.clone(), module: module.name.clone(), text, names, report })
}

/// Whether an operation that `roots` need is such.
fn any(graph: &Graph, roots: &[NodeId], such: fn(&'static OpDef) -> bool) -> bool {
    let live = graph.live(roots);
    graph.ids().filter(|id| live[id.index()]).any(|id| match &graph.node(id).attr {
        Attr::Scan(scan) => any(&scan.body, &scan.roots(), such),
        _ => such(graph.node(id).op),
    })
}

/// The text with itself as a constant of its module, but for that constant.
fn with_source(text: &str, module: &str) -> String {
    let head = format!("pub mod {module} {{\n");
    let Some(at) = text.find(&head) else { return text.to_owned() };
    let at = at + head.len();
    // After the imports.
    let after_imports =
        text[at..].lines().take_while(|line| line.trim_start().starts_with("use ")).map(|line| line.len() + 1).sum::<usize>();
    let (before, after) = text.split_at(at + after_imports);
    let mut hashes = "#".to_owned();
    // Quotes are rare and soon found, where to search for two characters is to look at all.
    while text.match_indices('"').any(|(at, _)| text[at + 1..].starts_with(&hashes)) {
        hashes.push('#');
    }
    format!(
        "{before}\n    /// This source with its comments, but for this constant.\n    pub const SOURCE: &str = r{hashes}\"{text}\"{hashes};\n{after}"
    )
}

/// What freezing saves: the same network with nothing frozen is planned in the same form.
fn saved(network: &Network, emit: Emit, train: &Plan, (batch, tile): (usize, usize)) -> Option<Saved> {
    if network.parameters.iter().all(|parameter| !parameter.frozen) {
        return None;
    }
    let mut thawed = network.clone();
    thawed.parameters.iter_mut().for_each(|parameter| parameter.frozen = false);
    let program = program_of_training(&thawed).ok()?;
    let without = if emit == Emit::Unrolled { Plan::unrolled(without_loops(program)) } else { Plan::batch(program, batch, tile) };
    let bytes = memory::bytes_of_real(network);
    Some(Saved {
        operations: train.step_operations(),
        operations_without: without.step_operations(),
        workspace: train.slots.len() * bytes,
        workspace_without: without.slots.len() * bytes,
    })
}

/// What the file is and where from, and the network's figures.
fn header(network: &Network, sources: &Sources, report: &Report) -> String {
    let file = &sources.file(network.span.file).name;
    let mut out = format!("// Generated by tapeless {} from {file}, network `{}`.\n//\n", env!("CARGO_PKG_VERSION"), network.name);
    for port in &network.ports {
        let kind = if port.target { "target" } else { "input" };
        let range = port.index.map_or_else(String::new, |n| format!(" in 0..{n}"));
        out.push_str(&format!("// {kind} {}: {:?}{range}\n", port.name, port.shape));
    }
    for state in &network.states {
        out.push_str(&format!("// state {}: {:?}\n", state.name, state.shape));
    }
    if let Some(steps) = network.unroll {
        out.push_str(&format!("// unroll {steps}: a training sample has so many steps\n"));
    }
    for (name, shape) in &report.outputs {
        out.push_str(&format!("// output {name}: {shape:?}\n"));
    }
    for (path, shape) in &report.parameters {
        out.push_str(&format!("// parameter {path}: {shape:?}\n"));
    }
    out.push_str(&format!(
        "//\n// {} parameters; {} operations a sample in a training step, {} in a prediction;\n// {} bytes of workspace in a training step, {} alive at once.\n",
        report.parameter_count, report.train_operations, report.predict_operations, report.workspace_bytes, report.live_bytes,
    ));
    let memory = &report.memory;
    out.push_str(&format!(
        "// {} bytes for training: parameters {}, gradients {}, buffers {}, optimizer {}, workspace {};\n// {} bytes for predicting.\n\n",
        memory.training(),
        memory.parameters,
        memory.parameters,
        memory.buffers,
        memory.optimizer_state,
        memory.train_workspace,
        memory.prediction(),
    ));
    out
}
