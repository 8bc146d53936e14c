//! Parameters, buffers and constant tensors: declared once, found by path.

use std::rc::Rc;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::Stored;

use super::Elab;
use super::files::PRELUDE;
use super::instance::InstanceId;
use super::report::R;
use super::scope::{Body, Kind};
use super::value::Value;
use crate::graph::{Attr, NodeId, Type};
use crate::network::Initialiser;
use crate::ops;

/// A parameter or buffer while its pass is elaborated.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) instance: InstanceId,
    pub(super) name: Rc<str>,
    pub(super) indices: Vec<i64>,
    /// The declaration.
    pub(super) span: Span,
    /// The place in the user's text.
    pub(super) site: Span,
    pub(super) shape: Vec<usize>,
    pub(super) init: Initialiser,
    /// The prelude's layers around it, outermost first.
    pub(super) layers: Vec<Rc<str>>,
    pub(super) node: NodeId,
}

impl Elab<'_> {
    /// `param w: [2, 3] = he_normal();` and `buffer m: [n] = zeros();`
    pub(super) fn stored(&mut self, stored: &Stored, buffer: bool) -> R<()> {
        let word = if buffer { "buffer" } else { "param" };
        let Some(shape) = &stored.shape else {
            return self.error_help(
                "E0146",
                stored.name.span,
                format!("`{word} {}` has no shape", stored.name.text),
                format!("`{word} {}: [n] = …;`", stored.name.text),
            );
        };
        let list = self.some_value(shape)?;
        let shape = self.shape_of(&list, shape.span)?;
        let value = self.some_value(&stored.value)?;
        let init = self.initialiser(&value, &shape, &stored.name.text, stored.value.span)?;
        let at = self.declare(&stored.name.text, stored.name.span, shape, init, buffer)?;
        let node = if buffer { self.pass.buffers[at].node } else { self.pass.parameters[at].node };
        let kind = if buffer { Kind::Buffer(at) } else { Kind::Param };
        self.bind(&stored.name.text, Value::Tensor(node), stored.name.span, kind)
    }

    /// The number of a parameter or buffer; one met again (a loop over a tensor, a `shared`) is the same.
    fn declare(&mut self, name: &str, span: Span, shape: Vec<usize>, init: Initialiser, buffer: bool) -> R<usize> {
        let site = self.user_span(span);
        let Some(frame) = self.frames.last() else { return Err(super::report::Fail) };
        let (instance, indices) = (frame.instance, frame.indices.clone());
        let known = if buffer { &self.pass.buffers } else { &self.pass.parameters };
        let same = known.iter().position(|known| known.instance == instance && &*known.name == name && known.indices == indices);
        if let Some(at) = same {
            let (before, before_span) = (known[at].shape.clone(), known[at].span);
            if before_span != span {
                let diagnostic =
                    Diagnostic::error("E0140", span, format!("two parameters with one path: `{name}`")).label(before_span, "the first");
                return Err(self.fail(diagnostic));
            }
            if before != shape {
                let path = known.get(at).map(|declared| self.pass.path_of(declared)).unwrap_or_default();
                let message = format!("`{path}` is {before:?} from its first use, and {shape:?} here");
                return self.error_help("E0141", span, message, "a shared layer is applied to inputs of one shape");
            }
            return Ok(at);
        }
        let number = known.len();
        self.origin(span);
        let ty = Type::real(false, &shape);
        let node = match self.pass.known.get(number) {
            // A group named this parameter before it was declared: its leaf is there.
            Some(known) if !buffer && known.shape == shape => known.node,
            _ => self.pass.builder.leaf(if buffer { &ops::buffer::OP } else { &ops::param::OP }, Attr::Leaf(number), ty, None),
        };
        let inside = self.frames.iter().rev().take_while(|frame| frame.file == PRELUDE);
        let mut layers: Vec<Rc<str>> = inside.map(|frame| frame.name.clone()).collect();
        layers.reverse();
        let declared = Declared { instance, name: Rc::from(name), indices, span, site, shape, init, layers, node };
        if buffer {
            self.pass.buffers.push(declared);
        } else {
            self.pass.parameters.push(declared);
        }
        self.pass.instances.mark_owner(instance);
        Ok(number)
    }

    pub(super) fn parameter_paths(&self) -> Vec<String> {
        self.pass.parameters.iter().chain(&self.pass.buffers).map(|declared| self.pass.path_of(declared)).collect()
    }

    /// The node of the parameter or buffer with a path.
    pub(super) fn parameter_at(&self, path: &str) -> Option<NodeId> {
        let all = self.pass.parameters.iter().chain(&self.pass.buffers);
        let name = |declared: &&Declared| path.ends_with(&*declared.name) || !declared.indices.is_empty();
        all.filter(name).find(|declared| self.pass.path_of(declared) == path).map(|declared| declared.node)
    }

    /// `params`, `weights`, `biases`: all of the network, whatever is declared later.
    pub(super) fn group(&mut self, name: &str, span: Span) -> R<Value> {
        if self.frames.iter().all(|frame| frame.body == Body::Const) {
            return self.error("E0100", span, format!("`{name}` means something only inside a network"));
        }
        let so_far = self.pass.parameters.len();
        self.pass.group_seen = Some(self.pass.group_seen.map_or(so_far, |seen| seen.min(so_far)));
        let known = self.pass.known.iter().map(|known| (known.shape.len(), known.node));
        let all: Vec<(usize, NodeId)> = match self.pass.known.is_empty() {
            false => known.collect(),
            true => self.pass.parameters.iter().map(|declared| (declared.shape.len(), declared.node)).collect(),
        };
        let wanted = |rank: usize| match name {
            "weights" => rank >= 2,
            "biases" => rank < 2,
            _ => true,
        };
        let nodes = all.into_iter().filter(|(rank, _)| wanted(*rank)).map(|(_, node)| Value::Tensor(node)).collect();
        Ok(Value::list(nodes))
    }

    /// `const k: [3] = [1, 2, 1];` inside a body: a constant tensor; without the shape a static value.
    pub(super) fn constant(&mut self, stored: &Stored) -> R<()> {
        let value = self.some_value(&stored.value)?;
        let name = &stored.name.text;
        let Some(shape) = &stored.shape else {
            if matches!(value, Value::Tensor(_)) {
                return self.error_help(
                    "E0114",
                    stored.value.span,
                    format!("`const {name}` is static, found {}", self.show(&value)),
                    format!("`let {name} = …;` names a tensor"),
                );
            }
            return self.bind(name, value, stored.name.span, Kind::Const);
        };
        let list = self.some_value(shape)?;
        let shape = self.shape_of(&list, shape.span)?;
        let attr = match &value {
            Value::Initialiser(initialiser) => match **initialiser {
                Initialiser::Constant(x) => Attr::Number(x),
                _ => {
                    return self.error(
                        "E0144",
                        stored.value.span,
                        format!("`const {name}` is known while compiling; a random initialiser is not"),
                    );
                }
            },
            Value::Int(_) | Value::Float(_) if shape.is_empty() => Attr::Number(value.number().unwrap_or(0.0)),
            _ => Attr::Tensor(self.elements(&value, &shape, name, stored.value.span)?),
        };
        self.origin(stored.name.span);
        let node = self.pass.builder.leaf(&ops::constant::OP, attr, Type::real(false, &shape), None);
        let full = self.local_name(name);
        self.pass.builder.set_name(node, &full);
        self.bind(name, Value::Tensor(node), stored.name.span, Kind::Const)
    }
}
