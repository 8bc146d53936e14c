//! Every operation's adjoint against differences, at every sample point, with every choice of what is batched, to the third order.
#![cfg(feature = "evaluate")]

mod ops_support;

use ops_support::{Case, batchings, differentiable};
use tapeless_compiler::graph::Elem;
use tapeless_compiler::ops::{ALL, Adjoint};

#[test]
fn gradients_of_three_orders_agree_with_differences() {
    let mut checked = [0, 0, 0];
    let mut worst = [0.0_f64; 3];
    // The gradient of what is stopped is 0 by definition and not by calculus.
    for op in ALL.iter().filter(|op| !matches!(op.name, "stop_gradient" | "stopped")) {
        for (at, sample) in op.samples.iter().enumerate() {
            for mask in batchings(op, sample) {
                let mut case = Case::new(op, sample, |i| mask >> i & 1 == 1, 7 + at as u64);
                if case.builder.ty(case.y).elem != Elem::Real || matches!(op.adjoint, Adjoint::None(_)) {
                    continue;
                }
                // At a tie half of the gradient is what a central difference gives, but it jumps there.
                let orders = if sample.within.0 == sample.within.1 { 1 } else { 3 };
                for (order, found) in case.check(orders, &|_, _, made| made).into_iter().enumerate() {
                    assert!(found.worst <= 1e-6, "{} sample {at} batched {mask:b} order {}: error {:e}", op.name, order + 1, found.worst);
                    checked[order] += found.entries;
                    worst[order] = worst[order].max(found.worst);
                }
            }
        }
    }
    println!("entries checked by order: {checked:?}, worst errors {:.1e} {:.1e} {:.1e}", worst[0], worst[1], worst[2]);
}

#[test]
fn every_rule_has_sample_points_and_a_formula_for_each_operand() {
    for op in ALL.iter().filter(|op| differentiable(op)) {
        assert!(!op.samples.is_empty(), "{} has no sample points", op.name);
        let operands = op.samples[0].shapes.len();
        assert!(op.formula.len() == operands || op.name == "concat", "{}: {} formulas, {operands} operands", op.name, op.formula.len());
    }
}
