//! `check`: what is wrong with programs, and what their networks need.

use std::path::Path;

use tapeless_compiler::emit::{Generated, Memory, Report, Saved};
use tapeless_compiler::network::{Emit, Network, Port, State};
use tapeless_compiler::{Compilation, Options};
use tapeless_grammar::render::{json, json_string};
use tapeless_grammar::span::Sources;

use crate::args::CheckArgs;
use crate::show::grouped;
use crate::{Failure, Outcome, program, show};

pub(crate) fn run(args: &CheckArgs) -> Outcome {
    let mut objects = Vec::new();
    let mut wrong = false;
    for file in &args.files {
        let checked = check(file)?;
        wrong |= checked.iter().any(|(compilation, _)| compilation.has_errors());
        if args.json {
            objects.push(object(&checked));
            continue;
        }
        for (compilation, sources) in &checked {
            show::diagnostics(sources, &compilation.diagnostics);
            for (generated, network) in compilation.networks.iter().zip(&compilation.elaborated) {
                show::result(&table(&file.display().to_string(), generated, network))?;
            }
        }
    }
    if args.json {
        let text = match objects.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        show::result(&format!("{text}\n"))?;
    }
    if wrong { Err(Failure::Told) } else { Ok(()) }
}

fn check(file: &Path) -> Result<Vec<(Compilation, Sources)>, Failure> {
    let programs = program::open(file)?;
    let compiled = programs.into_iter().map(|mut program| {
        let compilation = program.compile(&Options::default());
        let sources = program.shown();
        (compilation, sources)
    });
    Ok(compiled.collect())
}

/// The contract with other programs: DESIGN, section 6.
fn object(checked: &[(Compilation, Sources)]) -> String {
    let each = |(compilation, sources): &(Compilation, Sources)| {
        let rows = json(sources, &compilation.diagnostics);
        rows.strip_prefix('[').and_then(|rows| rows.strip_suffix(']')).unwrap_or_default().to_owned()
    };
    let diagnostics: Vec<String> = checked.iter().map(each).filter(|rows| !rows.is_empty()).collect();
    let networks = checked.iter().flat_map(|(compilation, _)| compilation.networks.iter().zip(&compilation.elaborated));
    let networks: Vec<String> =
        networks.map(|(generated, network)| network_object(&generated.name, &network.states, &generated.report)).collect();
    format!("{{\"diagnostics\": [{}], \"networks\": [{}]}}", diagnostics.join(", "), networks.join(", "))
}

fn network_object(name: &str, states: &[State], report: &Report) -> String {
    let shapes = |key: &str, rows: &[(String, Vec<usize>)]| {
        let rows: Vec<String> =
            rows.iter().map(|(name, shape)| format!("{{\"{key}\": {}, \"shape\": {shape:?}}}", json_string(name))).collect();
        rows.join(", ")
    };
    // A state stands in the network itself, never in a layer: its path is its name.
    let state = |state: &State| {
        let name = json_string(&state.name);
        format!("{{\"name\": {name}, \"path\": {name}, \"shape\": {:?}}}", state.shape)
    };
    let states: Vec<String> = states.iter().map(state).collect();
    format!(
        "{{\"name\": {}, \"parameters\": [{}], \"states\": [{}], \"outputs\": [{}], \"parameter_count\": {}, \
         \"flops_train\": {}, \"flops_predict\": {}, \"kernels\": {}, \"statements\": {}, \"workspace_bytes\": {}, \"live_bytes\": {}, \"memory\": {}, \"saved\": {}, \"emit\": \"{}\"}}",
        json_string(name),
        shapes("path", &report.parameters),
        states.join(", "),
        shapes("name", &report.outputs),
        report.parameter_count,
        report.train_operations,
        report.predict_operations,
        report.kernels,
        report.statements,
        report.workspace_bytes,
        report.live_bytes,
        memory_object(&report.memory),
        report.saved.as_ref().map_or("null".to_owned(), saved_object),
        emit_name(report.emit),
    )
}

fn memory_object(memory: &Memory) -> String {
    let largest: Vec<String> =
        memory.largest.iter().map(|(name, bytes)| format!("{{\"name\": {}, \"bytes\": {bytes}}}", json_string(name))).collect();
    format!(
        "{{\"parameters\": {}, \"gradients\": {}, \"buffers\": {}, \"optimizer_state\": {}, \"states\": {}, \"train_workspace\": {}, \
         \"evaluate_workspace\": {}, \"predict_workspace\": {}, \"training\": {}, \"prediction\": {}, \"largest\": [{}]}}",
        memory.parameters,
        memory.parameters,
        memory.buffers,
        memory.optimizer_state,
        memory.states,
        memory.train_workspace,
        memory.evaluate_workspace,
        memory.predict_workspace,
        memory.training(),
        memory.prediction(),
        largest.join(", "),
    )
}

fn saved_object(saved: &Saved) -> String {
    format!(
        "{{\"operations\": {}, \"operations_without\": {}, \"workspace\": {}, \"workspace_without\": {}}}",
        saved.operations, saved.operations_without, saved.workspace, saved.workspace_without,
    )
}

fn emit_name(emit: Emit) -> &'static str {
    match emit {
        Emit::Unrolled => "unrolled",
        Emit::Kernels => "kernels",
    }
}

/// What people want to know of a network that compiles.
fn table(file: &str, generated: &Generated, network: &Network) -> String {
    let report = &generated.report;
    let mut rows: Vec<(&str, String)> = Vec::new();
    let port = |port: &Port| {
        let range = port.index.map_or_else(String::new, |n| format!(" in 0..{n}"));
        format!("{} {:?}{range}", port.name, port.shape)
    };
    rows.extend(network.ports.iter().map(|one| (if one.target { "target" } else { "input" }, port(one))));
    rows.extend(network.states.iter().map(|state| ("state", format!("{} {:?}", state.name, state.shape))));
    rows.extend(network.unroll.map(|steps| ("unroll", format!("{steps} steps in a training sample"))));
    rows.extend(report.outputs.iter().map(|(name, shape)| ("output", format!("{name} {shape:?}"))));
    rows.extend(report.parameters.iter().map(|(path, shape)| ("parameter", format!("{path} {shape:?}"))));
    rows.push(("parameters", grouped(report.parameter_count)));
    let (train, predict) = (grouped(report.train_operations), grouped(report.predict_operations));
    rows.push(("operations", format!("{train} a sample in a training step, {predict} in a prediction")));
    let (kernels, statements) = (grouped(report.kernels), grouped(report.statements));
    rows.push(("a training step", format!("{}: {kernels} kernels, {statements} statements", emit_name(report.emit))));
    let (workspace, live) = (grouped(report.workspace_bytes), grouped(report.live_bytes));
    rows.push(("workspace", format!("{workspace} bytes, {live} alive at once")));
    let memory = &report.memory;
    let holders = [
        ("parameters", memory.parameters),
        ("gradients", memory.parameters),
        ("buffers", memory.buffers),
        ("optimizer", memory.optimizer_state),
        ("workspace", memory.train_workspace),
    ];
    let holders: Vec<String> = holders.iter().filter(|row| row.1 > 0).map(|(name, bytes)| format!("{name} {}", grouped(*bytes))).collect();
    rows.push(("memory", format!("{} bytes for training: {}", grouped(memory.training()), holders.join(", "))));
    rows.push(("memory", format!("{} bytes for predicting", grouped(memory.prediction()))));
    if let Some(saved) = &report.saved {
        let of = |with: usize, without: usize| format!("{} instead of {}", grouped(with), grouped(without));
        let (operations, bytes) = (of(saved.operations, saved.operations_without), of(saved.workspace, saved.workspace_without));
        rows.push(("frozen", format!("{operations} operations a sample in a training step, {bytes} bytes of workspace")));
    }
    let mut out = format!("{file}: network {}\n", generated.name);
    let mut last = "";
    for (what, value) in rows {
        out.push_str(&format!("  {:<16} {value}\n", if what == last { "" } else { what }));
        last = what;
    }
    out
}

#[cfg(test)]
mod tests {
    use tapeless_compiler::network::Initialiser;
    use tapeless_grammar::span::Span;

    use super::*;

    #[test]
    fn a_network_as_json() {
        let report = Report {
            parameters: vec![("fc.weight".into(), vec![2, 3]), ("b".into(), vec![])],
            outputs: vec![("p".into(), vec![3])],
            parameter_count: 7,
            train_operations: 40,
            predict_operations: 12,
            kernels: 3,
            statements: 20,
            workspace_bytes: 64,
            live_bytes: 32,
            memory: Memory {
                parameters: 28,
                optimizer_state: 56,
                train_workspace: 64,
                largest: vec![("h".into(), 48)],
                ..Memory::default()
            },
            saved: Some(Saved { operations: 30, operations_without: 40, workspace: 64, workspace_without: 80 }),
            emit: Emit::Unrolled,
        };
        let expected = "{\"name\": \"A\", \"parameters\": [{\"path\": \"fc.weight\", \"shape\": [2, 3]}, {\"path\": \"b\", \"shape\": []}], \
                        \"states\": [{\"name\": \"h\", \"path\": \"h\", \"shape\": [40]}], \"outputs\": [{\"name\": \"p\", \"shape\": [3]}], \
                        \"parameter_count\": 7, \"flops_train\": 40, \"flops_predict\": 12, \"kernels\": 3, \"statements\": 20, \"workspace_bytes\": 64, \"live_bytes\": 32, \
                        \"memory\": {\"parameters\": 28, \"gradients\": 28, \"buffers\": 0, \"optimizer_state\": 56, \"states\": 0, \
                        \"train_workspace\": 64, \"evaluate_workspace\": 0, \"predict_workspace\": 0, \"training\": 176, \"prediction\": 28, \
                        \"largest\": [{\"name\": \"h\", \"bytes\": 48}]}, \"saved\": {\"operations\": 30, \"operations_without\": 40, \
                        \"workspace\": 64, \"workspace_without\": 80}, \"emit\": \"unrolled\"}";
        let state = State { name: "h".into(), span: Span::default(), shape: vec![40], init: Initialiser::Constant(0.0) };
        assert_eq!(network_object("A", &[state], &report), expected);
    }
}
