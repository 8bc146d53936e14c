//! Several kernels as one loop over rows: reductions, element-wise values, and what a row has one number of in variables.

use std::collections::{BTreeMap, BTreeSet};

use super::Writer;
use crate::emit::doc::{Code, Doc};
use crate::graph::{Attr, NodeId};
use crate::ops::Value;
use crate::plan::{Kernel, Place, Sweep, Walk, row_major};

impl Writer<'_> {
    /// The kernels of a group.
    pub(super) fn sweep(&mut self, kernels: &[Kernel], sweep: &Sweep, walks: &[Walk]) {
        if let Some(first) = kernels.first() {
            self.comment(first.output);
        }
        for kernel in kernels.iter().filter(|kernel| self.plan.places[kernel.output.index()] == Place::Stored) {
            self.open_value(kernel.output);
        }
        if !self.as_function(kernels, |writer| writer.sweep_loop(kernels, sweep, walks)) {
            self.sweep_loop(kernels, sweep, walks);
        }
    }

    /// The loop, in which each kernel has its statements.
    fn sweep_loop(&mut self, kernels: &[Kernel], sweep: &Sweep, walks: &[Walk]) {
        let plan = self.plan;
        let read: BTreeSet<NodeId> = kernels.iter().flat_map(|kernel| plan.reads(kernel)).collect();
        let batch_first = sweep.batched && plan.rows > 1 && sweep.loops.first() == Some(&plan.rows);
        let loops = Self::loop_names(&sweep.loops, batch_first);
        let before = std::mem::replace(&mut self.code, Code::at(0));
        self.code = Code::at(before.column() / 4 + loops.len());
        self.shared_views = Some(BTreeMap::new());
        for (i, (kernel, walk)) in kernels.iter().zip(walks).enumerate() {
            if i > 0 {
                self.comment(kernel.output);
            }
            self.in_row(kernel, (sweep, walk), &loops, read.contains(&kernel.output));
        }
        let body = std::mem::replace(&mut self.code, before).into_text();
        self.shared_views = None;
        self.row.clear();
        self.open_repeat(&sweep.loops, &loops, sweep.batched);
        self.code.append_raw(&body);
        self.close_repeat(loops.len());
    }

    /// What the loop does for one kernel.
    fn in_row(&mut self, kernel: &Kernel, (sweep, walk): (&Sweep, &Walk), loops: &[String], read: bool) {
        let id = kernel.output;
        let node = self.plan.program.graph.node(id);
        let this_row = self.linear(0, &row_major(&sweep.loops), loops, 1);
        let number = match (&node.op.value, &node.attr) {
            (Value::Reduce(reduction), Attr::Axes(axes)) => {
                let (_, _, _, sum) = self.reduce_call(id, axes.len(), *reduction, Some((sweep, walk)));
                if !read {
                    let out = self.element_mut(id, &this_row);
                    return self.code.statement(&format!("{out} = "), &sum, ";");
                }
                Doc::Call("simd.splat".into(), vec![sum])
            }
            _ if walk.width > 1 => {
                let (_, _, statement) = self.each_call(&[id], Some((sweep, walk)));
                return self.code.statement("", &statement, ";");
            }
            _ => self.number_of_row(id, walk, loops),
        };
        let short = if self.functions.is_some() { self.short_name(id).to_string() } else { self.notes.name(node) };
        let stored = self.plan.places[id.index()] == Place::Stored;
        let variable = self.scope.unique(&if stored { format!("{short}_here") } else { short });
        self.code.statement(&format!("let {variable} = "), &number, ";");
        if stored {
            let out = self.element_mut(id, &this_row);
            self.code.line(format!("{out} = {variable}.lane(0);"));
        } else {
            self.names.insert(id, variable.clone());
        }
        self.row.insert(id, variable);
    }

    /// What a row has one number of, made of such numbers, in every lane.
    fn number_of_row(&mut self, id: NodeId, walk: &Walk, loops: &[String]) -> Doc {
        let graph = &self.plan.program.graph;
        let space = self.plan.space(id);
        let mut inside = self.inside(&[id], &space);
        for access in inside.reads.values().flatten().filter(|access| !self.row.contains_key(&access.source)) {
            if matches!(graph.node(access.source).attr, Attr::Number(_)) {
                continue;
            }
            let element = self.element(access.source, &self.linear(access.base, walk.strides_of(access), loops, 1));
            inside.operands.push((access.clone(), format!("simd.splat({element})")));
        }
        let value = self.value_of(id, &space, &mut inside, true);
        let value = self.as_stored(id, value);
        for (name, doc) in &inside.lets {
            self.code.statement(&format!("let {name} = "), doc, ";");
        }
        value.doc
    }
}
