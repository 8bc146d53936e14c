//! The update: numbers that are the same for all parameters once a step in f64, then one fused loop over each stretch of parameters.

mod layout;

pub use layout::{Layout, SlotEntry, layout};

use std::collections::BTreeMap;

use layout::label;

use super::doc::{Code, Doc, call, structure, text};
use super::element::{Term, fill, number};
use super::names::{Scope, camel_case};
use super::views::place;
use crate::graph::{Attr, Elem, Graph, NodeId};
use crate::network::{Network, Optimizer};
use crate::ops::{self, OpDef, Value};
use crate::simplify::simplify;

/// What stands in an optimizer's graph where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Parameter,
    Gradient,
    Slot(usize),
    ScalarSlot(usize),
    Hyper(usize),
    Step,
    GlobalNorm,
    LrScale,
}

fn given(op: &'static OpDef, attr: &Attr) -> Option<Given> {
    let number = match attr {
        Attr::Leaf(i) => *i,
        _ => 0,
    };
    let kinds: [(&'static OpDef, Given); 8] = [
        (&ops::parameter_value::OP, Given::Parameter),
        (&ops::gradient::OP, Given::Gradient),
        (&ops::slot::OP, Given::Slot(number)),
        (&ops::scalar_slot::OP, Given::ScalarSlot(number)),
        (&ops::hyper::OP, Given::Hyper(number)),
        (&ops::step::OP, Given::Step),
        (&ops::global_norm::OP, Given::GlobalNorm),
        (&ops::lr_scale::OP, Given::LrScale),
    ];
    kinds.into_iter().find(|(known, _)| std::ptr::eq(*known, op)).map(|(_, given)| given)
}

/// Whether an optimizer looks at the norm of all gradients.
fn looks_at_all(network: &Network) -> bool {
    let looks = |graph: &Graph| graph.nodes.iter().any(|node| given(node.op, &node.attr) == Some(Given::GlobalNorm));
    network.optimizers.iter().any(|optimizer| looks(&optimizer.graph))
}

/// The parameters whose gradients nobody needs but the update of each: none where an optimizer looks at the norm of all.
pub(super) fn alone(network: &Network) -> Vec<usize> {
    if looks_at_all(network) {
        return Vec::new();
    }
    network.optimizers.iter().flat_map(|optimizer| optimizer.parameters.iter().copied()).collect()
}

/// The written update: the passes, and the body of `Network::update`.
pub(crate) struct UpdateText {
    pub(crate) passes: String,
    pub(crate) body: String,
}

/// The update; the gradients of the parameters `late` may come as products that have not been made, and a crew may do it.
pub(crate) fn write(network: &Network, late: &[usize], crew: bool) -> UpdateText {
    let layout = layout(network);
    let mut out = UpdateText { passes: String::new(), body: String::new() };
    if crew && looks_at_all(network) {
        let mut sums = Code::at(2);
        sums.line("crew.sum(&mut grads);");
        out.body.push_str(&sums.into_text());
    }
    let (mut state_at, mut scalar_at, mut hyper_at) = (0, 0, 0);
    for (i, optimizer) in network.optimizers.iter().enumerate() {
        let writer = Writer { late, crew, ..Writer::new(network, optimizer, i) };
        let starts = Starts { state: state_at, scalar: scalar_at, hyper: hyper_at, lr_scale: layout.hyper.len() - 1 };
        // An optimizer without parameters has nothing to do.
        let (pass, body) = if optimizer.parameters.is_empty() { Default::default() } else { writer.write(&starts) };
        out.passes.push_str(&pass);
        out.body.push_str(&body);
        let len: usize =
            place(&network.parameters).iter().enumerate().filter(|(p, _)| optimizer.parameters.contains(p)).map(|(_, p)| p.len).sum();
        state_at += len * optimizer.slots.len();
        scalar_at += optimizer.scalar_slots.len();
        hyper_at += optimizer.hyper.iter().filter(|hyper| hyper.schedule.is_none()).count();
    }
    out
}

/// Names that the update uses for itself.
const RESERVED: &[&str] =
    &["rt", "num", "simd", "parameters", "grads", "state", "scalars", "hyper", "step", "rule", "crew", "rest", "grad", "outs", "param"];

/// Where an optimizer's numbers begin among those of all.
struct Starts {
    state: usize,
    scalar: usize,
    hyper: usize,
    lr_scale: usize,
}

struct Writer<'a> {
    network: &'a Network,
    optimizer: &'a Optimizer,
    /// Parameters whose gradients may be products.
    late: &'a [usize],
    /// Whether threads may share it.
    crew: bool,
    name: String,
    graph: Graph,
    roots: Vec<NodeId>,
    uses: Vec<usize>,
}

impl<'a> Writer<'a> {
    fn new(network: &'a Network, optimizer: &'a Optimizer, i: usize) -> Self {
        let mut roots = vec![optimizer.parameter];
        roots.extend(&optimizer.new_slots);
        roots.extend(&optimizer.new_scalar_slots);
        let (graph, roots) = simplify(optimizer.graph.clone(), roots);
        let mut uses = vec![0; graph.nodes.len()];
        for root in &roots {
            uses[root.index()] += 1;
        }
        for id in graph.ids().rev() {
            if uses[id.index()] > 0 {
                for arg in &graph.node(id).args {
                    uses[arg.index()] += 1;
                }
            }
        }
        Writer { network, optimizer, late: &[], crew: false, name: format!("Update{}", camel_case(&label(network, i))), graph, roots, uses }
    }

    /// Stretches of neighbouring parameters, offset and length: what may be a product is one of its own.
    fn stretches(&self) -> Vec<(usize, usize)> {
        let placed = place(&self.network.parameters);
        let mut out: Vec<(usize, usize, bool)> = Vec::new();
        for &parameter in &self.optimizer.parameters {
            let (offset, len) = (placed[parameter].offset, placed[parameter].len);
            let late = self.late.contains(&parameter);
            match out.last_mut() {
                Some((start, total, false)) if !late && *start + *total == offset => *total += len,
                _ => out.push((offset, len, late)),
            }
        }
        out.into_iter().map(|(offset, len, _)| (offset, len)).collect()
    }

    /// Whether gradients come as the passes have left them.
    fn by_parts(&self) -> bool {
        self.crew || !self.late.is_empty()
    }

    fn write(&self, starts: &Starts) -> (String, String) {
        let graph = &self.graph;
        let mut scope = Scope::new(RESERVED);
        for i in 0..self.optimizer.slots.len() {
            scope.unique(&format!("state_{i}"));
        }
        // Numbers: one each a step.
        let mut body = Code::at(2);
        let mut names: BTreeMap<NodeId, String> = BTreeMap::new();
        let mut inlined: BTreeMap<NodeId, Term> = BTreeMap::new();
        for id in graph.ids().filter(|id| self.uses[id.index()] > 0 && !graph.ty(*id).batched) {
            let node = graph.node(id);
            let (wanted, value) = match (&node.op.value, &node.attr) {
                (Value::Leaf, Attr::Number(value)) => {
                    inlined.insert(id, number(*value));
                    continue;
                }
                (Value::Each { rust, .. }, attr) => {
                    let args: Vec<Term> = node.args.iter().map(|arg| self.known(*arg, &names, &inlined)).collect();
                    let wanted = node.name.as_deref().map_or_else(|| own_name(node.op.name), str::to_owned);
                    (wanted, fill(rust, attr, &args).doc)
                }
                _ => match given(node.op, &node.attr) {
                    Some(Given::ScalarSlot(i)) => {
                        (self.optimizer.scalar_slots[i].0.clone(), text(format!("rt::Lane(scalars[{}])", starts.scalar + i)))
                    }
                    Some(Given::Hyper(i)) => {
                        let before = self.optimizer.hyper[..i].iter().filter(|hyper| hyper.schedule.is_none()).count();
                        (self.optimizer.hyper[i].name.clone(), text(format!("rt::Lane(hyper[{}])", starts.hyper + before)))
                    }
                    Some(Given::Step) => ("steps".into(), text("rt::Lane(step as f64)")),
                    Some(Given::LrScale) => ("lr_scale".into(), text(format!("rt::Lane(hyper[{}])", starts.lr_scale))),
                    // The sums have been made for the first optimizer.
                    Some(Given::GlobalNorm) if self.crew => ("global_norm".into(), text("rt::Lane(rt::norm(grads.summed()))")),
                    Some(Given::GlobalNorm) => ("global_norm".into(), text("rt::Lane(rt::norm(grads))")),
                    _ => continue,
                },
            };
            let name = scope.unique(&wanted);
            body.statement(&format!("let {name} = "), &value, ";");
            names.insert(id, name);
        }
        // Vectors: what the loop computes.
        let mut numbers: Vec<NodeId> = Vec::new();
        let mut lets: Vec<(String, Doc)> = Vec::new();
        let mut terms: BTreeMap<NodeId, Term> = BTreeMap::new();
        let mut inner = Scope::new(&["simd", "num", "grad", "outs", "param"]);
        for (slot, _) in &self.optimizer.slots {
            inner.unique(slot);
        }
        let mut slot_scope = Scope::new(&["simd", "num", "grad", "outs", "param"]);
        let slots: Vec<String> = self.optimizer.slots.iter().map(|(slot, _)| slot_scope.unique(slot)).collect();
        let vector_roots: Vec<NodeId> = self.roots[..1 + self.optimizer.slots.len()].to_vec();
        for id in graph.ids().filter(|id| self.uses[id.index()] > 0) {
            let node = graph.node(id);
            if !node.ty.batched {
                let used_by_vectors =
                    graph.ids().any(|user| self.uses[user.index()] > 0 && graph.ty(user).batched && graph.node(user).args.contains(&id))
                        || vector_roots.contains(&id);
                if used_by_vectors && !inlined.contains_key(&id) {
                    numbers.push(id);
                    let name = names.get(&id).cloned().unwrap_or_default();
                    let name = inner.unique(&name);
                    terms.insert(id, Term::atom(text(name)));
                } else if let Some(term) = inlined.get(&id) {
                    terms.insert(id, term.clone());
                }
                continue;
            }
            let term = match given(node.op, &node.attr) {
                Some(Given::Parameter) => Term::atom(text("param")),
                Some(Given::Gradient) => Term::atom(text("grad")),
                Some(Given::Slot(i)) => Term::atom(text(slots[i].clone())),
                _ => {
                    let Value::Each { rust, .. } = &node.op.value else { continue };
                    let args: Vec<Term> = node.args.iter().filter_map(|arg| terms.get(arg).cloned()).collect();
                    let term = fill(rust, &node.attr, &args);
                    let shared = self.uses[id.index()] > 1 || vector_roots.contains(&id);
                    if !shared || node.args.is_empty() {
                        term
                    } else {
                        let wanted = match vector_roots.iter().position(|root| *root == id) {
                            Some(0) => "new_param".to_owned(),
                            Some(i) => format!("new_{}", slots[i - 1].trim_start_matches("r#")),
                            None => node.name.as_deref().map_or_else(|| own_name(node.op.name), str::to_owned),
                        };
                        let name = inner.unique(&wanted);
                        lets.push((name.clone(), term.doc));
                        Term::atom(text(name))
                    }
                }
            };
            terms.insert(id, term);
        }
        let values: Vec<Doc> =
            vector_roots.iter().map(|root| terms.get(root).map_or_else(|| text("param"), |term| term.doc.clone())).collect();
        let fields: Vec<(NodeId, String)> =
            numbers.iter().map(|id| (*id, terms.get(id).map_or_else(String::new, |term| term.doc.flat()))).collect();
        let pass = self.pass(&slots, &fields, &lets, values);
        self.finish(&mut body, starts, &slots, &fields, &names, &inlined);
        (pass, body.into_text())
    }

    /// Conditions of a step are handed to its passes as 0 and 1.
    fn is_condition(&self, id: NodeId) -> bool {
        self.graph.ty(id).elem == Elem::Condition
    }

    fn known(&self, id: NodeId, names: &BTreeMap<NodeId, String>, inlined: &BTreeMap<NodeId, Term>) -> Term {
        match (names.get(&id), inlined.get(&id)) {
            (Some(name), _) => Term::atom(text(name.clone())),
            (None, Some(term)) => term.clone(),
            (None, None) => number(0.0),
        }
    }

    /// The formulas, with the numbers of a step as fields.
    fn pass(&self, slots: &[String], fields: &[(NodeId, String)], lets: &[(String, Doc)], values: Vec<Doc>) -> String {
        let mut code = Code::at(1);
        code.line("");
        code.line(format!("/// The update by `{}`, with the numbers of a step.", self.optimizer.name));
        code.line("#[derive(Clone, Copy)]");
        if fields.is_empty() {
            code.line(format!("struct {};", self.name));
        } else {
            code.open(format!("struct {} {{", self.name));
            for (_, field) in fields {
                code.line(format!("{field}: f64,"));
            }
            code.close("}");
        }
        code.line("");
        let count = 1 + slots.len();
        code.open(format!("impl<T: rt::Real> rt::Update<T, {count}> for {} {{", self.name));
        code.line("#[inline(always)]");
        code.open(format!("fn run<S: rt::Simd<T>>(self, simd: S, grad: impl rt::Grad<T>, outs: [&mut [T]; {count}]) {{"));
        let flat: String = lets.iter().map(|(_, doc)| doc).chain(&values).map(Doc::flat).collect();
        if flat.contains("num(") || !fields.is_empty() {
            code.line("let num = |x: f64| simd.splat(T::from_f64(x));");
        }
        for (id, field) in fields {
            let value = text(format!("num(self.{field})"));
            let value = if self.is_condition(*id) { fill("{0}.ne({zero})", &Attr::None, &[Term::atom(value)]).doc } else { value };
            code.statement(&format!("let {field} = "), &value, ";");
        }
        let parameters: Vec<&str> = std::iter::once("param").chain(slots.iter().map(String::as_str)).collect();
        let closure = Doc::Closure(format!("[grad], [{}]", parameters.join(", ")), lets.to_vec(), Box::new(Doc::Array(values)));
        // What lies behind a reference would be read again after each store.
        let closure = Doc::Moved(Box::new(closure));
        code.statement("", &call("rt::update_each", vec![text("simd"), text("grad"), text("outs"), closure]), ";");
        code.close("}");
        code.close("}");
        code.into_text()
    }

    /// Updates every stretch and takes over the new numbers.
    fn finish(
        &self,
        body: &mut Code,
        starts: &Starts,
        slots: &[String],
        fields: &[(NodeId, String)],
        names: &BTreeMap<NodeId, String>,
        inlined: &BTreeMap<NodeId, Term>,
    ) {
        let stretches = self.stretches();
        let numbers: Vec<String> = fields
            .iter()
            .map(|(id, field)| {
                let name = names.get(id).cloned().unwrap_or_default();
                let value = if self.is_condition(*id) { format!("{name}.select(num(1.0), num(0.0)).0") } else { format!("{name}.0") };
                format!("{field}: {value}")
            })
            .collect();
        let rule = if fields.is_empty() { text(self.name.clone()) } else { structure(&self.name, &numbers) };
        body.statement("let rule = ", &rule, ";");
        let total: usize = stretches.iter().map(|stretch| stretch.1).sum();
        let mut done = 0;
        for (offset, len) in stretches {
            let mut at = 0;
            for (i, _) in slots.iter().enumerate() {
                let first = starts.state + i * total + done;
                let (from, tail) = (if i == 0 { "state" } else { "rest" }, if i + 1 == slots.len() { "_" } else { "rest" });
                if first > at {
                    body.line(format!("let (_, rest) = {from}.split_at_mut({});", first - at));
                    body.line(format!("let (state_{i}, {tail}) = rest.split_at_mut({len});"));
                } else {
                    body.line(format!("let (state_{i}, {tail}) = {from}.split_at_mut({len});"));
                }
                at = first + len;
            }
            let end = offset + len;
            let grad = if self.by_parts() { format!("grads.part({offset}..{end})") } else { format!("&grads[{offset}..{end}]") };
            let outs = std::iter::once(format!("&mut parameters[{offset}..{end}]")).chain((0..slots.len()).map(|i| format!("state_{i}")));
            let args = vec![text("rule"), text(grad), Doc::Array(outs.map(text).collect())];
            // A few numbers fill no vector.
            let update = match len {
                ..16 => "rt::update_few",
                _ if self.crew => "crew.update",
                _ => "rt::update",
            };
            body.statement("", &call(update, args), ";");
            done += len;
        }
        for (i, root) in self.roots[1 + self.optimizer.slots.len()..].iter().enumerate() {
            let value = self.known(*root, names, inlined).doc.flat();
            body.line(format!("scalars[{}] = {value}.0;", starts.scalar + i));
        }
    }
}

fn own_name(op: &str) -> String {
    match op {
        "sub" => "difference".into(),
        "mul" => "product".into(),
        "div" => "ratio".into(),
        "add" => "sum".into(),
        "pow" | "powi" => "power".into(),
        "sqrt" => "root".into(),
        other => other.into(),
    }
}
