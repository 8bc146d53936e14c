//! Whether kernels are alike before they are written: all that their code depends on, as bytes. Equal blocks have equal kernels, and to
//! write a kernel takes ten times as long as to see that there is one already. Debug builds with the interpreter write it all the same and
//! compare: see `tests/alike.rs`.

use std::collections::BTreeMap;

use crate::emit::kernels::Writer;
use crate::graph::{Elem, NodeId};
use crate::ops::Value;
use crate::plan::{Group, Kernel, Place};
use crate::simplify::bits;

/// Kernels as bytes, and the values in them by their numbers there.
#[derive(Default)]
pub(super) struct Alike {
    pub(super) key: Vec<u8>,
    pub(super) values: Vec<NodeId>,
    numbers: BTreeMap<NodeId, usize>,
}

impl Alike {
    /// Of kernels in a function whose writer has names for the `values` that they read and make.
    pub(super) fn of(writer: &Writer<'_>, kernels: &[Kernel], values: &[NodeId]) -> Alike {
        let plan = writer.plan;
        let mut alike = Alike::default();
        alike.number(plan.rows);
        match plan.group_of(kernels) {
            // How its kernels walk along the rows comes from what they are.
            Some(Group::Rows { sweep, .. }) => alike.text(&format!("{sweep:?}")),
            Some(Group::Elements) => alike.text("elements"),
            None => alike.text(""),
        }
        for kernel in kernels {
            alike.value(writer, kernel.output, true);
            let product = kernel.product.map_or(0, |product| alike.number_of(product) + 1);
            alike.number(product);
        }
        values.iter().for_each(|&value| alike.value(writer, value, false));
        alike
    }

    /// The number of a value.
    pub(super) fn number_of(&self, id: NodeId) -> usize {
        self.numbers[&id]
    }

    /// A value, and what it is made of where that is `inside` the kernels.
    fn value(&mut self, writer: &Writer<'_>, id: NodeId, inside: bool) {
        let known = self.numbers.get(&id).copied();
        self.number(known.unwrap_or(self.values.len()));
        if known.is_some() {
            return;
        }
        self.numbers.insert(id, self.values.len());
        self.values.push(id);
        let (plan, node) = (writer.plan, writer.plan.program.graph.node(id));
        let (place, inside) = match plan.places[id.index()] {
            Place::Inline => (1, true),
            Place::View(_) => (2, true),
            Place::Stored => (3, inside),
            Place::Row => (4, inside),
            Place::Gradient(_) => (5, inside),
            Place::Leaf if plan.in_place.contains(&id) => (8, inside),
            Place::Leaf => (6, inside),
            Place::Dead | Place::Loop => (7, inside),
        };
        let name = writer.names.get(&id);
        self.number(place + 8 * usize::from(name.is_some()));
        match name {
            Some(name) => self.text(name),
            None => self.text(&writer.short_name(id)),
        }
        if let Place::Gradient(_) = plan.places[id.index()] {
            let dims = writer.dims(id);
            self.number(dims.rows.unwrap_or(0));
            self.number(dims.columns);
        }
        self.number(usize::from(node.ty.batched) + 2 * node.ty.shape.len());
        node.ty.shape.iter().for_each(|&extent| self.number(extent));
        self.number(match node.ty.elem {
            Elem::Real => 0,
            Elem::Condition => 1,
            Elem::Index(count) => 2 + count as usize,
        });
        if inside || matches!(node.op.value, Value::Leaf) {
            self.text(node.op.name);
            let attr = bits(&node.attr);
            self.number(attr.len());
            attr.iter().for_each(|bits| self.key.extend_from_slice(&bits.to_le_bytes()));
        }
        if inside {
            node.args.iter().for_each(|&arg| self.value(writer, arg, false));
        }
    }

    fn number(&mut self, number: usize) {
        self.key.extend_from_slice(&number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.key.extend_from_slice(text.as_bytes());
    }
}
