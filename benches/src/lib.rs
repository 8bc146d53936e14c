//! Times of a workload and the limits of the machine that it runs on, as one line of JSON.
//!
//! Each workload is a program of its own in `bin/`, so that `compare.py` can run it in turn with the peers and so that its
//! compile time can be told. `cargo run --release -p tapeless-benches --bin w3` prints what it has measured.

mod limits;
mod memory;
mod points;
mod timing;

pub use points::{labels, points};
pub use timing::{Times, times};

use std::time::Instant;

/// How many threads share a batch, by the argument `--threads 2`; without it the batch is not cut.
#[must_use]
pub fn threads() -> usize {
    let given = std::env::args().skip_while(|argument| argument != "--threads").nth(1);
    given.and_then(|threads| threads.parse().ok()).unwrap_or(0)
}

/// One workload at one size of batch.
#[derive(Debug)]
pub struct Case<'a> {
    /// As in `compare.py`: `W3b32`.
    pub name: &'a str,
    /// Floating-point operations of a training step: multiplications and additions of the products alone.
    pub train_operations: f64,
    /// The same of a prediction.
    pub infer_operations: f64,
}

impl Case<'_> {
    /// Times a training step and a prediction and prints them.
    pub fn run(&self, mut train: impl FnMut(), infer: impl FnMut()) {
        let start = Instant::now();
        train();
        let first = start.elapsed().as_secs_f64() * 1e6;
        let flops = limits::multiply_adds();
        let trained = line(times(train), self.train_operations, flops);
        self.print(&format!("\"train\": {trained}, \"first_step\": {first:.1}, "), infer, flops);
    }

    /// Times a prediction alone.
    pub fn infer(&self, infer: impl FnMut()) {
        self.print("", infer, limits::multiply_adds());
    }

    fn print(&self, before: &str, infer: impl FnMut(), flops: f64) {
        let infer = line(times(infer), self.infer_operations, flops);
        // Asked before the sweeps of `bandwidth`, which need memory of their own.
        let peak_memory = memory::peak_memory();
        println!(
            "{{\"peer\": \"tapeless\", \"case\": \"{}\", {before}\"infer\": {infer}, \"gflops\": {:.1}, \"gbytes\": {:.1}, \"rss_mb\": {:.1}}}",
            self.name,
            flops / 1e9,
            limits::bandwidth() / 1e9,
            peak_memory / 1e6,
        );
    }
}

/// Times, and the least that the machine's limit allows, as JSON.
fn line(times: Times, operations: f64, flops: f64) -> String {
    format!(
        "{{\"med\": {:.4}, \"min\": {:.4}, \"max\": {:.4}, \"floor\": {:.4}}}",
        times.median,
        times.least,
        times.most,
        operations / flops * 1e6
    )
}

/// Operations of a training step and of a prediction of dense layers of these widths: of the first layer the input has no gradient.
#[must_use]
pub fn dense(widths: &[usize], batch: usize) -> (f64, f64) {
    let products: Vec<usize> = widths.windows(2).map(|pair| 2 * pair[0] * pair[1] * batch).collect();
    let forward: usize = products.iter().sum();
    ((3 * forward - products[0]) as f64, forward as f64)
}
