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
        let (left_dims, right_dims) = factor_dims(&form);
        let left = self.factor(form.left, left_dims, &form, &loops, |a_loop| a_loop.moves.0);
        let right = self.factor(form.right, right_dims, &form, &loops, |a_loop| a_loop.moves.1);
        let out = self.factor_mut(id, (form.m, form.n), &form, &loops);
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

    fn factor(
        &mut self,
        id: NodeId,
        dims: (usize, usize),
        form: &Product,
        loops: &[String],
        moves: impl Fn(&crate::plan::Loop) -> bool,
    ) -> Doc {
        let base = self.plan.base(id);
        let (index, count) = loop_index(form, loops, moves);
        match index {
            None => self.matrix(base, dims.0, dims.1),
            Some(index) => {
                let size = dims.0 * dims.1;
                let parts = if self.dims(base) == (Dims { rows: Some(count), columns: size }) {
                    format!("&{}[{index}]", self.name(base))
                } else {
                    let view = format!("rt::rows::<_, {size}, {count}>({})", self.whole(base));
                    format!("&{}[{index}]", self.view(base, view))
                };
                call(format!("rt::rows::<_, {}, {}>", dims.1, dims.0), vec![text(parts)])
            }
        }
    }

    fn factor_mut(&mut self, id: NodeId, dims: (usize, usize), form: &Product, loops: &[String]) -> Doc {
        let (index, count) = loop_index(form, loops, |a_loop| a_loop.moves.2);
        match index {
            None => self.matrix_mut(id, dims.0, dims.1),
            Some(index) => {
                let size = dims.0 * dims.1;
                let parts = if self.dims(id) == (Dims { rows: Some(count), columns: size }) {
                    format!("&mut {}[{index}]", self.name(id))
                } else {
                    let view = format!("rt::rows_mut::<_, {size}, {count}>({})", self.whole_mut(id));
                    format!("&mut {}[{index}]", self.view(id, view))
                };
                call(format!("rt::rows_mut::<_, {}, {}>", dims.1, dims.0), vec![text(parts)])
            }
        }
    }

    fn product_with_epilogue(&mut self, name: &str, form: &Product, product: NodeId, id: NodeId) {
        let space = self.plan.space(id);
        let mut inside = self.inside(id, &space);
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
        let (left_dims, right_dims) = factor_dims(form);
        let left = self.factor(form.left, left_dims, form, &[], |_| false);
        let right = self.factor(form.right, right_dims, form, &[], |_| false);
        let out = self.matrix_mut(id, form.m, form.n);
        let closure = Doc::Closure(format!("{variable}, {at}"), lets, Box::new(value.doc));
        self.open_loops(&[], &[], false);
        let statement = call(name, vec![text("simd"), left, right, out, closure]);
        self.code.statement("", &statement, ";");
    }
}

/// Rows and columns of the two factors as they lie.
fn factor_dims(form: &Product) -> ((usize, usize), (usize, usize)) {
    match form.orientation {
        Orientation::Plain => ((form.m, form.k), (form.k, form.n)),
        Orientation::RightTransposed => ((form.m, form.k), (form.n, form.k)),
        Orientation::LeftTransposed => ((form.k, form.m), (form.k, form.n)),
    }
}

/// The index of the matrix that the loops have reached among those of a factor, and how many there are.
fn loop_index(form: &Product, loops: &[String], moves: impl Fn(&crate::plan::Loop) -> bool) -> (Option<String>, usize) {
    let mut index = String::new();
    let mut count = 1;
    for (a_loop, name) in form.loops.iter().zip(loops).filter(|(a_loop, _)| moves(a_loop)) {
        index = if index.is_empty() { name.clone() } else { format!("({index}) * {} + {name}", a_loop.extent) };
        count *= a_loop.extent;
    }
    ((!index.is_empty()).then(|| index.replace("(row)", "row").replace("(i)", "i")), count)
}
