//! What happened in training: an entry for each epoch.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Write;
use std::io;
use std::path::Path;

/// One epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Epoch {
    /// Its number, counted from 0.
    pub number: usize,
    /// Samples seen.
    pub samples: usize,
    /// The mean total loss of its steps, each before its update, weighted by samples.
    pub total: f64,
    /// The mean of each loss term.
    pub losses: Vec<f64>,
    /// The evaluation of the validation data after it, where there was one.
    pub validation: Option<Evaluation>,
    /// How long it took, its evaluation included.
    pub seconds: f64,
}

/// Losses and metrics of some data in predict mode.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The total loss.
    pub total: f64,
    /// Each loss term.
    pub losses: Vec<f64>,
    /// Each metric.
    pub metrics: Vec<f64>,
}

impl Evaluation {
    pub(super) fn new(losses: usize, metrics: usize) -> Evaluation {
        Evaluation { total: 0.0, losses: vec![0.0; losses], metrics: vec![0.0; metrics] }
    }
}

impl Epoch {
    pub(super) fn new(number: usize, losses: usize) -> Epoch {
        Epoch { number, samples: 0, total: 0.0, losses: vec![0.0; losses], validation: None, seconds: 0.0 }
    }

    /// Takes a step in; until [`Epoch::finish`] the losses are sums over samples.
    pub(super) fn add(&mut self, samples: usize, total: f64, losses: &[f64]) {
        self.samples += samples;
        self.total += total * samples as f64;
        for (sum, loss) in self.losses.iter_mut().zip(losses) {
            *sum += loss * samples as f64;
        }
    }

    pub(super) fn finish(&mut self) {
        let samples = self.samples.max(1) as f64;
        self.total /= samples;
        self.losses.iter_mut().for_each(|loss| *loss /= samples);
    }

    /// Samples a second.
    #[must_use]
    pub fn throughput(&self) -> f64 {
        self.samples as f64 / self.seconds.max(1e-9)
    }
}

/// All epochs of a training.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Names of the loss terms; the unnamed one is `""`.
    pub loss_names: &'static [&'static str],
    /// Names of the metrics.
    pub metric_names: &'static [&'static str],
    /// In order.
    pub epochs: Vec<Epoch>,
    /// Early stopping or a hook ended it.
    pub stopped_early: bool,
    /// With early stopping: the epoch whose parameters the network has now.
    pub best_epoch: Option<usize>,
}

impl History {
    pub(super) fn new(loss_names: &'static [&'static str], metric_names: &'static [&'static str]) -> History {
        History { loss_names, metric_names, epochs: Vec::new(), stopped_early: false, best_epoch: None }
    }

    /// The last epoch.
    #[must_use]
    pub fn last(&self) -> Option<&Epoch> {
        self.epochs.last()
    }

    /// The total loss of each epoch.
    pub fn totals(&self) -> impl Iterator<Item = f64> {
        self.epochs.iter().map(|epoch| epoch.total)
    }

    /// A loss term of each epoch; `None` where the network has none of this name.
    #[must_use]
    pub fn loss(&self, name: &str) -> Option<Vec<f64>> {
        let at = self.loss_names.iter().position(|&known| known == name)?;
        Some(self.epochs.iter().filter_map(|epoch| epoch.losses.get(at).copied()).collect())
    }

    /// A metric on the validation data, with the number of each epoch that was evaluated.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<Vec<(usize, f64)>> {
        let at = self.metric_names.iter().position(|&known| known == name)?;
        let value = |epoch: &Epoch| Some((epoch.number, *epoch.validation.as_ref()?.metrics.get(at)?));
        Some(self.epochs.iter().filter_map(value).collect())
    }

    /// The total loss on the validation data, with the number of each epoch that was evaluated.
    pub fn validation_totals(&self) -> impl Iterator<Item = (usize, f64)> {
        self.epochs.iter().filter_map(|epoch| Some((epoch.number, epoch.validation.as_ref()?.total)))
    }

    /// How long all epochs took.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.epochs.iter().map(|epoch| epoch.seconds).sum()
    }

    /// A table with a line for each epoch. Numbers read back as the same bits; what was not evaluated is empty.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut text = String::from("epoch,samples,seconds,loss");
        let named = || self.loss_names.iter().filter(|name| !name.is_empty());
        named().for_each(|name| text.extend([",loss.", name]));
        text.push_str(",validation.loss");
        named().for_each(|name| text.extend([",validation.loss.", name]));
        self.metric_names.iter().for_each(|name| text.extend([",validation.", name]));
        text.push('\n');
        for epoch in &self.epochs {
            // Writing to a string does not fail.
            let _ = write!(text, "{},{},{:?},{:?}", epoch.number, epoch.samples, epoch.seconds, epoch.total);
            let terms = |losses: &[f64]| -> Vec<Option<f64>> {
                self.loss_names.iter().enumerate().filter(|(_, name)| !name.is_empty()).map(|(i, _)| losses.get(i).copied()).collect()
            };
            let mut cells = terms(&epoch.losses);
            let validation = epoch.validation.as_ref();
            cells.push(validation.map(|evaluation| evaluation.total));
            cells.extend(terms(validation.map_or(&[], |evaluation| &evaluation.losses)));
            cells.extend((0..self.metric_names.len()).map(|i| validation.and_then(|evaluation| evaluation.metrics.get(i).copied())));
            for cell in cells {
                let _ = match cell {
                    Some(number) => write!(text, ",{number:?}"),
                    None => write!(text, ","),
                };
            }
            text.push('\n');
        }
        text
    }

    /// Writes [`History::to_csv`] to a file.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> io::Result<()> {
        std::fs::write(path, self.to_csv())
    }
}
