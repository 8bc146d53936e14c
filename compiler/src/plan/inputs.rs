//! Inputs that are read where the caller has them.
//!
//! Most kernels want room for a full tile, so a tile that is not full has its samples copied into the workspace. Products of whole tiles
//! take as many rows as there are: an input that nothing else reads needs no copy and no room for one.

use std::collections::BTreeSet;

use super::{Form, Kernel, Place, Plan, form};
use crate::graph::{Attr, Elem, NodeId};
use crate::ops::{self, Value};

impl Plan {
    /// Inputs that are read as factors of whole products alone.
    pub(super) fn inputs_of_products(&self) -> BTreeSet<NodeId> {
        let graph = &self.program.graph;
        if self.unrolled || self.rows == 1 {
            return BTreeSet::new();
        }
        let input = |id: &NodeId| self.places[id.index()] == Place::Leaf && self.is_real_input(*id);
        let wanted = |id: NodeId| self.program.results.iter().any(|wanted| self.base(wanted.node) == id);
        let read_in_place = |id: NodeId| {
            let mut readers = self.kernels.iter().filter(|kernel| self.reads(kernel).contains(&id));
            readers.all(|kernel| self.takes_rows_of(kernel, id))
        };
        graph.ids().filter(input).filter(|id| !wanted(*id) && read_in_place(*id)).collect()
    }

    /// Whether a value is an input of reals, one of each sample.
    pub(super) fn is_real_input(&self, id: NodeId) -> bool {
        let (node, ty) = (self.program.graph.node(id), self.program.graph.ty(id));
        ty.batched && ty.elem == Elem::Real && std::ptr::eq(node.op, &ops::input::OP) && matches!(node.attr, Attr::Leaf(_))
    }

    /// Whether a kernel is a product over all samples of a tile that reads a value as a factor alone.
    fn takes_rows_of(&self, kernel: &Kernel, id: NodeId) -> bool {
        let graph = &self.program.graph;
        let product = kernel.product.unwrap_or(kernel.output);
        if !matches!(graph.node(product).op.value, Value::Contract) || self.reads_beside(kernel, product, id) {
            return false;
        }
        match form(graph, product, self.rows) {
            Form::Product(form) => form.loops.is_empty() && !form.in_blocks(),
            Form::Transpose => false,
        }
    }

    /// Whether what follows a product element by element reads a value, too.
    fn reads_beside(&self, kernel: &Kernel, product: NodeId, id: NodeId) -> bool {
        let mut open = vec![kernel.output];
        while let Some(inside) = open.pop() {
            for &arg in self.program.graph.node(inside).args.iter().filter(|_| inside != product) {
                if self.base(arg) == id {
                    return true;
                }
                if self.places[arg.index()] == Place::Inline {
                    open.push(arg);
                }
            }
        }
        false
    }
}
