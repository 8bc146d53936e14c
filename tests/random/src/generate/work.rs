//! How much a program computes.

use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::graph::{Attr, Graph};
use tapeless_grammar::span::Sources;

/// About as many numbers, forward and for one sample.
pub(super) fn of(text: &str) -> usize {
    let mut sources = Sources::new();
    let root = sources.add("random.nn", text);
    elaborate(&mut sources, root, &mut NoFiles).networks.iter().map(|network| in_graph(&network.train.graph)).sum()
}

fn in_graph(graph: &Graph) -> usize {
    let size = |ty: &tapeless_compiler::graph::Type| ty.shape.iter().product::<usize>();
    let node = |node: &tapeless_compiler::graph::Node| match &node.attr {
        Attr::Scan(scan) => scan.steps * in_graph(&scan.body),
        _ if node.args.is_empty() => 0,
        // A product has the work of the larger of its operands, too.
        _ => node.args.iter().map(|&operand| size(graph.ty(operand))).fold(size(&node.ty), usize::max),
    };
    graph.nodes.iter().map(node).sum()
}
