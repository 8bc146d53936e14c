//! The training loop: epochs of shuffled mini-batches, validation, early stopping, progress, a history.
//!
//! ```
//! # tapeless::nn! {
//! #     network Moons {
//! #         input  x: [2];
//! #         target y: [1];
//! #         output p = x |> fc1: dense(16) |> relu |> head: dense(1) |> sigmoid;
//! #         loss mse(p, y);
//! #         optimizer adam(lr = 1e-2);
//! #     }
//! # }
//! use tapeless::{Dataset, Trainer, data};
//!
//! # fn main() -> Result<(), tapeless::train::TrainError> {
//! let points = data::moons(500, 0.1, 1);
//! let (train, held_out) = moons::Data { x: points.x(), y: points.y() }.split(400);
//! let mut net = Moons::new(1);
//! let history = Trainer::new().epochs(20).batch_size(32).seed(7).validation(&held_out).early_stopping(5, 1e-4).fit(&mut net, &train)?;
//! assert!(history.last().is_some_and(|epoch| epoch.total < 0.2));
//! # Ok(())
//! # }
//! ```
//!
//! The order of the samples depends on the seed and the epoch's number alone: training ten epochs, saving, loading and training the next ten
//! with [`Trainer::first_epoch`]`(10)` gives the same bits as training twenty. A step allocates nothing; the batch's room is used again.
//! With the feature `threads`, a network's own `set_threads` says how many threads share a mini-batch and the validation data.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};
use std::time::Instant;

use crate::rt::{DataError, Network, shuffle};
use crate::trainable::{Dataset, Trainable};

mod history;
mod progress;

pub use history::{Epoch, Evaluation, History};
pub use progress::Progress;
use progress::Reporter;

/// Whether to go on after an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// With the next epoch.
    Continue,
    /// No further.
    Stop,
}

/// Data that was refused, or a loss that was not finite, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainError {
    /// The epoch, counted from 0.
    pub epoch: usize,
    /// The mini-batch in the epoch, counted from 0; `None` if it happened on the whole data or the validation data.
    pub batch: Option<usize>,
    /// What happened. Samples are counted in the batch.
    pub error: DataError,
}

impl Display for TrainError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.batch {
            Some(batch) => write!(f, "epoch {}, batch {batch}: {}", self.epoch, self.error),
            None => write!(f, "epoch {}: {}", self.epoch, self.error),
        }
    }
}

impl core::error::Error for TrainError {}

struct EarlyStopping {
    patience: usize,
    min_delta: f64,
}

type Hook<'a, M> = Box<dyn FnMut(&mut M, &Epoch) -> Flow + 'a>;
type Scale<'a> = Box<dyn FnMut(u64) -> f64 + 'a>;

/// How to train. Build it, then [`Trainer::fit`].
pub struct Trainer<'a, M: Trainable> {
    epochs: usize,
    first_epoch: usize,
    batch_size: usize,
    drop_last: bool,
    shuffled: bool,
    seed: u64,
    progress: Progress,
    validation: Option<&'a M::Data>,
    evaluate_every: usize,
    early_stopping: Option<EarlyStopping>,
    after_epoch: Vec<Hook<'a, M>>,
    lr_scale: Option<Scale<'a>>,
}

impl<M: Trainable> Default for Trainer<'_, M> {
    fn default() -> Self {
        Trainer::new()
    }
}

impl<'a, M: Trainable> Trainer<'a, M> {
    /// Ten epochs of shuffled mini-batches of 32, seed 0, progress on a terminal.
    #[must_use]
    pub fn new() -> Self {
        Trainer {
            epochs: 10,
            first_epoch: 0,
            batch_size: 32,
            drop_last: false,
            shuffled: true,
            seed: 0,
            progress: Progress::Auto,
            validation: None,
            evaluate_every: 1,
            early_stopping: None,
            after_epoch: Vec::new(),
            lr_scale: None,
        }
    }

    /// How often all samples are seen.
    #[must_use]
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// The number of the first epoch, where training goes on: it decides the order of the samples.
    #[must_use]
    pub fn first_epoch(mut self, epoch: usize) -> Self {
        self.first_epoch = epoch;
        self
    }

    /// Samples in a step; the last batch of an epoch may have fewer. 0 takes all samples at once.
    ///
    /// A network with batch statistics takes at most [`Network::BATCH`] samples in a step: more is an error before the first step. A last
    /// batch of fewer samples that the program's own `assert` refuses, as `batch_norm`'s does a single one, is left out.
    #[must_use]
    pub fn batch_size(mut self, samples: usize) -> Self {
        self.batch_size = samples;
        self
    }

    /// Leaves out the last batch of an epoch where it has fewer samples than the others.
    #[must_use]
    pub fn drop_last(mut self, drop_last: bool) -> Self {
        self.drop_last = drop_last;
        self
    }

    /// Whether the samples are shuffled before each epoch; they are unless this says no.
    #[must_use]
    pub fn shuffled(mut self, shuffled: bool) -> Self {
        self.shuffled = shuffled;
        self
    }

    /// The seed of the order of the samples. (The network has its own, for its random operations.)
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What is shown on stderr.
    #[must_use]
    pub fn progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// Data to evaluate the network on after epochs, in predict mode.
    #[must_use]
    pub fn validation(mut self, data: &'a M::Data) -> Self {
        self.validation = Some(data);
        self
    }

    /// Evaluates after every `epochs` epochs, and after the last; after each unless this says otherwise.
    #[must_use]
    pub fn evaluate_every(mut self, epochs: usize) -> Self {
        self.evaluate_every = epochs.max(1);
        self
    }

    /// Stops when the total loss (of the validation data if there is any, else the epoch's mean) has not fallen by more than `min_delta`
    /// for more than `patience` evaluations. Parameters and buffers are then, and at the end of training, those of the best evaluation.
    #[must_use]
    pub fn early_stopping(mut self, patience: usize, min_delta: f64) -> Self {
        self.early_stopping = Some(EarlyStopping { patience, min_delta });
        self
    }

    /// Calls `hook` after each epoch; it may change the network, save it, or stop. Several are called in the order they were given.
    #[must_use]
    pub fn after_epoch(mut self, hook: impl FnMut(&mut M, &Epoch) -> Flow + 'a) -> Self {
        self.after_epoch.push(Box::new(hook));
        self
    }

    /// Before each step, sets the optimizer's `lr_scale` to `scale(updates so far)`.
    #[must_use]
    pub fn lr_scale(mut self, scale: impl FnMut(u64) -> f64 + 'a) -> Self {
        self.lr_scale = Some(Box::new(scale));
        self
    }

    /// Trains.
    ///
    /// # Errors
    /// Data that does not fit, or a loss that is not finite. The network is then as the last good step left it.
    pub fn fit(mut self, net: &mut M, data: &M::Data) -> Result<History, TrainError> {
        let samples = data.len();
        let whole = |epoch| move |error| TrainError { epoch, batch: None, error };
        data.check().map_err(whole(self.first_epoch))?;
        if samples == 0 {
            return Err(whole(self.first_epoch)(DataError::Empty));
        }
        let batch_size = if self.batch_size == 0 { samples } else { self.batch_size.min(samples) };
        if let Some(most) = M::Net::BATCH.filter(|most| batch_size > *most) {
            return Err(whole(self.first_epoch)(DataError::TooMany { most, found: batch_size }));
        }
        let batches = if self.drop_last { samples / batch_size } else { samples.div_ceil(batch_size) };

        let mut history = History::new(M::Net::LOSSES, M::Net::METRICS);
        let mut reporter = Reporter::new(self.progress, self.epochs, batches, M::Net::LOSSES, M::Net::METRICS);
        let mut order: Vec<u32> = Vec::new();
        let mut batch = M::Data::default();
        let mut losses = vec![0.0; M::Net::LOSSES.len()];
        let mut hyper = vec![0.0; M::Net::HYPER.len()];
        let mut best: Option<Best<M::Real>> = None;
        let mut waited = 0;

        for number in self.first_epoch..self.first_epoch + self.epochs {
            let started = Instant::now();
            // From the same beginning each time: the order depends on seed and epoch, not on the epochs before.
            order.clear();
            order.extend(0..samples as u32);
            if self.shuffled {
                shuffle(&mut order, self.seed, number as u64);
            }
            let mut epoch = Epoch::new(number, losses.len());
            reporter.begin(number);
            for (i, indices) in order.chunks(batch_size).take(batches).enumerate() {
                batch.clear();
                indices.iter().for_each(|&index| batch.push_from(data, index as usize));
                if let Some(scale) = &mut self.lr_scale {
                    let factor = scale(net.parts().steps);
                    set_lr_scale(net, factor, &mut hyper);
                }
                let total = net.train_on(&batch, &mut losses);
                if let (Err(DataError::Assert { .. }), true) = (&total, i > 0 && indices.len() < batch_size) {
                    continue;
                }
                let total = total.map_err(|error| TrainError { epoch: number, batch: Some(i), error })?;
                epoch.add(indices.len(), total, &losses);
                reporter.step(&epoch, started);
            }
            epoch.finish();
            let last = number + 1 == self.first_epoch + self.epochs;
            let due = (number + 1) % self.evaluate_every == 0 || last;
            if let Some(validation) = self.validation.filter(|_| due) {
                let mut evaluation = Evaluation::new(losses.len(), M::Net::METRICS.len());
                let total = net.evaluate_on(validation, &mut evaluation.losses, &mut evaluation.metrics);
                evaluation.total = total.map_err(whole(number))?;
                epoch.validation = Some(evaluation);
            }
            epoch.seconds = started.elapsed().as_secs_f64();
            reporter.end(&epoch);

            let mut flow = Flow::Continue;
            if let Some(stopping) = &self.early_stopping
                && (due || self.validation.is_none())
            {
                let watched = epoch.validation.as_ref().map_or(epoch.total, |evaluation| evaluation.total);
                if best.as_ref().is_none_or(|best| watched < best.loss - stopping.min_delta) {
                    waited = 0;
                    Best::keep(&mut best, net, watched, number);
                } else {
                    waited += 1;
                    if waited > stopping.patience {
                        flow = Flow::Stop;
                    }
                }
            }
            for hook in &mut self.after_epoch {
                if hook(net, &epoch) == Flow::Stop {
                    flow = Flow::Stop;
                }
            }
            history.epochs.push(epoch);
            if flow == Flow::Stop {
                history.stopped_early = true;
                break;
            }
        }
        if let Some(best) = best {
            best.restore(net);
            history.best_epoch = Some(best.epoch);
        }
        reporter.finish();
        Ok(history)
    }
}

fn set_lr_scale<M: Trainable>(net: &mut M, factor: f64, hyper: &mut [f64]) {
    net.read_hyper(hyper);
    for (value, (name, _)) in hyper.iter_mut().zip(M::Net::HYPER) {
        if *name == "lr_scale" || name.ends_with("_lr_scale") || name.ends_with(".lr_scale") {
            *value = factor;
        }
    }
    net.write_hyper(hyper);
}

/// The best parameters and buffers so far.
struct Best<T> {
    loss: f64,
    epoch: usize,
    parameters: Vec<T>,
    buffers: Vec<T>,
}

impl<T: Copy> Best<T> {
    fn keep<M: Trainable<Real = T>>(best: &mut Option<Best<T>>, net: &M, loss: f64, epoch: usize) {
        let parts = net.parts();
        let best = best.get_or_insert_with(|| Best { loss, epoch, parameters: parts.parameters.to_vec(), buffers: parts.buffers.to_vec() });
        (best.loss, best.epoch) = (loss, epoch);
        best.parameters.copy_from_slice(parts.parameters);
        best.buffers.copy_from_slice(parts.buffers);
    }

    fn restore<M: Trainable<Real = T>>(&self, net: &mut M) {
        let parts = net.parts_mut();
        parts.parameters.copy_from_slice(&self.parameters);
        parts.buffers.copy_from_slice(&self.buffers);
    }
}
