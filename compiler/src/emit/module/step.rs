//! The doors to the update, and to a step in which it makes gradients itself or threads share it.

use super::Module;
use super::clippy_arguments;
use super::lists::field;
use crate::emit::asserts;
use crate::emit::doc::{Code, Doc, call, structure, text};
use crate::emit::types;
use crate::emit::update::UpdateText;
use crate::emit::views::place;
use crate::emit::words::uses_word;
use crate::network::Port;

/// A gradient that the update can make.
pub(crate) struct LateText {
    /// The number of its parameter.
    pub(crate) parameter: usize,
    pub(crate) left: Factor,
    pub(crate) right: Factor,
    pub(crate) shape: (usize, usize),
    /// Rows of the factors that a sample has.
    pub(crate) positions: usize,
}

/// Where a factor of a gradient lies.
pub(crate) enum Factor {
    /// In the column of a port.
    Port(usize),
    /// In the workspace, from an element on.
    Workspace(usize),
}

impl Module<'_> {
    /// The parameters whose gradients the update can make.
    fn late(&self) -> Vec<usize> {
        self.passes.late.iter().map(|late| late.parameter).collect()
    }

    /// The paths of these parameters.
    pub(crate) fn late_names(&self) -> Vec<String> {
        self.late().into_iter().map(|parameter| format!("`{}`", self.network.parameters[parameter].path)).collect()
    }

    /// The update as it is written: how gradients come to it, and who does it.
    pub(super) fn written_update(&self) -> UpdateText {
        crate::emit::update::write(self.network, &self.late(), self.options.threads)
    }

    /// The update.
    pub(super) fn update(&self, code: &mut Code, written: &UpdateText) {
        let uses = |name: &str| uses_word(&written.body, name);
        let unused = |name: &str| if uses(name) { name.to_owned() } else { format!("_{name}") };
        let all = |name: &str| name.to_owned();
        let parameters = |grads: String, name: &dyn Fn(&str) -> String| -> Vec<String> {
            vec![
                format!("{}: &mut [T; PARAMETERS]", name("parameters")),
                grads,
                format!("{}: &mut [T; OPTIMIZER_STATE]", name("state")),
                format!("{}: &mut [f64; SCALARS]", name("scalars")),
                format!("{}: &Hyper", name("hyper")),
                format!("{}: u64", name("step")),
            ]
        };
        let grads = |name: String| format!("{name}: &[T; PARAMETERS]");
        code.line("");
        code.line("/// One update of the parameters; `step` is 1 at the first.");
        if self.passes.late.is_empty() && !self.options.threads {
            code.signature("pub fn update<T: rt::Real>", &parameters(grads(unused("grads")), &unused), "");
        } else {
            code.signature("pub fn update<T: rt::Real>", &parameters(grads(all("grads")), &all), "");
            code.line("let grads = rt::Gradients::made(grads);");
            let crew = if self.options.threads { "&rt::Alone, " } else { "" };
            code.line(format!("update_by({crew}parameters, grads, state, scalars, hyper, step);"));
            code.close("}");
            code.line("");
            code.line("/// One update, by gradients as the passes have left them.");
            let name = if uses("grads") { "mut grads" } else { "_grads" };
            let mut list = parameters(format!("{name}: rt::Gradients<'_, T>"), &unused);
            if self.options.threads {
                list.insert(0, format!("{}: &impl rt::Crew<T>", unused("crew")));
            }
            clippy_arguments(code, list.len());
            code.signature("fn update_by<T: rt::Real>", &list, "");
        }
        if uses("hyper") {
            code.line("let hyper = hyper.to_list();");
        }
        if written.body.contains("num(") {
            code.line("let num = rt::Lane::<f64>;");
        }
        code.append_raw(&written.body);
        code.close("}");
        self.train_step(code);
        self.shared_step(code);
    }

    /// The gradients that the update can make, as a constant.
    fn late_list(&self, code: &mut Code) {
        let placed = place(&self.network.parameters);
        let factor = |factor: &Factor| match factor {
            Factor::Port(port) => format!("rt::Place::Port({port})"),
            Factor::Workspace(at) => format!("rt::Place::Workspace({at})"),
        };
        let late = self.passes.late.iter().map(|late| {
            let fields = vec![
                field("offset", placed[late.parameter].offset.to_string()),
                field("shape", format!("{:?}", late.shape)),
                field("positions", late.positions.to_string()),
                field("left", factor(&late.left)),
                field("right", factor(&late.right)),
            ];
            Doc::Struct("rt::Late".into(), fields)
        });
        code.line("");
        code.line(format!("/// The gradients of {}, as `leftᵀ · right`: the update can make them itself.", self.late_names().join(", ")));
        super::lists::slice(code, "const LATE: &[rt::Late]", late.collect());
    }

    /// What a step does with large gradients, for its documentation.
    fn late_doc(&self, code: &mut Code, shared: bool) {
        if self.passes.late.is_empty() {
            return;
        }
        code.line("///");
        let chunks = if shared { ", or in chunks of no more," } else { "" };
        code.line(format!("/// On up to [`TILE`] samples{chunks} the update makes the gradient of"));
        code.line(format!("/// {} itself, piece by piece, and `grads` has none of it.", self.late_names().join(", ")));
    }

    /// The parameters of a step, and the columns of its samples.
    fn step_parameters(&self, states: Option<String>) -> (Vec<String>, Doc) {
        let ports: Vec<&Port> = self.sample_ports.iter().collect();
        let mut parameters = vec!["params: &mut [T; PARAMETERS]".to_owned(), "buffers: &[T; BUFFERS]".to_owned()];
        parameters.extend(states);
        parameters.extend(ports.iter().map(|port| format!("{}: &[{}]", super::argument(port), types::sample(port, "T"))));
        parameters.extend(
            [
                "step: rt::Step",
                "workspace: &mut [T; TRAIN_WORKSPACE]",
                "grads: &mut [T; PARAMETERS]",
                "state: &mut [T; OPTIMIZER_STATE]",
                "scalars: &mut [f64; SCALARS]",
                "hyper: &Hyper",
            ]
            .map(str::to_owned),
        );
        let flat = |port: &Port| types::flat_samples(&super::argument(port), port.shape.len());
        let columns = ports.iter().map(|port| text(types::column(port, &flat(port)))).collect();
        (parameters, Doc::Array(columns))
    }

    /// What a step says of itself, and its errors.
    fn step_doc(&self, code: &mut Code, shared: &str) {
        code.line("");
        code.line(format!("/// One training step on a batch {}{shared}: as `gradients` and `update`.", self.batch_length("")));
        self.late_doc(code, !shared.is_empty());
        if !shared.is_empty() {
            self.sequences(code);
        }
        code.line("///");
        code.line("/// # Errors");
        code.line(
            "/// Slices of unequal lengths, an index out of its range, a number or a loss that is not finite; nothing has changed then but",
        );
        let states = if self.carries() { ", and where a loss is not finite `states`" } else { "" };
        code.line(format!("/// `grads` and `workspace`{states}."));
        self.batch_errors(code);
    }

    /// A step in which the update makes large gradients, where the batch is one tile.
    fn train_step(&self, code: &mut Code) {
        if self.passes.late.is_empty() {
            return;
        }
        self.late_list(code);
        self.step_doc(code, "");
        let (parameters, columns) = self.step_parameters(None);
        clippy_arguments(code, parameters.len());
        code.signature("pub fn train_step<T: rt::Real>", &parameters, " -> Result<Losses<T>, rt::DataError>");
        code.statement("let ports = ", &columns, ";");
        code.line("let samples = rt::samples_of(<Net as rt::Network>::PORTS, &ports)?;");
        asserts::write(code, self.network);
        code.line(format!("let mut losses = [T::ZERO; {}];", self.network.train.losses.len()));
        code.line("let chunk = rt::Chunk::whole(samples).late_up_to(TILE);");
        let args = ["chunk", "params", "buffers", "&ports", "&mut []", "step", "workspace", "&mut []", "grads", "&mut []", "&mut losses"];
        let pass = call(self.gradients_chunk(), args.map(text).to_vec());
        code.statement("let total = ", &pass, "?;");
        code.line("let total = rt::finite_losses(<Net as rt::Network>::LOSSES, &losses, total)?;");
        code.line("let grads = rt::Gradients::left(chunk, LATE, &ports, workspace, grads);");
        let crew = if self.options.threads { "&rt::Alone, " } else { "" };
        code.line(format!("update_by({crew}params, grads, state, scalars, hyper, step.number);"));
        code.statement("", &call("Ok", vec![structure("Losses", &self.losses_value())]), "");
        code.close("}");
    }

    /// A step that threads share.
    fn shared_step(&self, code: &mut Code) {
        if !self.options.threads {
            return;
        }
        self.step_doc(code, ", which threads share");
        let (mut parameters, columns) = self.step_parameters(self.states_parameter("T"));
        parameters.insert(0, format!("threads: &mut {}::Threads<T>", self.options.facade));
        clippy_arguments(code, parameters.len());
        code.signature("pub fn train_step_with<T: rt::Real>", &parameters, " -> Result<Losses<T>, rt::DataError>");
        code.statement("let ports = ", &columns, ";");
        code.line(format!("let mut losses = [T::ZERO; {}];", self.network.train.losses.len()));
        let args = ["params", "buffers", "&ports", self.states_argument(), "step", "workspace", "grads", "&mut losses"];
        code.statement("let (total, grads, crew) = ", &call("threads.step::<Net>", args.map(text).to_vec()), "?;");
        code.line("update_by(&crew, params, grads, state, scalars, hyper, step.number);");
        code.statement("", &call("Ok", vec![structure("Losses", &self.losses_value())]), "");
        code.close("}");
    }

    /// The function that works through a chunk of a training batch.
    pub(super) fn gradients_chunk(&self) -> &'static str {
        if self.options.threads { "<Net as rt::Chunked>::gradients_chunk" } else { "Net::gradients_chunk" }
    }
}
