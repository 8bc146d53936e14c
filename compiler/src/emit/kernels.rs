//! A planned program as calls of kernels: one statement (or small loop) for each, under a comment with its line and formula.

mod windows;

use std::collections::{BTreeMap, BTreeSet};

use tapeless_grammar::span::Sources;

use super::doc::{Code, Doc, call, text};
use super::element::{Term, fill, literal, number};
use super::names::{Scope, ValueNames};
use super::notes::{Notes, line_of};
use super::pass::RESERVED;
use crate::graph::{Attr, Elem, NodeId};
use crate::ops::{Distribution, Reduction, Value};
use crate::plan::{Access, Form, Kernel, Orientation, Phase, Place, Plan, Product, Room, Space, merge};

/// Writes the kernels of one plan into a function body.
pub(crate) struct Writer<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) sources: &'a Sources,
    pub(crate) notes: &'a Notes,
    pub(crate) scope: Scope,
    /// What each stored value and leaf is called.
    pub(crate) names: ValueNames,
    pub(crate) code: Code,
    /// The comment that was written last: neighbours under the same one do not repeat it.
    pub(crate) last_line: String,
    /// Whether a block was just opened: no blank line comes first.
    pub(crate) fresh: bool,
    /// Views to be written before the loops of the kernel at hand.
    pub(crate) views: Vec<(String, String)>,
    /// The parameters whose gradients the first tile sets and the others add to: they need no zeros before.
    pub(crate) set_by_first: BTreeSet<usize>,
    /// The variables of the loops over time around the kernel at hand, the outermost first.
    pub(crate) times: Vec<String>,
    /// The slots of the workspace.
    pub(crate) slots: Vec<String>,
    /// The parts of slots that are divided, by slot and time.
    pub(crate) parts: BTreeMap<(usize, usize), Vec<String>>,
}

/// A value as Rust sees it: `[[T; columns]; rows]`, or `[T; columns]` where `rows` is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dims {
    pub(crate) rows: Option<usize>,
    pub(crate) columns: usize,
}

/// One kernel's expression under construction.
#[derive(Default)]
struct Inside {
    /// Operands read as vectors along the kernel: access and variable.
    operands: Vec<(Access, String)>,
    /// Statements before the value.
    lets: Vec<(String, Doc)>,
    /// Values that already have a variable.
    bound: BTreeMap<NodeId, String>,
    /// How often each inlined value is used.
    uses: BTreeMap<NodeId, usize>,
    /// The ways in which each stored value is read.
    reads: BTreeMap<NodeId, Vec<Access>>,
}

impl<'a> Writer<'a> {
    pub(crate) fn dims(&self, id: NodeId) -> Dims {
        let ty = self.plan.program.graph.ty(id);
        // A gradient lies as its parameter does, also where it is computed in another shape.
        let lies = match self.plan.places[id.index()] {
            Place::Gradient(_) => {
                self.plan.program.results.iter().find(|wanted| self.plan.base(wanted.node) == id).map(|wanted| wanted.node)
            }
            _ => None,
        };
        let ty = lies.map_or(ty, |node| self.plan.program.graph.ty(node));
        match ty.shape.as_slice() {
            _ if ty.batched => Dims { rows: Some(self.plan.rows), columns: ty.size() },
            shape if shape.len() >= 2 => Dims { rows: Some(ty.size() / shape[shape.len() - 1]), columns: shape[shape.len() - 1] },
            _ => Dims { rows: None, columns: ty.size() },
        }
    }

    pub(crate) fn name(&self, id: NodeId) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| format!("value_{}", id.0))
    }

    /// The elements of a value as a flat slice.
    pub(crate) fn flat(&self, id: NodeId) -> String {
        let name = self.name(id);
        if self.dims(id).rows.is_some() { format!("{name}.as_flattened()") } else { name }
    }

    pub(crate) fn flat_mut(&self, id: NodeId) -> String {
        let name = self.name(id);
        if self.dims(id).rows.is_some() { format!("{name}.as_flattened_mut()") } else { name }
    }

    /// A value as `[[T; columns]; rows]`.
    fn matrix(&self, id: NodeId, rows: usize, columns: usize) -> Doc {
        if self.dims(id) == (Dims { rows: Some(rows), columns }) {
            return text(self.name(id));
        }
        call(format!("rt::rows::<_, {columns}, {rows}>"), vec![text(self.flat(id))])
    }

    /// The same as text.
    pub(crate) fn matrix_text(&self, id: NodeId, rows: usize, columns: usize) -> String {
        self.matrix(id, rows, columns).flat()
    }

    /// The same as text, to write to.
    pub(crate) fn matrix_mut_text(&self, id: NodeId, rows: usize, columns: usize) -> String {
        self.matrix_mut(id, rows, columns).flat()
    }

    fn matrix_mut(&self, id: NodeId, rows: usize, columns: usize) -> Doc {
        if self.dims(id) == (Dims { rows: Some(rows), columns }) {
            return text(self.name(id));
        }
        call(format!("rt::rows_mut::<_, {columns}, {rows}>"), vec![text(self.flat_mut(id))])
    }

    /// The comment over a statement: the program's line and, in the backward pass, the formula.
    pub(crate) fn comment(&mut self, id: NodeId) {
        let origin = &self.plan.program.graph.node(id).origin;
        let line = line_of(self.sources, origin.span);
        if line != self.last_line {
            if !std::mem::take(&mut self.fresh) {
                self.code.line("");
            }
            self.code.line(format!("// {line}"));
            self.last_line = line;
        }
        if let Some(formula) = self.notes.formula(origin) {
            self.code.line(format!("// {formula}"));
        }
    }

    /// A heading inside the function: `--part` of the command cuts there.
    pub(crate) fn section(&mut self, name: &str) {
        self.code.line("");
        self.code.line(format!("// ---- {name} ----"));
        self.last_line.clear();
    }

    /// Gives a value its name in this function.
    pub(crate) fn christen(&mut self, id: NodeId) -> String {
        let wanted = self.notes.name(self.plan.program.graph.node(id));
        let name = self.scope.unique(&wanted);
        self.names.insert(id, name.clone());
        name
    }

    /// `let h = rt::rows_mut::<_, 16, 32>(slot_0);`
    pub(crate) fn open_value(&mut self, id: NodeId) {
        if let Place::Gradient(_) = self.plan.places[id.index()] {
            return;
        }
        let name = self.christen(id);
        let slot = self.slot(id);
        let dims = self.dims(id);
        match dims.rows {
            Some(rows) => self.code.line(format!("let {name} = rt::rows_mut::<_, {}, {rows}>({slot});", dims.columns)),
            None => self.code.line(format!("let {name} = rt::row_mut::<_, {}>({slot});", dims.columns)),
        }
    }

    /// A sum over the samples begins at zero.
    pub(crate) fn zero(&mut self, id: NodeId) {
        let flat = self.flat_mut(id);
        self.code.line(format!("{flat}.fill(T::ZERO);"));
    }

    /// The slot, or the part of one, that a value lies in.
    pub(crate) fn slot(&mut self, id: NodeId) -> String {
        self.plan.slots.of.get(&id).map_or(String::new(), |room| self.room(*room))
    }

    /// A piece of the workspace by name. A slot is divided where the first of its parts is needed.
    pub(crate) fn room(&mut self, room: Room) -> String {
        let slot = self.slots.get(room.slot).cloned().unwrap_or_default();
        let Some((time, part)) = room.part else { return slot };
        if !self.parts.contains_key(&(room.slot, time)) {
            let lens = &self.plan.slots.slots[room.slot].divided[time];
            let names: Vec<String> = (0..lens.len()).map(|i| self.scope.unique(&format!("{slot}_{}", letter(i)))).collect();
            let mut from = slot.as_str();
            for (i, len) in lens.iter().enumerate().take(lens.len() - 1) {
                let rest = if i + 2 == lens.len() { names[i + 1].as_str() } else { "rest" };
                self.code.line(format!("let ({}, {rest}) = {from}.split_at_mut({len});", names[i]));
                from = "rest";
            }
            self.parts.insert((room.slot, time), names);
        }
        self.parts[&(room.slot, time)][part].clone()
    }

    /// One kernel.
    pub(crate) fn kernel(&mut self, kernel: &Kernel) {
        let id = kernel.output;
        self.comment(id);
        let accumulates = crate::plan::sums_batch(&self.plan.program.graph, id);
        if !accumulates && self.plan.places[id.index()] != Place::Loop {
            self.open_value(id);
        } else if self.plan.whole && self.plan.places[id.index()] == Place::Stored {
            self.open_value(id);
            self.zero(id);
        }
        let graph = &self.plan.program.graph;
        let node = graph.node(id);
        match &node.op.value {
            Value::Each { .. } => match kernel.product {
                Some(product) => match self.part_of(product) {
                    Some(part) => self.conv(product, id, part),
                    None => self.product(product, id),
                },
                None => self.each(id),
            },
            Value::Contract => self.product(id, id),
            Value::Reduce(reduction) => self.reduce(id, *reduction),
            Value::ArgMax => self.argmax(id),
            Value::BatchSum => self.batch_sum(id),
            Value::Move(_) => self.movement(id),
            Value::Gather => self.gather(id),
            Value::Scatter => self.scatter(id, node.args[0], node.args[1]),
            Value::Random(distribution) => {
                if kernel.backward {
                    self.code.line("// The bits of the forward pass, drawn again.");
                }
                self.random(id, *distribution);
            }
            Value::Conv(part) => self.conv(id, id, *part),
            Value::Window(window) => self.window(id, *window),
            Value::Leaf => self.constant(id),
            Value::Scan => self.repeat(id),
            Value::Out => {}
        }
    }

    /// The names of a kernel's loops.
    fn loop_names(extents: &[usize], batch_first: bool) -> Vec<String> {
        let name = |i: usize| if i == 0 && batch_first { "row" } else { ["i", "j", "k", "l", "m"][i.min(4)] };
        (0..extents.len()).map(|i| name(i).to_owned()).collect()
    }

    /// `for row in …`, after the views that the loops walk along.
    fn open_loops(&mut self, extents: &[usize], names: &[String]) {
        for (prefix, view) in std::mem::take(&mut self.views) {
            self.code.statement(&prefix, &text(view), ";");
        }
        for (name, extent) in names.iter().zip(extents) {
            self.code.open(format!("for {name} in rt::numbers({extent}) {{"));
        }
    }

    /// The same around a kernel that is inlined: the outermost loop is a function of its own.
    fn open_repeat(&mut self, extents: &[usize], names: &[String]) {
        let Some((first, extent)) = names.first().zip(extents.first()) else { return self.open_loops(&[], &[]) };
        let views = std::mem::take(&mut self.views);
        for (prefix, view) in views {
            self.code.statement(&prefix, &text(view), ";");
        }
        self.code.open(format!("simd.repeat::<{extent}>(|simd, {first}| {{"));
        self.open_loops(&extents[1..], &names[1..]);
    }

    /// A view that a loop walks along, as a variable before the loop.
    fn view(&mut self, id: NodeId, expression: String) -> String {
        let base = self.name(id);
        let name = self.scope.unique(&format!("{}_rows", base.rsplit('.').next().unwrap_or(&base)));
        self.views.push((format!("let {name} = "), expression));
        name
    }

    fn close_loops(&mut self, count: usize) {
        for _ in 0..count {
            self.code.close("}");
        }
    }

    fn close_repeat(&mut self, count: usize) {
        if count > 0 {
            self.close_loops(count - 1);
            self.code.close("});");
        }
    }

    /// An element-wise kernel.
    fn each(&mut self, id: NodeId) {
        let space = self.plan.space(id);
        let mut inside = self.inside(id, &space);
        let value = self.value_of(id, &space, &mut inside, true);
        let value = self.as_stored(id, value);
        let value = self.short(id, value, &mut inside);
        let to = Access { source: id, base: 0, strides: crate::plan::row_major(&space.extents) };
        let accesses: Vec<Access> = std::iter::once(to).chain(inside.operands.iter().map(|operand| operand.0.clone())).collect();
        let (extents, strides) = merge(&space, &accesses, usize::MAX);
        let (outer, inner) = split_last(&extents);
        let batch_first = space.batched && self.plan.rows > 1 && outer.first() == Some(&self.plan.rows);
        let loops = Self::loop_names(outer, batch_first);
        let (ins, parameters) = self.read_operands(&mut inside, &strides[1..], &loops, inner);
        let out = self.element_slice(&accesses[0], &strides[0], &loops, inner, true);
        self.open_repeat(outer, &loops);
        let closure = Doc::Closure(format!("[{}]", parameters.join(", ")), inside.lets.clone(), Box::new(Doc::Array(vec![value.doc])));
        let statement = call("rt::each", vec![text("simd"), Doc::Array(ins), Doc::Array(vec![text(out)]), closure]);
        self.code.statement("", &statement, ";");
        self.close_repeat(loops.len());
    }

    /// The vector operands of a kernel as slices, and the closure's parameters; operands that stand still become variables in it.
    fn read_operands(&mut self, inside: &mut Inside, strides: &[Vec<isize>], loops: &[String], inner: usize) -> (Vec<Doc>, Vec<String>) {
        let (mut ins, mut parameters, mut lets) = (Vec::new(), Vec::new(), Vec::new());
        for ((access, variable), strides) in inside.operands.clone().iter().zip(strides) {
            let still = strides.last().copied().unwrap_or(0) == 0 && (inner > 1 || strides.is_empty());
            if still {
                let index = self.linear(access.base, &strides[..strides.len().saturating_sub(1)], loops, 1);
                let element = self.element(access.source, &index);
                lets.push((variable.clone(), text(format!("simd.splat({element})"))));
            } else {
                ins.push(text(self.element_slice(access, strides, loops, inner, false)));
                parameters.push(variable.clone());
            }
        }
        lets.append(&mut inside.lets);
        inside.lets = lets;
        (ins, parameters)
    }

    /// `x[row][0]`: one element, by its flat index.
    fn element(&self, id: NodeId, index: &str) -> String {
        let dims = self.dims(id);
        match (dims.rows, index.parse::<usize>()) {
            (None, _) => format!("{}[{index}]", self.name(id)),
            (Some(_), Ok(at)) => format!("{}[{}][{}]", self.name(id), at / dims.columns, at % dims.columns),
            (Some(_), Err(_)) if dims.columns == 1 => format!("{}[{index}][0]", self.name(id)),
            _ => format!("{}.as_flattened()[{index}]", self.name(id)),
        }
    }

    /// `base + row * 16 + i`, divided by `unit` where everything divides.
    fn linear(&self, base: usize, strides: &[isize], loops: &[String], unit: isize) -> String {
        let mut parts = Vec::new();
        for (stride, name) in strides.iter().zip(loops) {
            match stride / unit {
                0 => {}
                1 => parts.push(name.clone()),
                n => parts.push(format!("{n} * {name}")),
            }
        }
        let base = base as isize / unit;
        if base != 0 || parts.is_empty() {
            parts.push(base.to_string());
        }
        parts.join(" + ")
    }

    /// The `inner` elements of a value that a kernel walks along, as a slice.
    fn element_slice(&mut self, access: &Access, strides: &[isize], loops: &[String], inner: usize, mutable: bool) -> String {
        let id = access.source;
        let outer = &strides[..strides.len().saturating_sub(1)];
        let size = self.plan.program.graph.ty(id).size() * self.dims_rows_batch(id);
        if loops.is_empty() && access.base == 0 && size == inner {
            return if mutable { self.flat_mut(id) } else { self.flat(id) };
        }
        let unit = inner as isize;
        let whole = access.base as isize % unit == 0 && outer.iter().all(|stride| stride % unit == 0) && size.is_multiple_of(inner);
        if whole {
            let index = self.linear(access.base, outer, loops, unit);
            let dims = self.dims(id);
            if dims.rows.is_none() && dims.columns == inner {
                return self.name(id);
            }
            let borrow = if mutable { "&mut " } else { "&" };
            if dims == (Dims { rows: Some(size / inner), columns: inner }) {
                return format!("{borrow}{}[{index}]", self.name(id));
            }
            let view = if mutable {
                format!("rt::rows_mut::<_, {inner}, {}>({})", size / inner, self.flat_mut(id))
            } else {
                format!("rt::rows::<_, {inner}, {}>({})", size / inner, self.flat(id))
            };
            let view = self.view(id, view);
            return format!("{borrow}{view}[{index}]");
        }
        let first = self.linear(access.base, outer, loops, 1);
        format!("rt::part({}, {first}, {inner})", self.flat(id))
    }

    fn dims_rows_batch(&self, id: NodeId) -> usize {
        if self.plan.program.graph.ty(id).batched { self.plan.rows } else { 1 }
    }

    /// Counts the uses of what is computed inside a kernel, and the reads of what is not.
    fn inside(&self, output: NodeId, space: &Space) -> Inside {
        let graph = &self.plan.program.graph;
        let mut inside = Inside::default();
        let mut open: Vec<NodeId> = graph.node(output).args.clone();
        while let Some(id) = open.pop() {
            let uses = inside.uses.entry(id).or_insert(0);
            *uses += 1;
            if *uses > 1 {
                continue;
            }
            match (self.plan.places[id.index()], &graph.node(id).op.value) {
                (Place::Inline, Value::Each { .. }) => open.extend(&graph.node(id).args),
                (Place::Inline, Value::Contract | Value::Conv(_)) => {}
                _ => {
                    let access = self.plan.access(id, space);
                    let reads = inside.reads.entry(access.source).or_default();
                    if !reads.contains(&access) {
                        reads.push(access);
                    }
                }
            }
        }
        inside
    }

    /// The expression of a value inside a kernel; `top` is the kernel's own value.
    fn value_of(&mut self, id: NodeId, space: &Space, inside: &mut Inside, top: bool) -> Term {
        if let Some(variable) = inside.bound.get(&id) {
            return Term::atom(text(variable.clone()));
        }
        let graph = &self.plan.program.graph;
        let node = graph.node(id);
        let computed = top || self.plan.places[id.index()] == Place::Inline;
        match &node.op.value {
            Value::Each { rust, .. } if computed => {
                let args: Vec<Term> = node.args.iter().map(|&arg| self.value_of(arg, space, inside, false)).collect();
                let args = self.short_arguments(&node.args, args, inside);
                let term = fill(template(self.plan, id, rust), &node.attr, &args);
                if !top && (inside.uses.get(&id).copied().unwrap_or(0) > 1 || term.doc.is_long()) {
                    let variable = self.local(id, inside);
                    inside.lets.push((variable.clone(), term.doc));
                    inside.bound.insert(id, variable.clone());
                    return Term::atom(text(variable));
                }
                term
            }
            Value::Leaf if matches!(node.attr, Attr::Number(_)) => match node.attr {
                Attr::Number(value) => constant_of(value, node.ty.elem),
                _ => number(0.0),
            },
            _ => {
                if let Value::Move(_) = node.op.value
                    && let Attr::Number(value) = graph.node(self.through(id)).attr
                    && matches!(graph.node(self.through(id)).op.value, Value::Leaf)
                {
                    return constant_of(value, node.ty.elem);
                }
                let access = self.plan.access(id, space);
                let variable = match inside.operands.iter().find(|operand| operand.0 == access) {
                    Some((_, variable)) => variable.clone(),
                    None => {
                        let variable = self.local(access.source, inside);
                        inside.operands.push((access, variable.clone()));
                        variable
                    }
                };
                if node.ty.elem == Elem::Condition {
                    return fill("{0}.ne({zero})", &Attr::None, &[Term::atom(text(variable))]);
                }
                inside.bound.insert(id, variable.clone());
                Term::atom(text(variable))
            }
        }
    }

    /// What a movement that is read through reads.
    fn through(&self, id: NodeId) -> NodeId {
        match self.plan.places[id.index()] {
            Place::Inline => self.plan.base(self.plan.program.graph.node(id).args[0]),
            _ => self.plan.base(id),
        }
    }

    /// A variable's name inside a closure. What else is read there must not be hidden by it: a value's own name only serves where the
    /// value is read once.
    fn local(&self, id: NodeId, inside: &Inside) -> String {
        let full = match self.names.get(&id) {
            Some(name) => name.clone(),
            None => super::names::snake_case(&self.notes.name(self.plan.program.graph.node(id))),
        };
        let short = super::names::identifier(full.rsplit('.').next().unwrap_or(&full));
        let once = inside.reads.get(&id).is_none_or(|reads| reads.len() <= 1);
        let taken = |name: &str| {
            RESERVED.contains(&name)
                || inside.operands.iter().any(|operand| operand.1 == name)
                || inside.bound.values().any(|bound| bound == name)
                || self.names.borne(name, if once { Some(id) } else { None })
        };
        let mut name = short.clone();
        let mut n = 2;
        while taken(&name) {
            name = format!("{}_{n}", short.trim_start_matches("r#"));
            n += 1;
        }
        name
    }

    /// Where operands together are long, those that are not names already get one.
    fn short_arguments(&self, ids: &[NodeId], args: Vec<Term>, inside: &mut Inside) -> Vec<Term> {
        if !super::element::are_long(&args) {
            return args;
        }
        let named = |(arg, id): (Term, &NodeId)| {
            if !arg.doc.deserves_name() {
                return arg;
            }
            let name = self.local(*id, inside);
            inside.lets.push((name.clone(), arg.doc));
            inside.bound.insert(*id, name.clone());
            Term::atom(text(name))
        };
        args.into_iter().zip(ids).map(named).collect()
    }

    /// A long value gets a name before it stands in a list.
    fn short(&self, id: NodeId, term: Term, inside: &mut Inside) -> Term {
        if !term.doc.is_long() {
            return term;
        }
        let name = self.local(id, inside);
        inside.lets.push((name.clone(), term.doc));
        Term::atom(text(name))
    }

    /// Conditions are stored as 0 and 1.
    fn as_stored(&self, id: NodeId, term: Term) -> Term {
        if self.plan.program.graph.ty(id).elem == Elem::Condition { fill("{0}.select({one}, {zero})", &Attr::None, &[term]) } else { term }
    }

    /// A contraction, with what follows it element by element as the epilogue.
    fn product(&mut self, product: NodeId, id: NodeId) {
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
        self.open_loops(&extents, &loops);
        let mut args = vec![text("simd"), left, right, out];
        if let (true, Orientation::LeftTransposed, Place::Gradient(parameter), Phase::Tile) =
            (form.accumulates && loops.is_empty(), form.orientation, self.plan.places[id.index()], self.plan.phases[id.index()])
        {
            name = "rt::matmul_tn_sum".into();
            args.insert(1, text("tile.is_first()"));
            self.set_by_first.insert(parameter);
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
                    let view = format!("rt::rows::<_, {size}, {count}>({})", self.flat(base));
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
                    let view = format!("rt::rows_mut::<_, {size}, {count}>({})", self.flat_mut(id));
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
                    format!("rt::row::<_, {}>({})", form.n, self.flat(access.source))
                };
                format!("at.load(simd, {row})")
            } else if self.plan.program.graph.ty(access.source).batched && size == form.m {
                uses_at = true;
                format!("at.splat(simd, rt::row::<_, {}>({}))", form.m, self.flat(access.source))
            } else {
                uses_at = true;
                let matrix = self.matrix(access.source, form.m, form.n);
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
        self.open_loops(&[], &[]);
        let statement = call(name, vec![text("simd"), left, right, out, closure]);
        self.code.statement("", &statement, ";");
    }

    /// A reduction over trailing axes (or one block of leading ones), with an element-wise operand as its prologue.
    fn reduce(&mut self, id: NodeId, reduction: Reduction) {
        let graph = &self.plan.program.graph;
        let node = graph.node(id);
        let operand = node.args[0];
        let rank = graph.ty(operand).rank();
        let Attr::Axes(axes) = &node.attr else { return };
        let trailing = axes.last().is_some_and(|&axis| axis + 1 == rank);
        if !trailing {
            return self.reduce_block(id, reduction, axes[0], axes.len());
        }
        let space = self.plan.space(operand);
        let kept = space.extents.len() - axes.len();
        let mut inside = self.inside(id, &space);
        let value = self.value_of(operand, &space, &mut inside, self.plan.places[operand.index()] == Place::Inline);
        let mut to_strides = crate::plan::row_major(&space.extents[..kept]);
        to_strides.resize(space.extents.len(), 0);
        let to = Access { source: id, base: 0, strides: to_strides };
        let accesses: Vec<Access> = std::iter::once(to).chain(inside.operands.iter().map(|operand| operand.0.clone())).collect();
        let (extents, strides) = merge(&space, &accesses, kept);
        // The reduced axes are the last one, unless all of them have extent 1.
        let reduced_is_one = space.extents[kept..].iter().all(|&extent| extent == 1);
        let alone = reduced_is_one && extents.last() != Some(&1);
        let (outer, inner) = if alone { (extents.as_slice(), 1) } else { split_last(&extents) };
        let batch_first = space.batched && outer.first() == Some(&self.plan.rows);
        let loops = Self::loop_names(outer, batch_first);
        let pad = |strides: &Vec<isize>| if alone { [strides.as_slice(), &[1]].concat() } else { strides.clone() };
        let strides: Vec<Vec<isize>> = strides.iter().map(pad).collect();
        let (ins, parameters) = self.read_operands(&mut inside, &strides[1..], &loops, inner);
        self.open_repeat(outer, &loops);
        let index = self.linear(0, &strides[0][..strides[0].len().saturating_sub(1)], &loops, 1);
        let out = self.element(id, &index).replace(".as_flattened()", ".as_flattened_mut()");
        let head = match reduction {
            Reduction::Sum => "rt::sum_each",
            Reduction::Max => "rt::max_each",
            Reduction::Min => "rt::min_each",
        };
        let (ins, parameters) = at_least_one(ins, parameters, inner);
        let closure = Doc::Closure(format!("[{}]", parameters.join(", ")), inside.lets.clone(), Box::new(value.doc));
        let statement = call(head, vec![text("simd"), Doc::Array(ins), closure]);
        self.code.statement(&format!("{out} = "), &statement, ";");
        self.close_repeat(loops.len());
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
        self.code.open(format!("simd.repeat::<{before}>(|simd, row| {{"));
        let block = self.matrix(operand, before, middle * after).flat();
        let from = call(format!("rt::rows::<_, {after}, {middle}>"), vec![text(format!("&{block}[row]"))]);
        let out = text(format!("&mut {}[row]", self.matrix_mut(id, before, after).flat()));
        self.code.statement("", &call(head, vec![text("simd"), from, out]), ";");
        self.code.close("});");
    }

    /// A value as `[T; n]`.
    fn row_mut(&self, id: NodeId, n: usize) -> Doc {
        if self.dims(id) == (Dims { rows: None, columns: n }) {
            return text(self.name(id));
        }
        call(format!("rt::row_mut::<_, {n}>"), vec![text(self.flat_mut(id))])
    }

    fn argmax(&mut self, id: NodeId) {
        let graph = &self.plan.program.graph;
        let operand = self.plan.base(graph.node(id).args[0]);
        let n = graph.ty(graph.node(id).args[0]).shape.last().copied().unwrap_or(1);
        let count = graph.ty(operand).size() * self.dims_rows_batch(operand) / n;
        self.code.open(format!("for row in rt::numbers({count}) {{"));
        let from = self.matrix(operand, count, n).flat();
        let out = self.element(id, "row").replace(".as_flattened()", ".as_flattened_mut()");
        self.code.line(format!("{out} = T::from_f64(rt::argmax(&{from}[row]) as f64);"));
        self.code.close("}");
    }

    /// A sum over the samples, added to what earlier tiles gave.
    fn batch_sum(&mut self, id: NodeId) {
        let graph = &self.plan.program.graph;
        let operand = graph.node(id).args[0];
        let inline = self.plan.places[operand.index()] == Place::Inline;
        let size = graph.ty(operand).size();
        if inline && matches!(graph.node(operand).op.value, Value::Scatter) {
            let node = graph.node(operand);
            return self.scatter_rows(id, node.args[0], node.args[1]);
        }
        if !inline && size > 1 {
            let from = self.matrix(self.plan.base(operand), self.plan.rows, size);
            let out = self.row_mut(id, size);
            self.code.statement("", &call("rt::sum_rows_add", vec![text("simd"), from, out]), ";");
            return;
        }
        let space = self.plan.space(operand);
        let mut inside = self.inside(id, &space);
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
            let (ins, parameters) = at_least_one(ins, parameters, inner);
            self.open_repeat(outer, &loops);
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
        self.open_repeat(outer, &loops);
        let value = self.short(operand, value, &mut inside);
        let sum = fill("{0} + {1}", &Attr::None, &[Term::atom(text("sum")), value]);
        let closure = Doc::Closure(format!("[{}], [sum]", parameters.join(", ")), inside.lets.clone(), Box::new(Doc::Array(vec![sum.doc])));
        let statement = call("rt::each_in_place", vec![text("simd"), Doc::Array(ins), Doc::Array(vec![text(out)]), closure]);
        self.code.statement("", &statement, ";");
        self.close_repeat(loops.len());
    }

    /// Elements moved: boxes copied at constant strides.
    fn movement(&mut self, id: NodeId) {
        let graph = &self.plan.program.graph;
        let node = graph.node(id);
        let Value::Move(regions) = node.op.value else { return };
        let types: Vec<_> = node.args.iter().map(|&arg| graph.ty(arg)).collect();
        let moved = regions(&node.attr, &types, &node.ty);
        let covered: usize = moved.regions.iter().map(|region| region.shape.iter().product::<usize>()).sum();
        let batch = self.dims_rows_batch(id);
        let out = self.flat_mut(id);
        if covered < node.ty.size() {
            self.code.line(format!("{out}.fill(T::from_f64({}));", literal(moved.fill)));
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
                None => self.flat(operand),
            };
            if number.is_some() {
                from.iter_mut().for_each(|stride| *stride = 0);
            }
            let (shape, from, to) = merge_boxes(&shape, &from, &to);
            let statement = call(
                "rt::copy_box",
                vec![
                    text(source),
                    text(region.from.to_string()),
                    text(format!("{from:?}")),
                    text(out.clone()),
                    text(region.to.to_string()),
                    text(format!("{to:?}")),
                    text(format!("{shape:?}")),
                ],
            );
            self.code.statement("", &statement, ";");
        }
    }

    fn gather(&mut self, id: NodeId) {
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
        let index = self.row(index, count);
        let out = self.matrix_mut(id, count, width);
        self.code.statement("", &call("rt::gather", vec![table, index, out]), ";");
    }

    /// A value as `&[T; n]`.
    fn row(&self, id: NodeId, n: usize) -> Doc {
        if self.dims(id) == (Dims { rows: None, columns: n }) {
            return text(self.name(id));
        }
        call(format!("rt::row::<_, {n}>"), vec![text(self.flat(id))])
    }

    /// Rows added at indices, into zeros of its own.
    fn scatter(&mut self, id: NodeId, index: NodeId, rows_of: NodeId) {
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
    fn scatter_rows(&mut self, id: NodeId, index: NodeId, rows_of: NodeId) {
        let graph = &self.plan.program.graph;
        let (index, rows_of) = (self.plan.base(index), self.plan.base(rows_of));
        let rows = graph.ty(id).shape.first().copied().unwrap_or(1);
        let width = graph.ty(id).size() / rows;
        let count = graph.ty(index).size() * self.dims_rows_batch(index);
        let index = self.row(index, count);
        let from = self.matrix(rows_of, count, width);
        let out = self.matrix_mut(id, rows, width);
        self.code.statement("", &call("rt::scatter_add", vec![index, from, out]), ";");
    }

    fn random(&mut self, id: NodeId, distribution: Distribution) {
        let node = self.plan.program.graph.node(id);
        let Attr::Random { place, parameter, first, ref strides } = node.attr else { return };
        let mut at = if first > 0 { format!("{first} + ") } else { String::new() };
        for (name, stride) in self.times.iter().rev().zip(strides) {
            at.push_str(&format!("{stride} * {name} + "));
        }
        self.code.open(format!("for (row, sample) in {}.iter_mut().enumerate() {{", self.name(id)));
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

    fn constant(&mut self, id: NodeId) {
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

    /// The kernels of a phase.
    pub(crate) fn phase(&mut self, phase: Phase, stage: usize) {
        let kernels: Vec<Kernel> = self.plan.kernels_of(stage, phase).copied().collect();
        for kernel in &kernels {
            self.kernel(kernel);
        }
    }
}

/// A number in every lane, or a condition.
pub(crate) fn constant_of(value: f64, elem: Elem) -> Term {
    if elem == Elem::Condition { fill("{0}.ne({zero})", &Attr::None, &[number(value)]) } else { number(value) }
}

/// The operands of a reduction; where all stand still, something says how long it is.
fn at_least_one(ins: Vec<Doc>, parameters: Vec<String>, len: usize) -> (Vec<Doc>, Vec<String>) {
    if ins.is_empty() { (vec![text(format!("&[T::ONE; {len}]"))], vec!["_".into()]) } else { (ins, parameters) }
}

/// An operation's template; what is made of a condition is, of an index, the number it already is.
pub(crate) fn template<'t>(plan: &Plan, id: NodeId, rust: &'t str) -> &'t str {
    let graph = &plan.program.graph;
    let of_index = graph.node(id).args.first().is_some_and(|&arg| matches!(graph.ty(arg).elem, Elem::Index(_)));
    if of_index && rust == "{0}.select({one}, {zero})" { "{0}" } else { rust }
}

/// `a`, `b`, …, `z`, `aa`, …
fn letter(i: usize) -> String {
    let last = char::from(b'a' + (i % 26) as u8);
    if i < 26 { last.to_string() } else { letter(i / 26 - 1) + &last.to_string() }
}

fn split_last(extents: &[usize]) -> (&[usize], usize) {
    match extents.split_last() {
        Some((last, outer)) => (outer, *last),
        None => (&[], 1),
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
