//! With allocation: the network as an object that owns its storage, and its samples as lists.

use super::doc::Code;
use super::module::{Module, allowed, argument};
use super::names::identifier;
use super::types;
use crate::network::Port;

/// `Data`: a list for each input and target.
pub(crate) fn data(module: &Module<'_>, code: &mut Code) {
    let facade = &module.options.facade;
    let ports = &module.sample_ports;
    code.line("");
    code.line("/// Samples: a list for each input and target, all of one length.");
    code.line("#[derive(Clone, Debug, Default, PartialEq)]");
    if ports.is_empty() {
        code.line("pub struct Data;");
    } else {
        code.open("pub struct Data {");
        for port in ports {
            code.line(format!("/// `{}`, {:?} each.", port.name, port.shape));
            code.line(format!("pub {}: {facade}::__alloc::Vec<{}>,", identifier(&port.name), types::sample(port, module.real)));
        }
        code.close("}");
    }
    code.line("");
    code.open(format!("impl {facade}::Dataset for Data {{"));
    code.open("fn len(&self) -> usize {");
    match ports.first() {
        Some(port) => code.line(format!("self.{}.len()", identifier(&port.name))),
        None => code.line("1"),
    }
    code.close("}");
    code.line("");
    code.open("fn check(&self) -> Result<(), rt::DataError> {");
    if let Some(first) = ports.first() {
        for port in &ports[1..] {
            let (name, first) = (identifier(&port.name), identifier(&first.name));
            code.open(format!("if self.{name}.len() != self.{first}.len() {{"));
            code.open("return Err(rt::DataError::Lengths {");
            code.line(format!("name: \"{}\",", port.name));
            code.line(format!("expected: self.{first}.len(),"));
            code.line(format!("found: self.{name}.len(),"));
            code.close("});");
            code.close("}");
        }
    }
    code.line("Ok(())");
    code.close("}");
    code.line("");
    if ports.is_empty() {
        code.line("fn clear(&mut self) {}");
        code.line("");
        code.line("fn push_from(&mut self, _other: &Self, _index: usize) {}");
        return code.close("}");
    }
    code.open("fn clear(&mut self) {");
    for port in ports {
        code.line(format!("self.{}.clear();", identifier(&port.name)));
    }
    code.close("}");
    code.line("");
    code.open("fn push_from(&mut self, other: &Self, index: usize) {");
    for port in ports {
        let name = identifier(&port.name);
        code.line(format!("self.{name}.extend(other.{name}.get(index).copied());"));
    }
    code.close("}");
    code.close("}");
}

/// The struct `Moons` and what it can do.
pub(crate) fn object(module: &Module<'_>) -> String {
    let mut code = Code::at(0);
    let (name, real, m) = (&module.network.name, module.real, &module.name);
    let facade = &module.options.facade;
    let root = &module.options.root;
    let boxed = |len: &str| format!("{facade}::AlignedBox<{real}, {{ {m}::{len} }}>");
    let new = format!("{facade}::AlignedBox::new()");
    code.line("");
    for line in &module.network.doc {
        code.line(format!("/// {line}").trim_end());
    }
    if module.network.doc.is_empty() {
        code.line(format!("/// The network `{name}` with its parameters, optimizer state and workspaces."));
    }
    code.line("#[derive(Clone, Debug)]");
    allowed(&mut code);
    code.open(format!("pub struct {name} {{"));
    code.line(format!("params: {m}::Params,"));
    code.line(format!("grads: {m}::Grads,"));
    code.line(format!("buffers: {},", boxed("BUFFERS")));
    code.line(format!("state: {},", boxed("OPTIMIZER_STATE")));
    code.line(format!("scalars: [f64; {m}::SCALARS],"));
    code.line(format!("hyper: {m}::Hyper,"));
    if module.carries() {
        code.line(format!("carried: {m}::State,"));
    }
    code.line(format!("train_workspace: {},", boxed("TRAIN_WORKSPACE")));
    code.line(format!("evaluate_workspace: {},", boxed("EVALUATE_WORKSPACE")));
    code.line(format!("predict_workspace: {},", boxed("PREDICT_WORKSPACE")));
    let workspaces: &[&str] = match module.cotangents() {
        Some(_) => {
            code.line(format!("backward_workspace: {},", boxed("BACKWARD_WORKSPACE")));
            &["train", "evaluate", "predict", "backward"]
        }
        None => &["train", "evaluate", "predict"],
    };
    if module.options.threads {
        code.line(format!("threads: {facade}::Threads<{real}>,"));
    }
    code.line("seed: u64,");
    code.line("steps: u64,");
    code.close("}");
    code.line("");
    allowed(&mut code);
    code.open(format!("impl {name} {{"));
    code.line("/// Initialises the parameters from `seed`.");
    code.open("pub fn new(seed: u64) -> Self {");
    code.line(format!("let mut params = {new};"));
    code.line(format!("{root}::initialise({m}::LAYOUT, seed, &mut params[..]);"));
    if !module.network.buffers.is_empty() {
        let zeros = super::doc::text(new.clone());
        code.statement(&format!("let mut buffers: {} = ", boxed("BUFFERS")), &zeros, ";");
        code.line(format!("{root}::initialise({m}::BUFFER_LAYOUT, seed, &mut buffers[..]);"));
        let room = super::doc::text(format!("{}::new()", boxed("TRAIN_WORKSPACE").replacen('<', "::<", 1)));
        code.statement("let mut train_workspace = ", &room, ";");
        code.line(format!("train_workspace[..{m}::BUFFERS].copy_from_slice(&buffers[..]);"));
    }
    code.line(format!("let mut state = {new};"));
    code.line(format!("{root}::initial_state::<{m}::Net, {real}>(&mut state[..]);"));
    code.line(format!("let mut scalars = [0.0; {m}::SCALARS];"));
    code.line(format!("{root}::initial_scalars::<{m}::Net>(&mut scalars);"));
    if module.carries() {
        code.line(format!("let mut carried: {m}::State = {m}::State::from_storage({new});"));
        code.line("carried.reset();");
    }
    code.open(format!("{name} {{"));
    code.line(format!("params: {m}::Params::from_storage(params),"));
    code.line(format!("grads: {m}::Params::from_storage({new}),"));
    if module.network.buffers.is_empty() {
        code.line(format!("buffers: {new},"));
    } else {
        code.line("buffers,");
    }
    code.line("state,");
    code.line("scalars,");
    code.line(format!("hyper: {m}::Hyper::default(),"));
    if module.carries() {
        code.line("carried,");
    }
    let train_workspace = if module.network.buffers.is_empty() { None } else { Some("train_workspace,") };
    for &workspace in workspaces {
        if let ("train", Some(line)) = (workspace, train_workspace) {
            code.line(line);
            continue;
        }
        code.line(format!("{workspace}_workspace: {new},"));
    }
    if module.options.threads {
        code.line(format!("threads: {facade}::Threads::default(),"));
    }
    code.line("seed,");
    code.line("steps: 0,");
    code.close("}");
    code.close("}");
    threads(module, &mut code);
    predict(module, &mut code);
    if module.carries() {
        carried(module, &mut code);
    }
    train(module, &mut code);
    let grads = "The gradients of the last call of `gradients` or `train_step`.";
    for (method, ty, doc) in [("params", "Params", "The parameters."), ("grads", "Grads", grads)] {
        code.line("");
        code.line(format!("/// {doc}"));
        let late = if method == "grads" { module.late_names() } else { Vec::new() };
        if !late.is_empty() {
            code.line(format!(
                "/// On up to [`{m}::TILE`] samples `train_step` leaves out {}, which its update makes itself.",
                late.join(", ")
            ));
        }
        code.open(format!("pub fn {method}(&self) -> &{m}::{ty} {{"));
        code.line(format!("&self.{method}"));
        code.close("}");
        code.line("");
        code.line(format!("/// {doc} To change."));
        code.open(format!("pub fn {method}_mut(&mut self) -> &mut {m}::{ty} {{"));
        code.line(format!("&mut self.{method}"));
        code.close("}");
    }
    code.line("");
    code.line("/// The settable numbers of the update.");
    code.open(format!("pub fn hyper(&mut self) -> &mut {m}::Hyper {{"));
    code.line("&mut self.hyper");
    code.close("}");
    code.line("");
    code.line("/// How many updates there were.");
    code.open("pub fn steps(&self) -> u64 {");
    code.line("self.steps");
    code.close("}");
    code.close("}");
    trainable(module, &mut code);
    code.into_text()
}

fn slices(ports: &[&Port], real: &str) -> Vec<String> {
    ports.iter().map(|port| format!("{}: &[{}]", argument(port), types::sample(port, real))).collect()
}

fn call_lines(code: &mut Code, head: &str, args: &[String], end: &str) {
    let flat = args.join(", ");
    if flat.len() <= 60 && code.column() + head.len() + flat.len() + end.len() + 2 <= 100 {
        code.line(format!("{head}({flat}){end}"));
        return;
    }
    code.open(format!("{head}("));
    for arg in args {
        code.line(format!("{arg},"));
    }
    code.close(format!("){end}"));
}

fn predict(module: &Module<'_>, code: &mut Code) {
    let (real, m) = (module.real, &module.name);
    let inputs = module.inputs();
    let names: Vec<String> = inputs.iter().map(|port| argument(port)).collect();
    let output = match module.passes.outputs.as_slice() {
        [one] => types::array(&one.1, real),
        _ => format!("{m}::Output<{real}>"),
    };
    let zero = match module.passes.outputs.as_slice() {
        [one] => types::array(&one.1, "0.0"),
        _ => format!("{m}::Output::default()"),
    };
    let storage = |workspace: &str| {
        let mut args = vec!["self.params.as_array()".to_owned(), "&self.buffers".to_owned()];
        args.extend(module.carries().then(|| "self.carried.as_array_mut()".to_owned()));
        args.extend(names.clone());
        args.push(format!("&mut self.{workspace}_workspace"));
        args
    };
    code.line("");
    code.line("/// The outputs for one sample.");
    if module.carries() {
        code.line("///");
        code.line("/// One step of a sequence: what it leaves in the states is what the next call begins with.");
    }
    if module.one_can_fail() {
        code.line("///");
        code.line("/// # Errors");
        code.line("/// An index out of its range.");
    }
    let mut parameters = vec!["&mut self".to_owned()];
    parameters.extend(inputs.iter().map(|port| format!("{}: {}", argument(port), types::argument(port, real))));
    let result = format!("Result<{output}, {}::DataError>", module.options.root);
    let end = if module.one_can_fail() { format!(" -> {result}") } else { format!(" -> {output}") };
    super::module::clippy_arguments(code, parameters.len());
    code.signature("pub fn predict", &parameters, &end);
    code.line(format!("let mut output = {zero};"));
    let mut args = storage("predict");
    args.push("&mut output".into());
    call_lines(code, &format!("{m}::predict"), &args, if module.one_can_fail() { "?;" } else { ";" });
    code.line(if module.one_can_fail() { "Ok(output)" } else { "output" });
    code.close("}");
    if module.passes.outputs.len() != 1 || inputs.is_empty() || module.carries() {
        return;
    }
    code.line("");
    code.line("/// The outputs for a batch of any length.");
    let fails = module.batch_can_fail();
    if fails {
        code.line("///");
        code.line("/// # Errors");
        code.line("/// Slices of unequal lengths, an index out of its range, a number that is not finite.");
    } else {
        code.line("/// Where a number is not finite, or there are no samples, the list is empty.");
    }
    let mut parameters = vec!["&mut self".to_owned()];
    parameters.extend(slices(&inputs, real));
    let list = format!("{}::__alloc::Vec<{output}>", module.options.facade);
    let end = if fails { format!(" -> Result<{list}, {}::DataError>", module.options.root) } else { format!(" -> {list}") };
    super::module::clippy_arguments(code, parameters.len());
    code.signature("pub fn predict_batch", &parameters, &end);
    code.line(format!("let mut outputs = {}::__alloc::vec![{zero}; {}.len()];", module.options.facade, names[0]));
    let (suffix, mut args) = runner(module);
    args.extend(storage("predict"));
    args.push("&mut outputs".into());
    if fails {
        call_lines(code, &format!("{m}::predict_batch{suffix}"), &args, "?;");
        code.line("Ok(outputs)");
    } else {
        call_lines(code, &format!("let done = {m}::predict_batch{suffix}"), &args, ";");
        code.open("if done.is_err() {");
        code.line("outputs.clear();");
        code.close("}");
        code.line("outputs");
    }
    code.close("}");
}

/// Who runs the passes over a batch: the ending of the door's name, and the argument.
fn runner(module: &Module<'_>) -> (&'static str, Vec<String>) {
    if module.options.threads { ("_with", vec!["&mut self.threads".to_owned()]) } else { ("", Vec::new()) }
}

/// How many threads share the work of a batch.
fn threads(module: &Module<'_>, code: &mut Code) {
    if !module.options.threads {
        return;
    }
    let facade = &module.options.facade;
    let cuts = &module.passes.cuts;
    let least = |least: Option<usize>| least.map(|least| 2 * least);
    let passes = [("`train_step` and `gradients`", cuts.train), ("`evaluate`", cuts.evaluate), ("`predict_batch`", cuts.predict)];
    code.line("");
    code.line("/// Lets `threads` threads share the work of a batch. The bits do not depend on how many; 0 ends it.");
    code.line("///");
    for (what, from) in passes {
        code.line(match least(from) {
            Some(from) => format!("/// {what}: from {from} samples on."),
            None => format!("/// {what}: by one thread, since samples look across the batch."),
        });
    }
    code.line("///");
    code.line(format!("/// What it costs, and what it gives: [`{facade}::Threads`].", facade = facade.trim_start_matches("::")));
    code.open("pub fn set_threads(&mut self, threads: usize) {");
    code.line(format!("self.threads = {facade}::Threads::new(threads);"));
    code.close("}");
    code.line("");
    code.line("/// As `set_threads`, for a network that has just been made.");
    code.line("#[must_use]");
    code.open("pub fn with_threads(mut self, threads: usize) -> Self {");
    code.line("self.set_threads(threads);");
    code.line("self");
    code.close("}");
    code.line("");
    code.line("/// The threads that share the work of a batch.");
    code.open(format!("pub fn threads(&self) -> &{facade}::Threads<{}> {{", module.real));
    code.line("&self.threads");
    code.close("}");
}

/// What only a network with states has: the states, and a sequence of steps.
fn carried(module: &Module<'_>, code: &mut Code) {
    let (real, m) = (module.real, &module.name);
    let inputs = module.inputs();
    let fails = module.one_can_fail();
    let output = match module.passes.outputs.as_slice() {
        [one] => types::array(&one.1, real),
        _ => format!("{m}::Output<{real}>"),
    };
    if !inputs.is_empty() {
        code.line("");
        code.line("/// The outputs for the steps of a sequence, one after another, as many as the shortest argument has: what the last one leaves in");
        code.line("/// the states is what the next call begins with.");
        if fails {
            code.line("///");
            code.line("/// # Errors");
            code.line("/// An index out of its range; the steps before it are done.");
        }
        let mut parameters = vec!["&mut self".to_owned()];
        parameters.extend(slices(&inputs, real));
        let list = format!("{}::__alloc::Vec<{output}>", module.options.facade);
        let end = if fails { format!(" -> Result<{list}, {}::DataError>", module.options.root) } else { format!(" -> {list}") };
        super::module::clippy_arguments(code, parameters.len());
        code.signature("pub fn predict_sequence", &parameters, &end);
        let names: Vec<String> = inputs.iter().map(|port| argument(port)).collect();
        let pattern = names[1..].iter().fold(names[0].clone(), |left, name| format!("({left}, {name})"));
        let zip = names[1..].iter().fold(names[0].clone(), |left, name| match left == names[0] {
            true => format!("{left}.iter().zip({name})"),
            false => format!("{left}.zip({name})"),
        });
        code.line(format!("let mut outputs = {}::__alloc::Vec::with_capacity({}.len());", module.options.facade, names[0]));
        code.open(format!("for {pattern} in {zip} {{"));
        let args: Vec<String> =
            inputs.iter().zip(&names).map(|(port, name)| if port.shape.is_empty() { format!("*{name}") } else { name.clone() }).collect();
        code.line(format!("outputs.push(self.predict({}){});", args.join(", "), if fails { "?" } else { "" }));
        code.close("}");
        code.line(if fails { "Ok(outputs)" } else { "outputs" });
        code.close("}");
    }
    for (method, me, borrow, doc) in [
        ("state", "&self", "&", "The states that the next prediction begins with."),
        ("state_mut", "&mut self", "&mut ", "The states that the next prediction begins with. To change."),
    ] {
        code.line("");
        code.line(format!("/// {doc}"));
        code.open(format!("pub fn {method}({me}) -> {borrow}{m}::State {{"));
        code.line(format!("{borrow}self.carried"));
        code.close("}");
    }
    code.line("");
    code.line("/// The next prediction begins a new sequence.");
    code.open("pub fn reset(&mut self) {");
    code.line("self.carried.reset();");
    code.close("}");
}

/// The methods that take whole samples: where states are carried, each also in a form that is handed them.
fn train(module: &Module<'_>, code: &mut Code) {
    let (m, root) = (&module.name, &module.options.root);
    let states = module.carries();
    let none = if states { "&mut []" } else { "" };
    evaluate(module, code, "evaluate", none);
    if states {
        evaluate(module, code, "evaluate_from", "states");
    }
    gradients(module, code, "gradients", none);
    if states {
        gradients(module, code, "gradients_from", "states");
    }
    backward(module, code);
    code.line("");
    code.line("/// Updates the parameters by the gradients.");
    code.open("pub fn apply(&mut self) {");
    next_buffers(module, code);
    code.line("self.steps += 1;");
    let args = ["self.params.as_array_mut()", "self.grads.as_array()", "&mut self.state", "&mut self.scalars", "&self.hyper", "self.steps"];
    call_lines(code, &format!("{m}::update"), &args.map(str::to_owned), ";");
    code.close("}");
    let forms: &[(&str, &str, bool)] = if states {
        &[("train_step", "gradients", false), ("train_step_from", "gradients_from", true)]
    } else {
        &[("train_step", "gradients", false)]
    };
    for (method, gradients, from) in forms {
        let length = module.batch_length(&format!("{m}::"));
        let doc = format!("One training step on a batch {length}: gradients, then the update. Gives the losses before it.");
        errors(code, &doc, *from, " or a loss");
        module.batch_errors(code);
        code.line("/// Nothing has changed then but the gradients.");
        let parameters = sample_parameters(module, *from);
        super::module::clippy_arguments(code, parameters.len());
        code.signature(&format!("pub fn {method}"), &parameters, &format!(" -> Result<{m}::Losses, {root}::DataError>"));
        let names = from.then(|| "states".to_owned()).into_iter().chain(module.sample_ports.iter().map(argument));
        let names: Vec<String> = names.collect();
        if !module.late_names().is_empty() {
            late_step(module, code, &names);
        }
        call_lines(code, &format!("let losses = self.{gradients}"), &names, "?;");
        code.line("self.apply();");
        code.line("Ok(losses)");
        code.close("}");
    }
}

/// A step on a batch of one tile, in which the update makes large gradients itself.
fn late_step(module: &Module<'_>, code: &mut Code, samples: &[String]) {
    let m = &module.name;
    code.open(format!("if {}.len() <= {m}::TILE {{", samples[0]));
    code.open(format!("let step = {}::Step {{", module.options.root));
    code.line("seed: self.seed,");
    code.line("number: self.steps + 1,");
    code.close("};");
    let mut args = vec!["self.params.as_array_mut()".to_owned(), "&self.buffers".to_owned()];
    args.extend(samples.iter().cloned());
    args.extend(["step", "&mut self.train_workspace", "self.grads.as_array_mut()", "&mut self.state"].map(str::to_owned));
    args.extend(["&mut self.scalars", "&self.hyper"].map(str::to_owned));
    call_lines(code, &format!("let losses = {m}::train_step"), &args, "?;");
    next_buffers(module, code);
    code.line("self.steps += 1;");
    code.line("return Ok(losses);");
    code.close("}");
}

/// Takes over what the buffers hold after a step.
fn next_buffers(module: &Module<'_>, code: &mut Code) {
    if !module.network.buffers.is_empty() {
        code.line(format!("let next = &self.train_workspace[..{}::BUFFERS];", module.name));
        code.line("self.buffers.copy_from_slice(next);");
    }
}

/// `&mut self`, perhaps the states, and the samples.
fn sample_parameters(module: &Module<'_>, states: bool) -> Vec<String> {
    let ports: Vec<&Port> = module.sample_ports.iter().collect();
    let mut parameters = vec!["&mut self".to_owned()];
    parameters.extend(states.then(|| format!("states: &mut [[{}; {}::STATE]]", module.real, module.name)));
    parameters.extend(slices(&ports, module.real));
    parameters
}

fn errors(code: &mut Code, doc: &str, states: bool, losses: &str) {
    code.line("");
    code.line(format!("/// {doc}"));
    if states {
        code.line("///");
        code.line(
            "/// `states` are what each sample begins with, and then what its last step left: what the next piece of its sequence begins",
        );
        code.line("/// with. No gradient goes from one piece to the other.");
    }
    code.line("///");
    code.line("/// # Errors");
    code.line(format!("/// Slices of unequal lengths, an index out of its range, a number{losses} that is not finite."));
}

fn evaluate(module: &Module<'_>, code: &mut Code, method: &str, states: &str) {
    let (m, root) = (&module.name, &module.options.root);
    errors(code, "Losses and metrics of a batch of any length, in predict mode.", states == "states", "");
    let parameters = sample_parameters(module, states == "states");
    super::module::clippy_arguments(code, parameters.len());
    code.signature(&format!("pub fn {method}"), &parameters, &format!(" -> Result<{m}::Evaluation, {root}::DataError>"));
    let (suffix, mut args) = runner(module);
    args.extend(["self.params.as_array()".to_owned(), "&self.buffers".to_owned()]);
    args.extend((!states.is_empty()).then(|| states.to_owned()));
    args.extend(module.sample_ports.iter().map(argument));
    args.push("&mut self.evaluate_workspace".into());
    call_lines(code, &format!("{m}::evaluate{suffix}"), &args, "");
    code.close("}");
}

fn gradients(module: &Module<'_>, code: &mut Code, method: &str, states: &str) {
    let (m, root) = (&module.name, &module.options.root);
    let length = module.batch_length(&format!("{m}::"));
    let doc = format!("Losses of a batch {length}, in training mode; their gradients are in `grads`.");
    errors(code, &doc, states == "states", " or a loss");
    module.batch_errors(code);
    let parameters = sample_parameters(module, states == "states");
    super::module::clippy_arguments(code, parameters.len());
    code.signature(&format!("pub fn {method}"), &parameters, &format!(" -> Result<{m}::Losses, {root}::DataError>"));
    code.open(format!("let step = {root}::Step {{"));
    code.line("seed: self.seed,");
    code.line("number: self.steps + 1,");
    code.close("};");
    let (suffix, mut args) = runner(module);
    args.extend(["self.params.as_array()".to_owned(), "&self.buffers".to_owned()]);
    args.extend((!states.is_empty()).then(|| states.to_owned()));
    args.extend(module.sample_ports.iter().map(argument));
    args.extend(["step".to_owned(), "&mut self.train_workspace".into(), "self.grads.as_array_mut()".into()]);
    call_lines(code, &format!("{m}::gradients{suffix}"), &args, "");
    code.close("}");
}

/// The gradients of a loss that is computed elsewhere.
fn backward(module: &Module<'_>, code: &mut Code) {
    let Some(cotangents) = module.cotangents() else { return };
    let (real, m, root) = (module.real, &module.name, &module.options.root);
    let inputs = module.sample_inputs();
    let mut parameters = vec!["&mut self".to_owned()];
    parameters.extend(slices(&inputs, real));
    parameters.extend(cotangents.iter().map(|(name, shape)| format!("{name}: &[{}]", types::array(shape, real))));
    code.line("");
    code.line(
        "/// The gradients for a loss computed elsewhere, whose gradients with respect to the outputs, a sample each, are handed in;",
    );
    code.line("/// they are in `grads`, for `apply`.");
    code.line("///");
    code.line("/// # Errors");
    code.line("/// Slices of unequal lengths, an index out of its range, a number that is not finite.");
    module.batch_errors(code);
    super::module::clippy_arguments(code, parameters.len());
    code.signature("pub fn backward", &parameters, &format!(" -> Result<(), {root}::DataError>"));
    if !module.network.buffers.is_empty() {
        code.line("// Buffers keep their values.");
        code.line(format!("self.train_workspace[..{m}::BUFFERS].copy_from_slice(&self.buffers[..]);"));
    }
    code.open(format!("let step = {root}::Step {{"));
    code.line("seed: self.seed,");
    code.line("number: self.steps + 1,");
    code.close("};");
    let mut args = vec!["self.params.as_array()".to_owned(), "&self.buffers".to_owned()];
    args.extend(module.carries().then(|| "&mut []".to_owned()));
    args.extend(inputs.iter().map(|port| argument(port)));
    args.extend(cotangents.into_iter().map(|(name, _)| name));
    args.extend(["step".to_owned(), "&mut self.backward_workspace".into(), "self.grads.as_array_mut()".into()]);
    call_lines(code, &format!("{m}::backward"), &args, "");
    code.close("}");
}

fn trainable(module: &Module<'_>, code: &mut Code) {
    let (real, m, root) = (module.real, &module.name, &module.options.root);
    let facade = &module.options.facade;
    let columns: Vec<String> = module.network.ports.iter().map(|port| format!("&data.{}", identifier(&port.name))).collect();
    let data = if columns.is_empty() { "_data" } else { "data" };
    code.line("");
    code.open(format!("impl {facade}::Trainable for {} {{", module.network.name));
    code.line(format!("type Net = {m}::Net;"));
    code.line(format!("type Real = {real};"));
    code.line(format!("type Data = {m}::Data;"));
    let fields = |names: &[String], of: &str| -> Vec<String> { names.iter().map(|name| format!("{of}.{name}")).collect() };
    let losses: Vec<String> = {
        let mut scope = super::names::Scope::new(&["total"]);
        let names = module.network.train.losses.iter();
        names.map(|loss| if loss.name.is_empty() { "total".to_owned() } else { scope.unique(&loss.name) }).collect()
    };
    let metrics: Vec<String> = module.network.predict.metrics.iter().map(|metric| identifier(&metric.name)).collect();
    let cast = if real == "f32" { ".into()" } else { "" };
    let copy = |code: &mut Code, to: &str, from: Vec<String>| {
        for (i, from) in from.iter().enumerate() {
            code.open(format!("if let Some(out) = {to}.get_mut({i}) {{"));
            code.line(format!("*out = {from}{cast};"));
            code.close("}");
        }
    };
    let loss_list = |code: &mut Code, of: &str| {
        let only = losses.len() == 1 && losses[0] == "total";
        let unnamed = losses.iter().position(|name| name == "total");
        match unnamed {
            // What is unnamed is what the named terms leave of the total.
            Some(at) if !only => {
                let named: String = losses.iter().filter(|name| *name != "total").map(|name| format!(" - {of}.{name}")).collect();
                let mut list = fields(&losses, of);
                list[at] = format!("({of}.total{named})");
                copy(code, "losses", list);
            }
            _ => copy(code, "losses", fields(&losses, of)),
        }
    };
    let unused = |names: &[String], name: &str| if names.is_empty() { format!("_{name}") } else { name.to_owned() };
    let loss_argument = unused(&losses, "losses");
    code.line("");
    code.signature(
        "fn train_on",
        &["&mut self".into(), format!("{data}: &{m}::Data"), format!("{loss_argument}: &mut [f64]")],
        &format!(" -> Result<f64, {root}::DataError>"),
    );
    call_lines(code, "let step = self.train_step", &columns, "?;");
    loss_list(code, "step");
    code.line(format!("Ok(step.total{cast})"));
    code.close("}");
    code.line("");
    code.signature(
        "fn evaluate_on",
        &[
            "&mut self".into(),
            format!("{data}: &{m}::Data"),
            format!("{loss_argument}: &mut [f64]"),
            format!("{}: &mut [f64]", unused(&metrics, "metrics")),
        ],
        &format!(" -> Result<f64, {root}::DataError>"),
    );
    call_lines(code, "let found = self.evaluate", &columns, "?;");
    loss_list(code, "found.losses");
    copy(code, "metrics", fields(&metrics, "found.metrics"));
    code.line(format!("Ok(found.losses.total{cast})"));
    code.close("}");
    for (method, ty, borrow, me) in [("parts", "Parts", "&", "&self"), ("parts_mut", "PartsMut", "&mut ", "&mut self")] {
        let (array, number) = if method == "parts" { ("as_array", "") } else { ("as_array_mut", "&mut ") };
        code.line("");
        code.open(format!("fn {method}({me}) -> {facade}::{ty}<'_, {real}> {{"));
        code.open(format!("{facade}::{ty} {{"));
        code.line(format!("parameters: self.params.{array}(),"));
        code.line(format!("buffers: {borrow}self.buffers[..],"));
        code.line(format!("state: {borrow}self.state[..],"));
        code.line(format!("scalars: {borrow}self.scalars,"));
        code.line(format!("seed: {number}self.seed,"));
        code.line(format!("steps: {number}self.steps,"));
        code.close("}");
        code.close("}");
    }
    code.line("");
    code.open("fn read_hyper(&self, values: &mut [f64]) {");
    code.open("for (out, value) in values.iter_mut().zip(self.hyper.to_list()) {");
    code.line("*out = value;");
    code.close("}");
    code.close("}");
    code.line("");
    code.open("fn write_hyper(&mut self, values: &[f64]) {");
    code.line("let mut list = self.hyper.to_list();");
    code.open("for (out, value) in list.iter_mut().zip(values) {");
    code.line("*out = *value;");
    code.close("}");
    code.line(format!("self.hyper = {m}::Hyper::from_list(&list);"));
    code.close("}");
    code.close("}");
}
