//! Kernels that pass over the same rows are one loop, element-wise ones over the same elements one call: which, and what stays in variables.

mod plan_support;

use plan_support::made;
use tapeless_compiler::graph::NodeId;
use tapeless_compiler::ops::Value;
use tapeless_compiler::plan::{Group, Kernel, Place, Plan};

/// For each loop over rows, how many times around and what it makes, by operations; numbers in variables in brackets.
fn loops(plan: &Plan) -> Vec<(Vec<usize>, Vec<String>)> {
    let graph = &plan.program.graph;
    let name = |kernel: &Kernel| {
        let op = graph.node(kernel.output).op.name;
        if plan.places[kernel.output.index()] == Place::Row { format!("[{op}]") } else { op.to_owned() }
    };
    let rows = |item: &[Kernel]| match plan.group_of(item)? {
        Group::Rows { sweep, .. } => Some((sweep.loops.clone(), item.iter().map(name).collect())),
        Group::Elements => None,
    };
    plan.items().filter_map(rows).collect()
}

/// For each element-wise call with several results, what it makes, by operations.
fn calls(plan: &Plan) -> Vec<String> {
    let name = |kernel: &Kernel| plan.program.graph.node(kernel.output).op.name;
    let several = plan.items().filter(|item| plan.group_of(item) == Some(&Group::Elements));
    several.map(|item| item.iter().map(name).collect::<Vec<_>>().join(" ")).collect()
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
        "input x: [12]; target y: [12]; output p = sin(x |> dense(12)) * x * exp(x) - 1; loss mse(p, y); loss more = mean(p) * sum(p ^ 2);",
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

#[test]
fn values_of_one_statement_are_made_in_one_call() {
    let body = "input x: []; input t: []; target y: []; output u = sin(3 * x) * t * x * (1 - x); loss mse(u + grad(u, x), y);";
    let plan = Plan::new(made(body).train, 32);
    assert!(calls(&plan).iter().any(|made| made.split(' ').count() > 2), "{:?}", calls(&plan));
    // What nobody else reads is not stored: of a call with several results each is read elsewhere.
    let graph = &plan.program.graph;
    let wanted = |kernel: &Kernel| plan.program.results.iter().any(|wanted| plan.base(wanted.node) == kernel.output);
    for item in plan.items().filter(|item| plan.group_of(item) == Some(&Group::Elements)) {
        let rest: Vec<&Kernel> = plan.kernels.iter().filter(|kernel| !item.iter().any(|own| own.output == kernel.output)).collect();
        for kernel in item {
            assert!(matches!(graph.node(kernel.output).op.value, Value::Each { .. }));
            assert!(wanted(kernel) || rest.iter().any(|other| plan.reads(other).contains(&kernel.output)), "{:?}", calls(&plan));
        }
    }
}

#[test]
fn what_reads_another_element_is_a_call_of_its_own() {
    let body = "input x: [16]; target y: [16]; output p = x * exp(x) - max(x) * exp(x)[3]; loss mse(p, y);";
    let plan = Plan::new(made(body).train, 8);
    for item in plan.items().filter(|item| item.len() > 1) {
        let made: Vec<NodeId> = item.iter().map(|kernel| kernel.output).collect();
        let graph = &plan.program.graph;
        let elsewhere = |id: &NodeId| graph.node(*id).op.name == "slice" && made.contains(&plan.base(graph.node(*id).args[0]));
        let inside = item.iter().flat_map(|kernel| graph.node(kernel.output).args.iter().copied());
        assert!(!inside.into_iter().any(|id| elsewhere(&id)), "{:?}", calls(&plan));
    }
}
