//! What each sample brings and what it is given: inputs, states, cotangents and weights that are read, outputs and gradients that are stored.

use std::collections::BTreeSet;

use super::{Field, PassText};
use crate::emit::element::literal;
use crate::emit::kernels::Writer;
use crate::emit::leaf::{Leaf, leaf};
use crate::emit::names::Scope;
use crate::graph::{Attr, NodeId};
use crate::network::State;
use crate::ops::Value;
use crate::plan::What;

/// A leaf with a value for each sample, and where it comes from.
pub(super) struct Load {
    pub(super) id: NodeId,
    /// `self.x`
    pub(super) from: String,
    pub(super) kind: LoadKind,
    /// Elements of a sample.
    pub(super) size: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LoadKind {
    Real,
    Index,
    Cotangent,
    /// State `i`.
    State(usize),
    Seed,
}

/// A result that goes to the caller for each sample.
pub(super) struct Store {
    pub(super) id: NodeId,
    pub(super) field: String,
    /// Elements of a sample.
    pub(super) size: usize,
    /// Only where the gradients of the inputs are asked for.
    pub(super) asked: bool,
    /// In the last run through the samples: the runs before read what lies there.
    pub(super) last: bool,
}

impl PassText<'_> {
    /// Inputs, states, cotangents and weights that some stage reads.
    pub(super) fn loads(&self, fields: &mut Vec<Field>, names: &mut Scope) -> Vec<Load> {
        let graph = &self.plan.program.graph;
        let needed: BTreeSet<NodeId> = self.plan.kernels.iter().flat_map(|kernel| self.plan.reads(kernel)).collect();
        let wanted: BTreeSet<NodeId> = self.plan.program.results.iter().map(|wanted| self.plan.base(wanted.node)).collect();
        let leaves: Vec<NodeId> = graph
            .ids()
            .filter(|id| graph.ty(*id).batched && matches!(graph.node(*id).op.value, Value::Leaf))
            .filter(|id| needed.contains(id) || wanted.contains(id))
            .collect();
        let mut loads = Vec::new();
        for id in leaves {
            let node = graph.node(id);
            let size = node.ty.size();
            match leaf(node.op, &node.attr) {
                Some(Leaf::Port(i)) => {
                    let port = &self.network.ports[i];
                    let field = names.unique(&port.name);
                    let (ty, from, kind) = match port.index {
                        Some(_) => ("&'a [u32]", format!("rt::indices(ports, {})", self.column(i)), LoadKind::Index),
                        None => ("&'a [T]", format!("rt::reals(ports, {})", self.column(i)), LoadKind::Real),
                    };
                    fields.push(Field { name: field.clone(), ty: ty.into(), from });
                    loads.push(Load { id, from: format!("self.{field}"), kind, size });
                }
                Some(Leaf::Cotangent(i)) => {
                    let field = names.unique(&format!("d_{}", self.network.train.outputs[i].name));
                    fields.push(Field { name: field.clone(), ty: "&'a [T]".into(), from: format!("rt::reals(cotangents, {i})") });
                    loads.push(Load { id, from: format!("self.{field}"), kind: LoadKind::Cotangent, size });
                }
                Some(Leaf::State(i)) => loads.push(Load { id, from: "self.states".into(), kind: LoadKind::State(i), size }),
                Some(Leaf::Seed) => loads.push(Load { id, from: String::new(), kind: LoadKind::Seed, size }),
                _ => {}
            }
        }
        let carried = loads.iter().any(|load| matches!(load.kind, LoadKind::State(_)));
        if carried || self.plan.program.results.iter().any(|wanted| matches!(wanted.what, What::State(_))) {
            fields.push(Field { name: "states".into(), ty: "&'a mut [T]".into(), from: "states".into() });
        }
        loads
    }

    /// The number of an input among the columns that the pass is handed: predictions get no targets.
    fn column(&self, port: usize) -> usize {
        let without_targets = self.name.starts_with("Predict") || self.name == "BackwardPass";
        self.network.ports[..port].iter().filter(|port| !(without_targets && port.target)).count()
    }

    /// Where a state begins among the states of a sample.
    pub(super) fn state_offset(&self, state: usize) -> usize {
        self.network.states[..state].iter().map(State::len).sum()
    }

    /// What goes to the caller for each sample.
    pub(super) fn stores(&self, fields: &mut Vec<Field>, names: &mut Scope) -> Vec<Store> {
        let mut stores = Vec::new();
        for wanted in &self.plan.program.results {
            let size = self.plan.program.graph.ty(wanted.node).size();
            if let What::State(i) = wanted.what {
                stores.push(Store { id: wanted.node, field: format!("states#{}", self.state_offset(i)), size, asked: false, last: true });
                continue;
            }
            let (name, from, asked) = match wanted.what {
                What::Output(i) => (format!("out_{}", self.network.predict.outputs[i].name), "outputs", false),
                What::PortGradient(i) => (format!("d_{}", self.network.ports[i].name), "port_grads", true),
                _ => continue,
            };
            let field = names.unique(&name);
            let at = match wanted.what {
                What::Output(i) | What::PortGradient(i) => i,
                _ => 0,
            };
            fields.push(Field { name: field.clone(), ty: "&'a mut [T]".into(), from: format!("{from}#{at}") });
            stores.push(Store { id: wanted.node, field, size, asked, last: false });
        }
        stores
    }

    pub(super) fn store_rows(&self, writer: &mut Writer<'_>, Store { id, field, size, .. }: &Store) {
        let base = self.plan.base(*id);
        let graph = &self.plan.program.graph;
        if graph.ty(base).batched {
            let name = writer.names.get(&base).cloned().unwrap_or_default();
            let dims = writer.dims(base);
            debug_assert_eq!(dims.columns, *size);
            writer.code.line(match field.split_once('#') {
                Some((states, offset)) => format!("tile.store_state::<_, {size}, STATE>({name}, self.{states}, {offset});"),
                None => format!("tile.store({name}, self.{field});"),
            });
        } else {
            let value = match graph.node(base).attr {
                Attr::Number(value) => format!("&[T::from_f64({}); {size}]", literal(value)),
                _ => writer.flat(base),
            };
            writer.code.line(match field.split_once('#') {
                Some((states, offset)) => format!("tile.store_same_state::<_, {size}, STATE>({value}, self.{states}, {offset});"),
                None => format!("tile.store_same({value}, self.{field});"),
            });
        }
    }
}
