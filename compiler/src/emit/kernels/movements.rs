//! Statements of what moves elements or makes them of nothing: boxes, rows by index, draws, constants.

use super::{Dims, Writer};
use crate::emit::doc::{Doc, call, text};
use crate::emit::element::literal;
use crate::graph::{Attr, NodeId};
use crate::ops::{Distribution, Value};

impl Writer<'_> {
    /// Elements moved: boxes copied at constant strides.
    pub(super) fn movement(&mut self, id: NodeId) {
        let graph = &self.plan.program.graph;
        let node = graph.node(id);
        let Value::Move(regions) = node.op.value else { return };
        let types: Vec<_> = node.args.iter().map(|&arg| graph.ty(arg)).collect();
        let moved = regions(&node.attr, &types, &node.ty);
        let covered: usize = moved.regions.iter().map(|region| region.shape.iter().product::<usize>()).sum();
        if let ([region], &[rows, columns], false) = (moved.regions.as_slice(), node.ty.shape.as_slice(), node.ty.batched)
            && (region.from, region.to, region.from_strides.as_slice()) == (0, 0, &[1, rows as isize])
            && graph.ty(node.args[0]).shape == [columns, rows]
            && !matches!(graph.node(self.plan.base(node.args[0])).attr, Attr::Number(_))
        {
            let args = vec![text("simd"), self.array(self.plan.base(node.args[0]), columns, rows), self.array_mut(id, rows, columns)];
            return self.code.statement("", &call("rt::transpose", args), ";");
        }
        let batch = self.dims_rows_batch(id);
        let out = self.whole_mut(id);
        if covered < node.ty.size() {
            self.code.line(format!("{}.fill(T::from_f64({}));", self.flat_mut(id), literal(moved.fill)));
        }
        for region in &moved.regions {
            let operand = self.plan.base(node.args[region.operand]);
            let number = match (&graph.node(operand).op.value, &graph.node(operand).attr) {
                (Value::Leaf, Attr::Number(value)) => Some(*value),
                _ => None,
            };
            let mut shape = region.shape.clone();
            let (mut from, mut to) = (region.from_strides.clone(), region.to_strides.clone());
            if batch > 1 {
                shape.insert(0, batch);
                from.insert(0, if graph.ty(operand).batched { graph.ty(operand).size() as isize } else { 0 });
                to.insert(0, node.ty.size() as isize);
            }
            let source = match number {
                Some(value) => format!("&[T::from_f64({})]", literal(value)),
                None => self.whole(operand),
            };
            if number.is_some() {
                from.iter_mut().for_each(|stride| *stride = 0);
            }
            let (shape, from, to) = merge_boxes(&shape, &from, &to);
            let (first_from, first_to) = (text(region.from.to_string()), text(region.to.to_string()));
            let statement = match (shape.as_slice(), from.as_slice(), to.as_slice()) {
                // Rows of neighbours.
                (&[rows, columns], &[step_from, 1], &[step_to, 1]) if step_from.min(step_to) >= columns as isize => {
                    let rows = if batch > 1 { self.of_tile(rows) } else { rows.to_string() };
                    let steps = [step_from, step_to].map(|step| text(step.to_string()));
                    let [step_from, step_to] = steps;
                    let args = vec![text(source), first_from, step_from, text(out.clone()), first_to, step_to, text(rows)];
                    call(format!("rt::copy_rows::<_, {columns}>"), args)
                }
                _ => {
                    let (from, to) = (text(format!("{from:?}")), text(format!("{to:?}")));
                    let shape = if batch > 1 { self.tile_shape(&shape) } else { format!("{shape:?}") };
                    call("rt::copy_box", vec![text(source), first_from, from, text(out.clone()), first_to, to, text(shape)])
                }
            };
            self.code.statement("", &statement, ";");
        }
    }

    /// The extents of a box, the first over what the samples of a tile have.
    fn tile_shape(&self, shape: &[usize]) -> String {
        let (first, rest) = shape.split_first().unwrap_or((&1, &[]));
        let extents: Vec<String> = std::iter::once(self.of_tile(*first)).chain(rest.iter().map(usize::to_string)).collect();
        format!("[{}]", extents.join(", "))
    }

    pub(super) fn gather(&mut self, id: NodeId) {
        let graph = &self.plan.program.graph;
        let node = graph.node(id);
        let (table, index) = (self.plan.base(node.args[0]), self.plan.base(node.args[1]));
        let rows = graph.ty(node.args[0]).shape.first().copied().unwrap_or(1);
        let width = graph.ty(node.args[0]).size() / rows;
        let count = graph.ty(node.args[1]).size();
        if graph.ty(table).batched {
            self.code.open("for row in tile.numbers() {");
            let table = call(format!("rt::rows::<_, {width}, {rows}>"), vec![text(format!("&{}[row]", self.name(table)))]);
            let index = if graph.ty(index).batched { format!("&{}[row]", self.name(index)) } else { self.row(index, count).flat() };
            let out = call(format!("rt::rows_mut::<_, {width}, {count}>"), vec![text(format!("&mut {}[row]", self.name(id)))]);
            self.code.statement("", &call("rt::gather", vec![table, text(index), out]), ";");
            self.code.close("}");
            return;
        }
        let count = count * self.dims_rows_batch(index);
        let table = self.matrix(table, rows, width);
        let index = self.list(index, count);
        let out = self.matrix_mut(id, count, width);
        self.code.statement("", &call("rt::gather", vec![table, index, out]), ";");
    }

    /// A value as `&[T; n]`.
    pub(super) fn row(&self, id: NodeId, n: usize) -> Doc {
        if self.dims(id) == (Dims { rows: None, columns: n }) {
            return text(self.name(id));
        }
        call(format!("rt::row::<_, {n}>"), vec![text(self.flat(id))])
    }

    /// A value as a slice, or the array of `n` that it is.
    fn list(&self, id: NodeId, n: usize) -> Doc {
        if self.cut(id) { text(self.flat(id)) } else { self.row(id, n) }
    }

    /// Rows added at indices, into zeros of its own.
    pub(super) fn scatter(&mut self, id: NodeId, index: NodeId, rows_of: NodeId) {
        let graph = &self.plan.program.graph;
        let shape = graph.ty(id).shape.clone();
        let rows = shape.first().copied().unwrap_or(1);
        let width = graph.ty(id).size() / rows;
        let count = graph.ty(index).size();
        let (index, rows_of) = (self.plan.base(index), self.plan.base(rows_of));
        self.code.line(format!("{}.fill(T::ZERO);", self.flat_mut(id)));
        if !graph.ty(id).batched {
            return self.scatter_rows(id, index, rows_of);
        }
        self.code.open("for row in tile.numbers() {");
        let at = if graph.ty(index).batched { format!("&{}[row]", self.name(index)) } else { self.row(index, count).flat() };
        let from = if graph.ty(rows_of).batched {
            call(format!("rt::rows::<_, {width}, {count}>"), vec![text(format!("&{}[row]", self.name(rows_of)))])
        } else {
            self.matrix(rows_of, count, width)
        };
        let out = call(format!("rt::rows_mut::<_, {width}, {rows}>"), vec![text(format!("&mut {}[row]", self.name(id)))]);
        self.code.statement("", &call("rt::scatter_add", vec![text(at), from, out]), ";");
        self.code.close("}");
    }

    /// Rows of all samples added at indices.
    pub(super) fn scatter_rows(&mut self, id: NodeId, index: NodeId, rows_of: NodeId) {
        let graph = &self.plan.program.graph;
        let (index, rows_of) = (self.plan.base(index), self.plan.base(rows_of));
        let rows = graph.ty(id).shape.first().copied().unwrap_or(1);
        let width = graph.ty(id).size() / rows;
        let count = graph.ty(index).size() * self.dims_rows_batch(index);
        let index = self.list(index, count);
        let from = self.matrix(rows_of, count, width);
        let out = self.matrix_mut(id, rows, width);
        self.code.statement("", &call("rt::scatter_add", vec![index, from, out]), ";");
    }

    pub(super) fn random(&mut self, id: NodeId, distribution: Distribution) {
        let node = self.plan.program.graph.node(id);
        let Attr::Random { place, parameter, first, ref strides } = node.attr else { return };
        let mut at = if first > 0 { format!("{first} + ") } else { String::new() };
        for (name, stride) in self.times.iter().rev().zip(strides) {
            at.push_str(&format!("{stride} * {name} + "));
        }
        let samples = if self.cut(id) { ".take(tile.len())" } else { "" };
        self.code.open(format!("for (row, sample) in {}.iter_mut(){samples}.enumerate() {{", self.name(id)));
        self.code.open("for (i, out) in sample.iter_mut().enumerate() {");
        let draw = match distribution {
            Distribution::Uniform => format!("rt::random_uniform(&key, tile.sample(row), {place}, {at}i)"),
            Distribution::Normal => format!("rt::random_normal(&key, tile.sample(row), {place}, {at}i)"),
            Distribution::Bernoulli => format!("rt::random_bernoulli(&key, tile.sample(row), {place}, {at}i, {})", literal(parameter)),
        };
        self.code.line(format!("*out = {draw};"));
        self.code.close("}");
        self.code.close("}");
    }

    pub(super) fn constant(&mut self, id: NodeId) {
        let node = self.plan.program.graph.node(id);
        if let Attr::Number(value) = node.attr {
            self.code.line(format!("{}.fill(T::from_f64({}));", self.flat_mut(id), literal(value)));
            return;
        }
        match &node.attr {
            Attr::Tensor(values) => {
                let list = values.iter().map(|value| text(literal(*value))).collect();
                let name = self.scope.unique(&format!("{}_values", self.name(id)));
                self.code.statement(&format!("let {name} = "), &Doc::Array(list), ";");
                self.code.open(format!("for (out, value) in {}.iter_mut().zip({name}) {{", self.flat_mut(id)));
            }
            _ => self.code.open(format!("for (value, out) in {}.iter_mut().enumerate() {{", self.flat_mut(id))),
        }
        let value = if matches!(node.attr, Attr::Tensor(_)) { "value" } else { "value as f64" };
        self.code.line(format!("*out = T::from_f64({value});"));
        self.code.close("}");
    }
}

/// Neighbouring axes of a box that both sides walk as one become one.
fn merge_boxes(shape: &[usize], from: &[isize], to: &[isize]) -> (Vec<usize>, Vec<isize>, Vec<isize>) {
    let mut out: (Vec<usize>, Vec<isize>, Vec<isize>) = (Vec::new(), Vec::new(), Vec::new());
    for i in 0..shape.len() {
        if shape[i] == 1 {
            continue;
        }
        let n = shape[i] as isize;
        if let (Some(extent), Some(f), Some(t)) = (out.0.last_mut(), out.1.last_mut(), out.2.last_mut())
            && *f == from[i] * n
            && *t == to[i] * n
        {
            *extent *= shape[i];
            (*f, *t) = (from[i], to[i]);
        } else {
            out.0.push(shape[i]);
            out.1.push(from[i]);
            out.2.push(to[i]);
        }
    }
    if out.0.is_empty() {
        return (vec![1], vec![1], vec![1]);
    }
    out
}
