//! How parameters begin, and literals.

use std::rc::Rc;

use tapeless_grammar::span::Span;

use super::Elab;
use super::report::R;
use super::value::Value;
use crate::network::Initialiser;

impl Elab<'_> {
    /// The value of a `param` or `buffer` of a shape.
    pub(super) fn initialiser(&mut self, value: &Value, shape: &[usize], name: &str, span: Span) -> R<Initialiser> {
        match value {
            Value::Initialiser(initialiser) => Ok((**initialiser).clone()),
            Value::Int(_) | Value::Float(_) if shape.is_empty() => Ok(Initialiser::Constant(value.number().unwrap_or(0.0))),
            Value::List(_) | Value::Range(..) => Ok(Initialiser::Values(self.elements(value, shape, name, span)?)),
            Value::Poison => Err(super::report::Fail),
            other => {
                let message = format!("`{name}` begins with an initialiser or a literal of its shape, found {}", self.show(other));
                let help = match other.number() {
                    Some(x) => format!("`constant({x:?})` is the same number everywhere"),
                    None => "as in `= he_normal();`, `= zeros();`, `= [[1, 2], [3, 4]];`".to_owned(),
                };
                self.error_help("E0144", span, message, help)
            }
        }
    }

    /// The numbers of a literal, row-major; its shape must be `shape`.
    pub(super) fn elements(&mut self, value: &Value, shape: &[usize], name: &str, span: Span) -> R<Rc<[f64]>> {
        let size: usize = shape.iter().product();
        self.list_size(size, span)?;
        let mut out = Vec::with_capacity(size);
        self.collect(value, shape, shape, name, span, &mut out)?;
        Ok(Rc::from(out))
    }

    fn collect(&mut self, value: &Value, shape: &[usize], whole: &[usize], name: &str, span: Span, out: &mut Vec<f64>) -> R<()> {
        self.spend(1, span)?;
        let Some((&n, rest)) = shape.split_first() else {
            let Some(x) = value.number() else {
                let message = format!("`{name}` is {whole:?}, and one of its elements is {}", self.show(value));
                return self.error("E0145", span, message);
            };
            out.push(x);
            return Ok(());
        };
        let len = match value {
            Value::List(_) | Value::Range(..) => value.len(),
            _ => None,
        };
        if len != Some(n) {
            let found = match len {
                Some(len) => format!("a list of {len}"),
                None => self.show(value),
            };
            let message = format!("`{name}` is {whole:?}: {n} elements were wanted and {found} came");
            return self.error("E0145", span, message);
        }
        for i in 0..n {
            if let Some(item) = value.at(i) {
                self.collect(&item, rest, whole, name, span, out)?;
            }
        }
        Ok(())
    }

    /// A static list of extents.
    pub(super) fn shape_of(&mut self, value: &Value, span: Span) -> R<Vec<usize>> {
        let (Value::List(_) | Value::Range(..)) = value else {
            if matches!(value, Value::Poison) {
                return Err(super::report::Fail);
            }
            let message = format!("a shape is a list of integers, found {}", self.show(value));
            return self.error_help("E0146", span, message, "`[3]` is a vector of 3, `[]` a scalar");
        };
        let len = value.len().unwrap_or(0);
        if len > super::limits::RANK {
            return self.error("E0147", span, format!("a tensor of {len} axes; the most is {}", super::limits::RANK));
        }
        let mut shape = Vec::with_capacity(len);
        for item in (0..len).filter_map(|i| value.at(i)) {
            match item {
                Value::Int(n) if n >= 1 => shape.push(usize::try_from(n).unwrap_or(usize::MAX)),
                other => {
                    let message = format!("every extent of a shape is an integer of at least 1, found {}", self.show(&other));
                    return self.error("E0146", span, message);
                }
            }
        }
        self.shape_size(&shape, span)?;
        Ok(shape)
    }
}
