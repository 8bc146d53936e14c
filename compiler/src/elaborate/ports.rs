//! Inputs and targets.

use tapeless_grammar::tree::{Expr, Port as PortTree};

use super::Elab;
use super::report::R;
use super::scope::Kind;
use super::value::Value;
use crate::graph::{Attr, Elem, NodeId, Type};
use crate::network::Port;
use crate::ops;

impl Elab<'_> {
    pub(super) fn port(&mut self, port: &PortTree, doc: &[String], target: bool) -> R<()> {
        let word = if target { "target" } else { "input" };
        if self.frames.last().is_none_or(|frame| frame.blocks.len() > 1) {
            return self.error(
                "E0109",
                port.name.span,
                format!("`{word} {}` stands in a block; the network's own statements declare its data", port.name.text),
            );
        }
        let list = self.some_value(&port.shape)?;
        let shape = self.shape_of(&list, port.shape.span)?;
        let index = match &port.range {
            None => None,
            Some(range) => Some(self.index_range(range)?),
        };
        let leaf = self.pass.ports.len();
        self.origin(port.name.span);
        let elem = index.map_or(Elem::Real, Elem::Index);
        let ty = Type { batched: true, shape: shape.clone(), elem };
        let node = match self.pass.step_of.as_ref().and_then(|step| step.ports.get(leaf)) {
            // One of several steps: a slice of the sample.
            Some(&slice) => slice,
            None => self.pass.builder.leaf(&ops::input::OP, Attr::Leaf(leaf), ty, Some(&port.name.text)),
        };
        self.bind(&port.name.text, Value::Tensor(node), port.name.span, Kind::Port)?;
        self.pass.ports.push(Port { name: port.name.text.clone(), doc: doc.to_vec(), span: port.name.span, shape, index, target });
        Ok(())
    }

    /// `in 0..n`
    pub(super) fn index_range(&mut self, range: &Expr) -> R<u32> {
        match self.some_value(range)? {
            Value::Range(0, n) if n >= 1 && u32::try_from(n).is_ok() => Ok(n as u32),
            other => {
                let message = format!("an index runs over `0..n` with n from 1 to {}, found {}", u32::MAX, self.literal(&other));
                self.error("E0148", range.span, message)
            }
        }
    }

    /// A target that a node depends on.
    pub(super) fn target_of(&self, node: NodeId) -> Option<String> {
        let ports = &self.pass.ports;
        if !ports.iter().any(|port| port.target) {
            return None;
        }
        self.pass.builder.with_graph(|graph| {
            let mut wanted = vec![false; graph.nodes.len()];
            wanted[node.index()] = true;
            for id in graph.ids().rev().filter(|id| *id <= node) {
                if !wanted[id.index()] {
                    continue;
                }
                let at = graph.node(id);
                if let (Attr::Leaf(leaf), true) = (&at.attr, std::ptr::eq(at.op, &ops::input::OP))
                    && let Some(port) = ports.get(*leaf).filter(|port| port.target)
                {
                    return Some(port.name.clone());
                }
                at.args.iter().for_each(|arg| wanted[arg.index()] = true);
            }
            None
        })
    }
}
