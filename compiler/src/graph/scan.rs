//! A loop of static length over the leading axis of tensors: what a program's loop over a tensor becomes.

use std::rc::Rc;

use super::{Attr, Graph, Node, NodeId, Type};
use crate::ops;

/// The loop of a `scan` node (`Attr::Scan`). Its results are read by `scan_out` nodes (`Attr::Out`): first what each carried operand is
/// after the last step, then the stacked values.
///
/// Where the node is batched, all results are, also those that happen to be the same for every sample.
#[derive(Clone, Debug)]
pub struct Scan {
    /// How many steps.
    pub steps: usize,
    /// Whether it runs from the last step to the first. What is stacked lies in the order of the steps all the same.
    pub reversed: bool,
    /// What each operand of the node is in the body.
    pub roles: Vec<Role>,
    /// One step. Its leaves of the operation `scan_in` (`Attr::Leaf`: the operand) are what the operands give it.
    pub body: Rc<Graph>,
    /// For each carried operand, in order, its value in the next step.
    pub next: Vec<NodeId>,
    /// Values of a step that are stacked along a new leading axis.
    pub stacked: Vec<NodeId>,
}

/// The same body, not one that happens to say the same.
impl PartialEq for Scan {
    fn eq(&self, other: &Scan) -> bool {
        let told = |scan: &Scan| (scan.steps, scan.reversed, scan.roles.clone(), scan.next.clone(), scan.stacked.clone());
        Rc::ptr_eq(&self.body, &other.body) && told(self) == told(other)
    }
}

/// What an operand of a loop is in its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The same in every step.
    Whole,
    /// Its slice along the leading axis.
    Slice,
    /// The value before the first step; after each, the next one.
    Carry,
}

impl Scan {
    /// What the body is computed for: next values, then stacked ones.
    #[must_use]
    pub fn roots(&self) -> Vec<NodeId> {
        self.next.iter().chain(&self.stacked).copied().collect()
    }

    /// The operands that are carried, in order.
    pub fn carried(&self) -> impl Iterator<Item = usize> + '_ {
        self.roles.iter().enumerate().filter(|(_, role)| **role == Role::Carry).map(|(operand, _)| operand)
    }

    /// The type of result `index` for one sample.
    #[must_use]
    pub fn result(&self, index: usize) -> Option<Type> {
        let id = self.roots().get(index).copied()?;
        let ty = self.body.ty(id);
        let mut shape = ty.shape.clone();
        if index >= self.next.len() {
            shape.insert(0, self.steps);
        }
        Some(Type { batched: false, shape, elem: ty.elem })
    }

    /// The attribute of the `scan_out` node that reads result `index`.
    #[must_use]
    pub fn out(&self, index: usize) -> Option<Attr> {
        self.result(index).map(|ty| Attr::Out { index, shape: ty.shape, elem: ty.elem })
    }

    /// The steps in the order in which they run.
    pub fn order(&self) -> impl Iterator<Item = usize> + use<> {
        let (steps, reversed) = (self.steps, self.reversed);
        (0..steps).map(move |i| if reversed { steps - 1 - i } else { i })
    }

    /// Whether the body has something of its own for each sample.
    #[must_use]
    pub fn is_batched(&self) -> bool {
        self.body.nodes.iter().any(|node| node.ty.batched)
    }
}

/// The operand that a leaf of a body is.
#[must_use]
pub fn operand_of(node: &Node) -> Option<usize> {
    match node.attr {
        Attr::Leaf(operand) if std::ptr::eq(node.op, &ops::scan_in::OP) => Some(operand),
        _ => None,
    }
}

/// The draws of a body that becomes part of a loop with one more around: each step goes on where the one before ended.
pub(crate) fn draws_in_loop(graph: &mut Graph) {
    fn visit(graph: &mut Graph, inner: usize) {
        for node in &mut graph.nodes {
            let size = node.ty.size();
            match &mut node.attr {
                Attr::Random { strides, .. } => strides.push(size * inner),
                Attr::Scan(scan) => {
                    let scan = Rc::make_mut(scan);
                    visit(Rc::make_mut(&mut scan.body), inner * scan.steps);
                }
                _ => {}
            }
        }
    }
    visit(graph, 1);
}

/// The draws of a body in step `t` of the loop that is `depth` loops out: they no longer depend on it.
pub(crate) fn draws_of_step(attr: &mut Attr, t: usize, depth: usize) {
    match attr {
        Attr::Random { first, strides, .. } if depth < strides.len() => *first += t * strides.remove(depth),
        Attr::Scan(scan) => {
            let scan = Rc::make_mut(scan);
            for node in &mut Rc::make_mut(&mut scan.body).nodes {
                draws_of_step(&mut node.attr, t, depth + 1);
            }
        }
        _ => {}
    }
}
