//! What the generated code says about each value: its name, the program's line, the chain rule it is an instance of.

use std::cell::RefCell;
use std::rc::Rc;

use tapeless_grammar::span::{Sources, Span};

use super::names::{identifier, snake_case};
use crate::graph::{AdjointOf, Graph, Node, NodeId, Origin};
use crate::ops::{self, Value};

/// A planned graph, whose gradients refer to its forward nodes, with the program's names spread over it.
#[derive(Clone, Debug)]
pub(crate) struct Notes<'g> {
    graph: &'g Graph,
    names: Vec<Option<Rc<str>>>,
    /// Names without their layers, as far as they were asked for.
    short: RefCell<Vec<Option<Rc<str>>>>,
}

impl<'g> Notes<'g> {
    /// Reads a graph.
    pub(crate) fn of(graph: &'g Graph) -> Notes<'g> {
        let mut names: Vec<Option<Rc<str>>> = graph.nodes.iter().map(|node| node.name.clone()).collect();
        // A `let` gives its name to what it names.
        for id in graph.ids().rev() {
            let node = graph.node(id);
            if let ([arg], Some(name)) = (node.args.as_slice(), &names[id.index()])
                && std::ptr::eq(node.op, &ops::name::OP)
                && names[arg.index()].is_none()
            {
                names[arg.index()] = Some(name.clone());
            }
        }
        let short = RefCell::new(vec![None; graph.nodes.len()]);
        Notes { graph, names, short }
    }

    /// What a value is called.
    fn called(&self, id: NodeId) -> String {
        let mut id = id;
        // Moved, it is still called the same.
        while let (None, Value::Move(_), [arg]) =
            (&self.names[id.index()], &self.graph.node(id).op.value, self.graph.node(id).args.as_slice())
        {
            id = *arg;
        }
        let node = self.graph.node(id);
        match &self.names[id.index()] {
            Some(name) => name.to_string(),
            _ if node.origin.adjoint.is_some() => self.gradient_name(node),
            _ => own_words(node),
        }
    }

    /// `d_h`: after the value it is the gradient of.
    fn gradient_name(&self, node: &Node) -> String {
        let Some(AdjointOf { node: of, operand, forward: false }) = node.origin.adjoint else { return own_words(node) };
        if of.index() >= self.graph.nodes.len() {
            return own_words(node);
        }
        let target = operand.and_then(|operand| self.graph.node(of).args.get(operand).copied()).unwrap_or(of);
        format!("d_{}", self.called(target))
    }

    /// What a value is to be called.
    pub(crate) fn name(&self, node: &Node) -> String {
        match &node.name {
            Some(name) => name.to_string(),
            None if node.origin.adjoint.is_some() => self.gradient_name(node),
            None => own_words(node),
        }
    }

    /// What a value is to be called without the layer that it is in: equal blocks have equal names.
    pub(crate) fn short_name(&self, id: NodeId) -> Rc<str> {
        if let Some(known) = &self.short.borrow()[id.index()] {
            return known.clone();
        }
        let node = self.graph.node(id);
        let full = snake_case(&self.name(node));
        let layer = snake_case(&node.origin.context.replace('.', "_"));
        let (gradient, value) = full.strip_prefix("d_").map_or(("", full.as_str()), |value| ("d_", value));
        let short = match value.strip_prefix(&layer).filter(|_| !layer.is_empty()) {
            // The layer's result has the layer's name.
            Some("") => node.origin.context.rsplit('.').next().unwrap_or(value),
            Some(rest) => rest.strip_prefix('_').unwrap_or(value),
            None => value,
        };
        let short: Rc<str> = identifier(&format!("{gradient}{short}")).into();
        self.short.borrow_mut()[id.index()] = Some(short.clone());
        short
    }

    /// The chain rule that a gradient is an instance of.
    pub(crate) fn formula(&self, origin: &Origin) -> Option<String> {
        let AdjointOf { node: of, operand, forward: false } = origin.adjoint? else { return None };
        let node = self.graph.nodes.get(of.index())?;
        let Some(operand) = operand else {
            return Some(format!("∂L/∂{}", self.called(of)));
        };
        let template = node.op.formula.get(operand).filter(|template| !template.is_empty())?;
        let result = self.called(of);
        let mut text = template.replace("{d}", &format!("∂L/∂{result}")).replace("{y}", &result);
        for (i, arg) in node.args.iter().enumerate() {
            text = text.replace(&format!("{{{i}}}"), &self.called(*arg));
        }
        if let crate::graph::Attr::Number(n) = node.attr {
            text = text.replace("{n}", &n.to_string());
        }
        Some(text)
    }
}

/// `moons.nn:5: let h = x |> fc1: dense(16) |> relu …`
pub(crate) fn line_of(sources: &Sources, span: Span) -> String {
    let (line, text) = sources.line(span.file, span.start);
    let file = sources.file(span.file);
    format!("{}:{}: {}", file.name, line + file.origin.0.saturating_sub(1), text.trim())
}

fn own_words(node: &Node) -> String {
    let context = &node.origin.context;
    if context.is_empty() { node.op.name.to_owned() } else { format!("{}_{}", context.replace('.', "_"), node.op.name) }
}
