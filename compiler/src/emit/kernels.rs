//! A planned program as calls of kernels: one statement (or small loop) for each, under a comment with its line and formula.

mod elements;
mod expressions;
mod loops;
mod movements;
mod products;
mod reductions;
mod sweeps;
mod values;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use tapeless_grammar::span::Sources;

use super::doc::{Code, Doc};
use super::functions::Functions;
use super::names::{Scope, ValueNames};
use super::notes::{Notes, line_of};
use super::pass::RESERVED;
use crate::graph::NodeId;
use crate::ops::Value;
use crate::plan::{Group, Kernel, Phase, Place, Plan, What};

use expressions::Inside;
pub(crate) use expressions::{constant_of, template};
use loops::{split_last, within};
pub(crate) use values::Dims;

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

    /// One kernel, or several that are one loop.
    pub(crate) fn item(&mut self, item: &[Kernel]) {
        match self.plan.group_of(item) {
            Some(Group::Rows { sweep, walks }) => self.sweep(item, sweep, walks),
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

    /// The kernels of a phase.
    pub(crate) fn phase(&mut self, phase: Phase, stage: usize) {
        let plan = self.plan;
        for item in plan.items_of(stage, phase) {
            self.item(item);
        }
    }
}
