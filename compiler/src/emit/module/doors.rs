//! The functions of fixed shape that work without allocation.

use super::{Module, argument, clippy_arguments};
use crate::emit::asserts;
use crate::emit::doc::{Code, Doc, call, structure, text};
use crate::emit::names::{Scope, identifier};
use crate::emit::types;
use crate::emit::update::UpdateText;
use crate::emit::words::uses_word;
use crate::network::Port;

impl Module<'_> {
    /// The functions of fixed shape that work without allocation.
    pub(super) fn doors(&self, code: &mut Code, update: &UpdateText) {
        let inputs = self.inputs();
        let outputs = &self.passes.outputs;
        let storage = ["params: &[T; PARAMETERS]".to_owned(), "buffers: &[T; BUFFERS]".to_owned()];
        let slices = |ports: &[&Port]| -> Vec<String> {
            ports.iter().map(|port| format!("{}: &[{}]", argument(port), types::sample(port, "T"))).collect()
        };
        let columns = |ports: &[&Port]| -> String {
            let list =
                ports.iter().map(|port| text(types::column(port, &types::flat_samples(&argument(port), port.shape.len())))).collect();
            Doc::Array(list).flat()
        };
        // predict
        code.line("");
        code.line("/// The outputs for one sample; NaN where the sample holds a number that is not finite.");
        if self.carries() {
            code.line("///");
            code.line("/// One step of a sequence: `state` is what it begins with, and then what the next one begins with. It stays as it is where");
            code.line("/// a number is not finite.");
        }
        if self.one_can_fail() {
            code.line("///");
            code.line("/// # Errors");
            code.line("/// An index out of its range.");
        }
        let mut parameters = storage.to_vec();
        if self.carries() {
            parameters.push("state: &mut [T; STATE]".into());
        }
        parameters.extend(inputs.iter().map(|port| format!("{}: {}", argument(port), types::argument(port, "T"))));
        parameters.push("workspace: &mut [T; PREDICT_WORKSPACE]".into());
        let output = if self.passes.outputs.is_empty() { "_output" } else { "output" };
        parameters.push(format!("{output}: &mut {}", self.output_type("T")));
        let end = if self.one_can_fail() { " -> Result<(), rt::DataError>" } else { "" };
        clippy_arguments(code, parameters.len());
        code.signature("pub fn predict<T: rt::Real>", &parameters, end);
        let list = inputs.iter().map(|port| text(types::column(port, &types::flat_sample(&argument(port), port.shape.len())))).collect();
        code.statement("let ports = ", &Doc::Array(list), ";");
        let targets: Vec<String> = match outputs.as_slice() {
            [one] if one.1.is_empty() => vec!["core::slice::from_mut(output)".into()],
            [one] => vec![types::flat_samples_mut("output", one.1.len() - 1)],
            many => many
                .iter()
                .map(|(name, shape)| match shape.len() {
                    0 => format!("core::slice::from_mut(&mut output.{})", identifier(name)),
                    1 => format!("&mut output.{}", identifier(name)),
                    rank => format!("output.{}{}", identifier(name), ".as_flattened_mut()".repeat(rank - 1)),
                })
                .collect(),
        };
        let list = Doc::Array(targets.into_iter().map(text).collect()).flat();
        code.line(format!("let outputs: &mut [&mut [T]] = &mut {list};"));
        if self.one_can_fail() {
            let state = if self.carries() { "state" } else { "&mut []" };
            call_end(code, "<Net as rt::Network>::predict", &["params", "buffers", "&ports", state, "workspace", "outputs"]);
        } else {
            let state = if self.carries() { "state" } else { "&mut []" };
            let args = ["params", "buffers", "&ports", state, "workspace", "outputs"].map(text).to_vec();
            code.statement("let done = ", &call("<Net as rt::Network>::predict", args), ";");
            code.line("// A sample of the right type can only be wrong by a number that is not finite.");
            code.open("if done.is_err() {");
            code.open("for output in outputs {");
            code.line("output.fill(T::from_f64(f64::NAN));");
            code.close("}");
            code.close("}");
        }
        code.close("}");
        for runner in self.runners().into_iter().filter(|_| outputs.len() == 1) {
            code.line("");
            code.line(format!("/// The outputs for a batch of any length{}.", runner.doc));
            if self.carries() {
                code.line("///");
                code.line(
                    "/// One step of as many sequences, each with its states; with none, each begins, and its states are not wanted.",
                );
            }
            code.line("///");
            code.line("/// # Errors");
            code.line("/// Slices of unequal lengths, an index out of its range, a number that is not finite.");
            let mut parameters = runner.parameter.clone();
            parameters.extend(storage.to_vec());
            parameters.extend(self.states_parameter("T"));
            parameters.extend(slices(&inputs));
            parameters.push("workspace: &mut [T; PREDICT_WORKSPACE]".into());
            parameters.push(format!("outputs: &mut [{}]", self.output_type("T")));
            clippy_arguments(code, parameters.len());
            let head = format!("pub fn predict_batch{}<T: rt::Real>", runner.suffix);
            code.signature(&head, &parameters, " -> Result<(), rt::DataError>");
            code.line(format!("let ports = {};", columns(&inputs)));
            let flat = types::flat_samples_mut("outputs", outputs[0].1.len());
            let states = self.states_argument();
            if runner.suffix.is_empty() {
                code.line(format!("let outputs: &mut [&mut [T]] = &mut [{flat}];"));
                call_end(code, &runner.call("predict"), &["params", "buffers", "&ports", states, "workspace", "outputs"]);
            } else {
                call_end(code, &runner.call("predict"), &["params", "buffers", "&ports", states, "workspace", &flat]);
            }
            code.close("}");
        }
        let ports: Vec<&Port> = self.sample_ports.iter().collect();
        let (losses, metrics) = (self.network.train.losses.len(), self.network.predict.metrics.len());
        let states = self.states_argument();
        for runner in self.runners() {
            code.line("");
            code.line(format!("/// Losses and metrics of a batch of any length, in predict mode{}.", runner.doc));
            self.sequences(code);
            code.line("///");
            code.line("/// # Errors");
            code.line("/// Slices of unequal lengths, an index out of its range, a number or a loss that is not finite.");
            let mut parameters = runner.parameter.clone();
            parameters.extend(storage.to_vec());
            parameters.extend(self.states_parameter("T"));
            parameters.extend(slices(&ports));
            parameters.push("workspace: &mut [T; EVALUATE_WORKSPACE]".into());
            clippy_arguments(code, parameters.len());
            let head = format!("pub fn evaluate{}<T: rt::Real>", runner.suffix);
            code.signature(&head, &parameters, " -> Result<Evaluation<T>, rt::DataError>");
            code.line(format!("let ports = {};", columns(&ports)));
            code.line(format!("let mut losses = [T::ZERO; {losses}];"));
            code.line(format!("let mut metrics = [T::ZERO; {metrics}];"));
            let args = ["params", "buffers", "&ports", states, "workspace", "&mut losses", "&mut metrics"].map(text).to_vec();
            code.statement("let total = ", &call(runner.call("evaluate"), args), "?;");
            code.statement("let losses = ", &structure("Losses", &self.losses_value()), ";");
            code.statement("let metrics = ", &structure("Metrics", &self.metrics_value()), ";");
            code.line("Ok(Evaluation { losses, metrics })");
            code.close("}");
        }
        for runner in self.runners() {
            code.line("");
            code.line(format!("/// Losses of a batch {}, in training mode, and their gradients{}.", self.batch_length(""), runner.doc));
            self.sequences(code);
            code.line("///");
            code.line("/// # Errors");
            code.line("/// Slices of unequal lengths, an index out of its range, a number or a loss that is not finite.");
            self.batch_errors(code);
            let mut parameters = runner.parameter.clone();
            parameters.extend(storage.to_vec());
            parameters.extend(self.states_parameter("T"));
            parameters.extend(slices(&ports));
            parameters.extend(["step: rt::Step", "workspace: &mut [T; TRAIN_WORKSPACE]", "grads: &mut [T; PARAMETERS]"].map(str::to_owned));
            clippy_arguments(code, parameters.len());
            let head = format!("pub fn gradients{}<T: rt::Real>", runner.suffix);
            code.signature(&head, &parameters, " -> Result<Losses<T>, rt::DataError>");
            code.line(format!("let ports = {};", columns(&ports)));
            code.line(format!("let mut losses = [T::ZERO; {losses}];"));
            let args: &[&str] = if runner.suffix.is_empty() {
                &["params", "buffers", "&ports", states, "step", "workspace", "&mut []", "grads", "&mut []", "&mut losses"]
            } else {
                &["params", "buffers", "&ports", states, "step", "workspace", "grads", "&mut losses"]
            };
            code.statement("let total = ", &call(runner.call("gradients"), args.iter().copied().map(text).collect()), "?;");
            code.statement("", &call("Ok", vec![structure("Losses", &self.losses_value())]), "");
            code.close("}");
        }
        self.backward(code);
        self.update(code, update);
    }

    /// Who runs the passes over a batch: the caller's thread, and where threads are wanted, several that share it.
    fn runners(&self) -> Vec<Runner> {
        let alone = Runner { suffix: "", doc: "", parameter: Vec::new() };
        let threads = || Runner {
            suffix: "_with",
            doc: ", which threads share",
            parameter: vec![format!("threads: &mut {}::Threads<T>", self.options.facade)],
        };
        std::iter::once(alone).chain(self.options.threads.then(threads)).collect()
    }

    /// What the states of a training sample are about.
    pub(super) fn sequences(&self, code: &mut Code) {
        if self.carries() {
            code.line("///");
            code.line(
                "/// `states` are what each sample begins with, and then what its last step left; with none, each sample begins with the",
            );
            code.line("/// initial values, and what its last step leaves is not wanted.");
        }
    }

    /// The outputs that are real, with their places.
    pub(super) fn real_outputs(&self) -> Vec<(usize, (String, Vec<usize>))> {
        let train = &self.network.train;
        let real = |i: usize| train.graph.ty(train.outputs[i].node).elem == crate::graph::Elem::Real;
        self.sample_outputs().into_iter().enumerate().filter(|(i, _)| real(*i)).collect()
    }

    /// Where there is a backward pass for losses computed elsewhere: name and shape of the gradient of each real output.
    pub(crate) fn cotangents(&self) -> Option<Vec<(String, Vec<usize>)>> {
        self.passes.backward_workspace.filter(|_| self.passes.written.iter().any(|pass| pass.0 == "Backward"))?;
        let mut taken = Scope::new(&[
            "params",
            "buffers",
            "states",
            "step",
            "workspace",
            "grads",
            "ports",
            "cotangents",
            "outputs",
            "samples",
            "chunk",
            "pass",
        ]);
        for port in &self.sample_inputs() {
            taken.unique(&argument(port));
        }
        Some(self.real_outputs().into_iter().map(|(_, (name, shape))| (taken.unique(&format!("d_{name}")), shape)).collect())
    }

    /// The door to the backward pass for losses computed elsewhere.
    pub(super) fn backward(&self, code: &mut Code) {
        let Some(workspace) = self.passes.backward_workspace.filter(|_| self.cotangents().is_some()) else { return };
        let inputs = self.sample_inputs();
        code.line("");
        code.line("/// Elements of the workspace of [`backward`].");
        code.line(format!("pub const BACKWARD_WORKSPACE: usize = {workspace};"));
        code.line("");
        code.line(
            "/// The gradients for a loss computed elsewhere, whose gradients with respect to the outputs, a sample each, are handed in.",
        );
        self.sequences(code);
        code.line("///");
        code.line("/// # Errors");
        code.line("/// Slices of unequal lengths, an index out of its range, a number that is not finite.");
        self.batch_errors(code);
        let real_outputs = self.real_outputs();
        let cotangents = self.cotangents().unwrap_or_default();
        let mut body = Code::at(2);
        let list = |ports: &[&Port]| {
            let list =
                ports.iter().map(|port| text(types::column(port, &types::flat_samples(&argument(port), port.shape.len())))).collect();
            Doc::Array(list)
        };
        body.statement(&format!("let ports: &[rt::Column<'_, T>; {}] = &", inputs.len()), &list(&inputs), ";");
        let picks: Vec<Doc> = self
            .network
            .ports
            .iter()
            .enumerate()
            .filter(|(_, port)| !port.target)
            .map(|(i, _)| text(format!("<Net as rt::Network>::PORTS[{i}]")))
            .collect();
        body.statement("let inputs = &", &Doc::Array(picks), ";");
        body.line("let samples = rt::samples_of(inputs, ports)?;");
        asserts::write(&mut body, self.network);
        let columns = self.passes.outputs.iter().enumerate().map(|(i, _)| match real_outputs.iter().position(|(at, _)| *at == i) {
            Some(at) => text(format!("rt::Column::Real({})", types::flat_samples(&cotangents[at].0, cotangents[at].1.len()))),
            None => text("rt::Column::Index(&[])"),
        });
        body.statement("let cotangents = &", &Doc::Array(columns.collect()), ";");
        if self.carries() {
            body.line("let states = states.as_flattened_mut();");
            body.line("rt::states_of(STATE, samples, states)?;");
        }
        for (i, _) in &real_outputs {
            body.line(format!("rt::column_of(&<Net as rt::Network>::OUTPUTS[{i}], &cotangents[{i}], samples)?;"));
        }
        let pass = self.passes.written.iter().find(|pass| pass.0 == "Backward");
        let filled = pass.is_some_and(|pass| pass.1.construct.iter().any(|field| field.starts_with("grads: ")));
        if !self.network.parameters.is_empty() && !filled {
            body.line("grads.fill(T::ZERO);");
        }
        if pass.is_some_and(|pass| pass.1.construct.iter().any(|field| field == "chunk")) {
            body.line("let chunk = rt::Chunk::whole(samples);");
        }
        self.run(&mut body, "Backward", "T::dispatch");
        body.line("Ok(())");
        let body = body.into_text();
        let mut parameters = vec!["params: &[T; PARAMETERS]".to_owned(), "buffers: &[T; BUFFERS]".to_owned()];
        parameters.extend(self.states_parameter("T"));
        parameters.extend(inputs.iter().map(|port| format!("{}: &[{}]", argument(port), types::sample(port, "T"))));
        parameters.extend(cotangents.iter().map(|(name, shape)| format!("{name}: &[{}]", types::array(shape, "T"))));
        parameters.push("step: rt::Step".into());
        parameters.push("workspace: &mut [T; BACKWARD_WORKSPACE]".into());
        parameters.push("grads: &mut [T; PARAMETERS]".into());
        let body = body.replace("rt::array(\"parameters\", parameters)?", "params").replace("rt::array(\"buffers\", buffers)?", "buffers");
        let body =
            body.replace("rt::array_mut(\"workspace\", workspace)?", "workspace").replace("rt::array_mut(\"grads\", grads)?", "grads");
        let body = ["params", "buffers", "workspace", "grads"]
            .iter()
            .fold(body, |body, name| body.replace(&format!("{name}: {name},"), &format!("{name},")));
        let parameters: Vec<String> = parameters
            .into_iter()
            .map(|parameter| match parameter.split_once(": ") {
                Some((name, _)) if !uses_word(&body, name) => format!("_{parameter}"),
                _ => parameter,
            })
            .collect();
        clippy_arguments(code, parameters.len());
        code.signature("pub fn backward<T: rt::Real>", &parameters, " -> Result<(), rt::DataError>");
        code.append_raw(&body);
        code.close("}");
    }
}

/// A call as the last expression of a function.
pub(super) fn call_end(code: &mut Code, function: &str, args: &[&str]) {
    let doc = call(function, args.iter().map(|arg| text(*arg)).collect());
    code.statement("", &doc, "");
}

/// Who runs a pass over a batch.
struct Runner {
    /// Of the door's name.
    suffix: &'static str,
    /// For its documentation.
    doc: &'static str,
    /// The parameter that it is.
    parameter: Vec<String>,
}

impl Runner {
    /// The function that runs a pass.
    fn call(&self, pass: &str) -> String {
        if self.suffix.is_empty() { format!("<Net as rt::Network>::{pass}") } else { format!("threads.{pass}::<Net>") }
    }
}
