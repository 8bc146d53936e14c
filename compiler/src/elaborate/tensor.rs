//! Making nodes: origins, sizes, and static numbers among tensors.

use std::rc::Rc;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;

use super::Elab;
use super::report::R;
use super::value::Value;
use crate::graph::{Attr, Elem, NodeId, Type};
use crate::ops::{self, OpDef};

impl Elab<'_> {
    /// New nodes come from `span` (or, in the prelude, from the user's call).
    pub(super) fn origin(&mut self, span: Span) {
        let span = self.user_span(span);
        self.pass.builder.set_origin(span, &self.context);
    }

    pub(super) fn ty(&self, id: NodeId) -> Type {
        self.pass.builder.ty(id)
    }

    pub(super) fn elem(&self, id: NodeId) -> Elem {
        self.pass.builder.with_graph(|graph| graph.ty(id).elem)
    }

    /// An operation whose operands were checked; what the table still objects to is told with `code`.
    pub(super) fn node(&mut self, span: Span, code: &'static str, op: &'static OpDef, attr: Attr, args: &[NodeId]) -> R<NodeId> {
        self.origin(span);
        match self.pass.builder.op(op, attr, args) {
            Ok(id) => {
                let shape = self.ty(id).shape;
                self.shape_size(&shape, span)?;
                Ok(id)
            }
            Err(why) => self.error(code, span, why),
        }
    }

    /// An element-wise operation; `what` is how the program wrote it.
    pub(super) fn each(&mut self, span: Span, what: &str, op: &'static OpDef, attr: Attr, args: &[NodeId]) -> R<NodeId> {
        let shapes: Vec<Vec<usize>> = args.iter().map(|&id| self.ty(id).shape).collect();
        self.origin(span);
        if shapes.windows(2).any(|pair| pair[0] != pair[1]) {
            let shape = self.broadcast_shape(span, what, &shapes, args)?;
            self.shape_size(&shape, span)?;
        }
        match self.pass.builder.each(op, attr, args) {
            Ok(id) => Ok(id),
            Err(why) => self.error("E0135", span, format!("{what}: {why}")),
        }
    }

    /// The shape that `shapes` broadcast to.
    pub(super) fn broadcast_shape(&mut self, span: Span, what: &str, shapes: &[Vec<usize>], tensors: &[NodeId]) -> R<Vec<usize>> {
        let rank = shapes.iter().map(Vec::len).max().unwrap_or(0);
        let mut out = vec![1; rank];
        let mut clash = None;
        for shape in shapes {
            for (axis, &n) in shape.iter().enumerate() {
                let at = rank - shape.len() + axis;
                if out[at] == 1 {
                    out[at] = n;
                } else if n != 1 && n != out[at] {
                    clash = Some((out[at], n, rank - at));
                }
            }
        }
        let Some((m, n, from_right)) = clash else { return Ok(out) };
        let list: Vec<String> = shapes.iter().map(|shape| format!("{shape:?}")).collect();
        let place = match from_right {
            1 => "the last axis".to_owned(),
            k => format!("axis -{k}"),
        };
        let message = format!("{what} does not broadcast {}: {place} is {m} against {n}, and neither is 1", list.join(" with "));
        let diagnostic = Diagnostic::error("E0120", span, message)
            .help("shapes are aligned at their last axes; an axis of 1, or a missing one, is repeated");
        let diagnostic = self.made_elsewhere(diagnostic, tensors);
        Err(self.fail(diagnostic))
    }

    /// A tensor from a value: static numbers and booleans become constants.
    pub(super) fn tensor(&mut self, value: &Value, span: Span) -> R<NodeId> {
        match value {
            Value::Tensor(id) => Ok(*id),
            Value::Int(_) | Value::Float(_) => {
                self.origin(span);
                Ok(self.pass.builder.full(value.number().unwrap_or(0.0), &[]))
            }
            Value::Bool(b) => {
                self.origin(span);
                let ty = Type { batched: false, shape: Vec::new(), elem: Elem::Condition };
                Ok(self.pass.builder.leaf(&ops::constant::OP, Attr::Number(f64::from(u8::from(*b))), ty, None))
            }
            Value::Poison => Err(super::report::Fail),
            Value::List(_) | Value::Range(..) => {
                let message = format!("a tensor is needed here, found {}", self.show(value));
                self.error_help(
                    "E0114",
                    span,
                    message,
                    "a constant tensor is declared: `const k: [3] = [1, 2, 1];`; tensors are joined with `stack([a, b])`",
                )
            }
            other => {
                let message = format!("a tensor is needed here, found {}", self.show(other));
                self.error("E0114", span, message)
            }
        }
    }

    /// As [`Elab::tensor`], reals only.
    pub(super) fn real(&mut self, value: &Value, span: Span, what: &str) -> R<NodeId> {
        let id = self.tensor(value, span)?;
        match self.elem(id) {
            Elem::Real => Ok(id),
            Elem::Index(_) => {
                let message = format!("{what} takes reals, found {}", self.show(value));
                self.error_help("E0134", span, message, "`real(…)` makes reals of an index; `one_hot(i, n)` a vector of each")
            }
            Elem::Condition => {
                let message = format!("{what} takes reals, found {}", self.show(value));
                self.error_help("E0135", span, message, "`real(…)` makes 0 and 1 of a condition; `where(c, a, b)` chooses")
            }
        }
    }

    /// Whether the elements are conditions; a static boolean counts.
    pub(super) fn condition(&mut self, value: &Value, span: Span, what: &str) -> R<NodeId> {
        let id = self.tensor(value, span)?;
        if self.elem(id) == Elem::Condition {
            return Ok(id);
        }
        let message = format!("{what} takes conditions, found {}", self.show(value));
        self.error_help("E0135", span, message, "a comparison gives a condition: `x > 0`")
    }

    /// A name's own node, so that derivatives can be taken with respect to it.
    pub(super) fn named(&mut self, value: Value, name: &str, span: Span) -> R<Value> {
        match value {
            Value::Tensor(id) => {
                let node = self.node(span, "E0133", &ops::name::OP, Attr::None, &[id])?;
                let full = self.local_name(name);
                self.pass.builder.set_name(node, &full);
                Ok(Value::Tensor(node))
            }
            other => Ok(other),
        }
    }

    /// What a local name is called in the generated code: inside a layer or function, after that.
    pub(super) fn local_name(&self, name: &str) -> Rc<str> {
        let top = self.frames.len() == 1;
        if top || self.context.is_empty() || &*self.context == name {
            return Rc::from(name);
        }
        Rc::from(format!("{}_{name}", self.context.replace('.', "_")))
    }

    /// Drops axes of extent 1, or gives the same elements another shape.
    pub(super) fn reshaped(&mut self, id: NodeId, shape: &[usize], span: Span) -> R<NodeId> {
        if self.ty(id).shape == shape {
            return Ok(id);
        }
        self.node(span, "E0122", &ops::reshape::OP, Attr::Shape(shape.to_vec()), &[id])
    }

    /// `start..start + len` of an axis.
    pub(super) fn sliced(&mut self, id: NodeId, axis: usize, start: usize, len: usize, span: Span) -> R<NodeId> {
        if start == 0 && self.ty(id).shape.get(axis) == Some(&len) {
            return Ok(id);
        }
        self.node(span, "E0124", &ops::slice::OP, Attr::Slice { axis, start, len }, &[id])
    }

    /// An axis of a tensor as a program numbers it.
    pub(super) fn axis(&mut self, axis: i64, rank: usize, span: Span) -> R<usize> {
        let at = if axis < 0 { axis.checked_add(rank as i64) } else { Some(axis) };
        match at.and_then(|at| usize::try_from(at).ok()).filter(|&at| at < rank) {
            Some(at) => Ok(at),
            None => {
                let message = format!("there is no axis {axis}: the tensor has {}", super::show::count(rank, "axis", "axes"));
                let diagnostic = Diagnostic::error("E0123", span, message).help("axes count from 0, negative ones from the end");
                Err(self.fail(diagnostic))
            }
        }
    }
}
