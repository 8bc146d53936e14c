//! Where stored values lie: the workspace is cut into slots, and values that are not alive at the same time share one.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Phase, Place, Plan, What, sums_batch};
use crate::graph::{NodeId, Role, operand_of};

/// A piece of the workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// Elements.
    pub len: usize,
}

/// The workspace of a plan.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// The slots, one after another.
    pub slots: Vec<Slot>,
    /// The slot of each stored value.
    pub of: BTreeMap<NodeId, usize>,
    /// The slot in which the kernel of a value finds room while it works.
    pub scratch: BTreeMap<NodeId, usize>,
    /// Elements of the values alive at the same time, at most.
    pub largest_live_set: usize,
}

impl Slots {
    /// Elements of the whole workspace.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.iter().map(|slot| slot.len).sum()
    }

    /// Whether nothing is stored.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
}

/// A value's life: first and last kernel, both included.
#[derive(Clone, Copy, Debug)]
struct Life {
    id: NodeId,
    len: usize,
    first: usize,
    last: usize,
    /// Room for the value's kernel, not the value.
    scratch: bool,
}

/// Elements a value takes in the workspace.
pub(crate) fn stored_len(plan: &Plan, id: NodeId) -> usize {
    let ty = plan.program.graph.ty(id);
    ty.size() * if ty.batched { plan.rows } else { 1 }
}

fn lives(plan: &Plan) -> Vec<Life> {
    let graph = &plan.program.graph;
    let end = plan.kernels.len() + 1;
    let ranges: Vec<_> = (0..plan.stages).map(|stage| plan.stage_range(stage)).collect();
    let tile_start = plan.kernels.iter().position(|kernel| kernel.phase != Phase::Once).unwrap_or(end);
    let before_asked = |stage: usize| {
        let range = ranges.get(stage).cloned().unwrap_or(0..0);
        let asked = plan.kernels[range.clone()].iter().position(|kernel| kernel.phase == Phase::Asked);
        asked.map_or(range.end, |at| range.start + at).saturating_sub(1)
    };
    let mut lives: BTreeMap<NodeId, Life> = BTreeMap::new();
    let in_variables = |id: NodeId| plan.unrolled && graph.ty(id).batched;
    // Ports are loaded into the workspace at the start of a tile.
    for id in graph.ids().filter(|id| !in_variables(*id) && plan.places[id.index()] == Place::Leaf) {
        let given = operand_of(graph.node(id)).and_then(|operand| plan.given.get(operand));
        let last = match given {
            // Read where it lies outside.
            Some(Role::Whole) => continue,
            Some(Role::Carry) => end,
            Some(Role::Slice) => tile_start,
            None if graph.ty(id).batched => tile_start,
            None => continue,
        };
        lives.insert(id, Life { id, len: stored_len(plan, id), first: tile_start.min(last), last, scratch: false });
    }
    for (at, kernel) in plan.kernels.iter().enumerate() {
        if plan.places[kernel.output.index()] == Place::Stored && !in_variables(kernel.output) {
            // Sums begin at zero before the first sample; in a tile that holds the whole batch, where they are made.
            let first = if sums_batch(graph, kernel.output) && !plan.whole { 0 } else { at };
            let life = Life { id: kernel.output, len: stored_len(plan, kernel.output), first, last: at, scratch: false };
            lives.entry(kernel.output).or_insert(life).last = at;
        }
        // What a step works in, and the results.
        if let Some(inner) = plan.loops.get(&kernel.output) {
            lives.insert(kernel.output, Life { id: kernel.output, len: inner.plan.slots.len(), first: at, last: at, scratch: false });
            for id in graph.ids().filter(|id| plan.maker(*id) == kernel.output && plan.places[id.index()] == Place::Stored) {
                lives.insert(id, Life { id, len: stored_len(plan, id), first: at, last: at, scratch: false });
            }
        }
        for read in plan.reads(kernel) {
            if let Some(life) = lives.get_mut(&read) {
                // What is made before the tiles and read in one is needed by the next tile too.
                let mut through = ranges.iter().filter(|range| range.contains(&at) && life.first < range.start);
                let through = through.next().filter(|_| !plan.whole && !graph.ty(read).batched);
                life.last = life.last.max(through.map_or(at, |range| range.end));
            }
        }
    }
    for wanted in &plan.program.results {
        let base = plan.base(wanted.node);
        if let Some(life) = lives.get_mut(&base) {
            life.last = life.last.max(match wanted.what {
                What::Output(_) | What::State(_) if graph.ty(base).batched => life.last,
                What::Stacked(_) => life.last,
                // What is not made on demand is handed over when the demand is known.
                What::PortGradient(_) if graph.ty(base).batched => life.last.max(before_asked(plan.stage_of_result(wanted.node, false))),
                _ => end,
            });
        }
    }
    let mut rooms: BTreeMap<NodeId, Life> = BTreeMap::new();
    let each = plan
        .kernels
        .iter()
        .enumerate()
        .filter(|(_, kernel)| !plan.unrolled || !matches!(kernel.phase, Phase::Tile | Phase::Asked))
        .filter_map(|(at, kernel)| {
            let len = super::windows::scratch(graph, kernel.product.unwrap_or(kernel.output), plan.rows)?;
            Some(Life { id: kernel.output, len, first: at, last: at, scratch: true })
        });
    // A kernel that stands in several runs through the samples has one room for all.
    for room in each {
        rooms.entry(room.id).or_insert(room).last = room.last;
    }
    lives.into_values().chain(rooms.into_values()).collect()
}

/// Elements that are alive in the same of `count` kernels, at most.
fn largest_live_set(lives: &[Life], count: usize) -> usize {
    let (mut begin, mut end) = (vec![0; count], vec![0; count + 1]);
    for life in lives.iter().filter(|life| life.first <= life.last) {
        begin[life.first.min(count - 1)] += life.len;
        end[(life.last + 1).min(count)] += life.len;
    }
    let mut alive = 0;
    let alive = begin.iter().zip(&end).map(|(begun, ended)| {
        alive = alive + begun - ended;
        alive
    });
    alive.max().unwrap_or(0)
}

/// Values whose lives do not overlap may share a slot, which is as large as its largest. No order of placing them is best for all
/// networks: as they come to life, by size, and by the work that a place saves are tried, and the smallest workspace is taken.
pub(super) fn allocate(plan: &Plan) -> Slots {
    let lives = lives(plan);
    let largest_live_set = largest_live_set(&lives, plan.kernels.len() + 2);
    let span = |life: &Life| life.last + 1 - life.first.min(life.last);
    let orders: [Order<'_>; 4] = [
        &|life| (Reverse(0), life.first),
        &|life| (Reverse(life.len), life.first),
        &|life| (Reverse(life.len), usize::MAX - span(life)),
        &|life| (Reverse(life.len * span(life)), life.first),
    ];
    let placed = orders.iter().map(|order| {
        let mut lives = lives.clone();
        lives.sort_by_key(|life| (order(life), life.id, life.scratch));
        place(&lives)
    });
    let total = |(slots, ..): &Placed| slots.iter().map(|slot| slot.len).sum::<usize>();
    let mut best = placed.min_by_key(total).unwrap_or_default();
    // By size, disturbed: what one order misses another finds. The numbers are always the same.
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..TRIES.min(WORK / (lives.len() * lives.len()).max(1)) {
        if total(&best) * 20 <= largest_live_set * 21 {
            break;
        }
        let mut lives: Vec<(usize, Life)> = lives
            .iter()
            .map(|life| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (life.len.saturating_mul(256 + (random >> 55) as usize), *life)
            })
            .collect();
        lives.sort_by_key(|(weight, life)| (Reverse(*weight), life.first, life.id, life.scratch));
        let found = place(&lives.into_iter().map(|(_, life)| life).collect::<Vec<_>>());
        if total(&found) < total(&best) {
            best = found;
        }
    }
    let (slots, of, scratch) = best;
    Slots { slots, of, scratch, largest_live_set }
}

/// So many disturbed orders are tried, and so much work is put into them.
const TRIES: usize = 200;
const WORK: usize = 1_000_000;

/// What comes first is placed first.
type Order<'o> = &'o dyn Fn(&Life) -> (Reverse<usize>, usize);

type Placed = (Vec<Slot>, BTreeMap<NodeId, usize>, BTreeMap<NodeId, usize>);

/// Each value in the free slot that wastes least; else the largest free one grows, where it does not grow by more than another would need.
fn place(lives: &[Life]) -> Placed {
    let mut slots: Vec<(Slot, Vec<(usize, usize)>)> = Vec::new();
    let (mut of, mut scratch) = (BTreeMap::new(), BTreeMap::new());
    for life in lives {
        let free = |taken: &[(usize, usize)]| taken.iter().all(|&(first, last)| last < life.first || life.last < first);
        let open: Vec<usize> = (0..slots.len()).filter(|&i| free(&slots[i].1)).collect();
        let fits = open.iter().copied().filter(|&i| slots[i].0.len >= life.len).min_by_key(|&i| slots[i].0.len);
        let grows = open.iter().copied().max_by_key(|&i| slots[i].0.len);
        let slot = fits.or(grows).unwrap_or_else(|| {
            slots.push((Slot { len: 0 }, Vec::new()));
            slots.len() - 1
        });
        slots[slot].0.len = slots[slot].0.len.max(life.len);
        slots[slot].1.push((life.first, life.last));
        if life.scratch { &mut scratch } else { &mut of }.insert(life.id, slot);
    }
    (slots.into_iter().map(|(slot, _)| slot).collect(), of, scratch)
}
