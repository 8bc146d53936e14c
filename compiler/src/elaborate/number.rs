//! Static arithmetic: exact on integers, f64 on other numbers; what has no value is an error at its place.

use std::cmp::Ordering;

use tapeless_grammar::span::Span;
use tapeless_grammar::tree::BinaryOp;

use super::Elab;
use super::report::R;
use super::value::Value;

impl Elab<'_> {
    /// `a op b` of two static values.
    pub(super) fn static_binary(&mut self, op: BinaryOp, a: &Value, b: &Value, span: Span) -> R<Value> {
        use BinaryOp as B;
        match (op, a, b) {
            (B::Eq, ..) => Ok(Value::Bool(self.equal(a, b, span)?)),
            (B::Ne, ..) => Ok(Value::Bool(!self.equal(a, b, span)?)),
            (B::Lt | B::Le | B::Gt | B::Ge, Value::Int(x), Value::Int(y)) => Ok(Value::Bool(ordered(op, Some(x.cmp(y))))),
            (B::Lt | B::Le | B::Gt | B::Ge, a, b) if a.is_number() && b.is_number() => {
                let order = a.number().zip(b.number()).and_then(|(a, b)| a.partial_cmp(&b));
                Ok(Value::Bool(ordered(op, order)))
            }
            (B::Add, Value::List(_) | Value::Range(..), Value::List(_) | Value::Range(..)) => self.joined(a, b, span),
            (B::Mul, Value::List(_) | Value::Range(..), Value::Int(n)) | (B::Mul, Value::Int(n), Value::List(_) | Value::Range(..)) => {
                let list = if matches!(a, Value::Int(_)) { b } else { a };
                self.repeated(list, *n, span)
            }
            (_, Value::Int(x), Value::Int(y)) => self.integers(op, *x, *y, span),
            (_, a, b) if a.is_number() && b.is_number() => {
                let (x, y) = (a.number().unwrap_or(0.0), b.number().unwrap_or(0.0));
                self.reals(op, x, y, span)
            }
            _ => {
                let message = format!("`{}` does not take {} and {}", text(op), self.show(a), self.show(b));
                self.error("E0133", span, message)
            }
        }
    }

    fn integers(&mut self, op: BinaryOp, x: i64, y: i64, span: Span) -> R<Value> {
        let result = match op {
            BinaryOp::Add => x.checked_add(y),
            BinaryOp::Sub => x.checked_sub(y),
            BinaryOp::Mul => x.checked_mul(y),
            BinaryOp::Div | BinaryOp::Rem if y == 0 => return self.error("E0131", span, format!("division by zero: {x} {} 0", text(op))),
            BinaryOp::Div if x.checked_rem(y).is_some_and(|rest| rest != 0) => {
                let rest = x.wrapping_rem(y);
                let message = format!("{x} / {y} leaves a remainder of {rest}; integers divide exactly");
                return self.error_help("E0132", span, message, format!("for a real number write `{x} / {y}.0`"));
            }
            BinaryOp::Div => x.checked_div(y),
            // As in NumPy, the remainder has the divisor's sign.
            BinaryOp::Rem => x.checked_rem(y).map(|r| if r != 0 && (r < 0) != (y < 0) { r + y } else { r }),
            BinaryOp::Pow if y < 0 => return self.reals(op, x as f64, y as f64, span),
            BinaryOp::Pow => match (x, u32::try_from(y)) {
                (0 | 1, _) => Some(if y == 0 { 1 } else { x }),
                (-1, _) => Some(if y % 2 == 0 { 1 } else { -1 }),
                (_, Ok(y)) => x.checked_pow(y),
                _ => None,
            },
            _ => return self.error("E0133", span, format!("`{}` does not take integers", text(op))),
        };
        match result {
            Some(n) => Ok(Value::Int(n)),
            None => self.error_help(
                "E0130",
                span,
                format!("{x} {} {y} does not fit 64 bits", text(op)),
                "make one of them a real number, as in `2.0`",
            ),
        }
    }

    fn reals(&mut self, op: BinaryOp, x: f64, y: f64, span: Span) -> R<Value> {
        let result = match op {
            BinaryOp::Add => x + y,
            BinaryOp::Sub => x - y,
            BinaryOp::Mul => x * y,
            BinaryOp::Div | BinaryOp::Rem if y == 0.0 => {
                return self.error("E0131", span, format!("division by zero: {x:?} {} {y:?}", text(op)));
            }
            BinaryOp::Div => x / y,
            BinaryOp::Rem => x - y * (x / y).floor(),
            BinaryOp::Pow if y.fract() == 0.0 && y.abs() < 1024.0 => x.powi(y as i32),
            BinaryOp::Pow => x.powf(y),
            _ => return self.error("E0133", span, format!("`{}` does not take numbers", text(op))),
        };
        self.finite(result, x.is_finite() && y.is_finite(), &format!("{x:?} {} {y:?}", text(op)), span)
    }

    /// `result`, unless finite operands gave something else.
    pub(super) fn finite(&mut self, result: f64, operands: bool, what: &str, span: Span) -> R<Value> {
        if result.is_nan() || (operands && result.is_infinite()) {
            return self.error("E0137", span, format!("{what} is {result}: not a finite number"));
        }
        Ok(Value::Float(result))
    }

    /// Whether two static values are equal; a tensor equals no `none`.
    pub(super) fn equal(&mut self, a: &Value, b: &Value, span: Span) -> R<bool> {
        self.spend(1, span)?;
        Ok(match (a, b) {
            (Value::Int(x), Value::Int(y)) => x == y,
            (Value::Bool(x), Value::Bool(y)) => x == y,
            (Value::Str(x), Value::Str(y)) => x == y,
            (Value::None, Value::None) => true,
            (Value::Initialiser(x), Value::Initialiser(y)) => x == y,
            (Value::Poison, _) | (_, Value::Poison) => return Err(super::report::Fail),
            (a, b) if a.is_number() && b.is_number() => a.number() == b.number(),
            (Value::List(_) | Value::Range(..), Value::List(_) | Value::Range(..)) | (Value::Tuple(_), Value::Tuple(_)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                for i in 0..a.len().unwrap_or(0) {
                    if let (Some(x), Some(y)) = (a.at(i), b.at(i))
                        && !self.equal(&x, &y, span)?
                    {
                        return Ok(false);
                    }
                }
                true
            }
            _ => false,
        })
    }

    fn joined(&mut self, a: &Value, b: &Value, span: Span) -> R<Value> {
        let (m, n) = (a.len().unwrap_or(0), b.len().unwrap_or(0));
        self.list_size(m.saturating_add(n), span)?;
        let items = (0..m).filter_map(|i| a.at(i)).chain((0..n).filter_map(|i| b.at(i))).collect();
        self.list(items, span)
    }

    fn repeated(&mut self, list: &Value, n: i64, span: Span) -> R<Value> {
        let Ok(times) = usize::try_from(n) else {
            return self.error("E0133", span, format!("a list cannot be repeated {n} times"));
        };
        let len = list.len().unwrap_or(0);
        self.list_size(len.saturating_mul(times), span)?;
        let items: Vec<Value> = (0..len).filter_map(|i| list.at(i)).collect();
        let mut all = Vec::with_capacity(len.saturating_mul(times));
        for _ in 0..if len == 0 { 0 } else { times } {
            all.extend(items.iter().cloned());
        }
        self.list(all, span)
    }

    /// A list, unless lists nest too deep in it.
    pub(super) fn list(&mut self, items: Vec<Value>, span: Span) -> R<Value> {
        let list = Value::list(items);
        if list.depth() > super::limits::LIST_DEPTH {
            return self.error("E0164", span, format!("lists nest deeper than {} here", super::limits::LIST_DEPTH));
        }
        Ok(list)
    }
}

fn ordered(op: BinaryOp, order: Option<Ordering>) -> bool {
    match order {
        None => false,
        Some(order) => match op {
            BinaryOp::Lt => order.is_lt(),
            BinaryOp::Le => order.is_le(),
            BinaryOp::Gt => order.is_gt(),
            _ => order.is_ge(),
        },
    }
}

/// An operator as written.
pub(super) fn text(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "||",
        BinaryOp::And => "&&",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Rem => "%",
        BinaryOp::MatMul => "@",
        BinaryOp::Pow => "^",
    }
}
