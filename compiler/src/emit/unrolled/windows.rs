//! Convolutions and windows, element by element.

use std::rc::Rc;

use super::values::simplified;
use super::{Scalar, Unroller, variable};
use crate::emit::doc::Doc;
use crate::emit::element::{Term, fill, number};
use crate::graph::windows::each_element;
use crate::graph::{Attr, NodeId};
use crate::ops::{Part, Window};

/// What each element of a result is made of: pairs of flat indices, of the two operands of a product or of an image's element and its number
/// in the window.
pub(super) type Pairs = Rc<[Vec<(usize, usize)>]>;

impl Unroller<'_, '_> {
    /// What each element of a convolution, or of something made of windows, is made of.
    fn pairs(&mut self, id: NodeId) -> Pairs {
        if let Some(pairs) = self.pairs.get(&id) {
            return pairs.clone();
        }
        let graph = &self.writer.plan.program.graph;
        let node = graph.node(id);
        let mut pairs = vec![Vec::new(); node.ty.size()];
        match (&node.op.value, &node.attr) {
            (crate::ops::Value::Conv(part), Attr::Conv(conv)) => {
                let (channels, filters) = crate::plan::channels(graph, id, *part);
                conv.each_product(channels, filters, |x, w, y| match part {
                    Part::Output => pairs[y].push((x, w)),
                    Part::Input => pairs[x].push((w, y)),
                    Part::Weight => pairs[w].push((x, y)),
                });
            }
            (crate::ops::Value::Window(window), Attr::Windows(axes)) => {
                let to_image = matches!(window, Window::Spread | Window::Place);
                let size: usize = axes.iter().map(|slide| if to_image { slide.image } else { slide.places() }).product();
                each_element(axes, node.ty.size() / size, |x, y, k| if to_image { pairs[x].push((y, k)) } else { pairs[y].push((x, k)) });
            }
            _ => {}
        }
        let pairs: Pairs = pairs.into();
        self.pairs.insert(id, pairs.clone());
        pairs
    }

    /// Element `flat` of one part of a convolution: a sum of products.
    pub(super) fn convolved(&mut self, id: NodeId, flat: usize) -> Scalar {
        let pairs = self.pairs(id);
        self.sum_of_products(id, &pairs[flat])
    }

    /// Element `flat` of something made of windows.
    pub(super) fn windowed(&mut self, id: NodeId, window: Window, flat: usize) -> Scalar {
        let pairs = self.pairs(id);
        let pairs = &pairs[flat];
        let args = self.writer.plan.program.graph.node(id).args.clone();
        match window {
            Window::Sum | Window::Spread => self.joined(args[0], pairs, "{0} + {1}"),
            Window::Max => self.joined(args[0], pairs, "{0}.max({1})"),
            Window::ArgMax => self.first_of_largest(args[0], pairs),
            Window::Place => {
                let terms: Vec<Scalar> = pairs.iter().map(|&(y, k)| self.at_index((args[0], y), k, (args[1], y), number(0.0))).collect();
                terms.into_iter().reduce(|sum, term| join("{0} + {1}", sum, term)).unwrap_or(Scalar::Known(0.0))
            }
            Window::Pick => {
                let mut value = Scalar::Known(0.0);
                for &(x, k) in pairs {
                    let other = value.term();
                    value = self.at_index((args[0], flat), k, (args[1], x), other);
                    value = if value.doc().is_long() { self.named(id, value, flat) } else { value };
                }
                value
            }
        }
    }

    /// `where(index == k, value, other)`
    fn at_index(&mut self, index: (NodeId, usize), k: usize, value: (NodeId, usize), other: Term) -> Scalar {
        let is = fill("{0}.eq({1})", &Attr::None, &[self.element(index.0, index.1).term(), number(k as f64)]);
        let value = self.element(value.0, value.1).term();
        Scalar::Term(fill("{0}.select({1}, {2})", &Attr::None, &[is, value, other]))
    }

    /// Elements joined one after another.
    fn joined(&mut self, id: NodeId, pairs: &[(usize, usize)], template: &str) -> Scalar {
        let mut all: Option<Scalar> = None;
        for &(at, _) in pairs {
            let next = self.element(id, at);
            let next = if next.doc().deserves_name() { self.named(id, next, at) } else { next };
            all = Some(match all {
                None => next,
                Some(all) => join(template, all, next),
            });
        }
        all.unwrap_or(Scalar::Known(0.0))
    }

    /// The number of the first of the largest, by comparing one after another.
    fn first_of_largest(&mut self, id: NodeId, pairs: &[(usize, usize)]) -> Scalar {
        let Some((&(first, k), rest)) = pairs.split_first() else { return Scalar::Known(0.0) };
        if rest.is_empty() {
            return Scalar::Known(k as f64);
        }
        let of = self.writer.notes.name(self.writer.plan.program.graph.node(id));
        let name = self.writer.scope.unique(&format!("{of}_largest"));
        let at = self.writer.scope.unique(&format!("{of}_at"));
        let beats = self.writer.scope.unique(&format!("{of}_beats"));
        let first = self.element(id, first).doc();
        self.writer.code.statement(&format!("let ({name}, {at}) = "), &Doc::Text(format!("({}, num({k}.0))", first.flat())), ";");
        for &(x, k) in rest {
            let next = self.element(id, x).doc().flat();
            self.writer.code.line(format!("let {beats} = {next}.gt({name});"));
            self.writer.code.line(format!("let {name} = {beats}.select({next}, {name});"));
            self.writer.code.line(format!("let {at} = {beats}.select(num({k}.0), {at});"));
        }
        variable(at)
    }
}

fn join(template: &str, a: Scalar, b: Scalar) -> Scalar {
    let args = [a, b];
    simplified(template, &args).unwrap_or_else(|| Scalar::Term(fill(template, &Attr::None, &[args[0].term(), args[1].term()])))
}
