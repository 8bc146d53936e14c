//! How products lie: what several of them read transposed is transposed once.

use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::emit::programs;
use tapeless_compiler::graph::Attr;
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

/// The contraction in a prediction's plan, as text: orientation and extents, from row to row, loops with their steps; and how many movements
/// stand beside it.
fn planned(inputs: &str, labels: &str, rows: usize) -> (String, usize) {
    let mut sources = Sources::new();
    let root = sources.add("a.nn", format!("network A {{ {inputs} output z = contract(x, y, \"{labels}\"); }}"));
    let made = elaborate(&mut sources, root, &mut NoFiles);
    assert!(!made.has_errors(), "{:?}", made.diagnostics);
    let plan = Plan::new(programs(&made.networks[0]).unwrap().predict, rows);
    let graph = &plan.program.graph;
    let kernels = |which: fn(&Value) -> bool| {
        plan.kernels.iter().map(|kernel| kernel.output).filter(move |id| which(&graph.node(*id).op.value)).collect::<Vec<_>>()
    };
    let [product] = kernels(|value| matches!(value, Value::Contract))[..] else { panic!("one contraction") };
    let Form::Product(product) = form(graph, product, rows) else { panic!("the plan brings it into a form") };
    let orientation = match product.orientation {
        Orientation::Plain => "a·b",
        Orientation::RightTransposed => "a·bᵀ",
        Orientation::LeftTransposed => "aᵀ·b",
    };
    let loops: String =
        product.loops.iter().map(|l| format!(" {}{}×{:?}", if l.batch { "batch " } else { "" }, l.extent, l.steps)).collect();
    let text = format!("{orientation} {}×{}×{} {:?}{loops}", product.m, product.k, product.n, product.strides);
    (text, kernels(|value| matches!(value, Value::Move(_))).len())
}

/// Queries and keys of 4 heads of 16, over 32 positions.
const HEADS: &str = "input x: [32, 4, 16]; input y: [32, 4, 16];";

#[test]
fn heads_are_read_where_they_lie() {
    let scores = planned(HEADS, "shd,thd->hst", 1);
    assert_eq!(scores, ("a·bᵀ 32×16×32 [64, 64, 32] 4×[16, 16, 1024]".into(), 0));
    let scores = planned(HEADS, "shd,thd->hst", 8);
    assert_eq!(scores, ("a·bᵀ 32×16×32 [64, 64, 32] batch 8×[2048, 2048, 4096] 4×[16, 16, 1024]".into(), 0));
    let values = planned("input x: [4, 32, 32]; input y: [32, 4, 16];", "hst,thd->shd", 1);
    assert_eq!(values, ("a·b 32×32×16 [32, 64, 64] 4×[1024, 16, 16]".into(), 0));
    let back = planned("input x: [4, 32, 32]; input y: [32, 4, 16];", "hst,shd->thd", 1);
    assert_eq!(back, ("aᵀ·b 32×32×16 [32, 64, 64] 4×[1024, 16, 16]".into(), 0));
}

#[test]
fn samples_stay_rows_of_each_heads_product() {
    let one = "input x: [4, 16]; param y: [4, 16, 8] = zeros();";
    assert_eq!(planned(one, "hd,hde->he", 32), ("a·b 32×16×8 [64, 8, 32] 4×[16, 128, 8]".into(), 0));
    // Samples and positions are no rows of one distance here, so that the samples are a loop.
    let several = "input x: [4, 32, 16]; param y: [4, 16, 8] = zeros();";
    assert_eq!(planned(several, "hsd,hde->hse", 32), ("a·b 32×16×8 [16, 8, 8] batch 32×[2048, 0, 1024] 4×[512, 128, 256]".into(), 0));
}

#[test]
fn only_what_must_be_is_transposed() {
    // aᵀ · bᵀ: the smaller factor, or the result where that is smaller still.
    let both = "input x: [32, 8]; input y: [64, 32];";
    assert_eq!(planned(both, "km,nk->mn", 1), ("a·bᵀ 8×32×64 [32, 32, 64]".into(), 1));
    let deep = "input x: [512, 8]; input y: [16, 512];";
    assert_eq!(planned(deep, "km,nk->mn", 1), ("a·b 16×512×8 [512, 8, 8]".into(), 1));
    // Between two axes of a row lies one that is no loop: of three the one operand moves.
    let between = "input x: [6, 3, 5]; input y: [3, 7];";
    assert_eq!(planned(between, "akb,kn->abn", 1), ("a·b 30×3×7 [3, 7, 7]".into(), 1));
}

#[test]
fn attention_moves_nothing() {
    let mut sources = Sources::new();
    let text = "network A { input x: [32, 64]; target y: [32, 64]; loss mse(x |> a: attention(4), y); optimizer sgd(lr = 0.1); }";
    let root = sources.add("a.nn", text.to_owned());
    let made = elaborate(&mut sources, root, &mut NoFiles);
    let plan = Plan::new(programs(&made.networks[0]).unwrap().train, 1);
    let moved =
        plan.kernels.iter().map(|kernel| plan.program.graph.node(kernel.output)).filter(|node| matches!(node.op.value, Value::Move(_)));
    let moved: Vec<(bool, &[usize])> = moved.map(|node| (node.ty.batched, node.ty.shape.as_slice())).collect();
    // Of no sample: only weights, turned once for the gradients by what they are multiplied with.
    assert_eq!(moved, [(false, [64, 64].as_slice()); 4]);
    // What is made for each sample is not made again for the gradients of biases: those of the weights are the only sums over the samples.
    let sums = plan.kernels.iter().filter(|kernel| match &plan.program.graph.node(kernel.output).attr {
        Attr::Contract { sum_batch, .. } => *sum_batch,
        _ => false,
    });
    assert_eq!(sums.count(), 4);
}
