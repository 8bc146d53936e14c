//! Names in sight: a frame for each body being run, blocks within it.

use std::rc::Rc;

use tapeless_grammar::span::Span;

use super::instance::{InstanceId, StatementContext};
use super::value::{Thunk, Value};

/// A name and what it means.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub(super) name: Rc<str>,
    pub(super) value: Value,
    pub(super) span: Span,
    pub(super) kind: Kind,
    pub(super) thunk: Option<Rc<Thunk>>,
}

/// How a name came about: what may be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Let,
    Mutable,
    Argument,
    Dimension,
    Param,
    Buffer(usize),
    Loop,
    Port,
    Const,
    Shared,
    /// A slot of an optimizer.
    Slot,
}

/// Whose body runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    Network,
    Layer,
    Fn,
    Optimizer,
    /// The value of a file's `const`.
    Const,
}

impl Body {
    /// For people: `a layer`.
    pub(super) fn text(self) -> &'static str {
        match self {
            Body::Network => "a network",
            Body::Layer => "a layer",
            Body::Fn => "a fn",
            Body::Optimizer => "an optimizer",
            Body::Const => "a const",
        }
    }
}

/// A body being run.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// Which file's items it sees.
    pub(super) file: usize,
    pub(super) body: Body,
    /// `dense`: whose body it is.
    pub(super) name: Rc<str>,
    /// Identity of the item, against recursion.
    pub(super) item: usize,
    /// The call that runs it.
    pub(super) call: Span,
    pub(super) bindings: Vec<Binding>,
    /// Where each block's bindings begin.
    pub(super) blocks: Vec<usize>,
    pub(super) instance: InstanceId,
    /// Values or positions of the static loops around the current statement.
    pub(super) indices: Vec<i64>,
    /// What each loop around the current statement has yielded.
    pub(super) yields: Vec<Vec<(Value, Span)>>,
    /// How many loops over tensors are around the current statement.
    pub(super) tensor_loops: u32,
    pub(super) statement: StatementContext,
}

impl Frame {
    pub(super) fn new(file: usize, body: Body, name: Rc<str>, instance: InstanceId) -> Frame {
        Frame {
            file,
            body,
            name,
            item: 0,
            call: Span::default(),
            bindings: Vec::new(),
            blocks: vec![0],
            instance,
            indices: Vec::new(),
            yields: Vec::new(),
            tensor_loops: 0,
            statement: StatementContext::default(),
        }
    }

    /// What `name` means, innermost block first.
    pub(super) fn find(&self, name: &str) -> Option<&Binding> {
        self.bindings.iter().rev().find(|binding| &*binding.name == name)
    }

    pub(super) fn find_mut(&mut self, name: &str) -> Option<&mut Binding> {
        self.bindings.iter_mut().rev().find(|binding| &*binding.name == name)
    }

    /// The binding of `name` in the current block itself.
    pub(super) fn in_block(&self, name: &str) -> Option<&Binding> {
        let start = self.blocks.last().copied().unwrap_or(0);
        self.bindings[start..].iter().rev().find(|binding| &*binding.name == name)
    }

    pub(super) fn push(&mut self, name: &str, value: Value, span: Span, kind: Kind) {
        self.bindings.push(Binding { name: Rc::from(name), value, span, kind, thunk: None });
    }

    pub(super) fn open(&mut self) {
        self.blocks.push(self.bindings.len());
    }

    pub(super) fn close(&mut self) {
        if let Some(start) = self.blocks.pop() {
            self.bindings.truncate(start);
        }
    }
}
