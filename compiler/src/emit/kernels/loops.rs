//! Loops around a kernel, the views that they walk along, and where an element lies in them.

use super::{Dims, Writer};
use crate::emit::doc::text;
use crate::graph::NodeId;
use crate::plan::{Access, Sweep, Walk};

impl Writer<'_> {
    /// The names of a kernel's loops.
    pub(super) fn loop_names(extents: &[usize], batch_first: bool) -> Vec<String> {
        let name = |i: usize| if i == 0 && batch_first { "row" } else { ["i", "j", "k", "l", "m"][i.min(4)] };
        (0..extents.len()).map(|i| name(i).to_owned()).collect()
    }

    /// `for row in …`, after the views that the loops walk along. The first is over what the samples of a tile have where `batched`.
    pub(super) fn open_loops(&mut self, extents: &[usize], names: &[String], batched: bool) {
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

    pub(super) fn close_loops(&mut self, count: usize) {
        for _ in 0..count {
            self.code.close("}");
        }
    }

    /// The same around a kernel that is inlined: the outermost loop is a function of its own.
    pub(super) fn open_repeat(&mut self, extents: &[usize], names: &[String], batched: bool) {
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

    pub(super) fn close_repeat(&mut self, count: usize) {
        if count > 0 {
            self.close_loops(count - 1);
            self.code.close("});");
        }
    }

    /// A view that a loop walks along, as a variable before the loop.
    pub(super) fn view(&mut self, id: NodeId, expression: String) -> String {
        let base = self.name(id);
        let name = self.scope.unique(&format!("{}_rows", base.rsplit('.').next().unwrap_or(&base)));
        self.views.push((format!("let {name} = "), expression));
        name
    }

    /// `x[row][0]`: one element, by its flat index.
    pub(super) fn element(&self, id: NodeId, index: &str) -> String {
        let dims = self.dims(id);
        match (dims.rows, index.parse::<usize>()) {
            (None, _) => format!("{}[{index}]", self.name(id)),
            (Some(_), Ok(at)) => format!("{}[{}][{}]", self.name(id), at / dims.columns, at % dims.columns),
            (Some(_), Err(_)) if dims.columns == 1 => format!("{}[{index}][0]", self.name(id)),
            _ => format!("{}[{index}]", self.whole(id)),
        }
    }

    /// The same, to write to.
    pub(super) fn element_mut(&self, id: NodeId, index: &str) -> String {
        self.element(id, index).replace(".as_flattened()", ".as_flattened_mut()")
    }

    /// The `inner` elements of a value that a kernel walks along, as a slice.
    pub(super) fn element_slice(&mut self, access: &Access, strides: &[isize], loops: &[String], inner: usize, mutable: bool) -> String {
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

    /// `base + row * 16 + i`, divided by `unit` where everything divides.
    pub(super) fn linear(&self, base: usize, strides: &[isize], loops: &[String], unit: isize) -> String {
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
}

/// The loops of a sweep and the elements of a row, and how far each moves what a kernel reads.
pub(super) fn within((sweep, walk): (&Sweep, &Walk), accesses: &[Access]) -> (Vec<usize>, Vec<Vec<isize>>) {
    let extents = [sweep.loops.as_slice(), &[walk.width]].concat();
    (extents, accesses.iter().map(|access| walk.strides_of(access).to_vec()).collect())
}

pub(super) fn split_last(extents: &[usize]) -> (&[usize], usize) {
    match extents.split_last() {
        Some((last, outer)) => (outer, *last),
        None => (&[], 1),
    }
}
