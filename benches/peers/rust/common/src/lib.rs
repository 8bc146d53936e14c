//! What the peers' programs share: the workload's name, the clock (as ours is timed), and what is printed.

#[path = "../../../../src/memory.rs"]
mod memory;
#[path = "../../../../src/timing.rs"]
mod timing;

use std::time::Instant;

use timing::{Times, times};

/// What a program has measured of one case.
#[derive(Debug)]
pub struct Report {
    peer: &'static str,
    case: String,
    found: Vec<String>,
}

impl Report {
    /// The case is the program's first argument.
    #[must_use]
    pub fn new(peer: &'static str) -> Self {
        Self { peer, case: std::env::args().nth(1).unwrap_or_default(), found: Vec::new() }
    }

    /// As in `compare.py`: `W3b32`.
    #[must_use]
    pub fn case(&self) -> String {
        self.case.clone()
    }

    /// How many samples the case has by its name.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.case.split_once('b').and_then(|(_, batch)| batch.parse().ok()).unwrap_or(1)
    }

    /// Times a training step.
    pub fn train(&mut self, mut work: impl FnMut()) {
        let start = Instant::now();
        work();
        self.found.push(format!("\"first_step\": {:.1}", start.elapsed().as_secs_f64() * 1e6));
        self.line("train", times(work));
    }

    /// Times a prediction.
    pub fn infer(&mut self, work: impl FnMut()) {
        self.line("infer", times(work));
    }

    fn line(&mut self, what: &str, times: Times) {
        let Times { median, least, most } = times;
        self.found.push(format!("\"{what}\": {{\"med\": {median:.4}, \"min\": {least:.4}, \"max\": {most:.4}}}"));
    }

    /// One line of JSON; nothing if the program does not know the case.
    pub fn print(self) {
        if !self.found.is_empty() {
            let megabytes = memory::peak_memory() / 1e6;
            println!("{{\"peer\": \"{}\", \"case\": \"{}\", {}, \"rss_mb\": {megabytes:.1}}}", self.peer, self.case, self.found.join(", "));
        }
    }
}

/// The class of each sample.
#[must_use]
pub fn labels(samples: usize, classes: usize) -> Vec<usize> {
    (0..samples).map(|i| (7 * i + 3) % classes).collect()
}

/// Widths of the workloads of dense layers, and of the hidden layers of W8.
#[must_use]
pub fn widths(case: &str) -> &'static [usize] {
    match case {
        "W1" => &[3, 2, 1],
        "W2a" => &[2, 16, 8, 1],
        "W2b" => &[2, 32, 16, 8, 1],
        "W7" => &[1024, 1024, 1024, 1024, 10],
        "W8" => &[2, 32, 32, 32, 1],
        _ => &[784, 128, 64, 10],
    }
}
