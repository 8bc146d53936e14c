//! Names in sight: a frame for each body being run, blocks within it.

use std::collections::HashMap;
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
    /// The binding of the same name that this one hides.
    hides: Option<usize>,
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
    /// A state of the network.
    State(usize),
    Loop,
    Port,
    Const,
    Shared,
    /// A slot of an optimizer.
    Slot,
}

impl Kind {
    /// Whether a loop over a tensor carries it when its body assigns it.
    pub(super) fn is_carried(self) -> bool {
        matches!(self, Kind::Mutable | Kind::State(_))
    }
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
    bindings: Vec<Binding>,
    /// The innermost binding of each name.
    places: HashMap<Rc<str>, usize>,
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
            places: HashMap::new(),
            blocks: vec![0],
            instance,
            indices: Vec::new(),
            yields: Vec::new(),
            tensor_loops: 0,
            statement: StatementContext::default(),
        }
    }

    /// All names in sight, those of outer blocks first.
    pub(super) fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// What `name` means, innermost block first.
    pub(super) fn find(&self, name: &str) -> Option<&Binding> {
        self.bindings.get(*self.places.get(name)?)
    }

    pub(super) fn find_mut(&mut self, name: &str) -> Option<&mut Binding> {
        self.bindings.get_mut(*self.places.get(name)?)
    }

    /// The binding of `name` in the current block itself.
    pub(super) fn in_block(&self, name: &str) -> Option<&Binding> {
        let start = self.blocks.last().copied().unwrap_or(0);
        let at = *self.places.get(name)?;
        self.bindings.get(at).filter(|_| at >= start)
    }

    pub(super) fn push(&mut self, name: &str, value: Value, span: Span, kind: Kind) {
        self.add(Rc::from(name), value, span, kind, None);
    }

    pub(super) fn add(&mut self, name: Rc<str>, value: Value, span: Span, kind: Kind, thunk: Option<Rc<Thunk>>) {
        let hides = self.places.insert(name.clone(), self.bindings.len());
        self.bindings.push(Binding { name, value, span, kind, thunk, hides });
    }

    /// Keeps what `keep` says, all in one block.
    pub(super) fn retain(&mut self, keep: impl Fn(&Binding) -> bool) {
        let bindings = std::mem::take(&mut self.bindings);
        self.places.clear();
        self.blocks = vec![0];
        for binding in bindings.into_iter().filter(keep) {
            self.add(binding.name, binding.value, binding.span, binding.kind, binding.thunk);
        }
    }

    pub(super) fn open(&mut self) {
        self.blocks.push(self.bindings.len());
    }

    pub(super) fn close(&mut self) {
        let Some(start) = self.blocks.pop() else { return };
        for binding in self.bindings.drain(start..).rev() {
            match binding.hides {
                Some(outer) => self.places.insert(binding.name, outer),
                None => self.places.remove(&binding.name),
            };
        }
    }
}
