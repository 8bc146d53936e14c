//! The methods that take whole samples: evaluation, gradients, the step of training.

use super::{call_lines, runner, slices};
use crate::emit::doc::Code;
use crate::emit::module::{Module, argument, clippy_arguments};
use crate::emit::types;
use crate::network::Port;

/// The methods that take whole samples: where states are carried, each also in a form that is handed them.
pub(super) fn train(module: &Module<'_>, code: &mut Code) {
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
        clippy_arguments(code, parameters.len());
        code.signature(&format!("pub fn {method}"), &parameters, &format!(" -> Result<{m}::Losses, {root}::DataError>"));
        let names = from.then(|| "states".to_owned()).into_iter().chain(module.sample_ports.iter().map(argument));
        let names: Vec<String> = names.collect();
        if module.options.threads {
            let states = module.carries() && !from;
            code.open("if self.threads.count() > 0 {");
            step(module, code, "_with", states.then(|| "&mut []".to_owned()).into_iter().chain(names.clone()).collect());
            code.close("}");
        }
        if !module.late_names().is_empty() {
            code.open(format!("if {}.len() <= {m}::TILE {{", names[0]));
            step(module, code, "", names.clone());
            code.close("}");
        }
        call_lines(code, &format!("let losses = self.{gradients}"), &names, "?;");
        code.line("self.apply();");
        code.line("Ok(losses)");
        code.close("}");
    }
}

/// A step by one of the module's doors, the one with this ending.
fn step(module: &Module<'_>, code: &mut Code, suffix: &str, samples: Vec<String>) {
    let m = &module.name;
    code.open(format!("let step = {}::Step {{", module.options.root));
    code.line("seed: self.seed,");
    code.line("number: self.steps + 1,");
    code.close("};");
    let mut args: Vec<String> = if suffix.is_empty() { Vec::new() } else { vec!["&mut self.threads".to_owned()] };
    args.extend(["self.params.as_array_mut()".to_owned(), "&self.buffers".to_owned()]);
    args.extend(samples);
    args.extend(["step", "&mut self.train_workspace", "self.grads.as_array_mut()", "&mut self.state"].map(str::to_owned));
    args.extend(["&mut self.scalars", "&self.hyper"].map(str::to_owned));
    call_lines(code, &format!("let losses = {m}::train_step{suffix}"), &args, "?;");
    next_buffers(module, code);
    code.line("self.steps += 1;");
    code.line("return Ok(losses);");
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
    clippy_arguments(code, parameters.len());
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
    clippy_arguments(code, parameters.len());
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
    clippy_arguments(code, parameters.len());
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
