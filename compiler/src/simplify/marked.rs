//! What the passes hand on: the graph, and beside it what they know of its nodes.

use crate::graph::{Graph, NodeId};

/// A graph on its way through the passes, with marks on its nodes.
pub struct Marked {
    /// The graph.
    pub graph: Graph,
    /// Its results. They keep their order.
    pub roots: Vec<NodeId>,
    /// Of each node, whether it is known that no rule of `tidy` fits it, nor what it is made of. Nothing is known past the end.
    pub(super) tidy: Vec<bool>,
}

impl Marked {
    /// A graph of which nothing is known.
    #[must_use]
    pub fn new(graph: Graph, roots: Vec<NodeId>) -> Marked {
        Marked { graph, roots, tidy: Vec::new() }
    }

    /// By a pass that makes the graph anew where there is something for it to do.
    pub(super) fn anew(&mut self, pass: fn(&Graph, &[NodeId]) -> Option<Marked>) {
        if let Some(anew) = pass(&self.graph, &self.roots) {
            *self = anew;
        }
    }

    /// Whether a node is known to be tidy.
    pub(super) fn is_tidy(&self, index: usize) -> bool {
        index < self.tidy.len() && self.tidy[index]
    }
}
