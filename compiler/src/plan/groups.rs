//! Kernels that pass over the same rows become one loop over them: a normalisation is sums and element-wise values of each row, and
//! what a row has one number of stays in a variable of the loop.
//!
//! Kernels are taken in their order. One that reads what the last of those that it needs has made joins it, if each row of its result
//! needs of the group only the same row: so the order stays one of dependence. A group has a reduction; element-wise values alone are
//! better off in whole vectors from end to end (`together`).

use std::collections::{BTreeMap, BTreeSet};

use super::items::{Group, Readers};
use super::{Access, Kernel, Place, Plan, Space, merge, row_major, slots};
use crate::graph::{Attr, NodeId};
use crate::ops::Value;

/// Elements of a row from which on a value that has no need of rows may be made row by row: fewer fill no vector.
const WIDE: usize = 16;

/// Operations of an element that is computed again rather than stored and read.
const AGAIN: usize = 2;

/// The rows that a group passes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// The loops over them, the outermost first: how often each.
    pub loops: Vec<usize>,
    /// Whether they are those of the samples.
    pub batched: bool,
}

impl Sweep {
    fn rows(&self) -> usize {
        self.loops.iter().product()
    }

    /// The loops that both need: they end where one of either ends.
    fn with(&self, loops: &[usize]) -> Option<Sweep> {
        let ends = |loops: &[usize]| -> Vec<usize> {
            loops
                .iter()
                .scan(1, |end, extent| {
                    *end *= extent;
                    Some(*end)
                })
                .collect()
        };
        let all: BTreeSet<usize> = ends(&self.loops).into_iter().chain(ends(loops)).collect();
        let mut loops = Vec::new();
        let mut before = 1;
        for end in all {
            if end % before != 0 {
                return None;
            }
            loops.push(end / before);
            before = end;
        }
        Some(Sweep { loops, batched: self.batched })
    }

    /// The strides of loops that are fewer, as those of these loops.
    fn refine(&self, loops: &[usize], strides: &[isize]) -> Vec<isize> {
        let mut finer = Vec::new();
        let mut mine = self.loops.iter();
        for (&extent, &stride) in loops.iter().zip(strides) {
            let mut left = extent;
            while left > 1
                && let Some(one) = mine.next()
            {
                left /= one;
                finer.push(stride * left as isize);
            }
        }
        finer
    }
}

/// How a kernel passes over rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Elements of a row that it reads; 1 where it works on one number of each.
    pub width: usize,
    /// The loops over the rows: what it needs, then those of its group.
    loops: Vec<usize>,
    /// What it makes and reads, and how far each loop moves it, then the next element of a row where that has several.
    strides: Vec<(Access, Vec<isize>)>,
}

impl Walk {
    /// How far each loop moves what a kernel makes or reads, and then the next element of the row.
    #[must_use]
    pub fn strides_of(&self, access: &Access) -> &[isize] {
        match self.strides.iter().find(|(known, _)| known == access) {
            Some((_, strides)) => strides,
            None => unreachable!("the plan has seen all that a kernel of a group reads"),
        }
    }

    /// The same in the loops of a group.
    fn within(mut self, sweep: &Sweep) -> Walk {
        if self.loops == sweep.loops {
            return self;
        }
        for (_, strides) in &mut self.strides {
            *strides = [sweep.refine(&self.loops, strides), strides[self.loops.len()..].to_vec()].concat();
        }
        self.loops.clone_from(&sweep.loops);
        self
    }
}

/// Kernels of which the first ones make a group, if there are several.
struct Item {
    kernels: Vec<Kernel>,
    sweep: Option<Sweep>,
    /// How they pass over the rows, if they are several.
    walks: BTreeMap<NodeId, Walk>,
}

/// Orders the kernels so that those of a group are neighbours, and finds out which numbers need no place.
pub(super) fn group(plan: &mut Plan) {
    if plan.unrolled || plan.stages > 1 {
        return;
    }
    let mut items: Vec<Item> = Vec::new();
    let mut item_of: BTreeMap<NodeId, usize> = BTreeMap::new();
    for kernel in &plan.kernels {
        let last = plan.last_needed(kernel, &item_of);
        let joined = last.filter(|&last| plan.join(&mut items[last], kernel));
        let at = joined.unwrap_or_else(|| {
            items.push(Item { kernels: vec![*kernel], sweep: None, walks: BTreeMap::new() });
            items.len() - 1
        });
        item_of.insert(kernel.output, at);
    }
    let readers = Readers::of(plan);
    plan.kernels.clear();
    for mut item in items {
        let Some(sweep) = item.sweep.take() else {
            plan.kernels.append(&mut item.kernels);
            continue;
        };
        // What others read is stored anyway: it stands before the group, which then is as that of an equal layer elsewhere.
        while let Some(first) = item.kernels.first().copied()
            && !plan.reduces(&first)
            && !readers.are_all_of(first.output, &item.kernels)
        {
            plan.kernels.push(item.kernels.remove(0));
        }
        let after = plan.lonely_numbers(&mut item.kernels, &sweep);
        let members = item.kernels.clone();
        for kernel in &members {
            if readers.are_all_of(kernel.output, &members) && plan.computed_again(kernel, &sweep) {
                plan.places[kernel.output.index()] = Place::Inline;
                item.kernels.retain(|other| other.output != kernel.output);
                // Its readers now read what it has read.
                for reader in readers.of_value(kernel.output) {
                    item.walks.remove(reader);
                }
            }
        }
        if item.kernels.len() > 1 {
            // Numbers of rows that only their own loop reads are variables of it.
            for kernel in &item.kernels {
                if slots::stored_len(plan, kernel.output) == sweep.rows() && readers.are_all_of(kernel.output, &members) {
                    plan.places[kernel.output.index()] = Place::Row;
                }
            }
            let start = plan.kernels.len();
            let walk = |kernel: &Kernel| match item.walks.remove(&kernel.output).or_else(|| plan.walk(kernel, &sweep, &BTreeSet::new())) {
                Some(walk) => walk.within(&sweep),
                None => unreachable!("a kernel of a group passes over its rows: it has joined it"),
            };
            let walks = item.kernels.iter().map(walk).collect();
            plan.groups.insert(start, (start + item.kernels.len(), Group::Rows { sweep, walks }));
        }
        plan.kernels.extend(item.kernels.into_iter().chain(after));
    }
}

impl Plan {
    /// The space that a kernel iterates over, and how many axes of it the result has.
    fn space_of(&self, kernel: &Kernel) -> Option<(Space, usize)> {
        let node = self.program.graph.node(kernel.output);
        match (&node.op.value, &node.attr) {
            (Value::Each { .. }, _) if kernel.product.is_none() => {
                let space = self.space(kernel.output);
                let kept = space.extents.len();
                Some((space, kept))
            }
            (Value::Reduce(_), Attr::Axes(axes)) => {
                let operand = self.program.graph.ty(node.args[0]);
                let trailing = axes.last().is_some_and(|&axis| axis + 1 == operand.rank());
                let space = self.space(node.args[0]);
                let kept = space.extents.len() - axes.len();
                trailing.then_some((space, kept))
            }
            _ => None,
        }
    }

    fn reduces(&self, kernel: &Kernel) -> bool {
        matches!(self.program.graph.node(kernel.output).op.value, Value::Reduce(_))
    }

    /// The rows over which a reduction passes.
    fn own_sweep(&self, kernel: &Kernel) -> Option<Sweep> {
        let (space, kept) = self.space_of(kernel).filter(|_| self.reduces(kernel))?;
        Some(Sweep { loops: vec![space.extents[..kept].iter().product()], batched: space.batched })
    }

    /// Makes a kernel part of the loop of an item, if it can be.
    fn join(&self, item: &mut Item, kernel: &Kernel) -> bool {
        let first = item.kernels[0];
        if first.when() != kernel.when() {
            return false;
        }
        let joined = match &item.sweep {
            Some(sweep) => self.joins(sweep.clone(), &item.kernels, kernel),
            None => self.begins(&first, kernel).and_then(|(sweep, walk)| {
                item.walks.insert(first.output, walk);
                self.joins(sweep, &item.kernels, kernel)
            }),
        };
        let Some((sweep, walk)) = joined else { return false };
        item.sweep = Some(sweep);
        item.walks.insert(kernel.output, walk);
        item.kernels.push(*kernel);
        true
    }

    /// The rows of a loop of two kernels, and how the first passes over them.
    fn begins(&self, first: &Kernel, kernel: &Kernel) -> Option<(Sweep, Walk)> {
        let sweep = self.own_sweep(kernel).or_else(|| self.own_sweep(first)).filter(|sweep| sweep.rows() > 1)?;
        let walk = self.walk(first, &sweep, &BTreeSet::new())?;
        Some((sweep.with(&walk.loops)?, walk))
    }

    /// The rows with one more kernel, and how it passes over them.
    fn joins(&self, sweep: Sweep, kernels: &[Kernel], kernel: &Kernel) -> Option<(Sweep, Walk)> {
        let here = kernels.iter().map(|kernel| kernel.output).collect();
        let walk = self.walk(kernel, &sweep, &here)?;
        Some((sweep.with(&walk.loops)?, walk))
    }

    /// How a kernel passes over those rows, if it can: of what is made `here` it reads the row that it is at.
    fn walk(&self, kernel: &Kernel, sweep: &Sweep, here: &BTreeSet<NodeId>) -> Option<Walk> {
        let rows = sweep.rows();
        let (space, kept) = self.space_of(kernel)?;
        if !matches!(self.places[kernel.output.index()], Place::Stored | Place::Row) || space.batched != sweep.batched {
            return None;
        }
        let split = split(&space.extents, rows)?;
        let width: usize = space.extents[split..].iter().product();
        let mut to = row_major(&space.extents[..kept]);
        to.resize(space.extents.len(), 0);
        if self.reduces(kernel) && (width == 1 || space.extents[..kept].iter().product::<usize>() != rows) {
            return None;
        }
        let mut accesses = vec![Access { source: kernel.output, base: 0, strides: to }];
        accesses.extend(self.accesses(kernel, &space));
        let (mut loops, mut strides) = merge(&space, &accesses, split);
        // A row is walked along as one; of what has one number a row nothing is walked along.
        if (width > 1 || loops.last() == Some(&1)) && loops.pop() != Some(width) {
            return None;
        }
        let flat = !self.reduces(kernel) && width > 1 && merge(&space, &accesses, usize::MAX).0.len() == 1;
        if loops.iter().product::<usize>() != rows || flat && width < WIDE {
            return None;
        }
        let same_row = accesses.iter().zip(&strides).all(|(access, strides)| {
            let of_row = slots::stored_len(self, access.source) / rows;
            let (by_loop, along) = strides.split_at(loops.len());
            let along = along.first().copied().filter(|_| width > 1);
            let whole = of_row == width && along == Some(1) || of_row == 1 && along.is_none_or(|stride| stride == 0);
            let mut step = of_row as isize;
            let in_order = by_loop.iter().zip(&loops).rev().all(|(&stride, &extent)| {
                let right = stride == step;
                step *= extent as isize;
                right
            });
            !here.contains(&access.source) || access.base == 0 && in_order && whole
        });
        let along = loops.len() + usize::from(width > 1);
        strides.iter_mut().for_each(|strides| strides.truncate(along));
        same_row.then(|| Walk { width, strides: accesses.into_iter().zip(strides).collect(), loops })
    }

    /// Takes from the kernels of a group those that make one number a row which none of them reads: many such numbers fill a vector.
    fn lonely_numbers(&self, kernels: &mut Vec<Kernel>, sweep: &Sweep) -> Vec<Kernel> {
        let mut read: BTreeSet<NodeId> = BTreeSet::new();
        let (mut stay, mut after) = (Vec::new(), Vec::new());
        for kernel in kernels.iter().rev() {
            let number = slots::stored_len(self, kernel.output) == sweep.rows();
            if number && !self.reduces(kernel) && !read.contains(&kernel.output) {
                after.push(*kernel);
            } else {
                read.extend(self.reads(kernel));
                stay.push(*kernel);
            }
        }
        stay.reverse();
        after.reverse();
        *kernels = stay;
        after
    }

    /// Whether the kernels that read a value had better compute it again: it is made with next to no work, and all read it element by
    /// element.
    fn computed_again(&self, kernel: &Kernel, sweep: &Sweep) -> bool {
        let graph = &self.program.graph;
        if self.reduces(kernel) || slots::stored_len(self, kernel.output) == sweep.rows() {
            return false;
        }
        let plain = |id: &NodeId| match &graph.node(*id).op.value {
            Value::Move(_) => true,
            value => value.is_arithmetic(),
        };
        let inside = self.inside(kernel);
        let work = inside.iter().filter(|id| matches!(graph.node(**id).op.value, Value::Each { .. })).count();
        work <= AGAIN && inside.iter().all(plain) && self.is_taken_inside(kernel.output)
    }
}

/// The first axis that is not one of the `rows`, which are the outermost.
fn split(extents: &[usize], rows: usize) -> Option<usize> {
    let mut product = 1;
    let mut axis = 0;
    while axis < extents.len() && (product < rows || extents[axis] == 1) {
        product *= extents[axis];
        axis += 1;
    }
    (product == rows).then_some(axis)
}

#[cfg(test)]
mod tests {
    use super::{Sweep, split};

    #[test]
    fn rows_are_the_outermost_axes() {
        assert_eq!(split(&[1, 32, 64], 32), Some(2));
        assert_eq!(split(&[4, 8, 1, 64], 32), Some(3));
        assert_eq!(split(&[32], 32), Some(1));
        assert_eq!(split(&[3, 5], 32), None);
        assert_eq!(split(&[64, 2], 32), None);
    }

    #[test]
    fn loops_are_divided_where_one_needs_it() {
        let sweep = Sweep { loops: vec![128], batched: false };
        let both = sweep.with(&[4, 32]);
        assert_eq!(both.as_ref().map(|sweep| sweep.loops.as_slice()), Some([4, 32].as_slice()));
        assert_eq!(both.map(|sweep| sweep.refine(&[128], &[64])), Some(vec![2048, 64]));
        assert_eq!(Sweep { loops: vec![3, 4], batched: false }.with(&[4, 3]), None);
    }
}
