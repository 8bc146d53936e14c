//! Statements of matrix products, and what follows them element by element.

use super::{Dims, Writer};
use crate::emit::doc::{Doc, call, text};
use crate::graph::NodeId;
use crate::plan::{Form, Orientation, Phase, Place, Product};

impl Writer<'_> {
    /// A contraction, with what follows it element by element as the epilogue.
    pub(super) fn product(&mut self, product: NodeId, id: NodeId) {
        let graph = &self.plan.program.graph;
        let Form::Product(form) = crate::plan::form(graph, product, self.plan.rows) else {
            unreachable!("the plan brought every contraction into a form that products can do");
        };
        let mut name = match form.orientation {
            Orientation::Plain => "rt::matmul".to_owned(),
            Orientation::RightTransposed => "rt::matmul_nt".to_owned(),
            Orientation::LeftTransposed => "rt::matmul_tn".to_owned(),
        };
        if form.accumulates {
            name.push_str("_add");
        }
        if product != id {
            return self.product_with_epilogue(&format!("{name}_map"), &form, product, id);
        }
        let extents: Vec<usize> = form.loops.iter().map(|a_loop| a_loop.extent).collect();
        let batch_first = form.loops.first().is_some_and(|a_loop| a_loop.batch);
        let loops = Self::loop_names(&extents, batch_first);
        let [left, right, out] = if form.in_blocks() {
            name.push_str("_blocks");
            [(form.left, 0), (form.right, 1), (id, 2)].map(|(id, which)| self.block(id, which, &form, &loops))
        } else {
            [self.factor(form.left, 0, &form, &loops), self.factor(form.right, 1, &form, &loops), self.factor_mut(id, &form, &loops)]
        };
        self.open_loops(&extents, &loops, batch_first);
        let mut args = vec![text("simd"), left, right, out];
        if let (true, Orientation::LeftTransposed, Place::Gradient(parameter), Phase::Tile) =
            (form.accumulates && loops.is_empty(), form.orientation, self.plan.places[id.index()], self.plan.phases[id.index()])
        {
            name = "rt::matmul_tn_sum".into();
            args.insert(1, text("tile.is_first()"));
            self.set_by_first.insert(parameter);
            if self.plan.late.iter().any(|late| late.parameter == parameter) {
                self.code.open("if !self.chunk.is_late() {");
                self.code.statement("", &call(name, args), ";");
                return self.code.close("}");
            }
        }
        self.code.statement("", &call(name, args), ";");
        self.close_loops(loops.len());
    }

    /// A factor whose matrices lie one after the other.
    fn factor(&mut self, id: NodeId, which: usize, form: &Product, loops: &[String]) -> Doc {
        let base = self.plan.base(id);
        let (rows, columns) = form.dims()[which];
        let Some((index, count)) = self.matrix_index(which, form, loops) else { return self.matrix(base, rows, columns) };
        let size = rows * columns;
        let parts = if self.dims(base) == (Dims { rows: Some(count), columns: size }) {
            format!("&{}[{index}]", self.name(base))
        } else {
            let view = format!("rt::rows::<_, {size}, {count}>({})", self.whole(base));
            format!("&{}[{index}]", self.view(base, view))
        };
        call(format!("rt::rows::<_, {columns}, {rows}>"), vec![text(parts)])
    }

    fn factor_mut(&mut self, id: NodeId, form: &Product, loops: &[String]) -> Doc {
        let (rows, columns) = form.dims()[2];
        let Some((index, count)) = self.matrix_index(2, form, loops) else { return self.matrix_mut(id, rows, columns) };
        let size = rows * columns;
        let parts = if self.dims(id) == (Dims { rows: Some(count), columns: size }) {
            format!("&mut {}[{index}]", self.name(id))
        } else {
            let view = format!("rt::rows_mut::<_, {size}, {count}>({})", self.whole_mut(id));
            format!("&mut {}[{index}]", self.view(id, view))
        };
        call(format!("rt::rows_mut::<_, {columns}, {rows}>"), vec![text(parts)])
    }

    /// The index of the matrix that the loops have reached among those of a factor or the result, and how many there are; of a single one, none.
    fn matrix_index(&self, which: usize, form: &Product, loops: &[String]) -> Option<(String, usize)> {
        let (rows, columns) = form.dims()[which];
        let moving = || form.loops.iter().filter(|a_loop| a_loop.steps[which] > 0);
        let steps: Vec<isize> = form.loops.iter().map(|a_loop| a_loop.steps[which] as isize).collect();
        let count = moving().map(|a_loop| a_loop.extent).product();
        moving().next().map(|_| (self.linear(0, &steps, loops, (rows * columns) as isize), count))
    }

    /// A factor or the result where it lies in something larger: rows and columns, from one row to the next, the first element.
    fn block(&self, id: NodeId, which: usize, form: &Product, loops: &[String]) -> Doc {
        let (rows, columns) = form.dims()[which];
        let steps: Vec<isize> = form.loops.iter().map(|a_loop| a_loop.steps[which] as isize).collect();
        let by_sample = form.loops.iter().any(|a_loop| a_loop.batch);
        let (name, elements) = match (which, by_sample) {
            (2, true) => ("rt::block_mut", self.whole_mut(id)),
            (2, false) => ("rt::block_mut", self.flat_mut(id)),
            (_, true) => ("rt::block", self.whole(self.plan.base(id))),
            (_, false) => ("rt::block", self.flat(self.plan.base(id))),
        };
        let args = [elements, form.strides[which].to_string(), self.linear(0, &steps, loops, 1)];
        call(format!("{name}::<_, {columns}, {rows}>"), args.map(text).into())
    }

    fn product_with_epilogue(&mut self, name: &str, form: &Product, product: NodeId, id: NodeId) {
        let space = self.plan.space(id);
        let mut inside = self.inside(&[id], &space);
        let variable = self.local(product, &inside);
        inside.bound.insert(product, variable.clone());
        let value = self.value_of(id, &space, &mut inside, true);
        // What is read beside the product: whole rows, one row for all, or one number.
        let mut lets = Vec::new();
        let mut uses_at = false;
        for (access, operand) in &inside.operands {
            let size = self.plan.program.graph.ty(access.source).size() * self.dims_rows_batch(access.source);
            let read = if size == 1 {
                format!("simd.splat({})", self.element(access.source, "0"))
            } else if size == form.n
                && (form.m > 1 || self.dims(access.source).rows.is_none())
                && access.strides.iter().take(1).all(|s| *s == 0 || form.m == 1)
            {
                uses_at = true;
                let row = if self.dims(access.source).rows.is_none() {
                    self.name(access.source)
                } else {
                    format!("rt::row::<_, {}>({})", form.n, self.whole(access.source))
                };
                format!("at.load(simd, {row})")
            } else if self.plan.program.graph.ty(access.source).batched && size == form.m {
                uses_at = true;
                format!("at.splat(simd, rt::row::<_, {}>({}))", form.m, self.whole(access.source))
            } else {
                uses_at = true;
                let matrix = self.array(access.source, form.m, form.n);
                let rows = match matrix {
                    Doc::Text(name) => name,
                    view => self.view(access.source, view.flat()),
                };
                format!("at.load_row(simd, {rows})")
            };
            lets.push((operand.clone(), text(read)));
        }
        lets.append(&mut inside.lets);
        let at = if uses_at { "at" } else { "_" };
        let left = self.factor(form.left, 0, form, &[]);
        let right = self.factor(form.right, 1, form, &[]);
        let out = self.matrix_mut(id, form.m, form.n);
        let closure = Doc::Closure(format!("{variable}, {at}"), lets, Box::new(value.doc));
        self.open_loops(&[], &[], false);
        let statement = call(name, vec![text("simd"), left, right, out, closure]);
        self.code.statement("", &statement, ";");
    }
}
