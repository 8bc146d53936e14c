//! The `tapeless` command: `check`, `fmt`, `expand`, `eval`, `gradcheck`, `import-weights`, `export-weights` and `explain`.
//!
//! Results go to stdout, the rest to stderr. Exit status 0: all is well; 1: a program has errors, or a check failed; 2: wrong usage, or
//! something cannot be read, written or run.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod args;
mod check;
mod eval;
mod expand;
mod explain;
mod fmt;
mod gradcheck;
mod program;
mod runner;
mod show;
mod weights;

use std::process::ExitCode;

use clap::Parser;

use args::{Command, Tapeless};

/// Why a command ends without its result.
#[derive(Debug)]
enum Failure {
    /// Wrong usage, or something that cannot be read, written or run: status 2.
    Usage(String),
    /// What was asked for does not hold: status 1.
    Failed(String),
    /// The same; everything has been said.
    Told,
}

/// What a command gives: all is well, or why not.
type Outcome = Result<(), Failure>;

fn main() -> ExitCode {
    let outcome = match Tapeless::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Expand(args) => expand::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Gradcheck(args) => gradcheck::run(&args),
        Command::ImportWeights(args) => weights::import(&args),
        Command::ExportWeights(args) => weights::export(&args),
        Command::Explain(args) => explain::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Told) => ExitCode::from(1),
        Err(Failure::Failed(message)) => {
            show::error(&message);
            ExitCode::from(1)
        }
        Err(Failure::Usage(message)) => {
            show::error(&message);
            ExitCode::from(2)
        }
    }
}
