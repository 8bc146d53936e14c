//! The methods that predict: one sample, a batch, a sequence of steps.

use super::{call_lines, runner, slices};
use crate::emit::doc::Code;
use crate::emit::module::{Module, argument, clippy_arguments};
use crate::emit::types;

pub(super) fn predict(module: &Module<'_>, code: &mut Code) {
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
    clippy_arguments(code, parameters.len());
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
    clippy_arguments(code, parameters.len());
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

/// What only a network with states has: the states, and a sequence of steps.
pub(super) fn carried(module: &Module<'_>, code: &mut Code) {
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
        clippy_arguments(code, parameters.len());
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
