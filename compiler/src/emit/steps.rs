//! A loop over time: its results are opened before it, each step works in a piece of the workspace, and at its end hands on what is carried.

use super::doc::{Code, Doc, call, text};
use super::element::literal;
use super::kernels::Writer;
use super::notes::Notes;
use crate::graph::{Attr, NodeId, Role, operand_of};
use crate::ops::Value;
use crate::plan::{Inner, Place, What};

impl Writer<'_> {
    /// The loop `id`.
    pub(crate) fn repeat(&mut self, id: NodeId) {
        let plan = self.plan;
        let Some(inner) = plan.loops.get(&id) else { return };
        let graph = &plan.program.graph;
        // The results that somebody reads, by their numbers.
        let mut results: Vec<Option<NodeId>> = vec![None; inner.scan.next.len() + inner.scan.stacked.len()];
        for out in graph.ids().filter(|out| plan.maker(*out) == id && *out != id && plan.places[out.index()] == Place::Stored) {
            if let Attr::Out { index, .. } = graph.node(out).attr {
                self.open_value(out);
                results[index] = Some(out);
            }
        }
        let operands: Vec<NodeId> = graph.node(id).args.iter().map(|&arg| plan.base(arg)).collect();
        let notes = Notes::of(&inner.plan.program.graph);
        let mut slots = Vec::new();
        let space = self.slot(id);
        for (i, slot) in inner.plan.slots.slots.iter().enumerate() {
            let name = self.scope.unique(&format!("step_{i}"));
            let rest = if i + 1 == inner.plan.slots.slots.len() { "_" } else { "rest" };
            let from = if i == 0 { space.as_str() } else { "rest" };
            self.code.line(format!("let ({name}, {rest}) = {from}.split_at_mut({});", slot.len));
            slots.push(name);
        }
        let mut step = Writer {
            scope: self.scope.clone(),
            code: std::mem::replace(&mut self.code, Code::at(0)),
            last_line: std::mem::take(&mut self.last_line),
            set_by_first: self.set_by_first.clone(),
            times: self.times.clone(),
            slots,
            functions: self.functions,
            ..Writer::new(&inner.plan, self.sources, &notes)
        };
        let t = step.scope.unique("t");
        step.times.push(t.clone());
        let leaves = step.leaves();
        for &(leaf, operand) in &leaves {
            match inner.plan.given.get(operand) {
                Some(Role::Whole) => step.same_in_all(leaf, self, operands[operand]),
                Some(Role::Carry) => {
                    step.open_value(leaf);
                    let value = self.values(operands[operand]);
                    let out = step.flat_mut(leaf);
                    step.write("rt::spread".into(), vec![value, out]);
                }
                _ => {}
            }
        }
        let numbers = if inner.scan.reversed { "numbers_back" } else { "numbers" };
        step.code.open(format!("for {t} in rt::{numbers}({}) {{", inner.scan.steps));
        step.fresh = true;
        for (&made, &all) in &inner.outside {
            let of_leaf = leaves.iter().find(|(leaf, _)| *leaf == made).map(|(_, operand)| self.whole(operands[*operand]));
            let (name, all) = of_leaf.map_or_else(|| ("tile.step_mut", self.whole_mut(all)), |all| ("tile.step", all));
            step.elsewhere.insert(made, self.step_of(inner, made, name, all, &t));
        }
        for &(leaf, operand) in leaves.iter().filter(|(_, operand)| inner.plan.given.get(*operand) == Some(&Role::Slice)) {
            step.open_value(leaf);
            if inner.outside.contains_key(&leaf) {
                continue;
            }
            let size = inner.plan.program.graph.ty(leaf).size();
            let all = self.values(operands[operand]);
            let out = step.flat_mut(leaf);
            step.write(format!("rt::take_step::<_, {size}>"), vec![all, inner.scan.steps.to_string(), t.clone(), out]);
        }
        step.stack_of(inner, None, &results, self, &t);
        for item in inner.plan.items() {
            step.item(item);
            for kernel in item {
                step.stack_of(inner, Some(kernel.output), &results, self, &t);
            }
        }
        step.carry_on(inner);
        step.code.close("}");
        // What is carried, after the last step.
        for (k, operand) in inner.scan.carried().enumerate() {
            let leaf = leaves.iter().find(|(_, of)| *of == operand).map(|(leaf, _)| *leaf);
            if let (Some(out), Some(leaf)) = (results[k], leaf) {
                step.write("rt::spread".into(), vec![step.flat(leaf), self.flat_mut(out)]);
            }
        }
        self.code = step.code;
        self.last_line.clear();
        self.scope = step.scope;
    }

    /// Step `t` of `all`, which lies step by step: a value of a body, or a place for it.
    fn step_of(&self, inner: &Inner, id: NodeId, name: &str, all: String, t: &str) -> Doc {
        let (size, steps) = (inner.plan.program.graph.ty(id).size(), inner.scan.steps);
        call(format!("{name}::<_, {size}, {steps}>"), vec![text(all), text(t.to_owned())])
    }

    /// A call as a statement.
    fn write(&mut self, name: String, args: Vec<String>) {
        let statement = call(name, args.into_iter().map(text).collect());
        self.code.statement("", &statement, ";");
    }

    /// The leaves of a body that a step reads, with the loop's operands. What is carried is there also where no step reads it.
    fn leaves(&self) -> Vec<(NodeId, usize)> {
        let graph = &self.plan.program.graph;
        let live = |id: &NodeId| self.plan.places[id.index()] == Place::Leaf;
        graph
            .ids()
            .filter(live)
            .filter_map(|id| Some((id, operand_of(graph.node(id)).filter(|operand| *operand < self.plan.given.len())?)))
            .collect()
    }

    /// What is the same in every step: the outer value, in the shape that it has in the body.
    fn same_in_all(&mut self, leaf: NodeId, outer: &Writer<'_>, operand: NodeId) {
        let dims = self.dims(leaf);
        if dims == outer.dims(operand) {
            return self.names.insert(leaf, outer.name(operand));
        }
        let name = self.christen(leaf);
        let from = outer.number(operand).unwrap_or_else(|| outer.whole(operand));
        self.code.line(match dims.rows {
            Some(rows) => format!("let {name} = rt::rows::<_, {}, {rows}>({from});", dims.columns),
            None => format!("let {name} = rt::row::<_, {}>({from});", dims.columns),
        });
    }

    /// A value as a flat slice to read; a number as one of its own.
    fn values(&self, id: NodeId) -> String {
        self.number(id).unwrap_or_else(|| self.flat(id))
    }

    /// A number as a slice of its own.
    fn number(&self, id: NodeId) -> Option<String> {
        let node = self.plan.program.graph.node(id);
        match (&node.op.value, &node.attr) {
            (Value::Leaf, Attr::Number(value)) => Some(format!("&[T::from_f64({}); {}]", literal(*value), node.ty.size())),
            _ => None,
        }
    }

    /// Stacks what the kernel `made` has made; without one, what a step was given.
    fn stack_of(&mut self, inner: &Inner, made: Option<NodeId>, results: &[Option<NodeId>], outer: &Writer<'_>, t: &str) {
        let graph = &self.plan.program.graph;
        for wanted in &self.plan.program.results {
            let What::Stacked(at) = wanted.what else { continue };
            let base = self.plan.base(wanted.node);
            let maker = (!matches!(graph.node(base).op.value, Value::Leaf) || self.plan.places[base.index()] == Place::Stored)
                .then(|| self.plan.maker(base));
            let Some(out) = results[inner.scan.next.len() + at].filter(|_| maker == made) else { continue };
            if inner.outside.get(&base) == Some(&out) {
                continue;
            }
            if outer.plan.lies_by_steps(out) {
                let (size, steps) = (graph.ty(base).size(), inner.scan.steps);
                let step = format!("tile.step_mut::<_, {size}, {steps}>({}, {t})", outer.whole_mut(out));
                let place = if outer.cut(out) { format!("tile.flat_mut({step})") } else { format!("{step}.as_flattened_mut()") };
                self.write("rt::spread".into(), vec![self.values(base), place]);
                continue;
            }
            let size = graph.ty(base).size();
            let args = vec![self.values(base), inner.scan.steps.to_string(), t.to_owned(), outer.flat_mut(out)];
            self.write(format!("rt::put_step::<_, {size}>"), args);
        }
    }

    /// What is carried becomes what it is in the next step.
    fn carry_on(&mut self, inner: &Inner) {
        let leaves = self.leaves();
        for (k, operand) in inner.scan.carried().enumerate() {
            let next =
                self.plan.program.results.iter().find(|wanted| wanted.what == What::Next(k)).map(|wanted| self.plan.base(wanted.node));
            let leaf = leaves.iter().find(|(_, of)| *of == operand).map(|(leaf, _)| *leaf);
            if let (Some(next), Some(leaf)) = (next, leaf) {
                let args = vec![self.values(next), self.flat_mut(leaf)];
                self.write("rt::spread".into(), args);
            }
        }
    }
}
