//! Questions that rules ask of a node.

use super::rewrite::Site;
use crate::graph::{Attr, Expr};
use crate::ops::{OpDef, Value, broadcast, constant};

impl<'g> Site<'g> {
    /// The operands, as many as there are of each operation that the rule is of.
    pub(super) fn args<const N: usize>(&self) -> Option<[Expr<'g>; N]> {
        debug_assert_eq!(self.x.len(), N, "a rule of other operations sees {}", self.op.name);
        <[Expr<'g>; N]>::try_from(self.x.as_slice()).ok()
    }

    /// Whether an operand is read by others too, earlier or later.
    pub(super) fn read_elsewhere(&self, x: &Expr<'g>) -> bool {
        let here = self.x.iter().filter(|operand| operand.id == x.id).count();
        self.readers.get(x.id.index()).is_some_and(|&readers| readers as usize > here)
    }
}

impl<'g> Expr<'g> {
    /// The number that a constant is everywhere.
    pub(super) fn known(self) -> Option<f64> {
        self.builder.with_graph(|graph| match graph.node(self.id) {
            node if node.op == &constant::OP => match node.attr {
                Attr::Number(number) => Some(number),
                _ => None,
            },
            _ => None,
        })
    }

    /// The operands, if it is made by `op`.
    pub(super) fn made_by<const N: usize>(self, op: &'static OpDef) -> Option<[Expr<'g>; N]> {
        self.builder.with_graph(|graph| {
            let node = graph.node(self.id);
            if node.op != op || node.args.len() != N {
                return None;
            }
            Some(std::array::from_fn(|i| self.builder.expr(node.args[i])))
        })
    }

    /// What its operation is told.
    pub(super) fn attr(self) -> Attr {
        self.builder.with_graph(|graph| graph.node(self.id).attr.clone())
    }

    /// If it is a broadcast: the operand, and for each axis whether elements are repeated along it.
    pub(super) fn repeated(self) -> Option<(Expr<'g>, Vec<bool>)> {
        let [x] = self.made_by(&broadcast::OP)?;
        let (from, to) = (x.shape(), self.shape());
        let extra = to.len() - from.len();
        let repeats = (0..to.len()).map(|i| i < extra || (from[i - extra] == 1 && to[i] != 1)).collect();
        Some((x, repeats))
    }

    /// If it is a movement: its operands.
    pub(super) fn movement(self) -> Option<Vec<Expr<'g>>> {
        self.builder.with_graph(|graph| {
            let node = graph.node(self.id);
            matches!(node.op.value, Value::Move(_)).then(|| node.args.iter().map(|&arg| self.builder.expr(arg)).collect())
        })
    }
}
