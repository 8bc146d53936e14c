//! The one way nodes come into being: types are inferred, element-wise operands broadcast.
//!
//! Adjoint rules and passes write through [`Expr`], on which arithmetic is overloaded; the elaborator, whose operands may not fit,
//! through [`Builder::op`] and [`Builder::each`], which say why.

use std::cell::{Cell, RefCell};
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::rc::Rc;

use tapeless_grammar::span::Span;

use super::{AdjointOf, Attr, Elem, Graph, Node, NodeId, Origin, Type};
use crate::ops::{self, OpDef};

/// Makes nodes.
#[derive(Debug)]
pub struct Builder {
    graph: RefCell<Graph>,
    span: Cell<Span>,
    context: RefCell<Rc<str>>,
    adjoint: Cell<Option<AdjointOf>>,
}

/// A node in the hands of somebody who writes a formula.
#[derive(Clone, Copy, Debug)]
pub struct Expr<'g> {
    /// Where the node lives.
    pub builder: &'g Builder,
    /// Which it is.
    pub id: NodeId,
}

impl Default for Builder {
    fn default() -> Self {
        Builder::new(Graph::default())
    }
}

impl Builder {
    /// Goes on with `graph`.
    #[must_use]
    pub fn new(graph: Graph) -> Builder {
        Builder { graph: RefCell::new(graph), span: Cell::default(), context: RefCell::new(Rc::from("")), adjoint: Cell::new(None) }
    }

    /// The finished graph.
    #[must_use]
    pub fn finish(self) -> Graph {
        self.graph.into_inner()
    }

    /// Number of nodes so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.graph.borrow().nodes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The origin that new nodes get.
    pub fn set_origin(&self, span: Span, context: &str) {
        self.span.set(span);
        if &**self.context.borrow() != context {
            *self.context.borrow_mut() = Rc::from(context);
        }
    }

    /// The origin of a node, its gradient's mark included, for what replaces it.
    pub(crate) fn set_whole_origin(&self, origin: &Origin) {
        self.span.set(origin.span);
        *self.context.borrow_mut() = origin.context.clone();
        self.adjoint.set(origin.adjoint);
    }

    /// Marks new nodes as gradients (or, with `None`, as ordinary).
    pub fn set_adjoint(&self, adjoint: Option<AdjointOf>) {
        self.adjoint.set(adjoint);
    }

    /// Goes on with the origin of the node `id`.
    pub fn copy_origin(&self, id: NodeId) {
        let origin = self.graph.borrow().node(id).origin.clone();
        self.span.set(origin.span);
        *self.context.borrow_mut() = origin.context;
    }

    /// Marks the nodes from `first` on that `root` is made of, and that are not yet an operand's, as gradients with respect to it.
    pub(crate) fn mark_adjoint(&self, root: NodeId, first: usize, operand: usize) {
        let mut graph = self.graph.borrow_mut();
        let mut left = vec![root];
        while let Some(id) = left.pop() {
            let node = &mut graph.nodes[id.index()];
            match &mut node.origin.adjoint {
                Some(adjoint) if id.index() >= first && adjoint.operand.is_none() => {
                    adjoint.operand = Some(operand);
                    left.extend(&node.args);
                }
                _ => {}
            }
        }
    }

    /// Marks the nodes from `first` on as the derivative of `of` along a direction.
    pub(crate) fn mark_forward(&self, of: NodeId, first: usize) {
        for node in self.graph.borrow_mut().nodes.iter_mut().skip(first) {
            node.origin.adjoint = Some(AdjointOf { node: of, operand: None, forward: true });
        }
    }

    /// The origin that new nodes get.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin { span: self.span.get(), context: self.context.borrow().clone(), adjoint: self.adjoint.get() }
    }

    /// A copy of a node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node {
        self.graph.borrow().node(id).clone()
    }

    /// The type of a node.
    #[must_use]
    pub fn ty(&self, id: NodeId) -> Type {
        self.graph.borrow().ty(id).clone()
    }

    /// Looks at the graph made so far.
    pub fn with_graph<R>(&self, look: impl FnOnce(&Graph) -> R) -> R {
        look(&self.graph.borrow())
    }

    /// Gives a node the program's name for it.
    pub fn set_name(&self, id: NodeId, name: &str) {
        self.graph.borrow_mut().nodes[id.index()].name = Some(Rc::from(name));
    }

    /// Tells a node something else. Its type stays.
    pub(crate) fn set_attr(&self, id: NodeId, attr: Attr) {
        self.graph.borrow_mut().nodes[id.index()].attr = attr;
    }

    /// Takes back the nodes from `first` on; nobody may refer to them any more.
    pub(crate) fn split_off(&self, first: usize) -> Vec<Node> {
        self.graph.borrow_mut().nodes.split_off(first)
    }

    /// Result `index` of the loop `id`.
    pub(crate) fn result_of(&self, id: NodeId, index: usize) -> Option<Expr<'_>> {
        let attr = self.with_graph(|graph| match &graph.node(id).attr {
            Attr::Scan(scan) => scan.out(index),
            _ => None,
        });
        Some(self.sure(self.op(&ops::scan_out::OP, attr?, &[id])))
    }

    /// A node in the hands of somebody who writes a formula.
    #[must_use]
    pub fn expr(&self, id: NodeId) -> Expr<'_> {
        Expr { builder: self, id }
    }

    /// Adds a node as it is: leaves, and copies of nodes.
    pub fn push(&self, node: Node) -> NodeId {
        let mut graph = self.graph.borrow_mut();
        graph.nodes.push(node);
        NodeId(graph.nodes.len() as u32 - 1)
    }

    /// A leaf of a stated type.
    pub fn leaf(&self, op: &'static OpDef, attr: Attr, ty: Type, name: Option<&str>) -> NodeId {
        self.push(Node { op, attr, args: Vec::new(), ty, origin: self.origin(), name: name.map(Rc::from) })
    }

    /// A real constant, the same number everywhere in `shape`.
    pub fn full(&self, value: f64, shape: &[usize]) -> NodeId {
        self.leaf(&ops::constant::OP, Attr::Number(value), Type::real(false, shape), None)
    }

    /// An operation whose operands must already have the shapes it wants.
    ///
    /// # Errors
    /// Why they do not fit.
    pub fn op(&self, op: &'static OpDef, attr: Attr, args: &[NodeId]) -> Result<NodeId, String> {
        let graph = self.graph.borrow();
        let types: Vec<&Type> = args.iter().map(|&arg| graph.ty(arg)).collect();
        let mut ty = (op.shape)(&types, &attr)?;
        ty.batched = match &attr {
            attr if op.sums_batch || attr.sums_batch() => false,
            _ => ty.batched || types.iter().any(|ty| ty.batched),
        };
        drop(graph);
        Ok(self.push(Node { op, attr, args: args.to_vec(), ty, origin: self.origin(), name: None }))
    }

    /// An element-wise operation; operands broadcast as in NumPy.
    ///
    /// # Errors
    /// The shapes do not broadcast.
    pub fn each(&self, op: &'static OpDef, attr: Attr, args: &[NodeId]) -> Result<NodeId, String> {
        let graph = self.graph.borrow();
        let shapes: Vec<&[usize]> = args.iter().map(|&arg| graph.ty(arg).shape.as_slice()).collect();
        let shape = broadcast_shapes(&shapes)?;
        drop(graph);
        let args = args.iter().map(|&arg| self.broadcast(arg, &shape)).collect::<Result<Vec<_>, _>>()?;
        self.op(op, attr, &args)
    }

    /// `id` in a larger shape.
    ///
    /// # Errors
    /// Its shape does not broadcast to `shape`.
    pub fn broadcast(&self, id: NodeId, shape: &[usize]) -> Result<NodeId, String> {
        if self.graph.borrow().ty(id).shape == shape {
            return Ok(id);
        }
        self.op(&ops::broadcast::OP, Attr::Shape(shape.to_vec()), &[id])
    }

    /// For rules and passes, whose operands fit by construction.
    fn sure(&self, made: Result<NodeId, String>) -> Expr<'_> {
        match made {
            Ok(id) => self.expr(id),
            Err(why) => unreachable!("a rule made operands that do not fit: {why}"),
        }
    }
}

/// The shape that all shapes broadcast to, aligned at the trailing axes.
///
/// # Errors
/// Two extents differ and neither is 1.
pub fn broadcast_shapes(shapes: &[&[usize]]) -> Result<Vec<usize>, String> {
    let rank = shapes.iter().map(|shape| shape.len()).max().unwrap_or(0);
    let mut out = vec![1; rank];
    for shape in shapes {
        for (have, &new) in out[rank - shape.len()..].iter_mut().zip(*shape) {
            if *have == 1 {
                *have = new;
            } else if new != 1 && new != *have {
                let list: Vec<String> = shapes.iter().map(|s| format!("{s:?}")).collect();
                return Err(format!("the shapes {} do not broadcast: {} against {}", list.join(" and "), *have, new));
            }
        }
    }
    Ok(out)
}

impl<'g> Expr<'g> {
    /// Its type.
    #[must_use]
    pub fn ty(self) -> Type {
        self.builder.ty(self.id)
    }

    /// Its extents.
    #[must_use]
    pub fn shape(self) -> Vec<usize> {
        self.ty().shape
    }

    /// Any operation on operands that fit.
    #[must_use]
    pub fn apply(self, op: &'static OpDef, attr: Attr, others: &[Expr<'g>]) -> Expr<'g> {
        let args: Vec<NodeId> = std::iter::once(self.id).chain(others.iter().map(|e| e.id)).collect();
        self.builder.sure(self.builder.op(op, attr, &args))
    }

    /// An element-wise operation with broadcasting.
    #[must_use]
    pub fn each(self, op: &'static OpDef, others: &[Expr<'g>]) -> Expr<'g> {
        let args: Vec<NodeId> = std::iter::once(self.id).chain(others.iter().map(|e| e.id)).collect();
        self.builder.sure(self.builder.each(op, Attr::None, &args))
    }

    /// A constant of `self`'s graph.
    #[must_use]
    pub fn number(self, value: f64) -> Expr<'g> {
        self.builder.expr(self.builder.full(value, &[]))
    }

    /// A number everywhere in `self`'s shape.
    #[must_use]
    pub fn full(self, value: f64) -> Expr<'g> {
        self.builder.expr(self.builder.full(value, &self.shape()))
    }

    /// Zeros of `self`'s shape.
    #[must_use]
    pub fn zeros_like(self) -> Expr<'g> {
        self.full(0.0)
    }

    /// In a larger shape.
    #[must_use]
    pub fn broadcast(self, shape: &[usize]) -> Expr<'g> {
        self.builder.sure(self.builder.broadcast(self.id, shape))
    }

    /// The same elements in another shape of equal size.
    #[must_use]
    pub fn reshape(self, shape: &[usize]) -> Expr<'g> {
        if self.shape() == shape { self } else { self.apply(&ops::reshape::OP, Attr::Shape(shape.to_vec()), &[]) }
    }

    /// Axes in another order: axis `i` of the result is axis `p[i]` of `self`.
    #[must_use]
    pub fn transpose(self, permutation: &[usize]) -> Expr<'g> {
        self.apply(&ops::transpose::OP, Attr::Permutation(permutation.to_vec()), &[])
    }

    /// Sum over `axes`, which disappear.
    #[must_use]
    pub fn sum(self, axes: &[usize]) -> Expr<'g> {
        if axes.is_empty() { self } else { self.apply(&ops::sum::OP, Attr::Axes(axes.to_vec()), &[]) }
    }

    /// Sums a broadcast's gradient back to the shape it came from.
    #[must_use]
    pub fn sum_to(self, shape: &[usize]) -> Expr<'g> {
        let from = self.shape();
        let extra = from.len() - shape.len();
        let axes: Vec<usize> = (0..from.len()).filter(|&i| i < extra || (shape[i - extra] == 1 && from[i] != 1)).collect();
        self.sum(&axes).reshape(shape)
    }

    /// `where(self, a, b)`: `self` is a condition.
    #[must_use]
    pub fn select(self, a: Expr<'g>, b: Expr<'g>) -> Expr<'g> {
        self.each(&ops::select::OP, &[a, b])
    }

    /// Einstein notation, `"ik,kj->ij"`, over the samples' axes.
    #[must_use]
    pub fn contract(self, other: Expr<'g>, a: &[u8], b: &[u8], out: &[u8]) -> Expr<'g> {
        let attr = Attr::Contract { a: a.to_vec(), b: b.to_vec(), out: out.to_vec(), sum_batch: false };
        self.apply(&ops::contract::OP, attr, &[other])
    }

    /// The sum over the samples.
    #[must_use]
    pub fn batch_sum(self) -> Expr<'g> {
        self.apply(&ops::batch_sum::OP, Attr::None, &[])
    }

    /// Whether there is one for each sample.
    #[must_use]
    pub fn is_batched(self) -> bool {
        self.builder.with_graph(|graph| graph.ty(self.id).batched)
    }

    /// Whether the elements are reals.
    #[must_use]
    pub fn is_real(self) -> bool {
        self.ty().elem == Elem::Real
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $op:ident) => {
        impl<'g> $trait for Expr<'g> {
            type Output = Expr<'g>;
            fn $method(self, other: Expr<'g>) -> Expr<'g> {
                self.each(&ops::$op::OP, &[other])
            }
        }
        impl<'g> $trait<f64> for Expr<'g> {
            type Output = Expr<'g>;
            fn $method(self, other: f64) -> Expr<'g> {
                let other = self.full(other);
                self.each(&ops::$op::OP, &[other])
            }
        }
        impl<'g> $trait<Expr<'g>> for f64 {
            type Output = Expr<'g>;
            fn $method(self, other: Expr<'g>) -> Expr<'g> {
                other.full(self).each(&ops::$op::OP, &[other])
            }
        }
    };
}
operator!(Add, add, add);
operator!(Sub, sub, sub);
operator!(Mul, mul, mul);
operator!(Div, div, div);

impl<'g> Neg for Expr<'g> {
    type Output = Expr<'g>;
    fn neg(self) -> Expr<'g> {
        self.each(&ops::neg::OP, &[])
    }
}
