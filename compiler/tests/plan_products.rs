//! How products lie: what several of them read transposed is transposed once.

use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::emit::programs;
use tapeless_compiler::ops::Value;
use tapeless_compiler::plan::{Form, Orientation, Phase, Plan, form};
use tapeless_grammar::span::Sources;

/// Products of a training step that read their right factor transposed, and movements of what no sample is in.
fn transposed(body: &str) -> (usize, usize) {
    let mut sources = Sources::new();
    let root = sources.add("a.nn", format!("network A {{ {body} optimizer sgd(lr = 0.1); }}"));
    let made = elaborate(&mut sources, root, &mut NoFiles);
    assert!(!made.has_errors(), "{:?}", made.diagnostics);
    let plan = Plan::new(programs(&made.networks[0]).unwrap().train, 32);
    let graph = &plan.program.graph;
    let kernels = plan.kernels.iter().map(|kernel| kernel.output);
    let moved = kernels.filter(|&id| {
        let (node, phase) = (graph.node(id), plan.phases[id.index()]);
        matches!(node.op.value, Value::Move(_)) && phase == Phase::Once && node.ty.shape == [6, 6]
    });
    let live = graph.live(&plan.program.results.iter().map(|wanted| wanted.node).collect::<Vec<_>>());
    let contracts = graph.ids().filter(|id| live[id.index()] && matches!(graph.node(*id).op.value, Value::Contract));
    let right = contracts.filter(|&id| match form(graph, id, 32) {
        Form::Product(product) => product.orientation == Orientation::RightTransposed && (product.k, product.n) == (6, 6),
        Form::Transpose => false,
    });
    (right.count(), moved.count())
}

#[test]
fn what_several_products_read_transposed_is_transposed_once() {
    let network = "input x: [2]; let u = sum(x |> a: dense(6) |> tanh |> b: dense(6) |> tanh |> c: dense(6) |> tanh);";
    // A gradient alone reads each weight once so.
    assert_eq!(transposed(&format!("{network} loss u ^ 2;")), (2, 0));
    assert_eq!(transposed(&format!("{network} loss laplacian(u, x) ^ 2;")), (0, 2));
}
