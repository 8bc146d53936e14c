//! The module of a network: constants, storage, the passes, the doors to them, and the description for code that works with any network.

use super::doc::{Code, Doc, call, structure, text};
use super::element::literal;
use super::names::{Scope, identifier};
use super::object;
use super::pass::uses_word;
use super::types;
use super::update::{self, Layout};
use super::views;
use super::{Memory, Options, Passes, Report};
use crate::network::{Emit, Initialiser, Network, Parameter, Port, Precision, State};

/// Everything the module's text is made from.
pub(crate) struct Module<'a> {
    pub(crate) network: &'a Network,
    pub(crate) options: &'a Options,
    pub(crate) passes: &'a Passes,
    pub(crate) layout: &'a Layout,
    pub(crate) memory: &'a Memory,
    /// `moons`
    pub(crate) name: String,
    pub(crate) real: &'static str,
    pub(crate) smooth: bool,
    /// Inputs and targets of a training sample.
    pub(crate) sample_ports: Vec<Port>,
    /// The states as what is stored.
    pub(crate) states: Vec<Parameter>,
}

impl<'a> Module<'a> {
    pub(crate) fn new(
        network: &'a Network,
        options: &'a Options,
        passes: &'a Passes,
        layout: &'a Layout,
        report: &'a Report,
        smooth: bool,
    ) -> Self {
        let real = match network.precision {
            Precision::F32 => "f32",
            Precision::F64 => "f64",
        };
        let name = identifier(&super::names::snake_case(&network.name));
        let sample_ports = network.sample_ports();
        let stored = |state: &State| Parameter {
            path: state.name.clone(),
            span: state.span,
            shape: state.shape.clone(),
            init: state.init.clone(),
            frozen: false,
            layers: Vec::new(),
        };
        let states = network.states.iter().map(stored).collect();
        Module { network, options, passes, layout, memory: &report.memory, name, real, smooth, sample_ports, states }
    }

    /// Whether something is carried from one prediction to the next.
    pub(crate) fn carries(&self) -> bool {
        !self.states.is_empty()
    }

    /// The parameter with the states of a batch, where there are any.
    pub(crate) fn states_parameter(&self, elem: &str) -> Option<String> {
        self.carries().then(|| format!("states: &mut [[{elem}; STATE]]"))
    }

    /// What the trait's functions are handed for it.
    fn states_argument(&self) -> &'static str {
        if self.carries() { "states.as_flattened_mut()" } else { "&mut []" }
    }

    /// The inputs of a training sample.
    pub(crate) fn sample_inputs(&self) -> Vec<&Port> {
        self.sample_ports.iter().filter(|port| !port.target).collect()
    }

    pub(crate) fn inputs(&self) -> Vec<&'a Port> {
        self.network.ports.iter().filter(|port| !port.target).collect()
    }

    /// Whether the values of a batch can be wrong in a way that types do not exclude.
    pub(crate) fn batch_can_fail(&self) -> bool {
        let inputs = self.inputs();
        inputs.len() > 1 || self.one_can_fail()
    }

    /// Whether one sample can be wrong.
    pub(crate) fn one_can_fail(&self) -> bool {
        self.inputs().iter().any(|port| port.index.is_some())
    }

    /// How many samples a training step takes; `module` stands before the constant's name.
    pub(crate) fn batch_length(&self, module: &str) -> String {
        self.network.batch.map_or_else(|| "of any length".to_owned(), |_| format!("of at most [`{module}BATCH`] samples"))
    }

    /// What else a training step may refuse.
    pub(crate) fn batch_errors(&self, code: &mut Code) {
        if self.network.batch.is_some() {
            code.line("/// More samples than that.");
        }
        if !self.network.train.asserts.is_empty() {
            code.line("/// A number of samples that an `assert` of the program refuses.");
        }
    }

    /// The type of all outputs of a sample.
    pub(crate) fn output_type(&self, real: &str) -> String {
        match self.passes.outputs.as_slice() {
            [one] => types::array(&one.1, real),
            _ => format!("Output<{real}>"),
        }
    }

    /// The module's text without `SOURCE`.
    pub(crate) fn write(&self) -> String {
        let mut code = Code::at(0);
        code.line(format!("/// The network `{}`: its storage, its passes, its description.", self.network.name));
        allowed(&mut code);
        code.open(format!("pub mod {} {{", self.name));
        let root = &self.options.root;
        code.line(if root.ends_with("::rt") { format!("use {root};") } else { format!("use {root} as rt;") });
        let body = self.body();
        for name in self.traits_used(&body) {
            code.line(format!("use rt::{name} as _;"));
        }
        code.append_raw(&body);
        code.close("}");
        code.into_text()
    }

    /// Traits whose methods the text calls.
    fn traits_used(&self, body: &str) -> Vec<&'static str> {
        let mask = [".select(", ".and(", ".or(", ".not("];
        let vector = [
            ".mul_add(",
            ".max(",
            ".min(",
            ".abs(",
            ".sign(",
            ".exp(",
            ".expm1(",
            ".log(",
            ".log1p(",
            ".sqrt(",
            ".rsqrt(",
            ".sin(",
            ".cos(",
            ".tanh(",
            ".sigmoid(",
            ".erf(",
            ".relu(",
            ".floor(",
            ".round(",
            ".pow(",
            ".powi(",
            ".lt(",
            ".le(",
            ".gt(",
            ".ge(",
            ".eq(",
            ".ne(",
        ];
        let code: String = body.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let uses = |methods: &[&str]| methods.iter().any(|method| code.contains(method));
        let mut out = Vec::new();
        if uses(&mask) {
            out.push("Mask");
        }
        if uses(&[".plus_product("]) {
            out.push("PlusProduct");
        }
        if simd_within_loops(&code) {
            out.push("Simd");
        }
        if uses(&vector) {
            out.push("Vector");
        }
        out
    }

    fn body(&self) -> String {
        let mut code = Code::at(1);
        self.constants(&mut code);
        self.layout(&mut code);
        let real = self.real;
        let boxed = self.options.alloc.then(|| format!("{}::__alloc::Box", self.options.facade));
        let doc = "The parameters, in any storage; views by name.";
        views::storage_struct(&mut code, "Params", "PARAMETERS", &self.network.parameters, real, boxed.as_deref(), doc);
        code.line("");
        code.line("/// One number for each parameter: a gradient.");
        let default = match &boxed {
            Some(boxed) => format!("{boxed}<[{real}; PARAMETERS]>"),
            None => format!("[{real}; PARAMETERS]"),
        };
        code.line(format!("pub type Grads<S = {default}> = Params<S>;"));
        if !self.network.buffers.is_empty() {
            let doc = "The buffers, in any storage; views by name.";
            views::storage_struct(&mut code, "Buffers", "BUFFERS", &self.network.buffers, real, boxed.as_deref(), doc);
        }
        if self.carries() {
            let doc = "The states of a sample, in any storage; views by name.";
            views::storage_struct(&mut code, "State", "STATE", &self.states, real, boxed.as_deref(), doc);
            self.beginning(&mut code);
        }
        self.results(&mut code);
        self.hyper(&mut code);
        self.doors(&mut code);
        self.net(&mut code);
        let mut passes = String::new();
        for pass in &self.passes.written {
            passes.push('\n');
            passes.push_str(&pass.1.text);
        }
        let names = &self.passes.parameter_names;
        let reads: Vec<bool> = names.iter().map(|name| field_used(&passes, "params", name)).collect();
        let writes: Vec<bool> = names.iter().map(|name| field_used(&passes, "grads", name)).collect();
        let structs = views::PassStructs { read: "Parameters", written: "ParametersMut", len: "PARAMETERS", what: "parameter" };
        views::pass_structs(&mut code, &structs, &self.network.parameters, names, (&reads, &writes));
        let names = &self.passes.buffer_names;
        let reads: Vec<bool> = names.iter().map(|name| field_used(&passes, "buffers", name)).collect();
        let structs = views::PassStructs { read: "BufferViews", written: "", len: "BUFFERS", what: "buffer" };
        views::pass_structs(&mut code, &structs, &self.network.buffers, names, (&reads, &vec![false; names.len()]));
        code.append_raw(&passes);
        code.append_raw(&update::write(self.network).passes);
        if self.options.alloc {
            object::data(self, &mut code);
        }
        if self.options.tests && self.options.alloc {
            self.test(&mut code);
        }
        code.into_text()
    }

    /// How states begin.
    fn beginning(&self, code: &mut Code) {
        code.line("");
        code.open(format!("impl State<[{}; STATE]> {{", self.real));
        code.line("/// The states at the beginning of a sequence.");
        code.open("pub fn initial() -> Self {");
        let zero = if self.real == "f32" { "0.0_f32" } else { "0.0_f64" };
        code.line(format!("let mut state = State([{zero}; STATE]);"));
        code.line("state.reset();");
        code.line("state");
        code.close("}");
        code.close("}");
        code.line("");
        code.open("impl<S: rt::StorageMut<STATE>> State<S> {");
        code.line("/// Puts all states back to the beginning of a sequence.");
        code.open("pub fn reset(&mut self) {");
        code.line("rt::initialise(STATE_LAYOUT, 0, self.0.array_mut());");
        code.close("}");
        code.close("}");
    }

    /// The numerical check of the gradients, as a function and as a test.
    fn test(&self, code: &mut Code) {
        let facade = &self.options.facade;
        code.line("");
        code.line("/// Compares the gradients with differences and with dual numbers.");
        code.open(format!("pub fn gradient_check() -> {facade}::check::Report {{"));
        code.line(format!("{facade}::check::gradient_check::<Net>(&Default::default())"));
        code.close("}");
        code.line("");
        code.line("#[cfg(test)]");
        code.open("mod tests {");
        code.line("#[test]");
        code.open("fn gradients_are_right() {");
        code.line("super::gradient_check().assert_ok();");
        code.close("}");
        code.close("}");
    }

    fn constants(&self, code: &mut Code) {
        let len = |parameters: &[Parameter]| views::place(parameters).iter().map(|placed| placed.len).sum::<usize>();
        let rows = [
            ("PARAMETERS", len(&self.network.parameters), "Elements of all parameters."),
            ("BUFFERS", len(&self.network.buffers), "Elements of all buffers."),
            ("OPTIMIZER_STATE", self.layout.state_len, "Elements of the optimizer's state."),
            ("SCALARS", self.layout.scalars.len(), "Numbers that the optimizers keep once."),
            ("TRAIN_WORKSPACE", self.passes.train_workspace, "Elements of the workspace of a training step."),
            ("EVALUATE_WORKSPACE", self.passes.evaluate_workspace, "Elements of the workspace of an evaluation."),
            ("PREDICT_WORKSPACE", self.passes.predict_workspace, "Elements of the workspace of a prediction."),
            ("TILE", self.passes.tile, "Samples that are worked on at once."),
        ];
        let states = ("STATE", len(&self.states), "Elements of all states of a sample.");
        let steps = self.network.unroll.map(|steps| ("UNROLL", steps, "Steps of a training sample."));
        let batch = self.network.batch.map(|most| ("BATCH", most, "The most samples of a training step, which looks across them."));
        let memory = self.memory;
        let bytes = [
            ("PARAMETERS_BYTES", memory.parameters, "Bytes of all parameters; a gradient takes as many."),
            ("BUFFERS_BYTES", memory.buffers, "Bytes of all buffers."),
            ("OPTIMIZER_BYTES", memory.optimizer_state, "Bytes of what the optimizers keep."),
            ("TRAIN_WORKSPACE_BYTES", memory.train_workspace, "Bytes of the workspace of a training step."),
            ("EVALUATE_WORKSPACE_BYTES", memory.evaluate_workspace, "Bytes of the workspace of an evaluation."),
            ("PREDICT_WORKSPACE_BYTES", memory.predict_workspace, "Bytes of the workspace of a prediction."),
        ];
        for (name, value, doc) in rows.into_iter().chain(bytes).chain(self.carries().then_some(states)).chain(steps).chain(batch) {
            code.line("");
            code.line(format!("/// {doc}"));
            code.line(format!("pub const {name}: usize = {value};"));
        }
    }

    fn layout(&self, code: &mut Code) {
        code.line("");
        code.line("/// Path, shape and place of every parameter.");
        entries(code, "LAYOUT", &self.network.parameters);
        if !self.network.buffers.is_empty() {
            code.line("");
            code.line("/// Path, shape and place of every buffer.");
            entries(code, "BUFFER_LAYOUT", &self.network.buffers);
        }
        if self.carries() {
            code.line("");
            code.line("/// Name, shape and place of every state.");
            entries(code, "STATE_LAYOUT", &self.states);
        }
    }

    /// Structs for what passes give.
    fn results(&self, code: &mut Code) {
        let derive = "#[derive(Clone, Copy, Debug, Default, PartialEq)]";
        if self.passes.outputs.len() != 1 {
            code.line("");
            code.line("/// The outputs of a sample.");
            code.line("#[derive(Clone, Copy, Debug, PartialEq)]");
            code.open("pub struct Output<T> {");
            for (name, shape) in &self.passes.outputs {
                code.line(format!("/// `{name}`, {shape:?}."));
                code.line(format!("pub {}: {},", identifier(name), types::array(shape, "T")));
            }
            if self.passes.outputs.is_empty() {
                code.line("/// There are no outputs.");
                code.line("pub none: core::marker::PhantomData<T>,");
            }
            code.close("}");
            code.line("");
            code.open("impl<T: rt::Real> Default for Output<T> {");
            code.open("fn default() -> Self {");
            code.open("Output {");
            for (name, shape) in &self.passes.outputs {
                code.line(format!("{}: {},", identifier(name), types::array(shape, "T::ZERO")));
            }
            if self.passes.outputs.is_empty() {
                code.line("none: core::marker::PhantomData,");
            }
            code.close("}");
            code.close("}");
            code.close("}");
        }
        code.line("");
        code.line("/// The mean of each loss term over the batch, and their sum.");
        code.line(derive);
        code.open(format!("pub struct Losses<T = {}> {{", self.real));
        code.line("/// What is optimised.");
        code.line("pub total: T,");
        let mut scope = Scope::new(&["total"]);
        for (_, name) in self.named_losses() {
            code.line(format!("/// `loss {name}`"));
            code.line(format!("pub {}: T,", scope.unique(name)));
        }
        code.close("}");
        code.line("");
        code.line("/// The mean of each metric over the batch.");
        code.line(derive);
        code.open(format!("pub struct Metrics<T = {}> {{", self.real));
        for metric in &self.network.predict.metrics {
            code.line(format!("/// `metric {}`", metric.name));
            code.line(format!("pub {}: T,", identifier(&metric.name)));
        }
        if self.network.predict.metrics.is_empty() {
            code.line("/// There are no metrics.");
            code.line("pub none: core::marker::PhantomData<T>,");
        }
        code.close("}");
        code.line("");
        code.line("/// Losses and metrics of a batch, in predict mode.");
        code.line(derive);
        code.open(format!("pub struct Evaluation<T = {}> {{", self.real));
        code.line("/// The loss terms.");
        code.line("pub losses: Losses<T>,");
        code.line("/// The metrics.");
        code.line("pub metrics: Metrics<T>,");
        code.close("}");
    }

    fn named_losses(&self) -> Vec<(usize, &'a str)> {
        let names = self.network.train.losses.iter().map(|loss| loss.name.as_str()).enumerate();
        names.filter(|(_, name)| !name.is_empty()).collect()
    }

    /// `Losses { total, data: losses[0] }`
    fn losses_value(&self) -> Vec<String> {
        let mut scope = Scope::new(&["total"]);
        let named = self.named_losses().into_iter().map(|(i, name)| format!("{}: losses[{i}]", scope.unique(name)));
        std::iter::once("total".to_owned()).chain(named).collect()
    }

    fn metrics_value(&self) -> Vec<String> {
        let metrics = &self.network.predict.metrics;
        if metrics.is_empty() {
            return vec!["none: core::marker::PhantomData".into()];
        }
        metrics.iter().enumerate().map(|(i, metric)| format!("{}: metrics[{i}]", identifier(&metric.name))).collect()
    }

    /// The optimizer's settable numbers.
    fn hyper(&self, code: &mut Code) {
        let count = self.layout.hyper.len();
        code.line("");
        code.line("/// The settable numbers of the update.");
        code.line("#[derive(Clone, Copy, Debug, PartialEq)]");
        code.open("pub struct Hyper {");
        for (name, value) in &self.layout.hyper {
            code.line(format!("/// At first {value:?}."));
            code.line(format!("pub {}: f64,", identifier(name)));
        }
        code.close("}");
        code.line("");
        code.open("impl Hyper {");
        code.line("/// As a list, in the order of the declaration; `lr_scale` is the last.");
        code.open(format!("pub fn to_list(self) -> [f64; {count}] {{"));
        let list = self.layout.hyper.iter().map(|(name, _)| text(format!("self.{}", identifier(name)))).collect();
        code.statement("", &Doc::Array(list), "");
        code.close("}");
        code.line("");
        code.line("/// From such a list.");
        code.open(format!("pub fn from_list(list: &[f64; {count}]) -> Self {{"));
        let fields: Vec<String> =
            self.layout.hyper.iter().enumerate().map(|(i, (name, _))| format!("{}: list[{i}]", identifier(name))).collect();
        code.statement("", &structure("Hyper", &fields), "");
        code.close("}");
        code.close("}");
        code.line("");
        code.open("impl Default for Hyper {");
        code.open("fn default() -> Self {");
        let fields: Vec<String> =
            self.layout.hyper.iter().map(|(name, value)| format!("{}: {}", identifier(name), literal(*value))).collect();
        code.statement("", &structure("Hyper", &fields), "");
        code.close("}");
        code.close("}");
    }

    /// The functions of fixed shape that work without allocation.
    fn doors(&self, code: &mut Code) {
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
        if outputs.len() == 1 {
            code.line("");
            code.line("/// The outputs for a batch of any length.");
            if self.carries() {
                code.line("///");
                code.line(
                    "/// One step of as many sequences, each with its states; with none, each begins, and its states are not wanted.",
                );
            }
            code.line("///");
            code.line("/// # Errors");
            code.line("/// Slices of unequal lengths, an index out of its range, a number that is not finite.");
            let mut parameters = storage.to_vec();
            parameters.extend(self.states_parameter("T"));
            parameters.extend(slices(&inputs));
            parameters.push("workspace: &mut [T; PREDICT_WORKSPACE]".into());
            parameters.push(format!("outputs: &mut [{}]", self.output_type("T")));
            clippy_arguments(code, parameters.len());
            code.signature("pub fn predict_batch<T: rt::Real>", &parameters, " -> Result<(), rt::DataError>");
            code.line(format!("let ports = {};", columns(&inputs)));
            let flat = types::flat_samples_mut("outputs", outputs[0].1.len());
            code.line(format!("let outputs: &mut [&mut [T]] = &mut [{flat}];"));
            let states = self.states_argument();
            call_end(code, "<Net as rt::Network>::predict", &["params", "buffers", "&ports", states, "workspace", "outputs"]);
            code.close("}");
        }
        let ports: Vec<&Port> = self.sample_ports.iter().collect();
        let (losses, metrics) = (self.network.train.losses.len(), self.network.predict.metrics.len());
        code.line("");
        code.line("/// Losses and metrics of a batch of any length, in predict mode.");
        self.sequences(code);
        code.line("///");
        code.line("/// # Errors");
        code.line("/// Slices of unequal lengths, an index out of its range, a number or a loss that is not finite.");
        let mut parameters = storage.to_vec();
        parameters.extend(self.states_parameter("T"));
        parameters.extend(slices(&ports));
        parameters.push("workspace: &mut [T; EVALUATE_WORKSPACE]".into());
        clippy_arguments(code, parameters.len());
        code.signature("pub fn evaluate<T: rt::Real>", &parameters, " -> Result<Evaluation<T>, rt::DataError>");
        code.line(format!("let ports = {};", columns(&ports)));
        code.line(format!("let mut losses = [T::ZERO; {losses}];"));
        code.line(format!("let mut metrics = [T::ZERO; {metrics}];"));
        let states = self.states_argument();
        let args = ["params", "buffers", "&ports", states, "workspace", "&mut losses", "&mut metrics"].map(text).to_vec();
        code.statement("let total = ", &call("<Net as rt::Network>::evaluate", args), "?;");
        code.statement("let losses = ", &structure("Losses", &self.losses_value()), ";");
        code.statement("let metrics = ", &structure("Metrics", &self.metrics_value()), ";");
        code.line("Ok(Evaluation { losses, metrics })");
        code.close("}");
        code.line("");
        code.line(format!("/// Losses of a batch {}, in training mode, and their gradients.", self.batch_length("")));
        self.sequences(code);
        code.line("///");
        code.line("/// # Errors");
        code.line("/// Slices of unequal lengths, an index out of its range, a number or a loss that is not finite.");
        self.batch_errors(code);
        let mut parameters = storage.to_vec();
        parameters.extend(self.states_parameter("T"));
        parameters.extend(slices(&ports));
        parameters.extend(["step: rt::Step", "workspace: &mut [T; TRAIN_WORKSPACE]", "grads: &mut [T; PARAMETERS]"].map(str::to_owned));
        clippy_arguments(code, parameters.len());
        code.signature("pub fn gradients<T: rt::Real>", &parameters, " -> Result<Losses<T>, rt::DataError>");
        code.line(format!("let ports = {};", columns(&ports)));
        code.line(format!("let mut losses = [T::ZERO; {losses}];"));
        let args =
            ["params", "buffers", "&ports", states, "step", "workspace", "&mut []", "grads", "&mut []", "&mut losses"].map(text).to_vec();
        code.statement("let total = ", &call("<Net as rt::Network>::gradients", args), "?;");
        code.statement("", &call("Ok", vec![structure("Losses", &self.losses_value())]), "");
        code.close("}");
        self.backward(code);
        self.update(code);
    }

    /// What the states of a training sample are about.
    fn sequences(&self, code: &mut Code) {
        if self.carries() {
            code.line("///");
            code.line(
                "/// `states` are what each sample begins with, and then what its last step left; with none, each sample begins with the",
            );
            code.line("/// initial values, and what its last step leaves is not wanted.");
        }
    }

    /// The outputs that are real, with their places.
    fn real_outputs(&self) -> Vec<(usize, (String, Vec<usize>))> {
        let train = &self.network.train;
        let real = |i: usize| train.graph.ty(train.outputs[i].node).elem == crate::graph::Elem::Real;
        self.sample_outputs().into_iter().enumerate().filter(|(i, _)| real(*i)).collect()
    }

    /// Where there is a backward pass for losses computed elsewhere: name and shape of the gradient of each real output.
    pub(crate) fn cotangents(&self) -> Option<Vec<(String, Vec<usize>)>> {
        self.passes.backward_workspace.filter(|_| self.passes.written.iter().any(|pass| pass.0 == "Backward"))?;
        let mut taken =
            Scope::new(&["params", "buffers", "states", "step", "workspace", "grads", "ports", "cotangents", "outputs", "samples", "pass"]);
        for port in &self.sample_inputs() {
            taken.unique(&argument(port));
        }
        Some(self.real_outputs().into_iter().map(|(_, (name, shape))| (taken.unique(&format!("d_{name}")), shape)).collect())
    }

    /// The door to the backward pass for losses computed elsewhere.
    fn backward(&self, code: &mut Code) {
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
        super::asserts::write(&mut body, self.network);
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

    fn update(&self, code: &mut Code) {
        let written = update::write(self.network);
        let unused = |name: &str| if uses_word(&written.body, name) { name.to_owned() } else { format!("_{name}") };
        code.line("");
        code.line("/// One update of the parameters; `step` is 1 at the first.");
        let parameters = [
            format!("{}: &mut [T; PARAMETERS]", unused("parameters")),
            format!("{}: &[T; PARAMETERS]", unused("grads")),
            format!("{}: &mut [T; OPTIMIZER_STATE]", unused("state")),
            format!("{}: &mut [f64; SCALARS]", unused("scalars")),
            format!("{}: &Hyper", unused("hyper")),
            format!("{}: u64", unused("step")),
        ];
        code.signature("pub fn update<T: rt::Real>", &parameters, "");
        if uses_word(&written.body, "hyper") {
            code.line("let hyper = hyper.to_list();");
        }
        if written.body.contains("num(") {
            code.line("let num = rt::Lane::<f64>;");
        }
        code.append_raw(&written.body);
        code.close("}");
    }

    /// The description for code that works with any network.
    fn net(&self, code: &mut Code) {
        code.line("");
        code.line("/// The network as a type, for code that works with any network.");
        code.line("#[derive(Clone, Copy, Debug)]");
        code.line("pub struct Net;");
        code.line("");
        code.open("impl rt::Network for Net {");
        code.line(format!("const NAME: &'static str = \"{}\";", self.network.name));
        code.line("const PARAMETERS: &'static [rt::Entry] = LAYOUT;");
        let buffers = if self.network.buffers.is_empty() { "&[]" } else { "BUFFER_LAYOUT" };
        code.line(format!("const BUFFERS: &'static [rt::Entry] = {buffers};"));
        if self.carries() {
            code.line("const STATES: &'static [rt::Entry] = STATE_LAYOUT;");
        }
        list(code, "SLOTS", "rt::Slot", &self.layout.slots, |slot| {
            vec![
                field("name", format!("\"{}\"", slot.name)),
                field("path", format!("\"{}\"", slot.path)),
                field("offset", slot.offset.to_string()),
                field("len", slot.len.to_string()),
                field("initial", literal(slot.initial)),
            ]
        });
        pairs(code, "SCALAR_SLOTS", &self.layout.scalars);
        pairs(code, "HYPER", &self.layout.hyper);
        let port = |port: &(String, Vec<usize>, Option<u32>, bool)| {
            vec![
                field("name", format!("\"{}\"", port.0)),
                field("shape", format!("&{:?}", port.1)),
                field("index", format!("{:?}", port.2)),
                field("target", port.3.to_string()),
            ]
        };
        let ports = |ports: &[Port]| -> Vec<_> { ports.iter().map(|p| (p.name.clone(), p.shape.clone(), p.index, p.target)).collect() };
        let outputs = |outputs: &[(String, Vec<usize>)]| -> Vec<_> {
            outputs.iter().map(|(name, shape)| (name.clone(), shape.clone(), None, false)).collect()
        };
        list(code, "PORTS", "rt::Port", &ports(&self.sample_ports), port);
        list(code, "OUTPUTS", "rt::Port", &outputs(&self.sample_outputs()), port);
        if self.network.unroll.is_some() {
            list(code, "STEP_PORTS", "rt::Port", &ports(&self.network.ports), port);
            list(code, "STEP_OUTPUTS", "rt::Port", &outputs(&self.passes.outputs), port);
            code.line("const UNROLL: usize = UNROLL;");
        }
        let names = |named: &[crate::network::Named]| named.iter().map(|n| format!("{:?}", n.name)).collect::<Vec<_>>();
        strings(code, "LOSSES", &names(&self.network.train.losses));
        strings(code, "METRICS", &names(&self.network.predict.metrics));
        for (name, value) in [
            ("PARAMETER_LEN", "PARAMETERS"),
            ("BUFFER_LEN", "BUFFERS"),
            ("STATE_LEN", "OPTIMIZER_STATE"),
            ("TRAIN_WORKSPACE", "TRAIN_WORKSPACE"),
            ("EVALUATE_WORKSPACE", "EVALUATE_WORKSPACE"),
            ("PREDICT_WORKSPACE", "PREDICT_WORKSPACE"),
        ] {
            code.line(format!("const {name}: usize = {value};"));
        }
        if self.carries() {
            code.line("const CARRIED_LEN: usize = STATE;");
        }
        code.line(format!("const SMOOTH: bool = {};", self.smooth));
        if self.network.batch.is_some() {
            code.line("const BATCH: Option<usize> = Some(BATCH);");
        }
        code.line("");
        self.net_predict(code);
        code.line("");
        self.net_evaluate(code);
        code.line("");
        self.net_gradients(code);
        code.line("");
        code.open("fn update<T: rt::Real>(");
        for line in ["parameters: &mut [T],", "grads: &[T],", "state: &mut [T],", "scalars: &mut [f64],", "hyper: &[f64],", "step: u64,"] {
            code.line(line);
        }
        code.close(") {");
        code.open_more();
        code.open("update(");
        for line in [
            "rt::row_mut(parameters),",
            "rt::row(grads),",
            "rt::row_mut(state),",
            "rt::row_mut(scalars),",
            "&Hyper::from_list(rt::row(hyper)),",
            "step,",
        ] {
            code.line(line);
        }
        code.close(");");
        code.close("}");
        code.close("}");
    }

    /// The part of a trait function that makes a pass and runs it.
    fn run(&self, code: &mut Code, name: &str, dispatch: &str) {
        let Some(construct) = self.passes.written.iter().find(|pass| pass.0 == name).map(|pass| &pass.1.construct) else { return };
        let struct_name = format!("{name}Pass");
        let mut lines = Vec::new();
        let mut last: Option<(String, usize)> = None;
        for field in construct {
            // Whoever has the losses elsewhere has no use for the gradients of the inputs.
            if let (Some((field, _)), "Backward") = (field.split_once(": port_grads#"), name) {
                lines.push(format!("{field}: &mut []"));
                continue;
            }
            // `out_p: outputs#0`; `r#match: …` is another thing.
            match field.rsplit_once('#').and_then(|(head, index)| Some((head, index.parse::<usize>().ok()?))) {
                Some((head, index)) => {
                    let (field, source) = head.split_once(": ").unwrap_or((head, "outputs"));
                    let skip = match &last {
                        Some((earlier, at)) if earlier == source => index - at - 1,
                        _ => index,
                    };
                    last = Some((source.to_owned(), index));
                    let skip = if skip > 0 { format!("{source}.by_ref().skip({skip})") } else { source.to_owned() };
                    let from = if skip == source { format!("&mut {source}") } else { format!("&mut {skip}") };
                    lines.push(format!("{field}: rt::next_column({from})"));
                }
                None => lines.push(field.clone()),
            }
        }
        for source in ["outputs", "port_grads"] {
            if construct.iter().any(|field| field.contains(&format!("{source}#"))) && !(name == "Backward" && source == "port_grads") {
                code.line(format!("let mut {source} = {source}.iter_mut();"));
            }
        }
        code.statement("let pass = ", &structure(&struct_name, &lines), ";");
        code.line(format!("{dispatch}(pass);"));
    }

    /// Runs an unrolled pass, for one sample without vectors.
    fn run_by_lanes(&self, code: &mut Code, name: &str) {
        code.line("// One sample has no use for wide vectors.");
        code.line("let one = samples == 1;");
        let mut text = Code::at(3);
        self.run(&mut text, name, "DISPATCH");
        let text = text.into_text();
        let (make, _) = text.rsplit_once("            DISPATCH(pass);\n").unwrap_or((&text, ""));
        code.append_raw(make);
        code.open("if one {");
        code.line("rt::one_lane(pass);");
        code.close("} else {");
        code.open_more();
        code.line("T::dispatch(pass);");
        code.close("}");
    }

    /// Runs a pass by the tiles that suit the number of samples.
    fn run_by_size(&self, code: &mut Code, name: &str) {
        let written = |form: &str| self.passes.written.iter().any(|pass| pass.0 == format!("{name}{form}"));
        let tiles = self.passes.tiles;
        let few = if tiles.few() > 1 { format!("samples <= {}", tiles.few()) } else { "samples == 1".into() };
        let many = tiles.many.map(|many| ("Many", format!("rt::fills(samples, {many})")));
        let forms = [Some(("One", few)), many].into_iter().flatten().filter(|form| written(form.0));
        let mut head = "if ";
        for (form, condition) in forms {
            if head == "if " {
                code.open(format!("if {condition} {{"));
            } else {
                code.close(format!("}} else if {condition} {{"));
                code.open_more();
            }
            self.run(code, &format!("{name}{form}"), "T::dispatch");
            head = "else";
        }
        if head == "if " {
            return self.run(code, name, "T::dispatch");
        }
        code.close("} else {");
        code.open_more();
        self.run(code, name, "T::dispatch");
        code.close("}");
    }

    /// Arguments that a function of the trait does not use get an underscore.
    fn trait_function(&self, code: &mut Code, head: &str, parameters: &[(&str, &str)], end: &str, body: &str) {
        let list: Vec<String> = parameters
            .iter()
            .map(|(name, ty)| if uses_word(body, name) { format!("{name}: {ty}") } else { format!("_{name}: {ty}") })
            .collect();
        code.signature(head, &list, end);
        code.append_raw(body);
        code.close("}");
    }

    fn net_predict(&self, code: &mut Code) {
        let mut body = Code::at(3);
        let inputs = self.network.ports.iter().filter(|port| !port.target).count();
        let targets_last = self.network.ports.iter().take(inputs).all(|port| !port.target);
        if targets_last {
            body.line(format!("let samples = rt::samples_of(&Self::{}[..{inputs}], ports)?;", self.step_ports()));
        } else {
            body.line("let samples = rt::samples_of(INPUTS, ports)?;");
        }
        self.check_states(&mut body);
        if self.passes.emit == Emit::Kernels {
            self.run_by_size(&mut body, "Predict");
        } else {
            self.run_by_lanes(&mut body, "Predict");
        }
        body.line("Ok(())");
        let parameters = [
            ("parameters", "&[T]"),
            ("buffers", "&[T]"),
            ("ports", "&[rt::Column<'_, T>]"),
            ("states", "&mut [T]"),
            ("workspace", "&mut [T]"),
            ("outputs", "&mut [&mut [T]]"),
        ];
        let body = body.into_text().replace("let samples = rt::samples_of(INPUTS, ports)?;", &self.input_ports());
        let body =
            if uses_word(&body.replacen("let samples", "let x", 1), "samples") { body } else { body.replacen("let samples", "let _", 1) };
        self.trait_function(code, "fn predict<T: rt::Real>", &parameters, " -> Result<(), rt::DataError>", &body);
    }

    fn step_ports(&self) -> &'static str {
        if self.network.unroll.is_some() { "STEP_PORTS" } else { "PORTS" }
    }

    /// Outputs of a training sample.
    fn sample_outputs(&self) -> Vec<(String, Vec<usize>)> {
        self.passes.outputs.iter().map(|(name, shape)| (name.clone(), self.network.sample_shape(shape))).collect()
    }

    fn check_states(&self, body: &mut Code) {
        if self.carries() {
            body.line("rt::states_of(STATE, samples, states)?;");
        }
    }

    /// The descriptions of the inputs, where targets stand between them.
    fn input_ports(&self) -> String {
        let picks: Vec<String> = self
            .network
            .ports
            .iter()
            .enumerate()
            .filter(|(_, port)| !port.target)
            .map(|(i, _)| format!("Self::{}[{i}]", self.step_ports()))
            .collect();
        format!("let samples = rt::samples_of(&[{}], ports)?;", picks.join(", "))
    }

    fn net_evaluate(&self, code: &mut Code) {
        let mut body = Code::at(3);
        body.line("let samples = rt::samples_of(Self::PORTS, ports)?;");
        self.check_states(&mut body);
        body.line("let mut total = T::ZERO;");
        self.run(&mut body, "Evaluate", "T::dispatch");
        body.line("rt::finite_losses(Self::LOSSES, losses, total)");
        let parameters = [
            ("parameters", "&[T]"),
            ("buffers", "&[T]"),
            ("ports", "&[rt::Column<'_, T>]"),
            ("states", "&mut [T]"),
            ("workspace", "&mut [T]"),
            ("losses", "&mut [T]"),
            ("metrics", "&mut [T]"),
        ];
        let body = body.into_text();
        let body =
            if uses_word(&body.replacen("let samples", "let x", 1), "samples") { body } else { body.replacen("let samples", "let _", 1) };
        self.trait_function(code, "fn evaluate<T: rt::Real>", &parameters, " -> Result<T, rt::DataError>", &body);
    }

    fn net_gradients(&self, code: &mut Code) {
        let mut body = Code::at(3);
        body.line("let samples = rt::samples_of(Self::PORTS, ports)?;");
        self.check_states(&mut body);
        super::asserts::write(&mut body, self.network);
        body.line("let mut total = T::ZERO;");
        // What the losses do not depend on has no gradient but 0.
        let filled = |what: &str| {
            let pass = self.passes.written.iter().find(|pass| pass.0 == "Gradients");
            pass.is_some_and(|pass| pass.1.construct.iter().any(|field| field.ends_with(what)))
        };
        if self.network.ports.iter().enumerate().any(|(i, port)| port.index.is_none() && !filled(&format!("port_grads#{i}"))) {
            body.line("port_grads.iter_mut().for_each(|port| port.fill(T::ZERO));");
        }
        if !self.network.parameters.is_empty() && !filled("rt::array_mut(\"grads\", grads)?") {
            body.line("grads.fill(T::ZERO);");
        }
        if self.passes.emit == Emit::Kernels {
            self.run_by_size(&mut body, "Gradients");
        } else {
            self.run_by_lanes(&mut body, "Gradients");
        }
        body.line("rt::finite_losses(Self::LOSSES, losses, total)");
        let parameters = [
            ("parameters", "&[T]"),
            ("buffers", "&[T]"),
            ("ports", "&[rt::Column<'_, T>]"),
            ("states", "&mut [T]"),
            ("step", "rt::Step"),
            ("workspace", "&mut [T]"),
            ("outputs", "&mut [&mut [T]]"),
            ("grads", "&mut [T]"),
            ("port_grads", "&mut [&mut [T]]"),
            ("losses", "&mut [T]"),
        ];
        let body = body.into_text();
        let body =
            if uses_word(&body.replacen("let samples", "let x", 1), "samples") { body } else { body.replacen("let samples", "let _", 1) };
        self.trait_function(code, "fn gradients<T: rt::Real>", &parameters, " -> Result<T, rt::DataError>", &body);
    }
}

/// A call as the last expression of a function.
fn call_end(code: &mut Code, function: &str, args: &[&str]) {
    let doc = call(function, args.iter().map(|arg| text(*arg)).collect());
    code.statement("", &doc, "");
}

/// What generated items may do: who uses a network calls what he needs of it, from where he likes, and names are the program's.
pub(crate) fn allowed(code: &mut Code) {
    code.open("#[allow(");
    for line in [
        "clippy::approx_constant,",
        "dead_code,",
        "non_snake_case,",
        "unreachable_pub,",
        "reason = \"names are the program's, and not all that there is is used\"",
    ] {
        code.line(line);
    }
    code.close(")]");
}

/// A port as an argument of a function: what the function calls its own gets a trailing `_`.
pub(crate) fn argument(port: &Port) -> String {
    let own = [
        "params",
        "buffers",
        "state",
        "states",
        "workspace",
        "output",
        "outputs",
        "step",
        "grads",
        "ports",
        "inputs",
        "cotangents",
        "samples",
        "losses",
        "metrics",
        "total",
        "pass",
        "rt",
        "done",
    ];
    let name = identifier(&port.name);
    if own.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// Functions of generated shape have as many arguments as the network has ports.
pub(crate) fn clippy_arguments(code: &mut Code, count: usize) {
    if count > 7 {
        code.line("#[expect(");
        code.line("    clippy::too_many_arguments,");
        code.line("    reason = \"one for each input, target and storage\"");
        code.line(")]");
    }
}

/// Whether `owner.name` stands in `text`.
fn field_used(text: &str, owner: &str, name: &str) -> bool {
    let field = format!("{owner}.{name}");
    text.match_indices(&field).any(|(at, _)| {
        let next = text[at + field.len()..].chars().next();
        !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// `name: value` in a struct literal.
fn field(name: &str, value: impl Into<String>) -> Doc {
    Doc::Field(name.to_owned(), Box::new(text(value)))
}

/// `head &[items];`
fn slice(code: &mut Code, head: &str, items: Vec<Doc>) {
    code.statement(&format!("{head} = "), &Doc::Prefix("&", Box::new(Doc::Array(items))), ";");
}

fn entries(code: &mut Code, name: &str, parameters: &[Parameter]) {
    let entry = |placed: views::Placed<'_>| {
        let fields = vec![
            field("path", format!("\"{}\"", placed.parameter.path)),
            field("shape", format!("&{:?}", placed.parameter.shape)),
            field("offset", placed.offset.to_string()),
            field("frozen", placed.parameter.frozen.to_string()),
            Doc::Field("init".into(), Box::new(initialiser(&placed.parameter.init))),
            field("layers", format!("&{:?}", placed.parameter.layers)),
        ];
        Doc::Struct("rt::Entry".into(), fields)
    };
    slice(code, &format!("pub static {name}: &[rt::Entry]"), views::place(parameters).into_iter().map(entry).collect());
}

/// How a parameter begins.
fn initialiser(init: &Initialiser) -> Doc {
    let name = |name: &str| text(format!("rt::Initialiser::{name}"));
    let two = |name: &str, a: (&str, f64), b: (&str, f64)| {
        Doc::Struct(format!("rt::Initialiser::{name}"), vec![field(a.0, literal(a.1)), field(b.0, literal(b.1))])
    };
    match init {
        Initialiser::Constant(value) => text(format!("rt::Initialiser::Constant({})", literal(*value))),
        Initialiser::Uniform(a, b) => two("Uniform", ("a", *a), ("b", *b)),
        Initialiser::Normal(mean, std) => two("Normal", ("mean", *mean), ("std", *std)),
        Initialiser::GlorotUniform => name("GlorotUniform"),
        Initialiser::GlorotNormal => name("GlorotNormal"),
        Initialiser::HeUniform => name("HeUniform"),
        Initialiser::HeNormal => name("HeNormal"),
        Initialiser::LecunNormal => name("LecunNormal"),
        Initialiser::FanInUniform => name("FanInUniform"),
        Initialiser::Orthogonal => name("Orthogonal"),
        Initialiser::Values(values) => {
            let list = values.iter().map(|value| text(literal(*value))).collect();
            call("rt::Initialiser::Values", vec![Doc::Prefix("&", Box::new(Doc::Array(list)))])
        }
    }
}

fn list<T>(code: &mut Code, name: &str, ty: &str, items: &[T], fields: impl Fn(&T) -> Vec<Doc>) {
    let items = items.iter().map(|item| Doc::Struct(ty.to_owned(), fields(item))).collect();
    slice(code, &format!("const {name}: &'static [{ty}]"), items);
}

fn pairs(code: &mut Code, name: &str, items: &[(String, f64)]) {
    let pair = |(name, value): &(String, f64)| Doc::Tuple(vec![text(format!("\"{name}\"")), text(literal(*value))]);
    slice(code, &format!("const {name}: &'static [(&'static str, f64)]"), items.iter().map(pair).collect());
}

fn strings(code: &mut Code, name: &str, items: &[String]) {
    slice(code, &format!("const {name}: &'static [&'static str]"), items.iter().map(text).collect());
}

/// Whether a loop that is a function of its own calls methods of its level, which there is a type and no parameter.
fn simd_within_loops(code: &str) -> bool {
    let mut end = None;
    for line in code.lines() {
        let indent = line.len() - line.trim_start().len();
        if line.contains("simd.repeat::<") {
            end = Some(indent);
        } else if end.is_some_and(|end| indent <= end) {
            end = None;
        } else if end.is_some() && line.contains("simd.") {
            return true;
        }
    }
    false
}
