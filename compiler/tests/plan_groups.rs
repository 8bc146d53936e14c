//! Kernels that pass over the same rows are one loop: which, and what stays in variables of it.

mod plan_support;

use plan_support::made;
use tapeless_compiler::graph::NodeId;
use tapeless_compiler::plan::{Kernel, Place, Plan};

/// For each loop over rows, how many times around and what it makes, by operations; numbers in variables in brackets.
fn loops(plan: &Plan) -> Vec<(Vec<usize>, Vec<String>)> {
    let graph = &plan.program.graph;
    let name = |kernel: &Kernel| {
        let op = graph.node(kernel.output).op.name;
        if plan.places[kernel.output.index()] == Place::Row { format!("[{op}]") } else { op.to_owned() }
    };
    plan.items().filter_map(|item| Some((plan.sweep(item)?.loops.clone(), item.iter().map(name).collect()))).collect()
}

fn listed(plan: &Plan) -> Vec<String> {
    loops(plan).into_iter().map(|(rows, made)| format!("{rows:?} {}", made.join(" "))).collect()
}

#[test]
fn a_normalisation_is_one_loop() {
    let made = made("input x: [8, 64]; target y: [8, 64]; output p = x |> norm: layer_norm; loss mse(p, y);");
    // The centred values are computed again where they are read.
    assert_eq!(listed(&Plan::new(made.predict, 1)), ["[8] [sum] [mul] [sum] [rsqrt] add"]);
}

#[test]
fn a_softmax_with_cross_entropy_is_one_loop() {
    let program = made("input x: [64]; target y: [] in 0..10; output p = x |> dense(10); loss cross_entropy(p, y);");
    let plan = Plan::new(program.train, 32);
    let all = loops(&plan);
    assert!(all.iter().all(|(rows, _)| *rows == [32]), "{all:?}");
    assert!(all[0].1.iter().any(|made| made == "[reduce_max]"), "{all:?}");
}

#[test]
fn a_mask_for_all_heads_divides_the_loop() {
    let body = "input x: [4, 6, 6]; input m: [6, 6]; output p = where(m > 0, x, -1000) |> softmax;";
    let all = loops(&Plan::new(made(body).predict, 1));
    assert_eq!(all.iter().map(|(rows, _)| rows.as_slice()).collect::<Vec<_>>(), [[4, 6]], "{all:?}");
}

#[test]
fn the_order_stays_one_of_dependence() {
    let bodies = [
        "input x: [7, 20]; target y: [7, 20]; output p = x |> layer_norm |> dense(20) |> tanh |> layer_norm; loss mse(p, y);",
        "input x: [9, 17]; target y: [9] in 0..17; output z = x |> block: transformer_block(1, 8); loss cross_entropy(z, y);",
        "input x: [30]; target y: [] in 0..30; output z = softmax(x) * sum(x) - max(x); loss cross_entropy(z, y);",
    ];
    for body in bodies {
        let programs = made(body);
        for (program, rows) in [(programs.train.clone(), 1), (programs.train, 32), (programs.predict, 32)] {
            let plan = Plan::new(program, rows);
            let mut made: Vec<NodeId> = Vec::new();
            for item in plan.items() {
                for kernel in item {
                    let graph = &plan.program.graph;
                    let computed = |id: &NodeId| plan.kernels.iter().any(|kernel| kernel.output == plan.maker(*id));
                    let missing = plan.reads(kernel).into_iter().find(|id| computed(id) && !made.contains(&plan.maker(*id)));
                    assert!(missing.is_none(), "{body}: {} needs {missing:?}", graph.node(kernel.output).op.name);
                    made.push(kernel.output);
                }
                // A number in a variable is read in its own loop alone.
                let rest = plan.kernels.iter().filter(|kernel| !item.iter().any(|own| own.output == kernel.output));
                let read: Vec<NodeId> = rest.flat_map(|kernel| plan.reads(kernel)).collect();
                let inside = item.iter().filter(|kernel| plan.places[kernel.output.index()] == Place::Row);
                assert!(inside.into_iter().all(|kernel| !read.contains(&kernel.output)), "{body}");
            }
        }
    }
}

#[test]
fn what_reads_another_row_stays_outside() {
    // Row i needs the sums of all rows, which lie along it.
    let made = made("input x: [16, 16]; output p = x * sum(x, axis = 1);");
    let plan = Plan::new(made.predict, 1);
    assert!(listed(&plan).is_empty(), "{:?}", listed(&plan));
    assert_eq!(plan.items().count(), 2);
}
