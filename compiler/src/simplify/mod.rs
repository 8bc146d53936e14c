//! Simplification: passes over the graph after differentiation, each a record, graph in, graph out.
//!
//! A pass that rewrites node by node is a list of rules ([`rules`]); each is one readable rewrite. Nothing here may run before
//! differentiation is done: `grad` is taken with respect to names, and names go first.

mod common;
mod dead;
mod facts;
mod rewrite;
pub mod rules;

use crate::differentiate::Derived;
use crate::graph::{Graph, NodeId, verify};

/// A step of simplification.
pub struct Pass {
    /// Its name.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// The rewriting. Roots keep their order.
    pub run: fn(Graph, Vec<NodeId>) -> (Graph, Vec<NodeId>),
}

static NAMES: Pass = Pass {
    name: "names",
    doc: "Movements that move nothing go, names among them; the program's names stay on what they named.",
    run: |graph, roots| rewrite::rewrite(graph, roots, &[rules::NAMES]),
};

static TIDY: Pass = Pass {
    name: "tidy",
    doc: "Constants are folded, algebra is applied, movements are joined, sums over the batch meet their products.",
    run: |graph, roots| {
        let rules = [rules::NAMES, rules::CONSTANTS, rules::ALGEBRA, rules::MOVEMENT, rules::SUMS, rules::WINDOWS];
        rewrite::rewrite(graph, roots, &rules)
    },
};

static PRODUCTS: Pass = Pass {
    name: "products",
    doc: "Contractions that sum nothing become products, element by element.",
    run: |graph, roots| rewrite::rewrite(graph, roots, &[rules::NAMES, rules::CONSTANTS, rules::ALGEBRA, rules::MOVEMENT, rules::PRODUCTS]),
};

static COMMON: Pass = Pass { name: "common", doc: "What is computed twice is computed once.", run: common::common };

static DEAD: Pass = Pass { name: "dead", doc: "What no result needs goes.", run: dead::dead };

/// All passes in order. Names hide patterns, so they go first. Products come after `tidy` has seen the contractions, because a sum over the
/// batch wants to find its contraction whole. Common values come after each, when equal things have become equal.
pub static PASSES: &[&Pass] = &[&DEAD, &NAMES, &TIDY, &COMMON, &DEAD, &TIDY, &COMMON, &DEAD, &PRODUCTS, &COMMON, &DEAD];

/// Runs all passes.
#[must_use]
pub fn simplify(mut graph: Graph, mut roots: Vec<NodeId>) -> (Graph, Vec<NodeId>) {
    for pass in PASSES {
        (graph, roots) = (pass.run)(graph, roots);
        debug_assert_eq!(verify::verify(&graph, &roots), Ok(()), "after {}", pass.name);
    }
    (graph, roots)
}

/// Simplifies all that was derived from a network's pass.
#[must_use]
pub fn derived(mut derived: Derived) -> Derived {
    let (graph, roots) = simplify(std::mem::take(&mut derived.graph), derived.roots());
    let mut roots = roots.into_iter();
    derived.each_root(|root| *root = roots.next().unwrap_or(*root));
    derived.graph = graph;
    derived
}
