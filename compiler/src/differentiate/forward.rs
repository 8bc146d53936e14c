//! Forward mode: derivatives along directions, carried along with the values.
//!
//! There is no second table of rules. Where an operation works element by element, its adjoint says by what a cotangent is multiplied, and
//! a tangent is multiplied by the same; an operation that is linear is applied to the tangents; all others are transposed: their
//! adjoint is linear in the cotangent, and the adjoint of that is the derivative.
//!
//! The tangent of a node is made once. The second derivative differentiates the nodes that the first one made, and what these need, the
//! first derivatives of the values, is there already: so orders come one after the other, each shared with the next.

use std::collections::HashMap;
use std::rc::Rc;

use super::{Over, depends, gradients};
use crate::graph::{Attr, Builder, Elem, Expr, NodeId, Type};
use crate::ops::{Adjoint, OpDef, Reduction, Rule, Value, concat, constant, name, reshape, slice};

/// A loop is on the way: its derivative is made in reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loop;

/// Along what is differentiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Along {
    /// One element of the name.
    Element(usize),
    /// A tensor of its shape.
    Tensor(NodeId),
}

/// The derivative of `u` along `v` at `x`, taken forward. `None` where it is zero, or where a loop is on the way.
pub fn tangent(builder: &Builder, u: NodeId, x: NodeId, v: NodeId) -> Option<NodeId> {
    let mut tangents = Tangents::new(builder);
    let direction = tangents.direction(x, Along::Tensor(v));
    tangents.of(u, direction).ok().flatten()
}

/// A direction, among [`Tangents::directions`].
type Direction = usize;

/// The tangents of a graph under construction.
pub(super) struct Tangents<'g> {
    builder: &'g Builder,
    /// Names, along what, and their tangents.
    directions: Vec<(NodeId, Along, NodeId)>,
    /// The tangent of a node, `None` where it is zero.
    known: HashMap<(Direction, NodeId), Option<NodeId>>,
    /// What a node that was made here is the tangent of.
    tangent_of: HashMap<NodeId, (NodeId, Direction)>,
    /// Gradients that were put together of their elements.
    gathered: HashMap<NodeId, Vec<NodeId>>,
}

impl<'g> Tangents<'g> {
    pub(super) fn new(builder: &'g Builder) -> Self {
        Tangents { builder, directions: Vec::new(), known: HashMap::new(), tangent_of: HashMap::new(), gathered: HashMap::new() }
    }

    /// The gradient of the scalar `u` with respect to `x`, of its shape: an element a direction.
    pub(super) fn gradient(&mut self, u: NodeId, x: NodeId) -> Result<NodeId, Loop> {
        let shape = self.builder.ty(x).shape;
        let mut elements = Vec::new();
        for i in 0..shape.iter().product() {
            let direction = self.direction(x, Along::Element(i));
            elements.push(self.of_or_zero(u, direction)?);
        }
        if let [only] = elements[..] {
            return Ok(self.builder.expr(only).reshape(&shape).id);
        }
        let parts: Vec<Expr<'g>> = elements.iter().map(|&id| self.builder.expr(id).reshape(&[1])).collect();
        let Some((first, rest)) = parts.split_first() else { return Ok(self.builder.full(0.0, &shape)) };
        let made = first.apply(&concat::OP, Attr::Axis(0), rest).reshape(&shape).id;
        if shape.len() == 1 {
            self.gathered.insert(made, parts.iter().map(|part| part.id).collect());
        }
        Ok(made)
    }

    /// The derivative of `u` along `v` at `x`, of `u`'s shape.
    pub(super) fn along(&mut self, u: NodeId, x: NodeId, v: NodeId) -> Result<NodeId, Loop> {
        let direction = self.direction(x, Along::Tensor(v));
        self.of_or_zero(u, direction)
    }

    /// If a node is a gradient that was put together of its elements, in whatever name that is not one of `independent`: the element.
    /// Others then need not be derived.
    pub(super) fn element(&self, mut id: NodeId, i: usize, independent: &[NodeId]) -> Option<NodeId> {
        loop {
            if let Some(parts) = self.gathered.get(&id) {
                return parts.get(i).copied();
            }
            let inner = self.builder.with_graph(|graph| match graph.node(id) {
                node if matches!(node.op.value, Value::Move(_)) && !independent.contains(&id) => match node.args[..] {
                    [arg] if self.gathered.contains_key(&arg) || std::ptr::eq(node.op, &name::OP) => {
                        (graph.ty(arg).shape == node.ty.shape && keeps_order(node.op)).then_some(arg)
                    }
                    _ => None,
                },
                _ => None,
            })?;
            id = inner;
        }
    }

    fn direction(&mut self, x: NodeId, along: Along) -> Direction {
        if let Some(at) = self.directions.iter().position(|known| (known.0, known.1) == (x, along)) {
            return at;
        }
        let shape = self.builder.ty(x).shape;
        let size: usize = shape.iter().product();
        let tangent = match along {
            Along::Tensor(v) => v,
            Along::Element(_) if size == 1 => self.builder.full(1.0, &shape),
            Along::Element(i) => {
                let numbers: Rc<[f64]> = (0..size).map(|k| if k == i { 1.0 } else { 0.0 }).collect();
                self.builder.leaf(&constant::OP, Attr::Tensor(numbers), Type::real(false, &shape), None)
            }
        };
        self.directions.push((x, along, tangent));
        self.directions.len() - 1
    }

    fn of_or_zero(&mut self, u: NodeId, direction: Direction) -> Result<NodeId, Loop> {
        let made = self.of(u, direction)?;
        Ok(made.unwrap_or_else(|| self.builder.full(0.0, &self.builder.ty(u).shape)))
    }

    /// The tangent of `u`, and of all that it is made of.
    fn of(&mut self, u: NodeId, direction: Direction) -> Result<Option<NodeId>, Loop> {
        if let Some(known) = self.known.get(&(direction, u)) {
            return Ok(*known);
        }
        let (x, _, along_x) = self.directions[direction];
        let needed: Vec<NodeId> = self.builder.with_graph(|graph| {
            let (varies, live) = (depends(graph, &[x], &[]), graph.live(&[u]));
            graph.ids().take(u.index() + 1).filter(|id| varies[id.index()] && live[id.index()]).collect()
        });
        for id in needed {
            if self.known.contains_key(&(direction, id)) {
                continue;
            }
            let made = if id == x { Some(along_x) } else { self.one(id, direction)? };
            self.known.insert((direction, id), made);
        }
        Ok(self.known.get(&(direction, u)).copied().flatten())
    }

    /// The tangent of one node whose operands have theirs.
    fn one(&mut self, id: NodeId, direction: Direction) -> Result<Option<NodeId>, Loop> {
        // Mixed derivatives by elements of one name are equal in any order: the lower direction is taken first.
        if let Some(&(base, second)) = self.tangent_of.get(&id)
            && direction < second
            && self.directions[direction].0 == self.directions[second].0
        {
            let Some(first) = self.of(base, direction)? else { return Ok(None) };
            return self.of(first, second);
        }
        let node = self.builder.node(id);
        let tangents: Vec<Option<Expr<'g>>> =
            node.args.iter().map(|arg| self.known.get(&(direction, *arg)).copied().flatten().map(|id| self.builder.expr(id))).collect();
        if node.ty.elem != Elem::Real && !matches!(node.op.adjoint, Adjoint::Scan) || tangents.iter().all(Option::is_none) {
            return Ok(None);
        }
        let first = self.builder.len();
        self.builder.copy_origin(id);
        let made = self.applied(id, &tangents)?.map(|made| made.id);
        self.builder.mark_forward(id, first);
        if let Some(made) = made {
            if made.index() >= first {
                self.tangent_of.entry(made).or_insert((id, direction));
            }
            self.call(id, made, direction);
        }
        Ok(made)
    }

    fn applied(&self, id: NodeId, tangents: &[Option<Expr<'g>>]) -> Result<Option<Expr<'g>>, Loop> {
        let builder = self.builder;
        let node = builder.node(id);
        let rule = match node.op.adjoint {
            Adjoint::Rule(rule) => rule,
            // What exists in reverse was derived there before: on this way nothing arrives.
            Adjoint::None(_) | Adjoint::Zero | Adjoint::Leaf => return Ok(None),
            Adjoint::Scan => return Err(Loop),
        };
        let operands: Vec<Expr<'g>> = node.args.iter().map(|&arg| builder.expr(arg)).collect();
        let again = |operands: &[Expr<'g>]| operands[0].apply(node.op, node.attr.clone(), &operands[1..]);
        if linear(builder, id) {
            let or_zero = |(x, tangent): (&Expr<'g>, &Option<Expr<'g>>)| tangent.unwrap_or_else(|| x.zeros_like());
            return Ok(Some(again(&operands.iter().zip(tangents).map(or_zero).collect::<Vec<_>>())));
        }
        let given = |dy: Expr<'g>| Rule { x: operands.clone(), y: builder.expr(id), dy, attr: node.attr.clone() };
        let mut sum: Option<Expr<'g>> = None;
        for (operand, &tangent) in tangents.iter().enumerate() {
            let Some(tangent) = tangent else { continue };
            let term = match node.op.value {
                Value::Each { .. } => rule(&given(tangent))[operand],
                Value::Contract | Value::Conv(_) if !node.attr.sums_batch() => {
                    let mut operands = operands.clone();
                    operands[operand] = tangent;
                    Some(self.sliced(&node.attr, operand, &operands).unwrap_or_else(|| again(&operands)))
                }
                _ => self.transposed(&given, rule, operand, tangent),
            };
            let Some(term) = term else { continue };
            sum = Some(sum.map_or(term, |sum| sum + term));
        }
        Ok(sum)
    }

    /// A product with a direction that is one element of a name is a slice of the other factor.
    fn sliced(&self, attr: &Attr, operand: usize, operands: &[Expr<'g>]) -> Option<Expr<'g>> {
        let (Attr::Contract { a, b, out, .. }, [left, right]) = (attr, operands) else { return None };
        let (tangent, labels, other, of_other) = if operand == 0 { (left, a, right, b) } else { (right, b, left, a) };
        let (_, along, _) = self.directions.iter().find(|direction| direction.2 == tangent.id)?;
        let Along::Element(mut place) = *along else { return None };
        if labels.iter().any(|label| out.contains(label) || !of_other.contains(label)) || of_other.len() != labels.len() + out.len() {
            return None;
        }
        let mut sliced = *other;
        for (label, n) in labels.iter().zip(tangent.shape()).rev() {
            let axis = of_other.iter().position(|have| have == label)?;
            sliced = sliced.apply(&slice::OP, Attr::Slice { axis, start: place % n, len: 1 }, &[]);
            place /= n;
        }
        let rest: Vec<usize> = (0..of_other.len()).filter(|&axis| !labels.contains(&of_other[axis])).collect();
        let shape = other.shape();
        let short = sliced.reshape(&rest.iter().map(|&axis| shape[axis]).collect::<Vec<_>>());
        let order: Vec<usize> = out.iter().filter_map(|label| rest.iter().position(|&axis| of_other[axis] == *label)).collect();
        Some(if order.is_sorted() { short } else { short.transpose(&order) })
    }

    /// The adjoint is linear in its cotangent: its own adjoint, at the tangent, is the derivative.
    fn transposed(
        &self,
        given: &dyn Fn(Expr<'g>) -> Rule<'g>,
        rule: for<'r> fn(&Rule<'r>) -> Vec<Option<Expr<'r>>>,
        operand: usize,
        tangent: Expr<'g>,
    ) -> Option<Expr<'g>> {
        let at = given(tangent);
        let cotangent = at.y.zeros_like();
        let adjoint = rule(&Rule { dy: cotangent, ..at })[operand]?;
        let made = gradients(self.builder, &[(adjoint.id, tangent.id)], &[cotangent.id], Over::Sample, &[]).ok()?;
        Some(self.builder.expr(made.into_iter().next().flatten()?))
    }

    /// `u_x0`, `u_x0x1`: after what it is the derivative of, and the name and element that it is taken by.
    fn call(&self, of: NodeId, made: NodeId, direction: Direction) {
        let (x, along, _) = self.directions[direction];
        if !self.tangent_of.contains_key(&made) {
            return;
        }
        let text = self.builder.with_graph(|graph| {
            let (node, x) = (graph.node(of), graph.node(x));
            let called = match (&node.name, node.op == &name::OP || graph.node(made).name.is_some()) {
                (Some(name), _) => name.to_string(),
                // It has a name already, and only moves here.
                (None, true) => return None,
                (None, false) if node.origin.context.is_empty() => node.op.name.to_owned(),
                (None, false) => format!("{}_{}", node.origin.context.replace('.', "_"), node.op.name),
            };
            let by = x.name.as_deref().unwrap_or("x");
            let element = match along {
                Along::Element(i) if x.ty.size() > 1 => i.to_string(),
                _ => String::new(),
            };
            let line = if self.tangent_of.contains_key(&of) { "" } else { "_" };
            Some(format!("{called}{line}{by}{element}"))
        });
        if let Some(text) = text {
            self.builder.set_name(made, &text);
        }
    }
}

/// Sums and movements that put in no number of their own: applied to tangents they give the tangent.
fn linear(builder: &Builder, id: NodeId) -> bool {
    builder.with_graph(|graph| {
        let node = graph.node(id);
        match node.op.value {
            Value::Reduce(Reduction::Sum) => true,
            Value::Move(of) => {
                let types: Vec<&Type> = node.args.iter().map(|&arg| graph.ty(arg)).collect();
                of(&node.attr, &types, &node.ty).fill == 0.0
            }
            _ => false,
        }
    })
}

/// A name or another shape: the elements stay in their order.
fn keeps_order(op: &'static OpDef) -> bool {
    [&name::OP, &reshape::OP].contains(&op)
}
