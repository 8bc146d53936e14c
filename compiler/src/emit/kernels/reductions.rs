//! Statements of sums and extremes: over axes, and over the samples.

use super::{Writer, split_last, within};
use crate::emit::doc::{Doc, call, text};
use crate::emit::element::{Term, fill};
use crate::graph::{Attr, NodeId};
use crate::ops::{Reduction, Value};
use crate::plan::{Access, Place, Sweep, Walk, merge};

impl Writer<'_> {
    /// A reduction over trailing axes (or one block of leading ones), with an element-wise operand as its prologue.
    pub(super) fn reduce(&mut self, id: NodeId, reduction: Reduction) {
        let graph = &self.plan.program.graph;
        let node = graph.node(id);
        let operand = node.args[0];
        let rank = graph.ty(operand).rank();
        let Attr::Axes(axes) = &node.attr else { return };
        let trailing = axes.last().is_some_and(|&axis| axis + 1 == rank);
        if !trailing {
            return self.reduce_block(id, reduction, axes[0], axes.len());
        }
        let (outer, loops, strides, statement) = self.reduce_call(id, axes.len(), reduction, None);
        self.open_repeat(&outer, &loops, graph.ty(operand).batched);
        let index = self.linear(0, &strides, &loops, 1);
        let out = self.element_mut(id, &index);
        self.code.statement(&format!("{out} = "), &statement, ";");
        self.close_repeat(loops.len());
    }

    /// The call of a reduction over the last `count` axes, the extents and names of the loops around it, and how far each of these moves
    /// the result.
    pub(super) fn reduce_call(
        &mut self,
        id: NodeId,
        count: usize,
        reduction: Reduction,
        sweep: Option<(&Sweep, &Walk)>,
    ) -> (Vec<usize>, Vec<String>, Vec<isize>, Doc) {
        let operand = self.plan.program.graph.node(id).args[0];
        let space = self.plan.space(operand);
        let kept = space.extents.len() - count;
        let mut inside = self.inside(&[id], &space);
        let value = self.value_of(operand, &space, &mut inside, self.plan.places[operand.index()] == Place::Inline);
        let mut to_strides = crate::plan::row_major(&space.extents[..kept]);
        to_strides.resize(space.extents.len(), 0);
        let to = Access { source: id, base: 0, strides: to_strides };
        let accesses: Vec<Access> = std::iter::once(to).chain(inside.operands.iter().map(|operand| operand.0.clone())).collect();
        let (extents, strides) = match sweep {
            Some(sweep) => within(sweep, &accesses),
            None => merge(&space, &accesses, kept),
        };
        // The reduced axes are the last one, unless all of them have extent 1.
        let reduced_is_one = space.extents[kept..].iter().all(|&extent| extent == 1);
        let alone = reduced_is_one && extents.last() != Some(&1);
        let (outer, inner) = if alone { (extents.as_slice(), 1) } else { split_last(&extents) };
        let batch_first = space.batched && outer.first() == Some(&self.plan.rows);
        let loops = Self::loop_names(outer, batch_first);
        let pad = |strides: &Vec<isize>| if alone { [strides.as_slice(), &[1]].concat() } else { strides.clone() };
        let strides: Vec<Vec<isize>> = strides.iter().map(pad).collect();
        let (ins, parameters) = self.read_operands(&mut inside, &strides[1..], &loops, inner);
        let head = match reduction {
            Reduction::Sum => "rt::sum_each",
            Reduction::Max => "rt::max_each",
            Reduction::Min => "rt::min_each",
        };
        let (ins, parameters) = at_least_one(ins, parameters, inner, None);
        let closure = Doc::Closure(format!("[{}]", parameters.join(", ")), inside.lets.clone(), Box::new(value.doc));
        let statement = call(head, vec![text("simd"), Doc::Array(ins), closure]);
        let of_result = strides[0][..strides[0].len().saturating_sub(1)].to_vec();
        (outer.to_vec(), loops, of_result, statement)
    }

    /// A reduction over a block of axes that others follow: rows are combined.
    fn reduce_block(&mut self, id: NodeId, reduction: Reduction, first: usize, count: usize) {
        let graph = &self.plan.program.graph;
        let operand = self.plan.base(graph.node(id).args[0]);
        let shape = graph.ty(graph.node(id).args[0]).shape.clone();
        let before: usize = shape[..first].iter().product::<usize>() * self.dims_rows_batch(operand);
        let middle: usize = shape[first..first + count].iter().product();
        let after: usize = shape[first + count..].iter().product();
        let head = match reduction {
            Reduction::Sum => "rt::sum_rows",
            Reduction::Max => "rt::max_rows",
            Reduction::Min => "rt::min_rows",
        };
        if before == 1 {
            let from = self.matrix(operand, middle, after);
            let out = self.row_mut(id, after);
            self.code.statement("", &call(head, vec![text("simd"), from, out]), ";");
            return;
        }
        self.open_repeat(&[before], &["row".to_owned()], self.cut(operand));
        let block = self.array(operand, before, middle * after).flat();
        let from = call(format!("rt::rows::<_, {after}, {middle}>"), vec![text(format!("&{block}[row]"))]);
        let out = text(format!("&mut {}[row]", self.array_mut(id, before, after).flat()));
        self.code.statement("", &call(head, vec![text("simd"), from, out]), ";");
        self.code.close("});");
    }

    pub(super) fn argmax(&mut self, id: NodeId) {
        let graph = &self.plan.program.graph;
        let operand = self.plan.base(graph.node(id).args[0]);
        let n = graph.ty(graph.node(id).args[0]).shape.last().copied().unwrap_or(1);
        let count = graph.ty(operand).size() * self.dims_rows_batch(operand) / n;
        self.open_loops(&[count], &["row".to_owned()], self.cut(operand));
        let from = self.array(operand, count, n).flat();
        let out = self.element_mut(id, "row");
        self.code.line(format!("{out} = T::from_f64(rt::argmax(&{from}[row]) as f64);"));
        self.code.close("}");
    }

    /// A sum over the samples, added to what earlier tiles gave.
    pub(super) fn batch_sum(&mut self, id: NodeId) {
        let graph = &self.plan.program.graph;
        let operand = graph.node(id).args[0];
        let inline = self.plan.places[operand.index()] == Place::Inline;
        let size = graph.ty(operand).size();
        if inline && matches!(graph.node(operand).op.value, Value::Scatter) {
            let node = graph.node(operand);
            return self.scatter_rows(id, node.args[0], node.args[1]);
        }
        if inline && matches!(graph.node(operand).op.value, Value::Reduce(_)) {
            // The leading axes of the samples are rows like these.
            let all = self.plan.base(graph.node(operand).args[0]);
            let rows = self.plan.rows * graph.ty(all).size() / size;
            let from = self.matrix(all, rows, size);
            let out = self.row_mut(id, size);
            self.code.statement("", &call("rt::sum_rows_add", vec![text("simd"), from, out]), ";");
            return;
        }
        if !inline && size > 1 {
            let from = self.matrix(self.plan.base(operand), self.plan.rows, size);
            let out = self.row_mut(id, size);
            self.code.statement("", &call("rt::sum_rows_add", vec![text("simd"), from, out]), ";");
            return;
        }
        let space = self.plan.space(operand);
        let mut inside = self.inside(&[id], &space);
        let value = self.value_of(operand, &space, &mut inside, inline);
        let mut strides = crate::plan::row_major(&space.extents[1..]);
        strides.insert(0, 0);
        let to = Access { source: id, base: 0, strides };
        let accesses: Vec<Access> = std::iter::once(to).chain(inside.operands.iter().map(|operand| operand.0.clone())).collect();
        let (extents, strides) = merge(&space, &accesses, 1);
        if size == 1 {
            let (outer, inner) = split_last(&extents);
            let strides: Vec<Vec<isize>> = strides.iter().map(|s| if s.is_empty() { vec![1] } else { s.clone() }).collect();
            let loops = Self::loop_names(outer, self.plan.rows > 1);
            let (ins, parameters) = self.read_operands(&mut inside, &strides[1..], &loops, inner);
            let (ins, parameters) =
                at_least_one(ins, parameters, inner, outer.is_empty().then(|| self.of_tile(inner)).filter(|_| self.plan.rows > 1));
            self.open_repeat(outer, &loops, true);
            let closure = Doc::Closure(format!("[{}]", parameters.join(", ")), inside.lets.clone(), Box::new(value.doc));
            let out = self.element(id, "0");
            let statement = call("rt::sum_each", vec![text("simd"), Doc::Array(ins), closure]);
            self.code.statement(&format!("{out} += "), &statement, ";");
            return self.close_repeat(loops.len());
        }
        let (outer, inner) = split_last(&extents);
        let loops = Self::loop_names(outer, self.plan.rows > 1);
        let (ins, parameters) = self.read_operands(&mut inside, &strides[1..], &loops, inner);
        let out = self.element_slice(&accesses[0], &strides[0], &loops, inner, true);
        self.open_repeat(outer, &loops, true);
        let value = self.short(operand, value, &mut inside);
        let sum = fill("{0} + {1}", &Attr::None, &[Term::atom(text("sum")), value]);
        let closure = Doc::Closure(format!("[{}], [sum]", parameters.join(", ")), inside.lets.clone(), Box::new(Doc::Array(vec![sum.doc])));
        let statement = call("rt::each_in_place", vec![text("simd"), Doc::Array(ins), Doc::Array(vec![text(out)]), closure]);
        self.code.statement("", &statement, ";");
        self.close_repeat(loops.len());
    }
}

/// The operands of a reduction; where all stand still, something says how long it is, perhaps by the samples of a tile.
fn at_least_one(ins: Vec<Doc>, parameters: Vec<String>, len: usize, of_tile: Option<String>) -> (Vec<Doc>, Vec<String>) {
    if !ins.is_empty() {
        return (ins, parameters);
    }
    let ones = format!("&[T::ONE; {len}]");
    (vec![text(of_tile.map_or(ones.clone(), |count| format!("rt::part({ones}, 0, {count})")))], vec!["_".into()])
}
