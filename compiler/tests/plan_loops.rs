//! Plans of loops over time: what is made in their steps, and what lies step by step.

mod plan_support;

use plan_support::made;
use tapeless_compiler::graph::Role;
use tapeless_compiler::plan::{Inner, Plan};

/// The elements of the slices that each loop of a plan is given, largest first.
fn slices(plan: &Plan) -> Vec<Vec<usize>> {
    let graph = &plan.program.graph;
    let of = |(id, inner): (&_, &Inner)| {
        let args = graph.node(*id).args.iter().zip(&inner.scan.roles).filter(|(_, role)| **role == Role::Slice);
        let mut sizes: Vec<usize> = args.map(|(&arg, _)| graph.ty(arg).size() / inner.scan.steps).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes
    };
    plan.loops.iter().map(of).collect()
}

const SIGNAL: &str = "input x: [9, 1]; target y: [9, 1]; output p = x |> rec: gru(8) |> head: dense(1); loss mse(p, y);";

#[test]
fn what_is_element_wise_in_one_channel_is_made_in_the_steps() {
    // Of 24 numbers for the gates.
    assert_eq!(slices(&Plan::new(made(SIGNAL).predict, 32)), [[1]]);
    // Of many channels it is a product, for all steps at once.
    assert_eq!(slices(&Plan::new(made(&SIGNAL.replace("x: [9, 1]", "x: [9, 5]")).predict, 32)), [[24]]);
}

#[test]
fn what_loops_hand_each_other_lies_step_by_step() {
    let plan = Plan::new(made(SIGNAL).train, 32);
    let all: Vec<&Inner> = plan.loops.values().collect();
    let [forward, backward] = all.as_slice() else { panic!("a loop forward and one backward") };
    // What the loop backward reads there, the loop forward has written there.
    let outer = |inner: &Inner| inner.outside.values().copied().collect::<Vec<_>>();
    assert!(outer(backward).len() >= 4 && outer(backward).iter().filter(|all| outer(forward).contains(all)).count() >= 3);
    assert!(outer(backward).iter().all(|&all| plan.lies_by_steps(all)));
    // The inputs lie as the caller has them, but where the tile has one sample that is step by step too.
    assert_eq!(slices(&plan)[0], [1]);
    let single = Plan::new(made(SIGNAL).predict, 1);
    assert_eq!(single.loops.values().map(|inner| inner.outside.len()).collect::<Vec<_>>(), [2]);
}

#[test]
fn loops_that_nothing_needs_in_the_end_suit_those_that_mention_them() {
    let loops = "assert shape(where(tok > 2, for z in tok { yield z; }, 0)) == [5];
        assert shape(where(for z in x { yield z > 0; }, x, 0)) == [4];";
    let made =
        made(&format!("input x: [4]; input tok: [5] in 0..7; param w: [4] = normal(0, 1); {loops} output p = x * w; loss mean(p ^ 2);"));
    assert!([made.train, made.predict].into_iter().all(|program| Plan::new(program, 32).loops.is_empty()));
}
