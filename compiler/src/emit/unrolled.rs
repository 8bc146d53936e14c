//! A planned program as straight-line code: every element of every tensor is a variable, one vector of neighbouring samples.

mod windows;

use std::collections::BTreeMap;

use super::doc::{Doc, call, text};
use super::element::{Term, Tightness, fill, number};
use super::kernels::{Writer, constant_of, template};
use crate::graph::{Attr, Elem, NodeId};
use crate::network::Initialiser;
use crate::ops::{Distribution, Reduction, Value};
use crate::plan::{Phase, Place, sums_batch};

/// One element of a tensor.
#[derive(Clone, Debug)]
enum Scalar {
    /// Known while compiling.
    Known(f64),
    /// An expression.
    Term(Term),
}

impl Scalar {
    fn term(&self) -> Term {
        match self {
            Scalar::Known(value) => number(*value),
            Scalar::Term(term) => term.clone(),
        }
    }

    fn doc(&self) -> Doc {
        self.term().doc
    }
}

/// Writes the work of one tile.
pub(crate) struct Unroller<'w, 'a> {
    writer: &'w mut Writer<'a>,
    values: BTreeMap<NodeId, Vec<Scalar>>,
    users: Vec<usize>,
    /// What the elements of convolutions and windows are made of.
    pairs: BTreeMap<NodeId, windows::Pairs>,
}

impl<'w, 'a> Unroller<'w, 'a> {
    pub(crate) fn new(writer: &'w mut Writer<'a>) -> Self {
        let graph = &writer.plan.program.graph;
        let mut users = vec![0; graph.nodes.len()];
        for id in graph.ids().filter(|id| writer.plan.places[id.index()] != Place::Dead) {
            for arg in &graph.node(id).args {
                users[arg.index()] += 1;
            }
        }
        Unroller { writer, values: BTreeMap::new(), users, pairs: BTreeMap::new() }
    }

    /// The values that a tile begins with: elements of the inputs that are read, weights of the samples.
    pub(crate) fn load(&mut self, id: NodeId, head: &str, method: &str) {
        let base = self.writer.christen(id);
        let names = self.element_names(id, &base);
        for (i, name) in names.iter().enumerate() {
            self.writer.code.statement(&format!("let {name} = "), &text(format!("lanes.{method}(simd, {head}, {i})")), ";");
        }
        self.values.insert(id, names.into_iter().map(variable).collect());
    }

    /// Each element of a state: of the samples', or as it begins.
    pub(crate) fn load_state(&mut self, id: NodeId, offset: usize, init: &Initialiser) {
        let base = self.writer.christen(id);
        let names = self.element_names(id, &base);
        for (i, name) in names.iter().enumerate() {
            let initial = match init {
                Initialiser::Constant(value) => *value,
                Initialiser::Values(values) => values[i],
                _ => unreachable!("elaboration takes no random beginnings of states"),
            };
            let initial = super::element::literal(initial);
            let value = text(format!("lanes.state::<_, _, STATE>(simd, self.states, {}, {initial})", offset + i));
            self.writer.code.statement(&format!("let {name} = "), &value, ";");
        }
        self.values.insert(id, names.into_iter().map(variable).collect());
    }

    /// The weight of each sample.
    pub(crate) fn load_seed(&mut self, id: NodeId) {
        let name = self.writer.christen(id);
        self.writer.code.line(format!("let {name} = lanes.seed(simd);"));
        self.values.insert(id, vec![variable(name)]);
    }

    /// A heading inside the function.
    pub(crate) fn section(&mut self, name: &str) {
        self.writer.section(name);
    }

    /// The kernels of a phase, element by element.
    pub(crate) fn phase(&mut self, phase: Phase, stage: usize) {
        let kernels: Vec<_> = self.writer.plan.kernels_of(stage, phase).copied().collect();
        let mut backward = false;
        for kernel in kernels {
            if kernel.backward && !backward && phase == Phase::Tile {
                self.writer.end_of_losses();
                self.section("backward");
                backward = true;
            }
            if let Some(product) = kernel.product {
                self.materialise(product);
            }
            self.materialise(kernel.output);
        }
    }

    /// The elements of an output or an input's gradient, for storing.
    pub(crate) fn elements(&mut self, id: NodeId) -> Vec<Doc> {
        let size = self.writer.plan.program.graph.ty(id).size();
        (0..size).map(|i| self.element(id, i).doc()).collect()
    }

    fn element_names(&mut self, id: NodeId, base: &str) -> Vec<String> {
        let shape = self.writer.plan.program.graph.ty(id).shape.clone();
        let size: usize = shape.iter().product();
        (0..size)
            .map(|flat| {
                let mut rest = flat;
                let mut name = base.trim_start_matches("r#").to_owned();
                let mut stride = size;
                for &extent in &shape {
                    stride /= extent;
                    name.push_str(&format!("_{}", rest / stride));
                    rest %= stride;
                }
                if shape.is_empty() { base.to_owned() } else { self.writer.scope.unique(&name) }
            })
            .collect()
    }

    /// Makes variables for a node's elements, if it has none.
    fn materialise(&mut self, id: NodeId) {
        if self.values.contains_key(&id) {
            return;
        }
        let plan = self.writer.plan;
        let graph = &plan.program.graph;
        self.prepare_operands(id);
        self.writer.comment(id);
        if sums_batch(graph, id) {
            return self.accumulate(id);
        }
        let base = self.writer.christen(id);
        let names = self.element_names(id, &base);
        let mut values = Vec::with_capacity(names.len());
        for (i, name) in names.into_iter().enumerate() {
            let value = self.compute(id, i);
            let moved = matches!(graph.node(id).op.value, Value::Move(_)) && matches!(&value, Scalar::Term(term) if is_variable(&term.doc));
            if moved || matches!(value, Scalar::Known(_)) {
                values.push(value);
                continue;
            }
            self.writer.code.statement(&format!("let {name} = "), &value.doc(), ";");
            values.push(variable(name));
        }
        self.values.insert(id, values);
    }

    /// Operands inside the expression that deserve variables of their own come first.
    fn prepare_operands(&mut self, id: NodeId) {
        let plan = self.writer.plan;
        let graph = &plan.program.graph;
        for arg in graph.node(id).args.clone() {
            if plan.places[arg.index()] != Place::Inline || !graph.ty(arg).batched || self.values.contains_key(&arg) {
                continue;
            }
            self.prepare_operands(arg);
            let shared = self.users[arg.index()] > 1 && matches!(graph.node(arg).op.value, Value::Each { .. });
            if shared || matches!(graph.node(arg).op.value, Value::Contract | Value::Conv(_)) {
                self.materialise(arg);
            }
        }
    }

    /// Element `flat` of a node.
    fn element(&mut self, id: NodeId, flat: usize) -> Scalar {
        let plan = self.writer.plan;
        let graph = &plan.program.graph;
        let id = plan.base(id);
        if let Some(values) = self.values.get(&id) {
            return values[flat].clone();
        }
        let node = graph.node(id);
        match (&node.op.value, &node.attr) {
            (Value::Leaf, Attr::Number(value)) => return Scalar::Known(*value),
            (Value::Leaf, Attr::Tensor(values)) => return Scalar::Known(values.get(flat).copied().unwrap_or(0.0)),
            _ => {}
        }
        if !node.ty.batched && plan.places[id.index()] != Place::Inline {
            let dims = self.writer.dims(id);
            let name = self.writer.names.get(&id).cloned().unwrap_or_default();
            let element = match dims.rows {
                Some(_) => format!("{name}[{}][{}]", flat / dims.columns, flat % dims.columns),
                None => format!("{name}[{flat}]"),
            };
            let splat = Term::atom(text(format!("splat({element})")));
            return Scalar::Term(if node.ty.elem == Elem::Condition { fill("{0}.ne({zero})", &Attr::None, &[splat]) } else { splat });
        }
        self.compute(id, flat)
    }

    /// Where operands together are long, those that are not variables already become ones.
    fn short_elements(&mut self, ids: &[NodeId], args: Vec<Scalar>, flat: usize) -> Vec<Scalar> {
        let terms: Vec<Term> = args.iter().map(Scalar::term).collect();
        if !super::element::are_long(&terms) {
            return args;
        }
        args.into_iter().zip(ids).map(|(arg, id)| if arg.doc().deserves_name() { self.named(*id, arg, flat) } else { arg }).collect()
    }

    /// A variable for an element.
    fn named(&mut self, id: NodeId, value: Scalar, flat: usize) -> Scalar {
        let wanted = self.writer.notes.name(self.writer.plan.program.graph.node(id));
        let name = self.writer.scope.unique(&format!("{wanted}_{flat}"));
        self.writer.code.statement(&format!("let {name} = "), &value.doc(), ";");
        variable(name)
    }

    /// An operand's element; a long expression gets a variable first.
    fn short_element(&mut self, id: NodeId, flat: usize) -> Scalar {
        let value = self.element(id, flat);
        match &value {
            Scalar::Term(term) if term.doc.is_long() => self.named(id, value, flat),
            _ => value,
        }
    }

    /// The expression for element `flat` of a node.
    fn compute(&mut self, id: NodeId, flat: usize) -> Scalar {
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
                let probability = if *distribution == Distribution::Bernoulli {
                    format!(", {}", super::element::literal(parameter))
                } else {
                    String::new()
                };
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

    fn sum_of_products(&mut self, id: NodeId, pairs: &[(usize, usize)]) -> Scalar {
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

    /// A sum over the samples: lanes are summed into what earlier tiles gave, a row at a time.
    fn accumulate(&mut self, id: NodeId) {
        let plan = self.writer.plan;
        let graph = &plan.program.graph;
        let node = graph.node(id);
        if let Value::BatchSum = node.op.value
            && matches!(graph.node(node.args[0]).op.value, Value::Scatter)
        {
            return self.accumulate_scatter(id, node.args[0]);
        }
        let size = node.ty.size();
        let mut values = Vec::with_capacity(size);
        for flat in 0..size {
            values.push(match node.op.value {
                Value::Contract => {
                    let pairs = products(graph, id, flat);
                    self.sum_of_products(id, &pairs)
                }
                Value::Conv(_) => self.convolved(id, flat),
                _ => self.element(node.args[0], flat),
            });
        }
        let dims = self.writer.dims(id);
        let name = self.writer.names.get(&id).cloned().unwrap_or_default();
        // Row by row; where rows are short, sixteen elements at a time.
        let chunk = if dims.rows.is_some() && dims.columns >= 8 { dims.columns } else { size.min(16) };
        for (at, values) in values.chunks(chunk).enumerate() {
            if values.iter().all(|value| matches!(value, Scalar::Known(0.0))) {
                continue;
            }
            let out = match dims.rows {
                Some(_) if chunk == dims.columns => format!("&mut {name}[{at}]"),
                None if values.len() == size => name.clone(),
                _ => {
                    let flat = if dims.rows.is_some() { format!("{name}.as_flattened_mut()") } else { name.clone() };
                    let flat = if at == 0 { flat } else { format!("&mut {flat}[{}..]", at * chunk) };
                    format!("rt::row_mut({flat})")
                }
            };
            let docs = values.iter().map(Scalar::doc).collect();
            self.writer.code.statement("", &call("rt::lane_sums_add", vec![text("simd"), Doc::Array(docs), text(out)]), ";");
        }
    }

    fn accumulate_scatter(&mut self, id: NodeId, scatter: NodeId) {
        let graph = &self.writer.plan.program.graph;
        let node = graph.node(scatter);
        let (index, rows_of) = (node.args[0], node.args[1]);
        let rows = graph.ty(id).shape.first().copied().unwrap_or(1);
        let width = graph.ty(id).size() / rows;
        let table = self.writer.matrix_mut_text(id, rows, width);
        for flat in 0..graph.ty(rows_of).size() {
            let at = self.element(index, flat / width).doc();
            let value = self.element(rows_of, flat).doc();
            let args = vec![text("simd"), at, value, text((flat % width).to_string()), text(table.clone())];
            self.writer.code.statement("", &call("rt::lookup_add", args), ";");
        }
    }

    /// Puts a result where the caller wants it.
    pub(crate) fn store(&mut self, id: NodeId, field: &str, size: usize, _asked: bool) {
        let elements = self.elements(id);
        self.writer.last_line.clear();
        self.writer.comment(self.writer.plan.base(id));
        if let Some((states, offset)) = field.split_once('#') {
            let args = vec![text("simd"), Doc::Array(elements), text(format!("self.{states}")), text(offset)];
            self.writer.code.statement("", &call(format!("lanes.store_state::<_, _, {size}, STATE>"), args), ";");
            return;
        }
        let column = text(format!("self.{field}.as_chunks_mut::<{size}>().0"));
        self.writer.code.statement("", &call("lanes.store", vec![text("simd"), Doc::Array(elements), column]), ";");
    }

    /// What is only computed when the gradients of inputs are asked for.
    pub(crate) fn open_asked(&mut self) {
        self.writer.code.line("");
        self.writer.code.open("if asked {");
        self.writer.last_line.clear();
        self.writer.fresh = true;
    }

    /// The end of it.
    pub(crate) fn close_asked(&mut self) {
        self.writer.code.close("}");
    }
}

fn is_variable(doc: &Doc) -> bool {
    matches!(doc, Doc::Text(text) if text.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

fn variable(name: String) -> Scalar {
    Scalar::Term(Term::atom(text(name)))
}

/// Sums and products with 0 and 1.
fn simplified(template: &str, args: &[Scalar]) -> Option<Scalar> {
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
fn products(graph: &crate::graph::Graph, id: NodeId, flat: usize) -> Vec<(usize, usize)> {
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
