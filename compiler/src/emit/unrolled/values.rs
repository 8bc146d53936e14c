//! What each element of an operation is made of.

use std::collections::BTreeMap;

use super::{Scalar, Unroller, variable};
use crate::emit::doc::{Doc, call, text};
use crate::emit::element::{Term, Tightness, fill, literal, number};
use crate::emit::kernels::{constant_of, template};
use crate::graph::{Attr, Elem, Graph, NodeId};
use crate::ops::{Distribution, Reduction, Value};

impl Unroller<'_, '_> {
    /// The expression for element `flat` of a node.
    pub(super) fn compute(&mut self, id: NodeId, flat: usize) -> Scalar {
        let plan = self.writer.plan;
        let graph = &plan.program.graph;
        let node = graph.node(id);
        match &node.op.value {
            Value::Each { eval, rust } => {
                let args: Vec<Scalar> = node.args.iter().map(|&arg| self.short_element(arg, flat)).collect();
                let args = self.short_elements(&node.args, args, flat);
                let known: Vec<f64> =
                    args.iter().filter_map(|arg| if let Scalar::Known(value) = arg { Some(*value) } else { None }).collect();
                if known.len() == args.len() && node.ty.elem != Elem::Condition {
                    return Scalar::Known(eval(&known, &node.attr));
                }
                let template = template(plan, id, rust);
                simplified(template, &args).unwrap_or_else(|| {
                    let terms: Vec<Term> = args
                        .iter()
                        .zip(&node.args)
                        .map(|(scalar, arg)| match scalar {
                            Scalar::Known(value) => constant_of(*value, graph.ty(*arg).elem),
                            Scalar::Term(term) => term.clone(),
                        })
                        .collect();
                    Scalar::Term(fill(template, &node.attr, &terms))
                })
            }
            Value::Move(_) => self.moved(id, flat),
            Value::Contract => {
                let pairs = products(graph, id, flat);
                self.sum_of_products(id, &pairs)
            }
            Value::Reduce(reduction) => self.reduced(id, *reduction, flat),
            Value::ArgMax => self.argmax(id, flat),
            Value::Gather => self.gathered(id, flat),
            Value::Scatter => self.scattered(id, flat),
            Value::Random(distribution) => {
                let Attr::Random { place, parameter, first, .. } = node.attr else { return Scalar::Known(0.0) };
                let name = match distribution {
                    Distribution::Uniform => "uniform",
                    Distribution::Normal => "normal",
                    Distribution::Bernoulli => "bernoulli",
                };
                let probability =
                    if *distribution == Distribution::Bernoulli { format!(", {}", literal(parameter)) } else { String::new() };
                let draw =
                    format!("simd.from_fn(|lane| rt::random_{name}(&key, lanes.sample(lane), {place}, {}{probability}))", first + flat);
                let term = Term::atom(text(draw));
                Scalar::Term(if *distribution == Distribution::Bernoulli { fill("{0}.ne({zero})", &Attr::None, &[term]) } else { term })
            }
            Value::Conv(_) => self.convolved(id, flat),
            Value::Window(window) => self.windowed(id, *window, flat),
            // Loops were written out.
            Value::Leaf | Value::BatchSum | Value::Scan | Value::Out => Scalar::Known(0.0),
        }
    }

    pub(super) fn sum_of_products(&mut self, id: NodeId, pairs: &[(usize, usize)]) -> Scalar {
        let args = self.writer.plan.program.graph.node(id).args.clone();
        let mut receiver: Option<Term> = None;
        let mut more: Vec<Vec<Doc>> = Vec::new();
        for &(left, right) in pairs {
            let (a, b) = (self.element(args[0], left), self.element(args[1], right));
            let product = match (&a, &b) {
                (Scalar::Known(0.0), _) | (_, Scalar::Known(0.0)) => continue,
                (Scalar::Known(1.0), other) | (other, Scalar::Known(1.0)) => Err(other.term()),
                _ => Ok((a.term(), b.term())),
            };
            match (product, receiver.is_some()) {
                (Ok((a, b)), false) => receiver = Some(fill("{0} * {1}", &Attr::None, &[a, b])),
                (Err(term), false) => receiver = Some(term),
                (Ok((a, b)), true) => more.push(vec![a.doc, b.doc]),
                (Err(term), true) => more.push(vec![term.doc, number(1.0).doc]),
            }
        }
        let Some(receiver) = receiver else { return Scalar::Known(0.0) };
        if more.is_empty() {
            return Scalar::Term(receiver);
        }
        let receiver = if receiver.tightness < Tightness::Atom { Doc::Paren(Box::new(receiver.doc)) } else { receiver.doc };
        Scalar::Term(Term::atom(more.into_iter().fold(receiver, |doc, args| doc.method("plus_product", args))))
    }

    fn moved(&mut self, id: NodeId, flat: usize) -> Scalar {
        let graph = &self.writer.plan.program.graph;
        let node = graph.node(id);
        let Value::Move(regions) = node.op.value else { return Scalar::Known(0.0) };
        let types: Vec<_> = node.args.iter().map(|&arg| graph.ty(arg)).collect();
        let moved = regions(&node.attr, &types, &node.ty);
        for region in &moved.regions {
            // The box's index of this element, if it lies in the box: strides of the result are its own row-major ones.
            let mut rest = flat as isize - region.to as isize;
            let mut from = region.from as isize;
            let mut inside = rest >= 0;
            for ((&extent, &to), &step) in region.shape.iter().zip(&region.to_strides).zip(&region.from_strides) {
                let index = if to == 0 { 0 } else { rest / to };
                let index = if extent == 1 { 0 } else { index };
                inside &= index < extent as isize;
                rest -= index * to;
                from += index * step;
            }
            if inside && rest == 0 {
                return self.element(node.args[region.operand], from as usize);
            }
        }
        Scalar::Known(moved.fill)
    }

    fn reduced(&mut self, id: NodeId, reduction: Reduction, flat: usize) -> Scalar {
        let graph = &self.writer.plan.program.graph;
        let node = graph.node(id);
        let Attr::Axes(axes) = &node.attr else { return Scalar::Known(0.0) };
        let operand = node.args[0];
        let shape = graph.ty(operand).shape.clone();
        let kept: Vec<usize> = (0..shape.len()).filter(|axis| !axes.contains(axis)).collect();
        let size: usize = shape.iter().product();
        let elements: Vec<usize> = (0..size)
            .filter(|&at| {
                let index = |axis: usize| at / shape[axis + 1..].iter().product::<usize>() % shape[axis];
                kept.iter().fold(0, |sum, &axis| sum * shape[axis] + index(axis)) == flat
            })
            .collect();
        let mut sum: Option<Scalar> = None;
        for at in elements {
            let next = self.element(operand, at);
            let next = if next.doc().deserves_name() { self.named(operand, next, at) } else { next };
            sum = Some(match sum {
                None => next,
                Some(sum) => {
                    let template = match reduction {
                        Reduction::Sum => "{0} + {1}",
                        Reduction::Max => "{0}.max({1})",
                        Reduction::Min => "{0}.min({1})",
                    };
                    let args = [sum, next];
                    simplified(template, &args)
                        .unwrap_or_else(|| Scalar::Term(fill(template, &Attr::None, &[args[0].term(), args[1].term()])))
                }
            });
        }
        sum.unwrap_or(Scalar::Known(0.0))
    }

    /// The first of the largest, by comparing one after another.
    fn argmax(&mut self, id: NodeId, flat: usize) -> Scalar {
        let graph = &self.writer.plan.program.graph;
        let operand = graph.node(id).args[0];
        let n = graph.ty(operand).shape.last().copied().unwrap_or(1);
        if n == 1 {
            return Scalar::Known(0.0);
        }
        let of = self.writer.notes.name(self.writer.plan.program.graph.node(operand));
        let name = self.writer.scope.unique(&format!("{of}_largest"));
        let at = self.writer.scope.unique(&format!("{of}_at"));
        let beats = self.writer.scope.unique(&format!("{of}_beats"));
        let first = self.element(operand, flat * n).doc();
        self.writer.code.statement(&format!("let ({name}, {at}) = "), &Doc::Text(format!("({}, num(0.0))", first.flat())), ";");
        for i in 1..n {
            let next = self.element(operand, flat * n + i).doc().flat();
            self.writer.code.line(format!("let {beats} = {next}.gt({name});"));
            self.writer.code.line(format!("let {name} = {beats}.select({next}, {name});"));
            self.writer.code.line(format!("let {at} = {beats}.select(num({i}.0), {at});"));
        }
        variable(at)
    }

    fn gathered(&mut self, id: NodeId, flat: usize) -> Scalar {
        let graph = &self.writer.plan.program.graph;
        let node = graph.node(id);
        let (table, index) = (node.args[0], node.args[1]);
        let rows = graph.ty(table).shape.first().copied().unwrap_or(1);
        let width = graph.ty(table).size() / rows;
        let at = self.element(index, flat / width).term();
        if !graph.ty(table).batched {
            let table = self.writer.matrix_text(self.writer.plan.base(table), rows, width);
            let lookup = call("rt::lookup", vec![text("simd"), text(table), at.doc, text((flat % width).to_string())]);
            return Scalar::Term(Term::atom(lookup));
        }
        let mut value = self.element(table, flat % width).term();
        for row in 1..rows {
            let is_row = fill("{0}.eq({1})", &Attr::None, &[at.clone(), number(row as f64)]);
            let element = self.element(table, row * width + flat % width).term();
            value = fill("{0}.select({1}, {2})", &Attr::None, &[is_row, element, value]);
        }
        Scalar::Term(value)
    }

    fn scattered(&mut self, id: NodeId, flat: usize) -> Scalar {
        let graph = &self.writer.plan.program.graph;
        let node = graph.node(id);
        let (index, rows_of) = (node.args[0], node.args[1]);
        let rows = graph.ty(id).shape.first().copied().unwrap_or(1);
        let width = graph.ty(id).size() / rows;
        let mut sum: Option<Term> = None;
        for i in 0..graph.ty(index).size() {
            let at = self.element(index, i).term();
            let is_row = fill("{0}.eq({1})", &Attr::None, &[at, number((flat / width) as f64)]);
            let element = self.element(rows_of, i * width + flat % width).term();
            let term = fill("{0}.select({1}, {zero})", &Attr::None, &[is_row, element]);
            sum = Some(match sum {
                Some(sum) => fill("{0} + {1}", &Attr::None, &[sum, term]),
                None => term,
            });
        }
        sum.map_or(Scalar::Known(0.0), Scalar::Term)
    }
}

/// Sums and products with 0 and 1.
pub(super) fn simplified(template: &str, args: &[Scalar]) -> Option<Scalar> {
    match (template, args) {
        ("{0} * {1}", [Scalar::Known(1.0), other] | [other, Scalar::Known(1.0)])
        | ("{0} + {1}", [Scalar::Known(0.0), other] | [other, Scalar::Known(0.0)])
        | ("{0} - {1}" | "{0} / {1}", [other, Scalar::Known(0.0)])
            if template != "{0} / {1}" =>
        {
            Some(other.clone())
        }
        ("{0} * {1}", [Scalar::Known(0.0), _] | [_, Scalar::Known(0.0)]) => Some(Scalar::Known(0.0)),
        _ => None,
    }
}

/// The flat indices into the two operands of a contraction whose products make up element `flat` of its result.
pub(super) fn products(graph: &Graph, id: NodeId, flat: usize) -> Vec<(usize, usize)> {
    let node = graph.node(id);
    let Attr::Contract { a, b, out, .. } = &node.attr else { return Vec::new() };
    let mut extents: BTreeMap<u8, usize> = BTreeMap::new();
    for (labels, arg) in [(a, node.args[0]), (b, node.args[1])] {
        extents.extend(labels.iter().copied().zip(graph.ty(arg).shape.iter().copied()));
    }
    let mut index: BTreeMap<u8, usize> = BTreeMap::new();
    let mut rest = flat;
    for label in out.iter().rev() {
        index.insert(*label, rest % extents[label]);
        rest /= extents[label];
    }
    let summed: Vec<u8> = extents.keys().copied().filter(|label| !out.contains(label)).collect();
    let count: usize = summed.iter().map(|label| extents[label]).product();
    let place = |labels: &[u8], index: &BTreeMap<u8, usize>| labels.iter().fold(0, |sum, label| sum * extents[label] + index[label]);
    (0..count)
        .map(|mut at| {
            for label in summed.iter().rev() {
                index.insert(*label, at % extents[label]);
                at /= extents[label];
            }
            (place(a, &index), place(b, &index))
        })
        .collect()
}
