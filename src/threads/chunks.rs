//! The chunks of a batch: what each has of its own, and what the threads that work on them have.

use alloc::vec::Vec;
use core::array;
use std::thread::{self, ThreadId};

use super::{Threads, divide, split_off};
use crate::aligned::Aligned;
use crate::rt::{Chunk, Cut, DataError, MOST_CHUNKS, Real, Room};

/// Elements of a cache line, at most.
const LINE: usize = 16;

/// What is wanted of a workspace when a chunk is done.
#[derive(Clone, Copy)]
pub(super) enum Kept {
    /// These sums over the samples: all chunks of a thread use the same workspace, which so stays in its cache.
    Sums(&'static [Room]),
    /// All: each chunk has a workspace of its own.
    All,
}

impl Kept {
    /// The elements of it, of a workspace of so many; what lies behind begins at a cache line.
    pub(super) fn len(self, workspace: usize) -> usize {
        let len = match self {
            Kept::Sums(sums) => sums.iter().map(|(_, len)| len).sum(),
            Kept::All => workspace,
        };
        len.next_multiple_of(LINE)
    }
}

/// A batch that is cut, and what lies sample by sample in it, with the elements of a sample.
pub(super) struct Batch<'a, T> {
    pub(super) cut: Cut,
    pub(super) samples: usize,
    pub(super) states: (&'a mut [T], usize),
    pub(super) outputs: (&'a mut [T], usize),
}

/// What a chunk gives.
pub(super) struct Memory<'a, T> {
    pub(super) grads: &'a mut [T],
    pub(super) losses: &'a mut [T],
    pub(super) metrics: &'a mut [T],
}

/// The work on a chunk.
pub(super) struct Job<'a, T> {
    pub(super) chunk: Chunk,
    pub(super) states: &'a mut [T],
    pub(super) outputs: &'a mut [T],
    pub(super) memory: Memory<'a, T>,
    /// What is kept of the workspace.
    kept: &'a mut [T],
    done: Result<(), DataError>,
    ran_on: Option<ThreadId>,
}

/// A thread's workspace, and the chunks that it works on, one after the other.
struct Desk<'d, 'a, T> {
    workspace: &'d mut [T],
    jobs: &'d mut [Option<Job<'a, T>>],
}

impl<T: Real> Threads<T> {
    /// All chunks of a batch, each by one of the threads. `workspace` and `first` are the caller's: the workspace of the first thread (where each
    /// chunk has its own, of the first chunk), and what the first chunk gives.
    pub(super) fn share(
        &mut self,
        batch: Batch<'_, T>,
        kept: Kept,
        workspace: &mut [T],
        first: Memory<'_, T>,
        work: &(impl Fn(&mut Job<'_, T>, &mut [T]) -> Result<(), DataError> + Sync),
    ) -> Result<(), DataError> {
        let Batch { cut, samples, states: (mut states, state), outputs: (mut outputs, output) } = batch;
        let chunks = cut.chunks(samples);
        let hands = chunks.min(self.crew.len() + 1);
        let used = workspace.len();
        let lens = [kept.len(used), first.grads.len(), first.losses.len(), first.metrics.len()];
        let is_shared = matches!(kept, Kept::Sums(_));
        // What the first chunk makes is the caller's.
        let of_first = if is_shared { lens[0] } else { 0 };
        reserve(&mut self.rooms, (0..chunks).map(|chunk| if chunk == 0 { of_first } else { lens.iter().sum() }));
        reserve(&mut self.desks, (1..hands).filter(|_| is_shared).map(|_| used));
        let mut workspaces = [Some(workspace)].into_iter().chain(self.desks.iter_mut().map(|desk| desk.get_mut(..used)));
        let mut own = if is_shared { None } else { workspaces.next().flatten() };
        let (mut rooms, mut of, mut first) = (self.rooms.iter_mut(), cut.of(samples), Some(first));
        let mut jobs: [Option<Job<'_, T>>; MOST_CHUNKS] = array::from_fn(|_| {
            let (chunk, mut room) = (of.next()?, &mut **rooms.next()?);
            let [kept, grads, losses, metrics] = lens.map(|len| split_off(&mut room, len));
            let memory = first.take().unwrap_or(Memory { grads, losses, metrics });
            let states = split_off(&mut states, chunk.len() * state);
            let outputs = split_off(&mut outputs, chunk.len() * output);
            Some(Job { chunk, states, outputs, memory, kept: own.take().unwrap_or(kept), done: Ok(()), ran_on: None })
        });
        let mut rest = &mut jobs[..chunks];
        let mut desks: [Option<Desk<'_, '_, T>>; MOST_CHUNKS] = array::from_fn(|i| {
            let share = rest.len() / hands.checked_sub(i).filter(|left| *left > 0)?;
            let (now, later) = core::mem::take(&mut rest).split_at_mut(share);
            rest = later;
            let workspace = if is_shared { workspaces.next().flatten()? } else { &mut [] };
            Some(Desk { workspace, jobs: now })
        });
        divide(&self.crew, &mut desks[..hands], &|desk: &mut Option<Desk<'_, '_, T>>| {
            let Some(Desk { workspace, jobs }) = desk else { return };
            for job in jobs.iter_mut().flatten() {
                job.done = match kept {
                    Kept::Sums(sums) => {
                        let done = work(job, workspace);
                        if done.is_ok() {
                            keep(sums, workspace, job.kept);
                        }
                        done
                    }
                    Kept::All => {
                        let workspace = core::mem::take(&mut job.kept);
                        work(job, workspace.get_mut(..used).unwrap_or_default())
                    }
                };
                job.ran_on = Some(thread::current().id());
            }
        });
        self.ran_on = array::from_fn(|i| jobs[i].as_ref().and_then(|job| job.ran_on));
        jobs.iter().flatten().try_for_each(|job| job.done)
    }

    /// Adds to these gradients of the first chunk those of the others, which lie behind `kept` elements, in order; they are 0 then: they are
    /// added once.
    pub(super) fn move_gradients(&mut self, chunks: usize, rooms: &[Room], kept: usize, grads: &mut [T]) {
        for room in self.rooms.iter_mut().take(chunks).skip(1) {
            for &(at, len) in rooms {
                let from = room.get_mut(kept + at..kept + at + len).unwrap_or_default();
                add(grads.get_mut(at..at + len).unwrap_or_default(), from);
                from.fill(T::ZERO);
            }
        }
    }

    /// The sums of all chunks, added in order, to where the workspace has them.
    pub(super) fn add_sums(&self, chunks: usize, kept: Kept, sums: &[Room], workspace: &mut [T]) {
        for (chunk, room) in self.rooms.iter().take(chunks).enumerate() {
            let mut next = 0;
            for &(at, len) in sums {
                let to = workspace.get_mut(at..at + len).unwrap_or_default();
                let from = match kept {
                    Kept::Sums(_) => room.get(next..next + len),
                    Kept::All => room.get(at..at + len),
                };
                match (chunk, kept, from.unwrap_or_default()) {
                    (0, Kept::Sums(_), from) => to.copy_from_slice(from),
                    (0, Kept::All, _) => {}
                    (_, _, from) => add(to, from),
                }
                next += len;
            }
        }
    }
}

/// Copies the sums, one behind the other.
fn keep<T: Copy>(sums: &[Room], workspace: &[T], mut kept: &mut [T]) {
    for &(at, len) in sums {
        split_off(&mut kept, len).copy_from_slice(workspace.get(at..at + len).unwrap_or_default());
    }
}

/// Rooms of so many elements at least.
fn reserve<T: Real>(rooms: &mut Vec<Aligned<T>>, lens: impl Iterator<Item = usize>) {
    for (i, len) in lens.enumerate() {
        match rooms.get_mut(i) {
            None => rooms.push(Aligned::zeros(len)),
            Some(room) if room.len() < len => *room = Aligned::zeros(len),
            Some(_) => {}
        }
    }
}

fn add<T: Real>(to: &mut [T], from: &[T]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += *from);
}
