//! The module of a network: constants, storage, the passes, the doors to them, and the description for code that works with any network.

mod doors;
mod items;
mod lists;
mod net;
pub(crate) mod step;
mod uses;

use std::collections::BTreeSet;

use super::doc::Code;
use super::names::identifier;
use super::object;
use super::types;
use super::update::Layout;
use super::views;
use super::words::word_end;
use super::{Memory, Options, Passes, Report};
use crate::network::{Network, Parameter, Port, Precision, State};

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
    pub(crate) facts: Facts,
    /// Inputs and targets of a training sample.
    pub(crate) sample_ports: Vec<Port>,
    /// The states as what is stored.
    pub(crate) states: Vec<Parameter>,
}

/// What the gradient check has to know.
#[derive(Clone, Copy)]
pub(crate) struct Facts {
    /// No operation of a training step has a kink.
    pub(crate) smooth: bool,
    /// The program stops gradients.
    pub(crate) stops: bool,
}

impl<'a> Module<'a> {
    pub(crate) fn new(
        network: &'a Network,
        options: &'a Options,
        passes: &'a Passes,
        layout: &'a Layout,
        report: &'a Report,
        facts: Facts,
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
        Module { network, options, passes, layout, memory: &report.memory, name, real, facts, sample_ports, states }
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
        self.kernels(&mut code);
        code.close("}");
        code.into_text()
    }

    /// The kernels that are functions.
    fn kernels(&self, code: &mut Code) {
        let functions = &self.passes.functions;
        if functions.is_empty() {
            return;
        }
        code.line("");
        code.line("/// Kernels, each for all the passes and blocks that compute the same.");
        code.open("mod kernels {");
        code.line("use super::rt;");
        for name in self.traits_used(functions) {
            code.line(format!("use super::rt::{name} as _;"));
        }
        code.append_raw(functions);
        code.close("}");
    }

    fn body(&self) -> String {
        let mut code = Code::at(1);
        self.constants(&mut code);
        self.layout(&mut code);
        let real = self.real;
        let boxed = self.options.alloc.then(|| format!("{}::AlignedBox", self.options.facade));
        let doc = "The parameters, in any storage; views by name.";
        views::storage_struct(&mut code, "Params", "PARAMETERS", &self.network.parameters, real, boxed.as_deref(), doc);
        code.line("");
        code.line("/// One number for each parameter: a gradient.");
        let default = match &boxed {
            Some(boxed) => format!("{boxed}<{real}, {{ PARAMETERS }}>"),
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
        let update = self.written_update();
        self.doors(&mut code, &update);
        self.net(&mut code);
        self.chunked(&mut code);
        let mut passes = String::new();
        for pass in &self.passes.written {
            passes.push('\n');
            passes.push_str(&pass.1.text);
        }
        let names = &self.passes.parameter_names;
        let used = |owner: &str, names: &[String]| {
            let used = fields_used(&passes, owner);
            names.iter().map(|name| used.contains(name.as_str())).collect::<Vec<_>>()
        };
        let (reads, writes) = (used("params", names), used("grads", names));
        let structs = views::PassStructs { read: "Parameters", written: "ParametersMut", len: "PARAMETERS", what: "parameter" };
        views::pass_structs(&mut code, &structs, &self.network.parameters, names, (&reads, &writes));
        let names = &self.passes.buffer_names;
        let reads = used("buffers", names);
        let structs = views::PassStructs { read: "BufferViews", written: "", len: "BUFFERS", what: "buffer" };
        views::pass_structs(&mut code, &structs, &self.network.buffers, names, (&reads, &vec![false; names.len()]));
        code.append_raw(&passes);
        code.append_raw(&update.passes);
        if self.options.alloc {
            object::data(self, &mut code);
        }
        if self.options.tests && self.options.alloc {
            self.test(&mut code);
        }
        code.into_text()
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
}

/// What generated items may do: who uses a network calls what he needs of it, from where he likes, and names are the program's.
pub(crate) fn allowed(code: &mut Code) {
    code.open("#[allow(");
    for line in [
        "clippy::approx_constant,",
        "clippy::eq_op,",
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
        "scalars",
        "hyper",
        "crew",
        "ports",
        "inputs",
        "cotangents",
        "samples",
        "chunk",
        "threads",
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

/// The fields of `owner` in `text`. A chain that was too long for its line begins its further lines with the dot.
fn fields_used<'t>(text: &'t str, owner: &str) -> BTreeSet<&'t str> {
    let fields = text.match_indices(owner).filter_map(|(at, _)| {
        let field = text[at + owner.len()..].trim_start().strip_prefix('.')?;
        Some(&field[..word_end(field, 0)])
    });
    fields.collect()
}
