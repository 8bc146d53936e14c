//! Threads that share the work of a batch.
//!
//! A batch is cut into at most 8 chunks ([`crate::rt::Cut`]): by its number of samples and the network alone, so that the same batch
//! gives the same bits for any number of threads. Each chunk has gradients and sums of its own, each thread a workspace; when all are done, they are
//! added in order, and what is made of the sums (losses, metrics, penalties) is made once. The threads share the update, too: each adds the
//! chunks' gradients of its parameters, or makes them of the factors that the chunks have left, and uses them while they are in its cache.

mod chunks;
mod hands;

pub use hands::Hands;

use alloc::vec::Vec;
use core::fmt::{self, Debug, Formatter};
use std::thread::ThreadId;

use thread_tree::ThreadTree;

use crate::aligned::Aligned;
use crate::rt::{
    Chunk, Chunked, Column, Crew as _, Cut, DataError, Gradients, MOST_CHUNKS, Port, Real, Step, are_good, finite_losses,
    samples_by_length, samples_of, states_of,
};
use chunks::{Batch, Job, Kept, Memory};

/// The threads that share the work of a network's batches, and the memory of their chunks.
///
/// What a network's `set_threads` makes. The caller's thread is one of them; the others are made at once, sleep between the calls, and end
/// with the network. 0, as at first, is the caller's thread alone and a batch that is not cut. With 1 and more the batch is cut, into at
/// most 8 chunks, and the bits do not depend on the number; those of a batch that is not cut may differ in the last places. More than 8
/// threads have nothing to do and are not made.
///
/// A batch is not cut where its chunks would have less than some 4 million floating-point operations each (about 40 µs), or too few for
/// the gradients that must be added. `set_threads` of a network tells the numbers of samples.
///
/// Each thread but the caller's takes a workspace, each chunk but the first gradients of its own: `TRAIN_WORKSPACE_BYTES` of the network's
/// module for each thread, and `PARAMETERS_BYTES` up to seven times. (A training step that leaves the gradients of large layers to the update
/// needs what all chunks have made: a workspace for each.) That memory is taken when the first batch comes that needs it, and is used again: no
/// later step allocates.
///
/// ```
/// # tapeless::nn! {
/// #     network Moons {
/// #         input  x: [2];
/// #         target y: [1];
/// #         output p = x |> fc1: dense(16) |> relu |> head: dense(1) |> sigmoid;
/// #         loss mse(p, y);
/// #         optimizer adam(lr = 1e-2);
/// #     }
/// # }
/// let mut net = Moons::new(1).with_threads(2);
/// assert_eq!(net.threads().count(), 2);
/// net.set_threads(0);
/// ```
pub struct Threads<T> {
    count: usize,
    /// Samples of a chunk at least, instead of the network's own.
    least: Option<usize>,
    crew: Vec<ThreadTree>,
    /// What chunks have left, and the gradients of all but the first.
    rooms: Vec<Aligned<T>>,
    /// The workspaces of all threads but the caller's.
    desks: Vec<Aligned<T>>,
    ran_on: [Option<ThreadId>; MOST_CHUNKS],
}

impl<T> Default for Threads<T> {
    fn default() -> Self {
        Threads::new(0)
    }
}

impl<T> Clone for Threads<T> {
    /// As many threads, which are others.
    fn clone(&self) -> Self {
        Threads { least: self.least, ..Threads::new(self.count) }
    }
}

impl<T> Debug for Threads<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Threads").field("count", &self.count).finish_non_exhaustive()
    }
}

impl<T> Threads<T> {
    /// `threads` threads, the caller's among them, 8 at most.
    ///
    /// # Panics
    /// The operating system gives no more threads.
    #[must_use]
    pub fn new(threads: usize) -> Self {
        let count = threads.min(MOST_CHUNKS);
        let crew = (1..count).map(|_| *ThreadTree::new_with_level(1)).collect();
        Threads { count, least: None, crew, rooms: Vec::new(), desks: Vec::new(), ran_on: [None; MOST_CHUNKS] }
    }

    /// Chunks of at least so many samples, whatever the work in them: the bits depend on that.
    #[must_use]
    pub fn at_least(mut self, samples: usize) -> Self {
        self.least = Some(samples.max(1));
        self
    }

    /// How many they are; 0 where batches are not cut.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The threads that worked on the chunks of the last batch, in the order of the chunks; none where it was not cut.
    pub fn ran_on(&self) -> impl Iterator<Item = ThreadId> + '_ {
        self.ran_on.iter().copied().flatten()
    }
}

impl<T: Real> Threads<T> {
    /// As [`crate::rt::Network::predict`], for a network with one output.
    ///
    /// # Errors
    /// What does not fit or is not finite; the outputs of other samples may have been computed then, `states` are as they were.
    pub fn predict<N: Chunked>(
        &mut self,
        parameters: &[T],
        buffers: &[T],
        ports: &[Column<'_, T>],
        states: &mut [T],
        workspace: &mut [T],
        outputs: &mut [T],
    ) -> Result<(), DataError> {
        let inputs = || N::STEP_PORTS.iter().filter(|port| !port.target);
        let cut = self.cut(N::PREDICT);
        if !self.cuts(cut, inputs(), ports) {
            return N::predict(parameters, buffers, ports, states, workspace, &mut [outputs]);
        }
        let samples = samples::<N, T>(inputs(), ports)?;
        states_of(N::CARRIED_LEN, samples, states)?;
        let memory = Memory { grads: &mut [], losses: &mut [], metrics: &mut [] };
        let size = N::STEP_OUTPUTS.first().map_or(0, Port::size);
        let batch = Batch { cut, samples, states: (states, N::CARRIED_LEN), outputs: (outputs, size) };
        self.share(batch, Kept::Sums(&[]), workspace, memory, &|job, workspace| {
            let Job { chunk, states, outputs, .. } = job;
            check::<N, T>(inputs(), ports, *chunk)?;
            N::predict_chunk(*chunk, parameters, buffers, ports, states, workspace, &mut [outputs])
        })
    }

    /// As [`crate::rt::Network::evaluate`].
    ///
    /// # Errors
    /// What does not fit or is not finite; `states` are as they were where data are not.
    #[expect(clippy::too_many_arguments, reason = "one slice for each thing that the pass reads or writes")]
    pub fn evaluate<N: Chunked>(
        &mut self,
        parameters: &[T],
        buffers: &[T],
        ports: &[Column<'_, T>],
        states: &mut [T],
        workspace: &mut [T],
        losses: &mut [T],
        metrics: &mut [T],
    ) -> Result<T, DataError> {
        let cut = self.cut(N::EVALUATE);
        if !self.cuts(cut, N::PORTS, ports) {
            return N::evaluate(parameters, buffers, ports, states, workspace, losses, metrics);
        }
        let samples = samples::<N, T>(N::PORTS, ports)?;
        states_of(N::CARRIED_LEN, samples, states)?;
        let memory = Memory { grads: &mut [], losses, metrics };
        let batch = Batch { cut, samples, states: (states, N::CARRIED_LEN), outputs: (&mut [], 0) };
        let kept = Kept::Sums(N::evaluate_sums());
        self.share(batch, kept, workspace, memory, &|job, workspace| {
            let Job { chunk, states, memory: Memory { losses, metrics, .. }, .. } = job;
            check::<N, T>(N::PORTS, ports, *chunk)?;
            N::evaluate_chunk(*chunk, parameters, buffers, ports, states, workspace, losses, metrics).map(drop)
        })?;
        self.add_sums(cut.chunks(samples), kept, N::evaluate_sums(), workspace);
        let total = N::evaluate_chunk(cut.after(samples), parameters, buffers, ports, &mut [], workspace, losses, metrics)?;
        finite_losses(N::LOSSES, losses, total)
    }

    /// As [`crate::rt::Network::gradients`], without outputs and the inputs' gradients.
    ///
    /// # Errors
    /// What does not fit or is not finite; `states` are as they were where data are not. Where a loss is not finite, the pass is done and
    /// `states` are what it left.
    #[expect(clippy::too_many_arguments, reason = "one slice for each thing that the pass reads or writes")]
    pub fn gradients<N: Chunked>(
        &mut self,
        parameters: &[T],
        buffers: &[T],
        ports: &[Column<'_, T>],
        states: &mut [T],
        step: Step,
        workspace: &mut [T],
        grads: &mut [T],
        losses: &mut [T],
    ) -> Result<T, DataError> {
        if !self.cuts(self.cut(N::TRAIN), N::PORTS, ports) {
            return N::gradients(parameters, buffers, ports, states, step, workspace, &mut [], grads, &mut [], losses);
        }
        let pass = Pass { parameters, buffers, ports, step, tile: 0 };
        let (total, mut grads, hands) = self.pass::<N>(pass, states, workspace, grads, losses)?;
        hands.sum(&mut grads);
        Ok(total)
    }

    /// The first half of a training step: the total loss, the gradients as the chunks have left them, and who shares the update.
    ///
    /// # Errors
    /// As [`Threads::gradients`].
    #[expect(clippy::too_many_arguments, reason = "one slice for each thing that the pass reads or writes")]
    pub fn step<'a, N: Chunked>(
        &'a mut self,
        parameters: &[T],
        buffers: &[T],
        ports: &'a [Column<'a, T>],
        states: &mut [T],
        step: Step,
        workspace: &'a mut [T],
        grads: &'a mut [T],
        losses: &mut [T],
    ) -> Result<(T, Gradients<'a, T>, Hands<'a>), DataError> {
        let pass = Pass { parameters, buffers, ports, step, tile: N::TILE };
        self.pass::<N>(pass, states, workspace, grads, losses)
    }

    fn pass<'a, N: Chunked>(
        &'a mut self,
        pass: Pass<'_, 'a, T>,
        states: &mut [T],
        workspace: &'a mut [T],
        grads: &'a mut [T],
        losses: &mut [T],
    ) -> Result<(T, Gradients<'a, T>, Hands<'a>), DataError> {
        let Pass { parameters, buffers, ports, step, tile } = pass;
        let cut = self.cut(N::TRAIN);
        let is_cut = self.cuts(cut, N::PORTS, ports);
        let samples = if is_cut { samples::<N, T>(N::PORTS, ports) } else { samples_of(N::PORTS, ports) }?;
        states_of(N::CARRIED_LEN, samples, states)?;
        N::holds(samples)?;
        if !is_cut {
            let chunk = Chunk::whole(samples).late_up_to(tile);
            let total = N::gradients_chunk(chunk, parameters, buffers, ports, states, step, workspace, &mut [], grads, &mut [], losses)?;
            let total = finite_losses(N::LOSSES, losses, total)?;
            let hands = Hands::asleep(&self.crew);
            return Ok((total, Gradients::left(chunk, N::LATE, ports, workspace, grads), hands));
        }
        let chunks = || cut.of(samples).map(|chunk| chunk.late_up_to(tile));
        let late = !N::LATE.is_empty() && chunks().any(|chunk| chunk.is_late());
        let kept = if late { Kept::All } else { Kept::Sums(N::train_sums()) };
        let memory = Memory { grads: &mut *grads, losses: &mut *losses, metrics: &mut [] };
        let batch = Batch { cut, samples, states: (states, N::CARRIED_LEN), outputs: (&mut [], 0) };
        self.share(batch, kept, workspace, memory, &|job, workspace| {
            let Job { chunk, states, memory: Memory { grads, losses, .. }, .. } = job;
            check::<N, T>(N::PORTS, ports, *chunk)?;
            let chunk = chunk.late_up_to(tile);
            N::gradients_chunk(chunk, parameters, buffers, ports, states, step, workspace, &mut [], grads, &mut [], losses).map(drop)
        })?;
        self.add_sums(cut.chunks(samples), kept, N::train_sums(), workspace);
        // The gradients of the other chunks lie behind what is kept of them.
        let (kept, len) = (kept.len(workspace.len()), grads.len());
        self.move_gradients(cut.chunks(samples), N::gradients_read(), kept, grads);
        let after = cut.after(samples);
        let total = N::gradients_chunk(after, parameters, buffers, ports, &mut [], step, workspace, &mut [], grads, &mut [], losses)?;
        let total = finite_losses(N::LOSSES, losses, total)?;
        let mut chunks = chunks().zip(&self.rooms);
        let first = chunks.next().map_or(after, |(first, _)| first);
        let first = Gradients::left(first, N::LATE, ports, workspace, grads);
        let all = chunks.fold(first, |all, (chunk, room)| {
            let (kept, rest) = room.split_at(kept.min(room.len()));
            all.and(chunk, kept, rest.get(..len).unwrap_or_default())
        });
        Ok((total, all, Hands::awake(&self.crew)))
    }

    fn cut(&self, cut: Cut) -> Cut {
        match self.least {
            Some(least) if cut.least > 0 => Cut { least: least.next_multiple_of(cut.rows), ..cut },
            _ => cut,
        }
    }

    /// Whether a batch is cut, by the length of its first column: whether the others agree is asked later.
    fn cuts<'a>(&mut self, cut: Cut, ports: impl IntoIterator<Item = &'a Port>, columns: &[Column<'_, T>]) -> bool {
        self.ran_on = [None; MOST_CHUNKS];
        let first = ports.into_iter().zip(columns).next();
        let samples = first.map_or(1, |(port, column)| column.len() / port.size().max(1));
        self.count > 0 && cut.chunks(samples) > 1
    }
}

/// What a pass over a batch with its gradients reads.
struct Pass<'p, 'a, T> {
    parameters: &'p [T],
    buffers: &'p [T],
    ports: &'a [Column<'a, T>],
    step: Step,
    /// Large gradients of chunks up to so many samples are left to the update.
    tile: usize,
}

/// The number of samples of a batch that is cut. Each thread looks at the data of its chunks itself, unless states would have changed then.
fn samples<'a, N: Chunked, T: Real>(
    ports: impl IntoIterator<Item = &'a Port, IntoIter: Clone>,
    columns: &[Column<'_, T>],
) -> Result<usize, DataError> {
    let ports = ports.into_iter();
    match samples_by_length(ports.clone(), columns) {
        Some(samples) if N::CARRIED_LEN == 0 => Ok(samples),
        _ => samples_of(ports, columns),
    }
}

/// What is wrong with the data of the batch, if something is with that of the chunk.
fn check<'a, N: Chunked, T: Real>(
    ports: impl IntoIterator<Item = &'a Port, IntoIter: Clone>,
    columns: &[Column<'_, T>],
    chunk: Chunk,
) -> Result<(), DataError> {
    let ports = ports.into_iter();
    if N::CARRIED_LEN > 0 || are_good(ports.clone(), columns, chunk) { Ok(()) } else { samples_of(ports, columns).map(drop) }
}

/// Takes the first `len` elements, or as many as there are.
fn split_off<'a, T>(xs: &mut &'a mut [T], len: usize) -> &'a mut [T] {
    let all = core::mem::take(xs);
    let (first, rest) = all.split_at_mut(len.min(all.len()));
    *xs = rest;
    first
}

/// Does all jobs, the first ones on this thread, the others in equal shares on those of the crew.
fn divide<J: Send>(crew: &[ThreadTree], jobs: &mut [J], work: &(impl Fn(&mut J) + Sync)) {
    match crew.split_first() {
        Some((hand, rest)) if jobs.len() > 1 => {
            let share = (jobs.len() / (crew.len() + 1)).max(1);
            let (here, there) = jobs.split_at_mut(jobs.len() - share);
            hand.top().join(|_| divide(rest, here, work), |_| there.iter_mut().for_each(work));
        }
        _ => jobs.iter_mut().for_each(work),
    }
}
