//! Programs that elaborate: their parameters, outputs, losses and names.

use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::network::Network;
use tapeless_grammar::span::Sources;

/// The networks of a text without errors.
fn networks(text: &str) -> Vec<Network> {
    let mut sources = Sources::new();
    let root = sources.add("test.nn", text);
    let made = elaborate(&mut sources, root, &mut NoFiles);
    let told: Vec<String> = made
        .diagnostics
        .iter()
        .map(|d| {
            let (line, column) = sources.line_column(d.span().file, d.span().start);
            format!("{} {}:{line}:{column} {} {:?}", d.code, sources.file(d.span().file).name, d.message, d.help)
        })
        .collect();
    assert!(!made.has_errors(), "{}", told.join("\n"));
    made.networks
}

#[test]
fn moons() {
    let all = networks(include_str!("programs/moons.nn"));
    for node in &all[0].predict.graph.nodes {
        println!("{:<12} {:?} {:?} {:?} name {:?} in {:?}", node.op.name, node.args, node.attr, node.ty, node.name, node.origin.context);
    }
    println!("{:#?}", all[0].parameters);
    for node in &all[0].optimizers[0].graph.nodes {
        println!("{:<12} {:?} {:?} {:?} name {:?} in {:?}", node.op.name, node.args, node.attr, node.ty, node.name, node.origin.context);
    }
}
