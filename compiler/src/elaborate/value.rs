//! What an expression of the static world can be.

use std::rc::Rc;

use tapeless_grammar::span::Span;
use tapeless_grammar::tree::Expr;

use super::files::ItemRef;
use super::instance::InstanceId;
use super::primitives::Primitive;
use super::scope::Frame;
use crate::graph::NodeId;
use crate::network::Initialiser;

/// A value while a program is run by the compiler.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Int(i64),
    Float(f64),
    Bool(bool),
    Str(Rc<str>),
    None,
    /// `a..b`: a list of integers that is not written out.
    Range(i64, i64),
    List(Rc<Items>),
    Tuple(Rc<Items>),
    Tensor(NodeId),
    Function(Rc<FunctionValue>),
    Initialiser(Rc<Initialiser>),
    /// `grads`, in an optimizer.
    Grads,
    /// What an error left behind: using it says nothing more.
    Poison,
}

/// The elements of a list or tuple, and how deep they nest (dropping must not recurse without bound).
#[derive(Clone, Debug, Default)]
pub(super) struct Items {
    pub(super) items: Vec<Value>,
    pub(super) depth: u32,
}

/// The name of a function or layer, perhaps with arguments after its first.
#[derive(Clone, Debug)]
pub(super) struct FunctionValue {
    pub(super) target: Target,
    pub(super) args: Vec<StoredArg>,
    /// `shared`: all calls are this instance.
    pub(super) instance: Option<InstanceId>,
}

/// An argument that was evaluated where the partial call stands.
#[derive(Clone, Debug)]
pub(super) struct StoredArg {
    pub(super) name: Option<Rc<str>>,
    pub(super) value: Value,
    pub(super) span: Span,
}

/// What a call runs.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Item(ItemRef),
    Primitive(&'static Primitive),
}

/// An expression of `step` that an argument holds: evaluated again at another step.
#[derive(Debug)]
pub(super) struct Thunk {
    pub(super) expr: Expr,
    pub(super) frame: Frame,
}

impl Value {
    pub(super) fn unit() -> Value {
        Value::Tuple(Rc::new(Items::default()))
    }

    pub(super) fn is_unit(&self) -> bool {
        matches!(self, Value::Tuple(items) if items.items.is_empty())
    }

    pub(super) fn list(items: Vec<Value>) -> Value {
        let depth = depth(&items);
        Value::List(Rc::new(Items { items, depth }))
    }

    pub(super) fn shape(shape: &[usize]) -> Value {
        Value::list(shape.iter().map(|&n| Value::Int(n as i64)).collect())
    }

    /// How deep lists nest in it.
    pub(super) fn depth(&self) -> u32 {
        match self {
            Value::List(items) | Value::Tuple(items) => items.depth,
            _ => 0,
        }
    }

    /// A number as f64.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Value::Int(n) => Some(*n as f64),
            Value::Float(x) => Some(*x),
            _ => None,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Value::Int(_) | Value::Float(_))
    }

    /// Number of elements of a list, range or tuple.
    pub(super) fn len(&self) -> Option<usize> {
        match self {
            Value::List(items) | Value::Tuple(items) => Some(items.items.len()),
            Value::Range(a, b) => Some(usize::try_from(b.saturating_sub(*a)).unwrap_or(0)),
            _ => None,
        }
    }

    /// Element `i` of a list, range or tuple.
    pub(super) fn at(&self, i: usize) -> Option<Value> {
        match self {
            Value::List(items) | Value::Tuple(items) => items.items.get(i).cloned(),
            Value::Range(a, b) => {
                let at = i64::try_from(i).ok().and_then(|i| a.checked_add(i))?;
                (at < *b).then_some(Value::Int(at))
            }
            _ => None,
        }
    }

    /// For people: `an integer`.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Int(_) => "an integer",
            Value::Float(_) => "a number",
            Value::Bool(_) => "a boolean",
            Value::Str(_) => "a string",
            Value::None => "`none`",
            Value::Range(..) | Value::List(_) => "a list",
            Value::Tuple(items) if items.items.is_empty() => "nothing",
            Value::Tuple(_) => "a tuple",
            Value::Tensor(_) => "a tensor",
            Value::Function(_) => "a function",
            Value::Initialiser(_) => "an initialiser",
            Value::Grads => "the group of all gradients",
            Value::Poison => "a value in error",
        }
    }
}

fn depth(items: &[Value]) -> u32 {
    1 + items.iter().map(Value::depth).max().unwrap_or(0)
}
