//! Operators on tensors; what is static on both sides is `number`'s.

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{BinaryOp, Expr, UnaryOp};

use super::Elab;
use super::number::text;
use super::report::{Fail, R};
use super::value::Value;
use crate::graph::{Attr, Elem, NodeId, Type};
use crate::ops::{self, OpDef};

impl Elab<'_> {
    pub(super) fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span) -> R<Value> {
        let a = self.value(left)?;
        if let (BinaryOp::And | BinaryOp::Or, Value::Bool(known)) = (op, &a)
            && *known == (op == BinaryOp::Or)
        {
            return Ok(a);
        }
        let b = self.value(right)?;
        self.operate(op, (&a, left.span), (&b, right.span), span)
    }

    /// `a op b` with the operands' places.
    pub(super) fn operate(&mut self, op: BinaryOp, a: (&Value, Span), b: (&Value, Span), span: Span) -> R<Value> {
        use BinaryOp as B;
        if matches!(a.0, Value::Poison) || matches!(b.0, Value::Poison) {
            return Err(Fail);
        }
        let tensors = matches!(a.0, Value::Tensor(_)) || matches!(b.0, Value::Tensor(_));
        match op {
            B::And | B::Or => match (a.0, b.0) {
                (Value::Bool(x), Value::Bool(y)) => Ok(Value::Bool(if op == B::And { *x && *y } else { *x || *y })),
                _ => {
                    let what = format!("`{}`", text(op));
                    let (x, y) = (self.condition(a.0, a.1, &what)?, self.condition(b.0, b.1, &what)?);
                    let def: &'static OpDef = if op == B::And { &ops::and::OP } else { &ops::or::OP };
                    self.each(span, &what, def, Attr::None, &[x, y]).map(Value::Tensor)
                }
            },
            B::Eq | B::Ne if matches!(a.0, Value::None) || matches!(b.0, Value::None) => {
                let both = matches!((a.0, b.0), (Value::None, Value::None));
                Ok(Value::Bool(both == (op == B::Eq)))
            }
            B::MatMul => self.matmul(a, b, span),
            _ if !tensors => self.static_binary(op, a.0, b.0, span),
            B::Lt | B::Le | B::Gt | B::Ge | B::Eq | B::Ne => self.compare(op, a, b, span),
            B::Pow => self.power(a, b, span),
            _ => {
                let def: &'static OpDef = match op {
                    B::Add => &ops::add::OP,
                    B::Sub => &ops::sub::OP,
                    B::Mul => &ops::mul::OP,
                    B::Div => &ops::div::OP,
                    _ => {
                        let diagnostic = Diagnostic::error(
                            "E0133",
                            span,
                            format!("`{}` takes static integers, found {} and {}", text(op), self.show(a.0), self.show(b.0)),
                        )
                        .help("on tensors: `x - n * floor(x / n)`");
                        return Err(self.fail(diagnostic));
                    }
                };
                let what = format!("`{}`", text(op));
                let (x, y) = (self.real(a.0, a.1, &what)?, self.real(b.0, b.1, &what)?);
                self.each(span, &what, def, Attr::None, &[x, y]).map(Value::Tensor)
            }
        }
    }

    fn compare(&mut self, op: BinaryOp, a: (&Value, Span), b: (&Value, Span), span: Span) -> R<Value> {
        let x = self.beside(a, b.0)?;
        let y = self.beside(b, a.0)?;
        let what = format!("`{}`", text(op));
        let (from, to) = (self.elem(x), self.elem(y));
        let fits = matches!((from, to), (Elem::Real, Elem::Real) | (Elem::Index(_), Elem::Index(_)));
        if !fits {
            let diagnostic = Diagnostic::error(
                "E0133",
                span,
                format!("{what} compares reals with reals and indices with indices, found {} and {}", self.show(a.0), self.show(b.0)),
            )
            .help("`real(…)` makes reals of an index or a condition; conditions are combined with `&&`, `||` and `!`");
            return Err(self.fail(diagnostic));
        }
        let def: &'static OpDef = match op {
            BinaryOp::Lt => &ops::lt::OP,
            BinaryOp::Le => &ops::le::OP,
            BinaryOp::Gt => &ops::gt::OP,
            BinaryOp::Ge => &ops::ge::OP,
            BinaryOp::Eq => &ops::eq::OP,
            _ => &ops::ne::OP,
        };
        self.each(span, &what, def, Attr::None, &[x, y]).map(Value::Tensor)
    }

    /// A value as a tensor; a static integer beside an index is an index.
    pub(super) fn beside(&mut self, value: (&Value, Span), other: &Value) -> R<NodeId> {
        if let (Value::Int(n), Value::Tensor(index)) = (value.0, other)
            && matches!(self.elem(*index), Elem::Index(_))
        {
            let range = u32::try_from(*n).ok().and_then(|n| n.checked_add(1));
            let Some(range) = range else {
                return self.error("E0148", value.1, format!("an index is never {n}"));
            };
            self.origin(value.1);
            let ty = Type { batched: false, shape: Vec::new(), elem: Elem::Index(range) };
            return Ok(self.pass.builder.leaf(&ops::constant::OP, Attr::Number(*n as f64), ty, None));
        }
        self.tensor(value.0, value.1)
    }

    fn power(&mut self, a: (&Value, Span), b: (&Value, Span), span: Span) -> R<Value> {
        let x = self.real(a.0, a.1, "`^`")?;
        match b.0 {
            Value::Int(n) if i32::try_from(*n).is_ok() => {
                self.each(span, "`^`", &ops::powi::OP, Attr::Number(*n as f64), &[x]).map(Value::Tensor)
            }
            _ => {
                let y = self.real(b.0, b.1, "`^`")?;
                self.each(span, "`^`", &ops::pow::OP, Attr::None, &[x, y]).map(Value::Tensor)
            }
        }
    }

    /// `a @ b`: over the last axis of `a` and the last but one of `b`, the others broadcast.
    fn matmul(&mut self, a: (&Value, Span), b: (&Value, Span), span: Span) -> R<Value> {
        let (x, y) = (self.real(a.0, a.1, "`@`")?, self.real(b.0, b.1, "`@`")?);
        let (p, q) = (self.ty(x).shape, self.ty(y).shape);
        if p.is_empty() || q.is_empty() {
            return self.error_help(
                "E0121",
                span,
                format!("`@` multiplies matrices and vectors, found {p:?} and {q:?}"),
                "a scalar is multiplied with `*`",
            );
        }
        let inner = if q.len() == 1 { 0 } else { q.len() - 2 };
        if p[p.len() - 1] != q[inner] {
            let message = format!(
                "`@` does not fit {p:?} and {q:?}: the last axis of the left is {}, the axis it meets on the right is {}",
                p[p.len() - 1],
                q[inner]
            );
            let help = if p.len() == 2 && q.len() == 2 && p[1] == q[1] {
                "`a @ transpose(b)` would fit".to_owned()
            } else {
                format!("the right side must be [{}, n]", p[p.len() - 1])
            };
            let diagnostic = self.made_elsewhere(Diagnostic::error("E0121", span, message).help(help), &[x, y]);
            return Err(self.fail(diagnostic));
        }
        let (rows, columns) = (p.len() > 1, q.len() > 1);
        let (lead_p, lead_q) = (&p[..p.len() - 1 - usize::from(rows)], &q[..q.len() - 1 - usize::from(columns)]);
        let lead = self.broadcast_shape(span, "`@`", &[lead_p.to_vec(), lead_q.to_vec()], &[x, y])?;
        let mut labels = Contraction::default();
        let (mut small_x, mut small_y) = (Vec::new(), Vec::new());
        for (axis, &n) in lead.iter().enumerate() {
            let label = b'a' + axis as u8;
            // An axis that is repeated is left out of the product and comes from the other side.
            for (shape, labels, small) in [(lead_p, &mut labels.a, &mut small_x), (lead_q, &mut labels.b, &mut small_y)] {
                let own = (axis + shape.len()).checked_sub(lead.len()).map(|i| shape[i]);
                if own == Some(n) {
                    labels.push(label);
                    small.push(n);
                }
            }
            labels.out.push(label);
        }
        if rows {
            labels.a.push(b'x');
            labels.out.push(b'x');
            small_x.push(p[p.len() - 2]);
        }
        labels.a.push(b'y');
        small_x.push(p[p.len() - 1]);
        labels.b.push(b'y');
        small_y.push(q[inner]);
        if columns {
            labels.b.push(b'z');
            labels.out.push(b'z');
            small_y.push(q[q.len() - 1]);
        }
        let x = self.reshaped(x, &small_x, span)?;
        let y = self.reshaped(y, &small_y, span)?;
        let attr = Attr::Contract { a: labels.a, b: labels.b, out: labels.out, sum_batch: false };
        self.node(span, "E0121", &ops::contract::OP, attr, &[x, y]).map(Value::Tensor)
    }

    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Expr, span: Span) -> R<Value> {
        let value = self.value(operand)?;
        match (op, &value) {
            (UnaryOp::Neg, Value::Int(n)) => match n.checked_neg() {
                Some(n) => Ok(Value::Int(n)),
                None => self.error("E0130", span, format!("-({n}) does not fit 64 bits")),
            },
            (UnaryOp::Neg, Value::Float(x)) => Ok(Value::Float(-x)),
            (UnaryOp::Not, Value::Bool(b)) => Ok(Value::Bool(!b)),
            (UnaryOp::Neg, _) => {
                let x = self.real(&value, operand.span, "`-`")?;
                self.each(span, "`-`", &ops::neg::OP, Attr::None, &[x]).map(Value::Tensor)
            }
            (UnaryOp::Not, _) => {
                let x = self.condition(&value, operand.span, "`!`")?;
                self.each(span, "`!`", &ops::not::OP, Attr::None, &[x]).map(Value::Tensor)
            }
        }
    }
}

#[derive(Default)]
struct Contraction {
    a: Vec<u8>,
    b: Vec<u8>,
    out: Vec<u8>,
}
