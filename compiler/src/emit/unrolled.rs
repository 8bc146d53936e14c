//! A planned program as straight-line code: every element of every tensor is a variable, one vector of neighbouring samples.

mod sums;
mod values;
mod windows;

use std::collections::BTreeMap;

use super::doc::{Doc, call, text};
use super::element::{Term, fill, number};
use super::kernels::Writer;
use crate::graph::{Attr, Elem, NodeId};
use crate::network::Initialiser;
use crate::ops::Value;
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

    /// Puts a result where the caller wants it.
    pub(crate) fn store(&mut self, id: NodeId, field: &str, size: usize) {
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
