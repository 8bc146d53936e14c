//! Prints the graphs of a `.nn` file: `cargo run -p tapeless-compiler --example graph -- FILE`.

use tapeless_compiler::differentiate;
use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::graph::text::text;
use tapeless_compiler::simplify;
use tapeless_grammar::span::Sources;

fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let source = std::fs::read_to_string(&path).unwrap_or_default();
    let mut sources = Sources::new();
    let root = sources.add(path, source);
    for network in elaborate(&mut sources, root, &mut NoFiles).networks {
        println!("== {}: a training step, as elaborated\n{}", network.name, text(&network.train.graph, &[]));
        let Ok(derived) = differentiate::train(&network.train, &network.parameters, &network.ports) else { continue };
        println!("== with gradients\n{}", text(&derived.graph, &derived.roots()));
        let mut marked = simplify::Marked::new(derived.graph.clone(), derived.roots());
        for pass in simplify::PASSES {
            (pass.run)(&mut marked);
            println!("== after {}\n{}", pass.name, text(&marked.graph, &marked.roots));
        }
    }
}
