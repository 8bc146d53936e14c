//! What is told of memory: bytes in the report and in the module, budgets, what freezing saves.

use tapeless_compiler::elaborate::NoFiles;
use tapeless_compiler::{Compilation, Options, compile};
use tapeless_grammar::span::Sources;

fn compiled(body: &str) -> Compilation {
    let mut sources = Sources::new();
    let root = sources.add("test.nn", format!("network Net {{ {body} }}"));
    compile(&mut sources, root, &mut NoFiles, &Options::default())
}

const BODY: &str = "input x: [8]; target y: [3]; buffer m: [5] = zeros(); m = 0.5 * m;
    let h = x |> fc1: dense(64) |> tanh |> fc2: dense(64) |> tanh;
    output p = h |> head: dense(3); loss mse(p, y); optimizer adam(lr = 1e-2);";

#[test]
fn bytes_of_a_network() {
    let made = compiled(BODY);
    let (report, text) = (&made.networks[0].report, made.text());
    let memory = &report.memory;
    let count = 8 * 64 + 64 + 64 * 64 + 64 + 64 * 3 + 3;
    assert_eq!((memory.parameters, memory.buffers, memory.optimizer_state), (4 * count, 4 * 5, 2 * 4 * count));
    assert_eq!(memory.train_workspace, report.workspace_bytes + memory.buffers);
    assert_eq!(memory.training(), 4 * memory.parameters + memory.buffers + memory.train_workspace);
    for (name, bytes) in [
        ("PARAMETERS_BYTES", memory.parameters),
        ("BUFFERS_BYTES", memory.buffers),
        ("OPTIMIZER_BYTES", memory.optimizer_state),
        ("TRAIN_WORKSPACE_BYTES", memory.train_workspace),
        ("EVALUATE_WORKSPACE_BYTES", memory.evaluate_workspace),
        ("PREDICT_WORKSPACE_BYTES", memory.predict_workspace),
    ] {
        assert!(text.contains(&format!("pub const {name}: usize = {bytes};")), "{name}");
    }
    assert!(text.contains(&format!("// {} bytes for training", memory.training())));
    // In f64 all is twice as large.
    let wide = compiled(&format!("{BODY} precision f64;"));
    assert_eq!(wide.networks[0].report.memory.training(), 2 * memory.training());
}

#[test]
fn a_budget_names_the_largest() {
    let made = compiled(&format!("{BODY} budget memory = 1000;"));
    let told = &made.diagnostics[0];
    assert_eq!(told.code, "E0202");
    assert!(told.labels[0].text.starts_with("optimizer state"), "{}", told.labels[0].text);
    assert!(told.help.as_deref().unwrap().contains("the largest values of the workspace are h_tanh 8192 bytes"), "{:?}", told.help);
    let enough = compiled(BODY).networks[0].report.memory.training();
    assert!(!compiled(&format!("{BODY} budget memory = {enough};")).has_errors());
    assert!(compiled(&format!("{BODY} budget memory = {};", enough - 1)).has_errors());
}

#[test]
fn freezing_saves() {
    assert_eq!(compiled(BODY).networks[0].report.saved, None);
    let whole = compiled(BODY).networks[0].report.workspace_bytes;
    let saved = compiled(&format!("{BODY} freeze fc1; freeze fc2;")).networks[0].report.saved.unwrap();
    // Neither the products of the gradients nor those of the layers' weights are computed.
    assert!(saved.operations * 2 < saved.operations_without, "{saved:?}");
    assert!(saved.workspace <= saved.workspace_without, "{saved:?}");
    assert_eq!(saved.workspace_without, whole);
}

#[test]
fn masks_are_drawn_again() {
    let workspace = |layers: usize| {
        let layers = " |> dense(64) |> tanh |> dropout(0.5)".repeat(layers);
        let body = format!("input x: [64]; target y: [64]; output p = x {layers}; loss mse(p, y); emit kernels;");
        compiled(&body).networks[0].report.workspace_bytes
    };
    // Of each further layer two things wait for the backward pass, what the activation gave and what dropout made of it, and no mask.
    let value = 4 * 64 * 32;
    assert_eq!(workspace(9) - workspace(8), 2 * value);
}
