//! Element-wise kernels: one call with a closure, of one result or of several.

use super::{Inside, Writer, split_last, within};
use crate::emit::doc::{Doc, call, text};
use crate::emit::element::Term;
use crate::graph::NodeId;
use crate::plan::{Access, Kernel, Space, Sweep, Walk, merge};

impl Writer<'_> {
    /// Several element-wise kernels as one call.
    pub(super) fn together(&mut self, kernels: &[Kernel]) {
        for kernel in kernels {
            self.comment(kernel.output);
        }
        let outputs: Vec<NodeId> = kernels.iter().map(|kernel| kernel.output).collect();
        outputs.iter().for_each(|&id| self.open_value(id));
        if !self.as_function(kernels, |writer| writer.each(&outputs)) {
            self.each(&outputs);
        }
    }

    /// An element-wise kernel.
    pub(super) fn each(&mut self, outputs: &[NodeId]) {
        let Some(&first) = outputs.first() else { return };
        let (outer, loops, statement) = self.each_call(outputs, None);
        self.open_repeat(&outer, &loops, self.plan.program.graph.ty(first).batched);
        self.code.statement("", &statement, ";");
        self.close_repeat(loops.len());
    }

    /// The call of an element-wise kernel with these results, and the extents and names of the loops around it: those of a sweep where it is
    /// part of one.
    pub(super) fn each_call(&mut self, outputs: &[NodeId], sweep: Option<(&Sweep, &Walk)>) -> (Vec<usize>, Vec<String>, Doc) {
        let space = self.plan.space(outputs[0]);
        let mut inside = self.inside(outputs, &space);
        let values: Vec<Doc> = outputs.iter().map(|&id| self.result(id, &space, &mut inside)).collect();
        let to = |&id: &NodeId| Access { source: id, base: 0, strides: crate::plan::row_major(&space.extents) };
        let mut accesses: Vec<Access> = outputs.iter().map(to).collect();
        accesses.extend(inside.operands.iter().map(|operand| operand.0.clone()));
        let (extents, strides) = match sweep {
            Some(sweep) => within(sweep, &accesses),
            None => merge(&space, &accesses, usize::MAX),
        };
        if sweep.is_none() && self.are_narrow(&space, &accesses, (&extents, &strides), outputs.len()) {
            let statement = self.narrow_rows(outputs, values, &mut inside, &strides[outputs.len()..], extents[1]);
            return (Vec::new(), Vec::new(), statement);
        }
        let (outer, inner) = split_last(&extents);
        let batch_first = space.batched && self.plan.rows > 1 && outer.first() == Some(&self.plan.rows);
        let loops = Self::loop_names(outer, batch_first);
        let (ins, parameters) = self.read_operands(&mut inside, &strides[outputs.len()..], &loops, inner);
        let places = accesses.iter().zip(&strides).take(outputs.len());
        let outs = places.map(|(access, strides)| text(self.element_slice(access, strides, &loops, inner, true))).collect();
        let closure = Doc::Closure(format!("[{}]", parameters.join(", ")), inside.lets.clone(), Box::new(Doc::Array(values)));
        let statement = call("rt::each", vec![text("simd"), Doc::Array(ins), Doc::Array(outs), closure]);
        (outer.to_vec(), loops, statement)
    }

    /// Whether each sample has one row that most machines' vectors take several of, beside what all samples share and numbers of each sample.
    fn are_narrow(&self, space: &Space, accesses: &[Access], (extents, strides): (&[usize], &[Vec<isize>]), outputs: usize) -> bool {
        let &[rows, width @ (2 | 4 | 8)] = extents else { return false };
        if !space.batched || rows != self.plan.rows || rows == 1 {
            return false;
        }
        let of_row = |access: &Access, strides: &[isize]| {
            let ty = self.plan.program.graph.ty(access.source);
            match (strides, ty.batched) {
                ([by_row, 1], true) => *by_row == width as isize && ty.size() == width,
                ([1, 0], true) => ty.size() == 1,
                ([0, 1], false) => ty.size() == width,
                ([0, 0], false) => true,
                _ => false,
            }
        };
        accesses.iter().zip(strides).enumerate().all(|(i, (access, strides))| {
            let begins = access.base == 0 || matches!(strides.as_slice(), [0, 0]);
            begins && of_row(access, strides) && (i >= outputs || strides.last() == Some(&1))
        })
    }

    /// One call for the rows of all samples.
    fn narrow_rows(&mut self, outputs: &[NodeId], values: Vec<Doc>, inside: &mut Inside, strides: &[Vec<isize>], width: usize) -> Doc {
        let (mut ins, mut parameters, mut lets) = (Vec::new(), Vec::new(), Vec::new());
        let mut uses_at = false;
        for ((access, variable), strides) in inside.operands.iter().zip(strides) {
            let source = access.source;
            let read = match strides.as_slice() {
                [0, 0] => format!("simd.splat({})", self.element(source, &access.base.to_string())),
                [0, _] => format!("at.load(simd, rt::row::<_, {width}>({}))", self.whole(source)),
                [_, 0] => format!("at.splat(simd, rt::row::<_, {}>({}))", self.plan.rows, self.whole(source)),
                _ => {
                    ins.push(text(self.flat(source)));
                    parameters.push(variable.clone());
                    continue;
                }
            };
            uses_at |= read.starts_with("at.");
            lets.push((variable.clone(), text(read)));
        }
        lets.append(&mut inside.lets);
        let outs = outputs.iter().map(|&id| text(self.flat_mut(id))).collect();
        let at = if uses_at { "at" } else { "_" };
        let closure = Doc::Closure(format!("[{}], {at}", parameters.join(", ")), lets, Box::new(Doc::Array(values)));
        call("rt::each_row", vec![text("simd"), text(width.to_string()), Doc::Array(ins), Doc::Array(outs), closure])
    }

    /// The expression of a result; a variable where other results are made of it.
    fn result(&mut self, id: NodeId, space: &Space, inside: &mut Inside) -> Doc {
        let value = self.value_of(id, space, inside, true);
        let value = self.as_stored(id, value);
        if !inside.uses.contains_key(&id) {
            return self.short(id, value, inside).doc;
        }
        let name = self.local(id, inside);
        inside.lets.push((name.clone(), value.doc));
        inside.made.insert(id, name.clone());
        Term::atom(text(name)).doc
    }

    /// The vector operands of a kernel as slices, and the closure's parameters; operands that stand still become variables in it.
    pub(super) fn read_operands(
        &mut self,
        inside: &mut Inside,
        strides: &[Vec<isize>],
        loops: &[String],
        inner: usize,
    ) -> (Vec<Doc>, Vec<String>) {
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
}
