//! Where stored values lie: the workspace is cut into slots, and values that are not alive at the same time share one.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Phase, Place, Plan, What, sums_batch};
use crate::graph::{NodeId, Role, operand_of};
use crate::search::place_of;

/// A piece of the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// Elements.
    pub len: usize,
    /// The times in which it is divided: the elements of each part.
    pub divided: Vec<Vec<usize>>,
}

/// Where a value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// The slot.
    pub slot: usize,
    /// Where that is divided at the time: the number of the time, and the part.
    pub part: Option<(usize, usize)>,
}

/// The workspace of a plan.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// The slots, one after another.
    pub slots: Vec<Slot>,
    /// The place of each stored value.
    pub of: BTreeMap<NodeId, Room>,
    /// The place in which the kernel of a value finds room while it works.
    pub scratch: BTreeMap<NodeId, Room>,
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

/// A block of the generated function: itself, the loop over the tiles of a stage, what is done in it only if it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    stage: usize,
    depth: usize,
}

const FUNCTION: Block = Block { stage: 0, depth: 0 };

impl Block {
    fn holds(self, other: Block) -> bool {
        self.depth == 0 || (self.stage == other.stage && self.depth <= other.depth)
    }
}

/// A value's life: first and last kernel, both included.
#[derive(Clone, Copy, Debug)]
struct Life {
    id: NodeId,
    len: usize,
    first: usize,
    last: usize,
    /// Where it begins.
    block: Block,
    /// Room for the value's kernel, not the value.
    scratch: bool,
}

impl Life {
    fn meets(&self, first: usize, last: usize) -> bool {
        first <= self.last && self.first <= last
    }
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
    // The body of a loop is one block, but for what is carried, which begins before all else.
    let inside = |stage: usize, depth: usize| if plan.given.is_empty() { Block { stage, depth } } else { FUNCTION };
    let block = |at: usize| match plan.kernels[at].phase {
        Phase::Tile if !plan.whole => inside(plan.kernels[at].stage, 1),
        Phase::Asked => inside(plan.kernels[at].stage, 2),
        _ => FUNCTION,
    };
    let mut lives: BTreeMap<NodeId, Life> = BTreeMap::new();
    let in_variables = |id: NodeId| plan.unrolled && graph.ty(id).batched;
    // Ports are loaded into the workspace at the start of a tile, but for those that are read where they lie.
    let leaves = graph.ids().filter(|id| plan.places[id.index()] == Place::Leaf);
    for id in leaves.filter(|id| !in_variables(*id) && !plan.outside.contains(id) && !plan.in_place.contains(id)) {
        let given = operand_of(graph.node(id)).and_then(|operand| plan.given.get(operand));
        let last = match given {
            // Read where it lies outside.
            Some(Role::Whole) => continue,
            Some(Role::Carry) => end,
            Some(Role::Slice) => tile_start,
            None if graph.ty(id).batched => tile_start,
            None => continue,
        };
        let block = if plan.whole { FUNCTION } else { inside(0, 1) };
        lives.insert(id, Life { id, len: stored_len(plan, id), first: tile_start.min(last), last, block, scratch: false });
    }
    for (at, kernel) in plan.kernels.iter().enumerate() {
        // All that a loop over rows makes and reads is there from its beginning to its end.
        let (start, end_of_loop) = plan.loop_around(at);
        let inside = !in_variables(kernel.output) && !plan.outside.contains(&kernel.output);
        if plan.places[kernel.output.index()] == Place::Stored && inside {
            // Sums begin at zero before the first sample; in a tile that holds the whole batch, where they are made.
            let (first, block) = if sums_batch(graph, kernel.output) && !plan.whole { (0, FUNCTION) } else { (start, block(at)) };
            let last = end_of_loop;
            let life = Life { id: kernel.output, len: stored_len(plan, kernel.output), first, last, block, scratch: false };
            lives.entry(kernel.output).or_insert(life).last = last;
        }
        // What a step works in, and the results.
        if let Some(inner) = plan.loops.get(&kernel.output) {
            let life = |id, len| Life { id, len, first: at, last: at, block: block(at), scratch: false };
            lives.insert(kernel.output, life(kernel.output, inner.plan.slots.len()));
            for id in graph.ids().filter(|id| plan.maker(*id) == kernel.output && plan.places[id.index()] == Place::Stored) {
                lives.insert(id, life(id, stored_len(plan, id)));
            }
        }
        for read in plan.reads(kernel) {
            if let Some(life) = lives.get_mut(&read) {
                // What is made before the tiles and read in one is needed by the next tile too.
                let mut through = ranges.iter().filter(|range| range.contains(&at) && life.first < range.start);
                let through = through.next().filter(|_| !plan.whole && !graph.ty(read).batched);
                life.last = life.last.max(through.map_or(end_of_loop, |range| range.end));
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
    for factor in plan.late.iter().flat_map(|late| [late.left, late.right]).filter(|id| plan.places[id.index()] == Place::Stored) {
        if let Some(life) = lives.get_mut(&factor) {
            life.last = end;
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
            Some(Life { id: kernel.output, len, first: at, last: at, block: block(at), scratch: true })
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

/// Elements that are alive at the same time in a plan, at most.
pub(super) fn most_alive(plan: &Plan) -> usize {
    largest_live_set(&lives(plan), plan.kernels.len() + 2)
}

/// Values whose lives do not overlap may share a slot, which is as large as its largest. No order of placing them is best for all
/// networks: as they come to life, by size, and by the work that a place saves are tried, and the smallest workspace is taken. Where that
/// wastes much, slots are also divided for a time.
pub(super) fn allocate(plan: &Plan) -> Slots {
    let lives = lives(plan);
    let largest_live_set = largest_live_set(&lives, plan.kernels.len() + 2);
    // The last kernel of the tiles of each stage.
    let in_tile = |stage: usize| {
        let of_stage = |kernel: &super::Kernel| kernel.stage == stage && matches!(kernel.phase, Phase::Tile | Phase::Asked);
        plan.kernels.iter().rposition(of_stage)
    };
    let tile_ends: Vec<Option<usize>> = (0..plan.stages).map(in_tile).collect();
    // What is made anew in the tiles of several stages is in none of their blocks alone.
    let stays =
        |life: &Life| life.block == FUNCTION || tile_ends.get(life.block.stage).is_some_and(|end| end.is_some_and(|end| life.last <= end));
    let span = |life: &Life| life.last + 1 - life.first.min(life.last);
    let orders: [Order<'_>; 4] = [
        &|life| (Reverse(0), life.first),
        &|life| (Reverse(life.len), life.first),
        &|life| (Reverse(life.len), usize::MAX - span(life)),
        &|life| (Reverse(life.len * span(life)), life.first),
    ];
    let total = |slots: &[Cut]| slots.iter().map(|slot| slot.len).sum::<usize>();
    let smallest = |divide: bool| {
        let mut best: Option<(usize, Vec<Cut>)> = None;
        for order in &orders {
            let mut lives = lives.clone();
            lives.sort_by_cached_key(|life| (order(life), life.id, life.scratch));
            let most = best.as_ref().map_or(usize::MAX, |best| best.0);
            if let Some(slots) = place(&lives, &|life| divide && stays(life), most) {
                best = Some((total(&slots), slots));
            }
        }
        best.unwrap_or_default().1
    };
    let mut best = smallest(false);
    if total(&best) * 10 > largest_live_set * 12 {
        let divided = smallest(true);
        if total(&divided) < total(&best) {
            best = divided;
        }
    }
    // The large ones first: most are whole cache lines, and so all begin at one.
    best.sort_by_key(|slot| Reverse(slot.len));
    let mut slots = Slots { largest_live_set, ..Slots::default() };
    for (slot, cut) in best.into_iter().enumerate() {
        let mut divided = Vec::new();
        for time in cut.times {
            let several = time.parts.len() > 1;
            for (i, part) in time.parts.iter().enumerate() {
                let room = Room { slot, part: several.then_some((divided.len(), i)) };
                for life in &part.lives {
                    if life.scratch { &mut slots.scratch } else { &mut slots.of }.insert(life.id, room);
                }
            }
            if several {
                divided.push(time.parts.iter().map(|part| part.len).collect());
            }
        }
        slots.slots.push(Slot { len: cut.len, divided });
    }
    slots
}

/// What comes first is placed first.
type Order<'o> = &'o dyn Fn(&Life) -> (Reverse<usize>, usize);

/// A slot as it is cut: its times in order.
#[derive(Default)]
struct Cut {
    len: usize,
    times: Vec<Time>,
}

/// A time in which a slot has the same parts.
struct Time {
    first: usize,
    last: usize,
    parts: Vec<Part>,
}

struct Part {
    len: usize,
    lives: Vec<Life>,
}

impl Part {
    fn of(life: Life) -> Part {
        Part { len: life.len, lives: vec![life] }
    }
}

impl Time {
    fn len(&self) -> usize {
        self.parts.iter().map(|part| part.len).sum()
    }

    /// Whether all parts can be made where the first value of the time begins, with `life` among them.
    fn takes(&self, life: &Life, divides: &dyn Fn(&Life) -> bool) -> bool {
        let all = || self.parts.iter().flat_map(|part| &part.lives).chain([life]);
        let begins = all().min_by_key(|life| (life.first, life.block.depth)).map_or(FUNCTION, |life| life.block);
        all().all(|life| divides(life) && begins.holds(life.block))
    }
}

/// Where a value may go: the slot, the time in it, the part of that. What is missing is new.
type Choice = (Option<usize>, Option<usize>, Option<usize>);

/// Each value where the workspace grows least; then without a new part, then where the time of a slot grows least, then where least is wasted.
/// No slot grows to be divided: its parts share what its largest value takes. Nothing, where it does not take less than `most`.
fn place(lives: &[Life], divides: &dyn Fn(&Life) -> bool, most: usize) -> Option<Vec<Cut>> {
    let mut slots: Vec<Cut> = Vec::new();
    let mut total = 0;
    for life in lives {
        let mut best = ((life.len, true, 0, 0), (None, None, None));
        let mut offer = |cost: (usize, bool, usize, usize), choice: Choice| {
            if cost < best.0 {
                best = (cost, choice);
            }
        };
        let divided = divides(life);
        for (s, slot) in slots.iter().enumerate() {
            if slot.is_free(life) {
                offer((life.len.saturating_sub(slot.len), false, 0, slot.len.saturating_sub(life.len)), (Some(s), None, None));
            }
            if !divided {
                continue;
            }
            for (t, time) in slot.times.iter().enumerate() {
                let (first, last) = (time.first.min(life.first), time.last.max(life.last));
                let beside = |other: Option<&Time>| other.is_some_and(|other| first <= other.last && other.first <= last);
                if beside(t.checked_sub(1).and_then(|t| slot.times.get(t))) || beside(slot.times.get(t + 1)) || !time.takes(life, divides) {
                    continue;
                }
                let grows = (last - first) - (time.last - time.first);
                let used = time.len();
                for (p, part) in time.parts.iter().enumerate() {
                    let free = part.lives.iter().all(|other| !life.meets(other.first, other.last));
                    if free && used + life.len.saturating_sub(part.len) <= slot.len {
                        offer((0, false, grows, part.len.saturating_sub(life.len)), (Some(s), Some(t), Some(p)));
                    }
                }
                if used + life.len <= slot.len {
                    offer((0, true, grows, slot.len - used - life.len), (Some(s), Some(t), None));
                }
            }
        }
        let (s, t, p) = best.1;
        let s = s.unwrap_or_else(|| {
            slots.push(Cut::default());
            slots.len() - 1
        });
        let before = slots[s].len;
        slots[s].put(*life, t, p);
        total += slots[s].len - before;
        if total >= most {
            return None;
        }
    }
    Some(slots)
}

impl Cut {
    /// Whether it holds nothing while a value lives. Each value asks each slot.
    fn is_free(&self, life: &Life) -> bool {
        place_of!(&self.times, |time| time.first <= life.last && life.first <= time.last).is_none()
    }

    fn put(&mut self, life: Life, time: Option<usize>, part: Option<usize>) {
        let Some(t) = time else {
            let at = self.times.partition_point(|time| time.first < life.first);
            self.times.insert(at, Time { first: life.first, last: life.last, parts: vec![Part::of(life)] });
            self.len = self.len.max(life.len);
            return;
        };
        let time = &mut self.times[t];
        (time.first, time.last) = (time.first.min(life.first), time.last.max(life.last));
        match part {
            Some(p) => {
                time.parts[p].len = time.parts[p].len.max(life.len);
                time.parts[p].lives.push(life);
            }
            None => time.parts.push(Part::of(life)),
        }
    }
}
