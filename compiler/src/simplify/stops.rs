//! What stops gradients is a movement that moves nothing, and simplification takes such out. Before there are gradients it has to stay.

use std::rc::Rc;

use crate::graph::{Attr, Graph, Scan};
use crate::ops::{self, Adjoint, OpDef, Value};

/// `stop_gradient`, but computed and not moved: no rule sees through it.
static HELD: OpDef = OpDef {
    name: "held",
    doc: "The value itself, through which no gradient passes.",
    shape: ops::stop_gradient::OP.shape,
    value: Value::Each { eval: |x, _| x[0], rust: "{0}" },
    adjoint: Adjoint::Zero,
    formula: ops::stop_gradient::OP.formula,
    samples: &[],
    sums_batch: false,
    kinked: false,
};

/// The graph with stops that stay.
pub(super) fn held(graph: &mut Graph) {
    replace(graph, &ops::stop_gradient::OP, &HELD);
}

/// The graph with stops as the table has them.
pub(super) fn released(graph: &mut Graph) {
    replace(graph, &HELD, &ops::stop_gradient::OP);
}

fn replace(graph: &mut Graph, from: &'static OpDef, to: &'static OpDef) {
    for node in &mut graph.nodes {
        if std::ptr::eq(node.op, from) {
            node.op = to;
        }
        if let Attr::Scan(scan) = &mut node.attr {
            let mut body = (*scan.body).clone();
            replace(&mut body, from, to);
            *scan = Rc::new(Scan { body: Rc::new(body), ..(**scan).clone() });
        }
    }
}
