//! A planned program as calls of kernels: one statement (or small loop) for each, under a comment with its line and formula.

mod elements;
mod movements;
mod products;
mod reductions;
mod sweeps;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use tapeless_grammar::span::Sources;

use super::doc::{Code, Doc, call, text};
use super::element::{Term, fill, number};
use super::functions::Functions;
use super::names::{Scope, ValueNames};
use super::notes::{Notes, line_of};
use super::pass::RESERVED;
use crate::graph::{Attr, Elem, NodeId};
use crate::ops::Value;
use crate::plan::{Access, Group, Kernel, Phase, Place, Plan, Room, Space, Sweep, What};

/// Writes the kernels of one plan into a function body.
pub(crate) struct Writer<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) sources: &'a Sources,
    pub(crate) notes: &'a Notes<'a>,
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
    /// Values that lie elsewhere: where.
    pub(crate) elsewhere: BTreeMap<NodeId, Doc>,
    /// The functions that kernels become, in a network where they do.
    pub(crate) functions: Option<&'a Functions>,
    /// Within a loop over rows: the variables that hold what a row has one number of.
    pub(super) row: BTreeMap<NodeId, String>,
    /// The views that the kernels of a loop over rows walk along, by value and elements of a row.
    pub(super) shared_views: Option<BTreeMap<(NodeId, usize), String>>,
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
    /// Results of the kernel that others of it are made of: their variables.
    made: BTreeMap<NodeId, String>,
    /// How often each inlined value is used.
    uses: BTreeMap<NodeId, usize>,
    /// The ways in which each stored value is read.
    reads: BTreeMap<NodeId, Vec<Access>>,
}

impl<'a> Writer<'a> {
    /// A writer of a plan that has written nothing.
    pub(crate) fn new(plan: &'a Plan, sources: &'a Sources, notes: &'a Notes<'a>) -> Self {
        Writer {
            plan,
            sources,
            notes,
            scope: Scope::new(RESERVED),
            names: ValueNames::default(),
            code: Code::at(3),
            last_line: String::new(),
            fresh: false,
            views: Vec::new(),
            set_by_first: BTreeSet::new(),
            times: Vec::new(),
            slots: Vec::new(),
            parts: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
            functions: None,
            row: BTreeMap::new(),
            shared_views: None,
        }
    }

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

    /// Whether a value has as many rows as the tile has samples, which is known at run time.
    pub(crate) fn cut(&self, id: NodeId) -> bool {
        self.plan.rows > 1 && self.plan.program.graph.ty(id).batched
    }

    /// How many there are of `most` that all samples of a tile have: `10 * tile.len()`.
    fn of_tile(&self, most: usize) -> String {
        match most / self.plan.rows {
            1 => "tile.len()".into(),
            each => format!("{each} * tile.len()"),
        }
    }

    /// The elements that the samples at hand have of a value, as a flat slice.
    pub(crate) fn flat(&self, id: NodeId) -> String {
        if self.cut(id) { format!("tile.flat({})", self.name(id)) } else { self.whole(id) }
    }

    pub(crate) fn flat_mut(&self, id: NodeId) -> String {
        if self.cut(id) { format!("tile.flat_mut({})", self.name(id)) } else { self.whole_mut(id) }
    }

    /// All elements that there is room for, as a flat slice.
    pub(crate) fn whole(&self, id: NodeId) -> String {
        let name = self.name(id);
        if self.dims(id).rows.is_some() { format!("{name}.as_flattened()") } else { name }
    }

    pub(crate) fn whole_mut(&self, id: NodeId) -> String {
        let name = self.name(id);
        if self.dims(id).rows.is_some() { format!("{name}.as_flattened_mut()") } else { name }
    }

    /// What the samples at hand have of a value, as rows; of what is no sample's, `[[T; columns]; rows]`.
    fn matrix(&self, id: NodeId, rows: usize, columns: usize) -> Doc {
        if self.cut(id) { text(format!("tile.cut({})", self.name(id))) } else { self.array(id, rows, columns) }
    }

    /// A value as `[[T; columns]; rows]`.
    fn array(&self, id: NodeId, rows: usize, columns: usize) -> Doc {
        if self.dims(id) == (Dims { rows: Some(rows), columns }) {
            return text(self.name(id));
        }
        call(format!("rt::rows::<_, {columns}, {rows}>"), vec![text(self.whole(id))])
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
        if self.cut(id) { text(format!("tile.cut_mut({})", self.name(id))) } else { self.array_mut(id, rows, columns) }
    }

    fn array_mut(&self, id: NodeId, rows: usize, columns: usize) -> Doc {
        if self.dims(id) == (Dims { rows: Some(rows), columns }) {
            return text(self.name(id));
        }
        call(format!("rt::rows_mut::<_, {columns}, {rows}>"), vec![text(self.whole_mut(id))])
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

    /// Of numbers that carry their derivative no gradients are wanted: nothing of what follows is compiled for them.
    pub(crate) fn end_of_losses(&mut self) {
        let plan = self.plan;
        let Some(total) = plan.program.results.iter().find(|wanted| matches!(wanted.what, What::Total)) else { return };
        self.last_line.clear();
        self.comment(plan.base(total.node));
        self.code.open("if !T::BACKWARD {");
        self.code.line("// Dual numbers carry their derivative with them.");
        self.code.line("continue;");
        self.code.close("}");
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
        if let Some(place) = self.elsewhere.get(&id) {
            return self.code.statement(&format!("let {name} = "), place, ";");
        }
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
        self.code.line(format!("self.chunk.begin({flat});"));
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

    /// One kernel, or several that are one loop.
    pub(crate) fn item(&mut self, item: &[Kernel]) {
        match self.plan.group_of(item) {
            Some(Group::Rows(sweep)) => self.sweep(item, sweep),
            Some(Group::Elements) => self.together(item),
            None => item.iter().for_each(|kernel| self.kernel(kernel)),
        }
    }

    /// One kernel.
    fn kernel(&mut self, kernel: &Kernel) {
        let id = kernel.output;
        self.comment(id);
        let accumulates = crate::plan::sums_batch(&self.plan.program.graph, id);
        if !accumulates && self.plan.places[id.index()] != Place::Loop {
            self.open_value(id);
        } else if self.plan.whole && self.plan.places[id.index()] == Place::Stored {
            self.open_value(id);
            self.zero(id);
        }
        if !self.as_function(std::slice::from_ref(kernel), |writer| writer.statement(kernel)) {
            self.statement(kernel);
        }
    }

    /// What computes the kernel, its value being there.
    pub(super) fn statement(&mut self, kernel: &Kernel) {
        let id = kernel.output;
        let node = self.plan.program.graph.node(id);
        match &node.op.value {
            Value::Each { .. } => match kernel.product {
                Some(product) => match self.part_of(product) {
                    Some(part) => self.conv(product, id, part),
                    None => self.product(product, id),
                },
                None => self.each(&[id]),
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

    /// `for row in …`, after the views that the loops walk along. The first is over what the samples of a tile have where `batched`.
    fn open_loops(&mut self, extents: &[usize], names: &[String], batched: bool) {
        for (prefix, view) in std::mem::take(&mut self.views) {
            self.code.statement(&prefix, &text(view), ";");
        }
        for (i, (name, &extent)) in names.iter().zip(extents).enumerate() {
            let numbers = match i == 0 && batched && self.plan.rows > 1 {
                true if extent == self.plan.rows => "tile.numbers()".into(),
                true => format!("rt::numbers_up_to::<{extent}>({})", self.of_tile(extent)),
                false => format!("rt::numbers({extent})"),
            };
            self.code.open(format!("for {name} in {numbers} {{"));
        }
    }

    /// The same around a kernel that is inlined: the outermost loop is a function of its own.
    fn open_repeat(&mut self, extents: &[usize], names: &[String], batched: bool) {
        let Some((first, &extent)) = names.first().zip(extents.first()) else { return self.open_loops(&[], &[], false) };
        let views = std::mem::take(&mut self.views);
        for (prefix, view) in views {
            self.code.statement(&prefix, &text(view), ";");
        }
        self.code.open(if batched && self.plan.rows > 1 {
            format!("simd.repeat_up_to::<{extent}>({}, |simd, {first}| {{", self.of_tile(extent))
        } else {
            format!("simd.repeat::<{extent}>(|simd, {first}| {{")
        });
        self.open_loops(&extents[1..], &names[1..], false);
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

    /// `x[row][0]`: one element, by its flat index.
    fn element(&self, id: NodeId, index: &str) -> String {
        let dims = self.dims(id);
        match (dims.rows, index.parse::<usize>()) {
            (None, _) => format!("{}[{index}]", self.name(id)),
            (Some(_), Ok(at)) => format!("{}[{}][{}]", self.name(id), at / dims.columns, at % dims.columns),
            (Some(_), Err(_)) if dims.columns == 1 => format!("{}[{index}][0]", self.name(id)),
            _ => format!("{}[{index}]", self.whole(id)),
        }
    }

    /// The same, to write to.
    fn element_mut(&self, id: NodeId, index: &str) -> String {
        self.element(id, index).replace(".as_flattened()", ".as_flattened_mut()")
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
            let known = self.shared_views.as_ref().and_then(|views| views.get(&(id, inner)).cloned());
            let view = known.unwrap_or_else(|| {
                let view = if mutable {
                    format!("rt::rows_mut::<_, {inner}, {}>({})", size / inner, self.whole_mut(id))
                } else {
                    format!("rt::rows::<_, {inner}, {}>({})", size / inner, self.whole(id))
                };
                self.view(id, view)
            });
            if let Some(views) = &mut self.shared_views {
                views.insert((id, inner), view.clone());
            }
            return format!("{borrow}{view}[{index}]");
        }
        let first = self.linear(access.base, outer, loops, 1);
        format!("rt::part({}, {first}, {inner})", self.whole(id))
    }

    fn dims_rows_batch(&self, id: NodeId) -> usize {
        if self.plan.program.graph.ty(id).batched { self.plan.rows } else { 1 }
    }

    /// Counts the uses of what is computed inside a kernel with these results, and the reads of what is not.
    fn inside(&self, outputs: &[NodeId], space: &Space) -> Inside {
        let graph = &self.plan.program.graph;
        let mut inside = Inside::default();
        let mut open: Vec<NodeId> = outputs.iter().flat_map(|&output| graph.node(output).args.iter().copied()).collect();
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
                    if outputs.contains(&access.source) {
                        inside.uses.entry(access.source).or_insert(1);
                        continue;
                    }
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
                if let Some(variable) = inside.made.get(&access.source) {
                    return Term::atom(text(variable.clone()));
                }
                if let Some(variable) = self.row.get(&access.source) {
                    let number = Term::atom(text(variable.clone()));
                    return if node.ty.elem == Elem::Condition { fill("{0}.ne({zero})", &Attr::None, &[number]) } else { number };
                }
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
            None if self.functions.is_some() => self.short_name(id).to_string(),
            None => super::names::snake_case(&self.notes.name(self.plan.program.graph.node(id))),
        };
        let short = super::names::identifier(full.rsplit('.').next().unwrap_or(&full));
        let once = inside.reads.get(&id).is_none_or(|reads| reads.len() <= 1);
        let taken = |name: &str| {
            super::names::place_in(RESERVED, name).is_some()
                || inside.operands.iter().any(|operand| operand.1 == name)
                || inside.bound.values().any(|bound| bound == name)
                || self.row.values().any(|number| number == name)
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

    /// A value as `[T; n]`.
    fn row_mut(&self, id: NodeId, n: usize) -> Doc {
        if self.dims(id) == (Dims { rows: None, columns: n }) {
            return text(self.name(id));
        }
        call(format!("rt::row_mut::<_, {n}>"), vec![text(self.flat_mut(id))])
    }

    /// The kernels of a phase.
    pub(crate) fn phase(&mut self, phase: Phase, stage: usize) {
        let plan = self.plan;
        for item in plan.items_of(stage, phase) {
            self.item(item);
        }
    }
}

/// A number in every lane, or a condition.
pub(crate) fn constant_of(value: f64, elem: Elem) -> Term {
    if elem == Elem::Condition { fill("{0}.ne({zero})", &Attr::None, &[number(value)]) } else { number(value) }
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

/// The axes that a kernel walks along, with the loops of a sweep for those that are its rows.
fn walked((extents, strides): (Vec<usize>, Vec<Vec<isize>>), sweep: Option<&Sweep>) -> (Vec<usize>, Vec<Vec<isize>>) {
    let (Some(sweep), Some((inner, outer))) = (sweep, extents.split_last()) else { return (extents, strides) };
    let finer = |strides: Vec<isize>| [sweep.refine(outer, &strides), strides[outer.len()..].to_vec()].concat();
    ([sweep.loops.as_slice(), &[*inner]].concat(), strides.into_iter().map(finer).collect())
}

fn split_last(extents: &[usize]) -> (&[usize], usize) {
    match extents.split_last() {
        Some((last, outer)) => (outer, *last),
        None => (&[], 1),
    }
}
