//! Checks the gradients of the network of `network.rs`: `cargo run -- SAMPLES SEED`.

extern crate alloc;

mod check;
mod network;

use std::process::ExitCode;

use tapeless_runtime as rt;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>().ok());
    let mut options = check::Options::default();
    if let Some(Some(samples)) = numbers.next() {
        options.samples = samples as usize;
    }
    if let Some(Some(seed)) = numbers.next() {
        options.seed = seed;
    }
    let report = check::gradient_check::<network::NETWORK>(&options);
    println!("{report}");
    if report.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
