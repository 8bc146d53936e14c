//! Inputs that are read where the caller has them, and how many samples a tile has.

mod plan_support;

use plan_support::made;
use tapeless_compiler::graph::Attr;
use tapeless_compiler::plan::{Draft, Plan, rows};

/// Names of the inputs that a training step in tiles of so many rows does not copy.
fn in_place(body: &str, rows: usize) -> Vec<String> {
    let plan = Plan::new(made(body).train, rows);
    let graph = &plan.program.graph;
    let name = |attr: &Attr| match attr {
        Attr::Leaf(port) => format!("{port}"),
        other => panic!("an input, not {other:?}"),
    };
    let names = plan.in_place.iter().map(|id| name(&graph.node(*id).attr)).collect();
    assert!(plan.in_place.iter().all(|id| !plan.slots.of.contains_key(id)), "it takes no place");
    names
}

#[test]
fn an_input_that_only_products_read_is_not_copied() {
    let dense = "input x: [6]; target y: [2]; let z = x |> a: dense(2); loss mse(z, y); optimizer sgd(lr = 0.1);";
    assert_eq!(in_place(dense, 32), ["0"]);
    // A single sample lies as it is.
    assert!(in_place(dense, 1).is_empty());
    let sequence = "input x: [5, 6]; target y: [5, 2]; let z = x |> a: dense(2) |> tanh; loss mse(z, y); optimizer sgd(lr = 0.1);";
    assert_eq!(in_place(sequence, 32), ["0"]);
    // Read element by element, too: before, behind, or beside the product.
    let scaled = "input x: [6]; target y: [2]; let z = x / 255 |> a: dense(2); loss mse(z, y); optimizer sgd(lr = 0.1);";
    let residual = "input x: [6]; target y: [6]; let z = x + (x |> a: dense(6)); loss mse(z, y); optimizer sgd(lr = 0.1);";
    let wanted = "input x: [6]; target y: [6]; let z = x |> a: dense(6); output q = x; loss mse(z, y); optimizer sgd(lr = 0.1);";
    for body in [scaled, residual, wanted] {
        assert!(in_place(body, 32).is_empty(), "{body}");
    }
}

/// Rows of a tile of f32.
fn tile(body: &str) -> usize {
    let train = made(&format!("{body} optimizer sgd(lr = 0.1);")).train;
    rows(&train, &Draft::new(train.clone()), 4)
}

#[test]
fn many_weights_want_many_rows_that_stay_in_the_cache() {
    let digits = |units: usize| {
        format!("input x: [784]; target y: [] in 0..10; let z = x |> a: dense({units}) |> relu |> b: dense(10); loss cross_entropy(z, y);")
    };
    // 100 KB, 400 KB and 6 MB of weights.
    assert_eq!([32, 128, 2048].map(|units| tile(&digits(units))), [32, 128, 128]);
    // 400 KB of weights, but what 128 samples have alive does not fit.
    let wide = "input x: [48]; target y: [1]; let z = x |> a: dense(2048) |> tanh |> b: dense(1); loss mse(z, y);";
    assert_eq!(tile(wide), 32);
    // However large the input is, which takes no place.
    let long =
        "input x: [3000]; target y: [1]; let z = x |> a: dense(30) |> tanh |> b: dense(1500) |> tanh |> c: dense(1); loss mse(z, y);";
    assert_eq!(tile(long), 32);
}
