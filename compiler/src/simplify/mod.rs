//! Simplification: passes over the graph after differentiation, each a record, graph in, graph out.
//!
//! A pass that rewrites node by node is a list of rules ([`rules`]); each is one readable rewrite. Nothing here may run before
//! differentiation is done: `grad` is taken with respect to names, and names go first.

mod common;
pub(crate) mod dead;
mod facts;
mod hoist;
mod lift;
mod loops;
mod marked;
mod rewrite;
pub mod rules;
mod sink;
mod stops;
mod twins;
mod write_out;

pub(crate) use common::bits;
pub use marked::Marked;
pub(crate) use rewrite::copied;
pub use write_out::write_out;

use crate::differentiate::Derived;
use crate::graph::{Graph, NodeId, Scan, verify};
use crate::network::Pass;
use rewrite::Rules;
use rules::Rule;

/// A step of simplification.
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// The rewriting.
    pub run: fn(&mut Marked),
}

static NAMES: Step = Step {
    name: "names",
    doc: "Movements that move nothing go, names among them; the program's names stay on what they named.",
    run: |marked| rewritten(marked, &[rules::NAMES]),
};

static TIDY: Step = Step {
    name: "tidy",
    doc: "Constants are folded, algebra is applied, movements are joined, sums over the batch meet their products.",
    run: |marked| {
        let all = [rules::NAMES, rules::CONSTANTS, rules::ALGEBRA, rules::MOVEMENT, rules::SUMS, rules::WINDOWS];
        rewrite::rewrite(marked, &Rules { before: &all, own: &[], tidy: true });
    },
};

static PRODUCTS: Step = Step {
    name: "products",
    doc: "Contractions that sum nothing become products, element by element.",
    run: |marked| {
        let before = [rules::NAMES, rules::CONSTANTS, rules::ALGEBRA, rules::MOVEMENT];
        rewrite::rewrite(marked, &Rules { before: &before, own: &[rules::PRODUCTS], tidy: false });
    },
};

static COMMON: Step = Step { name: "common", doc: "What is computed twice is computed once.", run: common::common };

static DEAD: Step = Step { name: "dead", doc: "What no result needs goes.", run: dead::dead };

static LOOPS: Step = Step {
    name: "loops",
    doc: "Bodies of loops are simplified, what nobody needs of them goes, and what a step need not do is done for all steps at once.",
    run: |marked| marked.anew(loops::loops),
};

static TWINS: Step = Step {
    name: "twins",
    doc: "A sum over the batch of a contraction that is made for each sample anyway is taken of that.",
    run: |marked| marked.anew(twins::twins),
};

static SINK: Step = Step {
    name: "sink",
    doc: "What loops are given slices of is made in their steps, where it is element-wise in much less.",
    run: |marked| marked.anew(sink::sink),
};

/// All passes in order. Names hide patterns, so they go first. Products come after `tidy` has seen the contractions, because a sum over the
/// batch wants to find its contraction whole; only when all are found is it known which are made for each sample too. Common values come after each,
/// when equal things have become equal. What goes into loops goes last: products that sum nothing are element-wise by then.
pub static PASSES: &[&Step] =
    &[&DEAD, &NAMES, &LOOPS, &TIDY, &COMMON, &DEAD, &LOOPS, &TIDY, &COMMON, &DEAD, &TWINS, &PRODUCTS, &COMMON, &DEAD, &SINK, &DEAD];

/// Rewrites by these rules alone.
pub fn rewritten(marked: &mut Marked, rules: &[&'static [Rule]]) {
    rewrite::rewrite(marked, &Rules { before: &[], own: rules, tidy: false });
}

/// Runs all passes.
#[must_use]
pub fn simplify(graph: Graph, roots: Vec<NodeId>) -> (Graph, Vec<NodeId>) {
    let mut marked = Marked::new(graph, roots);
    for pass in PASSES {
        (pass.run)(&mut marked);
        // Tests have the interpreter; the macro, which users' debug builds run too, would take an eighth longer.
        if cfg!(feature = "evaluate") {
            debug_assert_eq!(verify::verify(&marked.graph, &marked.roots), Ok(()), "after {}", pass.name);
        }
    }
    (marked.graph, marked.roots)
}

/// As simple as it takes to count operations.
pub(crate) fn counted(graph: Graph, roots: Vec<NodeId>) -> (Graph, Vec<NodeId>) {
    let mut marked = Marked::new(graph, roots);
    for pass in [&DEAD, &NAMES, &TIDY, &COMMON, &DEAD] {
        (pass.run)(&mut marked);
    }
    (marked.graph, marked.roots)
}

/// A pass before anything is derived from it, what the steps of its loops need not do by themselves taken out of them.
#[must_use]
pub fn hoisted(mut pass: Pass) -> Pass {
    stops::held(&mut pass.graph);
    if let Some(marked) = loops::loops(&pass.graph, &pass.roots()) {
        pass.graph = marked.graph;
        let mut roots = marked.roots.into_iter();
        pass.each_root(|root| *root = roots.next().unwrap_or(*root));
    }
    stops::released(&mut pass.graph);
    pass
}

/// All that was derived from a network's pass, without the loops for which `which` holds.
#[must_use]
pub fn without_loops(mut derived: Derived, which: &dyn Fn(&Scan) -> bool) -> Derived {
    let (graph, roots) = write_out(std::mem::take(&mut derived.graph), derived.roots(), which);
    let mut roots = roots.into_iter();
    derived.each_root(|root| *root = roots.next().unwrap_or(*root));
    derived.graph = graph;
    derived
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
