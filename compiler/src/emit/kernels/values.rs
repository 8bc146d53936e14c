//! What the values of a plan are called, and where they lie: names, shapes as Rust sees them, slots of the workspace.

use super::Writer;
use crate::emit::doc::{Doc, call, text};
use crate::graph::NodeId;
use crate::plan::{Place, Room};

/// A value as Rust sees it: `[[T; columns]; rows]`, or `[T; columns]` where `rows` is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dims {
    pub(crate) rows: Option<usize>,
    pub(crate) columns: usize,
}

impl Writer<'_> {
    pub(crate) fn dims(&self, id: NodeId) -> Dims {
        let ty = self.plan.program.graph.ty(id);
        // A gradient lies as its parameter does, also where it is computed in another shape.
        let lies = match self.plan.places[id.index()] {
            Place::Gradient(_) => {
                self.plan.program.results.iter().find(|wanted| self.plan.base(wanted.node) == id).map(|wanted| wanted.node)
            }
            _ => None,
        };
        let ty = lies.map_or(ty, |node| self.plan.program.graph.ty(node));
        match ty.shape.as_slice() {
            _ if ty.batched => Dims { rows: Some(self.plan.rows), columns: ty.size() },
            shape if shape.len() >= 2 => Dims { rows: Some(ty.size() / shape[shape.len() - 1]), columns: shape[shape.len() - 1] },
            _ => Dims { rows: None, columns: ty.size() },
        }
    }

    pub(super) fn dims_rows_batch(&self, id: NodeId) -> usize {
        if self.plan.program.graph.ty(id).batched { self.plan.rows } else { 1 }
    }

    pub(crate) fn name(&self, id: NodeId) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| format!("value_{}", id.0))
    }

    /// Gives a value its name in this function.
    pub(crate) fn christen(&mut self, id: NodeId) -> String {
        let wanted = self.notes.name(self.plan.program.graph.node(id));
        let name = self.scope.unique(&wanted);
        self.names.insert(id, name.clone());
        name
    }

    /// Whether a value has as many rows as the tile has samples, which is known at run time.
    pub(crate) fn cut(&self, id: NodeId) -> bool {
        self.plan.rows > 1 && self.plan.program.graph.ty(id).batched
    }

    /// How many there are of `most` that all samples of a tile have: `10 * tile.len()`.
    pub(super) fn of_tile(&self, most: usize) -> String {
        match most / self.plan.rows {
            1 => "tile.len()".into(),
            each => format!("{each} * tile.len()"),
        }
    }

    /// The elements that the samples at hand have of a value, as a flat slice.
    pub(crate) fn flat(&self, id: NodeId) -> String {
        if self.cut(id) { format!("tile.flat({})", self.name(id)) } else { self.whole(id) }
    }

    pub(crate) fn flat_mut(&self, id: NodeId) -> String {
        if self.cut(id) { format!("tile.flat_mut({})", self.name(id)) } else { self.whole_mut(id) }
    }

    /// All elements that there is room for, as a flat slice.
    pub(crate) fn whole(&self, id: NodeId) -> String {
        let name = self.name(id);
        if self.dims(id).rows.is_some() { format!("{name}.as_flattened()") } else { name }
    }

    pub(crate) fn whole_mut(&self, id: NodeId) -> String {
        let name = self.name(id);
        if self.dims(id).rows.is_some() { format!("{name}.as_flattened_mut()") } else { name }
    }

    /// What the samples at hand have of a value, as rows; of what is no sample's, `[[T; columns]; rows]`.
    pub(super) fn matrix(&self, id: NodeId, rows: usize, columns: usize) -> Doc {
        if self.cut(id) { text(format!("tile.cut({})", self.name(id))) } else { self.array(id, rows, columns) }
    }

    pub(super) fn matrix_mut(&self, id: NodeId, rows: usize, columns: usize) -> Doc {
        if self.cut(id) { text(format!("tile.cut_mut({})", self.name(id))) } else { self.array_mut(id, rows, columns) }
    }

    /// The same as text.
    pub(crate) fn matrix_text(&self, id: NodeId, rows: usize, columns: usize) -> String {
        self.matrix(id, rows, columns).flat()
    }

    /// The same as text, to write to.
    pub(crate) fn matrix_mut_text(&self, id: NodeId, rows: usize, columns: usize) -> String {
        self.matrix_mut(id, rows, columns).flat()
    }

    /// A value as `[[T; columns]; rows]`.
    pub(super) fn array(&self, id: NodeId, rows: usize, columns: usize) -> Doc {
        if self.dims(id) == (Dims { rows: Some(rows), columns }) {
            return text(self.name(id));
        }
        call(format!("rt::rows::<_, {columns}, {rows}>"), vec![text(self.whole(id))])
    }

    pub(super) fn array_mut(&self, id: NodeId, rows: usize, columns: usize) -> Doc {
        if self.dims(id) == (Dims { rows: Some(rows), columns }) {
            return text(self.name(id));
        }
        call(format!("rt::rows_mut::<_, {columns}, {rows}>"), vec![text(self.whole_mut(id))])
    }

    /// A value as `[T; n]`.
    pub(super) fn row_mut(&self, id: NodeId, n: usize) -> Doc {
        if self.dims(id) == (Dims { rows: None, columns: n }) {
            return text(self.name(id));
        }
        call(format!("rt::row_mut::<_, {n}>"), vec![text(self.flat_mut(id))])
    }

    /// `let h = rt::rows_mut::<_, 16, 32>(slot_0);`
    pub(crate) fn open_value(&mut self, id: NodeId) {
        if let Place::Gradient(_) = self.plan.places[id.index()] {
            return;
        }
        let name = self.christen(id);
        if let Some(place) = self.elsewhere.get(&id) {
            return self.code.statement(&format!("let {name} = "), place, ";");
        }
        let slot = self.slot(id);
        let dims = self.dims(id);
        match dims.rows {
            Some(rows) => self.code.line(format!("let {name} = rt::rows_mut::<_, {}, {rows}>({slot});", dims.columns)),
            None => self.code.line(format!("let {name} = rt::row_mut::<_, {}>({slot});", dims.columns)),
        }
    }

    /// A sum over the samples begins at zero.
    pub(crate) fn zero(&mut self, id: NodeId) {
        let flat = self.flat_mut(id);
        self.code.line(format!("self.chunk.begin({flat});"));
    }

    /// The slot, or the part of one, that a value lies in.
    pub(crate) fn slot(&mut self, id: NodeId) -> String {
        self.plan.slots.of.get(&id).map_or(String::new(), |room| self.room(*room))
    }

    /// A piece of the workspace by name. A slot is divided where the first of its parts is needed.
    pub(crate) fn room(&mut self, room: Room) -> String {
        let slot = self.slots.get(room.slot).cloned().unwrap_or_default();
        let Some((time, part)) = room.part else { return slot };
        if !self.parts.contains_key(&(room.slot, time)) {
            let lens = &self.plan.slots.slots[room.slot].divided[time];
            let names: Vec<String> = (0..lens.len()).map(|i| self.scope.unique(&format!("{slot}_{}", letter(i)))).collect();
            let mut from = slot.as_str();
            for (i, len) in lens.iter().enumerate().take(lens.len() - 1) {
                let rest = if i + 2 == lens.len() { names[i + 1].as_str() } else { "rest" };
                self.code.line(format!("let ({}, {rest}) = {from}.split_at_mut({len});", names[i]));
                from = "rest";
            }
            self.parts.insert((room.slot, time), names);
        }
        self.parts[&(room.slot, time)][part].clone()
    }
}

/// `a`, `b`, …, `z`, `aa`, …
fn letter(i: usize) -> String {
    let last = char::from(b'a' + (i % 26) as u8);
    if i < 26 { last.to_string() } else { letter(i / 26 - 1) + &last.to_string() }
}
