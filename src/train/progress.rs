//! What is seen of a training, on stderr: a bar on a terminal, or a line for each epoch.

use alloc::format;
use alloc::string::String;
use core::fmt::{self, Display, Formatter, Write};
use core::time::Duration;
use std::eprintln;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::history::Epoch;

/// What is shown on stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// A bar where stderr is a terminal, else nothing.
    #[default]
    Auto,
    /// A plain line for each epoch, on a terminal or not.
    Lines,
    /// Nothing.
    Off,
}

/// How often the bar's numbers are written anew.
const PACE: Duration = Duration::from_millis(100);

pub(super) struct Reporter {
    progress: Progress,
    bar: Option<ProgressBar>,
    epochs: usize,
    done: usize,
    loss_names: &'static [&'static str],
    metric_names: &'static [&'static str],
    drawn: Instant,
}

impl Reporter {
    pub(super) fn new(
        progress: Progress,
        epochs: usize,
        batches: usize,
        loss_names: &'static [&'static str],
        metric_names: &'static [&'static str],
    ) -> Reporter {
        let bar = (progress == Progress::Auto).then(|| {
            let bar = ProgressBar::with_draw_target(Some((epochs * batches) as u64), ProgressDrawTarget::stderr());
            // The template is a constant; where it did not parse, the bar keeps its plain look.
            if let Ok(style) = ProgressStyle::with_template("{prefix} {wide_bar} {elapsed} eta {eta}\n{msg}") {
                bar.set_style(style);
            }
            bar
        });
        let bar = bar.filter(|bar| !bar.is_hidden());
        Reporter { progress, bar, epochs, done: 0, loss_names, metric_names, drawn: Instant::now() }
    }

    pub(super) fn begin(&mut self, _number: usize) {
        self.done += 1;
        if let Some(bar) = &self.bar {
            bar.set_prefix(format!("epoch {}/{}", self.done, self.epochs));
        }
    }

    /// After each step; `epoch` holds sums so far.
    pub(super) fn step(&mut self, epoch: &Epoch, started: Instant) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        if self.drawn.elapsed() < PACE {
            return;
        }
        self.drawn = Instant::now();
        let mut so_far = epoch.clone();
        so_far.finish();
        so_far.seconds = started.elapsed().as_secs_f64();
        bar.set_message(self.line(&so_far));
    }

    pub(super) fn end(&mut self, epoch: &Epoch) {
        if let Some(bar) = &self.bar {
            bar.println(format!("epoch {:>3}/{}  {}", self.done, self.epochs, self.line(epoch)));
        } else if self.progress == Progress::Lines {
            eprintln!("epoch {:>3}/{}  {}", self.done, self.epochs, self.line(epoch));
        }
    }

    pub(super) fn finish(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// `loss 0.123 (data 0.12, decay 0.003)  validation 0.2, accuracy 0.98  1.2 s  12345 samples/s`
    fn line(&self, epoch: &Epoch) -> String {
        let mut line = format!("loss {}", Short(epoch.total));
        // Writing to a string does not fail.
        let named = self.loss_names.iter().zip(&epoch.losses).filter(|(name, _)| !name.is_empty());
        let mut opened = false;
        for (name, loss) in named {
            let _ = write!(line, "{}{name} {}", if opened { ", " } else { " (" }, Short(*loss));
            opened = true;
        }
        if opened {
            line.push(')');
        }
        if let Some(evaluation) = &epoch.validation {
            let _ = write!(line, "  validation {}", Short(evaluation.total));
            for (name, metric) in self.metric_names.iter().zip(&evaluation.metrics) {
                let _ = write!(line, ", {name} {}", Short(*metric));
            }
        }
        let _ = write!(line, "  {:.1} s  {:.0} samples/s", epoch.seconds, epoch.throughput());
        line
    }
}

/// Six places, or an exponent where they would say too little.
struct Short(f64);

impl Display for Short {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size == 0.0 || (1e-3..1e6).contains(&size) { write!(f, "{:.6}", self.0) } else { write!(f, "{:.4e}", self.0) }
    }
}
