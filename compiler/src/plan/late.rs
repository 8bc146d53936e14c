//! Gradients that the update makes itself: a product over the samples of a single tile need not be written and read as a whole.
//!
//! The pass leaves both factors where they are, and once the losses are known to be finite, the update makes one piece of the product after
//! the other, which stays in the first-level cache (`update/product.rs` of the runtime). Where threads share a batch, each makes its pieces of
//! the factors that all chunks have left. What else a step does is the same, so all values are.

use super::{Form, Orientation, Phase, Place, Plan, form, slots};
use crate::graph::{Elem, NodeId};
use crate::ops::Value;

/// Elements of a parameter from which on this saves something: smaller ones stay in the first-level cache.
pub const SMALL: usize = 1 << 14;

/// A gradient that the update can make, as `leftᵀ · right`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    /// The number of the parameter.
    pub parameter: usize,
    /// A stored value of the samples or an input.
    pub left: NodeId,
    /// A stored value of the samples.
    pub right: NodeId,
    /// Rows and columns.
    pub shape: (usize, usize),
    /// Rows of the factors that a sample has: its positions.
    pub positions: usize,
}

impl Plan {
    /// The plan that keeps the factors of gradients that the update can make, of those `parameters`, to the end of the pass.
    #[must_use]
    pub fn leave(mut self, parameters: &[usize]) -> Plan {
        self.late = parameters.iter().filter_map(|&parameter| self.late_gradient(parameter)).collect();
        if !self.late.is_empty() {
            self.slots = slots::allocate(&self);
        }
        self
    }

    fn late_gradient(&self, parameter: usize) -> Option<Late> {
        let graph = &self.program.graph;
        if self.whole || self.stages > 1 || self.rows == 1 || self.unrolled || !self.loops.is_empty() {
            return None;
        }
        let of_parameter = |id: &NodeId| self.places[id.index()] == Place::Gradient(parameter);
        let kernel = self.kernels.iter().find(|kernel| of_parameter(&kernel.output))?;
        let id = kernel.output;
        if kernel.phase != Phase::Tile || kernel.product.is_some() || !matches!(graph.node(id).op.value, Value::Contract) {
            return None;
        }
        let Form::Product(form) = form(graph, id, self.rows) else { return None };
        let (left, right) = (self.base(form.left), self.base(form.right));
        let real = |id: NodeId| graph.ty(id).batched && graph.ty(id).elem == Elem::Real;
        let stored = |id: NodeId| real(id) && self.places[id.index()] == Place::Stored;
        let plain = form.accumulates && form.loops.is_empty() && form.orientation == Orientation::LeftTransposed;
        let copied = self.program.results.iter().any(|wanted| self.copied_gradient(wanted) == Some(parameter));
        let alone = !copied && self.kernels.iter().all(|kernel| !self.reads(kernel).contains(&id));
        let pays = form.m * form.n >= SMALL;
        (plain && alone && pays && (stored(left) || self.is_real_input(left)) && stored(right)).then_some(Late {
            parameter,
            left,
            right,
            shape: (form.m, form.n),
            positions: form.k / self.rows,
        })
    }

    /// Where a stored value begins among the slots of the workspace.
    #[must_use]
    pub fn place_of(&self, id: NodeId) -> Option<usize> {
        let room = self.slots.of.get(&id)?;
        let before: usize = self.slots.slots[..room.slot].iter().map(|slot| slot.len).sum();
        let inside = room.part.map_or(0, |(time, part)| self.slots.slots[room.slot].divided[time][..part].iter().sum());
        Some(before + inside)
    }
}
