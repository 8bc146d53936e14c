//! The doors to the update, and to a step in which it makes gradients itself.

use super::Module;
use super::clippy_arguments;
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
    /// Elements of the product that are made at a time.
    pub(crate) piece: usize,
}

/// Where a factor of a gradient lies.
pub(crate) enum Factor {
    /// In the column of a port.
    Port(usize),
    /// In the workspace: first element, and elements of a sample.
    Workspace(usize, usize),
}

/// Elements behind the workspace, for a piece of each of these gradients.
pub(crate) fn room(late: &[LateText]) -> usize {
    late.iter().map(|late| late.piece).sum()
}

impl<'a> Module<'a> {
    /// The parameters whose gradients the update can make, with their names as fields.
    pub(super) fn late(&self) -> Vec<(usize, &'a str)> {
        let names = &self.passes.parameter_names;
        self.passes.late.iter().map(|late| (late.parameter, names[late.parameter].as_str())).collect()
    }

    /// The paths of these parameters.
    pub(crate) fn late_names(&self) -> Vec<String> {
        self.passes.late.iter().map(|late| format!("`{}`", self.network.parameters[late.parameter].path)).collect()
    }

    /// The update.
    pub(super) fn update(&self, code: &mut Code, written: &UpdateText) {
        let late = self.late();
        let uses = |name: &str| uses_word(&written.body, name);
        let parameters = |grads: &[&str], unused: &dyn Fn(&str) -> String| -> Vec<String> {
            let mut list =
                vec![format!("{}: &mut [T; PARAMETERS]", unused("parameters")), format!("{}: &[T; PARAMETERS]", unused("grads"))];
            list.extend(grads.iter().map(|&grads| grads.to_owned()));
            list.extend([
                format!("{}: &mut [T; OPTIMIZER_STATE]", unused("state")),
                format!("{}: &mut [f64; SCALARS]", unused("scalars")),
                format!("{}: &Hyper", unused("hyper")),
                format!("{}: u64", unused("step")),
            ]);
            list
        };
        let unused = |name: &str| if uses(name) { name.to_owned() } else { format!("_{name}") };
        code.line("");
        code.line("/// One update of the parameters; `step` is 1 at the first.");
        if late.is_empty() {
            code.signature("pub fn update<T: rt::Real>", &parameters(&[], &unused), "");
        } else {
            code.signature("pub fn update<T: rt::Real>", &parameters(&[], &str::to_owned), "");
            let fields: Vec<String> = late.iter().map(|(parameter, name)| format!("{name}: {}", self.made(*parameter))).collect();
            code.statement("let late = ", &structure("Late", &fields), ";");
            code.line("update_by(parameters, grads, late, state, scalars, hyper, step);");
            code.close("}");
            code.line("");
            code.line("/// Gradients that the update may make itself, piece by piece.");
            code.open("struct Late<'a, T> {");
            for (_, name) in &late {
                code.line(format!("{name}: rt::Gradient<'a, T>,"));
            }
            code.close("}");
            code.line("");
            code.line("/// One update, the large gradients as they come.");
            clippy_arguments(code, 7);
            code.signature("fn update_by<T: rt::Real>", &parameters(&["late: Late<'_, T>"], &unused), "");
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
    }

    /// A gradient that has been made.
    fn made(&self, parameter: usize) -> String {
        let placed = &place(&self.network.parameters)[parameter];
        format!("rt::Gradient::Made(&grads[{}..{}])", placed.offset, placed.offset + placed.len)
    }

    /// A step in which the update makes large gradients, where the batch is one tile.
    fn train_step(&self, code: &mut Code) {
        let late = &self.passes.late;
        if late.is_empty() {
            return;
        }
        let ports: Vec<&Port> = self.sample_ports.iter().collect();
        code.line("");
        code.line(format!(
            "/// One training step on a batch {}: as `gradients` and `update`. On up to [`TILE`] samples the",
            self.batch_length("")
        ));
        code.line(format!(
            "/// update makes the gradient of {} itself, a few rows at a time, and `grads` has",
            self.late_names().join(", ")
        ));
        code.line("/// none of it.");
        code.line("///");
        code.line("/// # Errors");
        code.line(
            "/// Slices of unequal lengths, an index out of its range, a number or a loss that is not finite; nothing has changed then but",
        );
        code.line("/// `grads` and `workspace`.");
        self.batch_errors(code);
        let mut parameters = vec!["params: &mut [T; PARAMETERS]".to_owned(), "buffers: &[T; BUFFERS]".to_owned()];
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
        clippy_arguments(code, parameters.len());
        code.signature("pub fn train_step<T: rt::Real>", &parameters, " -> Result<Losses<T>, rt::DataError>");
        let flat = |port: &Port| types::flat_samples(&super::argument(port), port.shape.len());
        let columns = ports.iter().map(|port| text(types::column(port, &flat(port)))).collect();
        code.statement("let ports = ", &Doc::Array(columns), ";");
        code.line("let samples = rt::samples_of(<Net as rt::Network>::PORTS, &ports)?;");
        asserts::write(code, self.network);
        code.line(format!("let mut losses = [T::ZERO; {}];", self.network.train.losses.len()));
        code.line("let late = samples <= TILE;");
        code.open("let chunk = if late {");
        code.line("rt::Chunk::late(samples)");
        code.close("} else {");
        code.open_more();
        code.line("rt::Chunk::whole(samples)");
        code.close("};");
        let args = ["chunk", "params", "buffers", "&ports", "&mut []", "step", "workspace", "&mut []", "grads", "&mut []", "&mut losses"];
        let pass = call(self.gradients_chunk(), args.map(text).to_vec());
        code.statement("let total = ", &pass, "?;");
        code.line("let total = rt::finite_losses(<Net as rt::Network>::LOSSES, &losses, total)?;");
        code.line("// Behind what the pass has left is room for pieces.");
        code.line(format!("let (used, rest) = workspace.split_at_mut(TRAIN_WORKSPACE - {});", room(late)));
        let mut fields = Vec::new();
        for (i, one) in late.iter().enumerate() {
            let name = &self.passes.parameter_names[one.parameter];
            let factor = |factor: &Factor| match factor {
                Factor::Port(i) => flat(&self.sample_ports[*i]),
                Factor::Workspace(at, size) => format!("rt::part(used, {at}, {size} * samples)"),
            };
            let tail = if i + 1 == late.len() { "_" } else { "rest" };
            code.line(format!("let (piece, {tail}) = rest.split_at_mut({});", one.piece));
            code.open(format!("let {name} = if late {{"));
            let args = [factor(&one.left), factor(&one.right), format!("{:?}", one.shape), "piece".into()];
            let product = call("rt::Product::of", args.into_iter().map(text).collect());
            code.statement("", &call("rt::Gradient::Product", vec![product]), "");
            code.close("} else {");
            code.open_more();
            code.line(self.made(one.parameter));
            code.close("};");
            fields.push(name.clone());
        }
        code.statement("let late = ", &structure("Late", &fields), ";");
        code.line("update_by(params, grads, late, state, scalars, hyper, step.number);");
        code.statement("", &call("Ok", vec![structure("Losses", &self.losses_value())]), "");
        code.close("}");
    }

    /// The function that works through a chunk of a training batch.
    pub(super) fn gradients_chunk(&self) -> &'static str {
        if self.options.threads { "<Net as rt::Chunked>::gradients_chunk" } else { "Net::gradients_chunk" }
    }
}
