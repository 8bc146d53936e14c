//! The graph: SSA over tensors. Nodes are made through one [`Builder`], which infers types; passes rewrite whole graphs.

mod builder;
mod scan;
pub mod text;
mod types;
pub mod verify;
pub mod windows;
mod work;

pub use builder::{Builder, Expr, broadcast_shapes};
pub use scan::{Role, Scan, operand_of};
pub(crate) use scan::{draws_in_loop, draws_of_step};
pub use types::{AdjointOf, Attr, Elem, Node, NodeId, Origin, Type};
pub use windows::{Conv, Slide};
pub(crate) use work::{in_steps, work};

/// Nodes in topological order: an operand's id is below its user's.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The nodes.
    pub nodes: Vec<Node>,
}

impl Graph {
    /// The node `id`.
    ///
    /// # Panics
    /// Never for an id of this graph.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// Its type.
    #[must_use]
    pub fn ty(&self, id: NodeId) -> &Type {
        &self.node(id).ty
    }

    /// All ids in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// Which nodes the values of `roots` are made of. A graph may hold others, that origins mention: they are not computed.
    #[must_use]
    pub fn live(&self, roots: &[NodeId]) -> Vec<bool> {
        let mut made_of = vec![false; self.nodes.len()];
        // Plain slices: passes ask this often, in the macro unoptimised.
        let (live, nodes) = (made_of.as_mut_slice(), self.nodes.as_slice());
        for root in roots {
            live[root.index()] = true;
        }
        for index in (0..nodes.len()).rev() {
            if live[index] {
                for arg in nodes[index].args.as_slice() {
                    live[arg.index()] = true;
                }
            }
        }
        made_of
    }

    /// How often each node is read by what the values of `roots` are made of; a root once more, by who asks for it.
    #[must_use]
    pub fn readers(&self, roots: &[NodeId]) -> Vec<u32> {
        let mut read = vec![0; self.nodes.len()];
        let (readers, nodes) = (read.as_mut_slice(), self.nodes.as_slice());
        for root in roots {
            readers[root.index()] += 1;
        }
        // Users come after their operands: what nobody has read by now is not live.
        for index in (0..nodes.len()).rev() {
            if readers[index] > 0 {
                for arg in nodes[index].args.as_slice() {
                    readers[arg.index()] += 1;
                }
            }
        }
        read
    }
}
