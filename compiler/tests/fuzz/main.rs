//! Whatever a program says, no stage panics, overflows or hangs: the parser, the formatter, the macro's door, the compiler with both
//! ways to write Rust, on seeded mutations of every program in the repository and on noise.
//!
//! `TAPELESS_FUZZ_SECONDS=300 cargo test -p tapeless-compiler --release --test fuzz -- --nocapture` runs for five minutes;
//! `TAPELESS_FUZZ_SEED` gives other programs, `TAPELESS_FUZZ_PROGRAM` takes one of them again. What fails is printed, with its number.

mod mutate;
mod numbers;
mod tried;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mutate::Pool;
use numbers::Numbers;
use tried::{Came, tried};

/// Programs of the ordinary test.
const PROGRAMS: u64 = 300;

/// A program that takes longer hangs; far beyond what any takes, as machines are busy.
const HANGS: Duration = Duration::from_secs(60);

fn set(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The program in work, and since when: what a thread beside looks at.
type Current = Arc<Mutex<Option<(u64, Instant, String)>>>;

/// A hanging test says nothing; this ends it with the program.
fn watch(current: &Current) {
    let current = Arc::downgrade(current);
    std::thread::spawn(move || {
        while let Some(current) = current.upgrade() {
            if let Ok(guard) = current.lock()
                && let Some((number, since, text)) = guard.as_ref()
                && since.elapsed() > HANGS
            {
                eprintln!("program {number} takes more than {HANGS:?}:\n{text}");
                std::process::exit(1);
            }
            drop(current);
            std::thread::sleep(Duration::from_millis(200));
        }
    });
}

#[test]
fn no_program_makes_anything_panic() {
    let pool = Pool::read();
    assert!(pool.files.len() >= 100, "{} programs", pool.files.len());
    let seed = set("TAPELESS_FUZZ_SEED").unwrap_or(1);
    let time = set("TAPELESS_FUZZ_SECONDS").map(Duration::from_secs);
    let first = set("TAPELESS_FUZZ_PROGRAM");
    let current = Current::default();
    watch(&current);

    let begin = Instant::now();
    let (mut count, mut came, mut slowest, mut failed) = (0, [0u64; 3], (Duration::ZERO, 0), Vec::new());
    loop {
        let done = match (first, time) {
            (Some(_), _) => count == 1,
            (None, Some(time)) => begin.elapsed() >= time,
            (None, None) => count == PROGRAMS,
        };
        if done || failed.len() == 20 {
            break;
        }
        let number = first.unwrap_or(count);
        let text = pool.draw(&mut Numbers::new(seed, number));
        let started = Instant::now();
        *current.lock().unwrap() = Some((number, started, text.clone()));
        match catch_unwind(AssertUnwindSafe(|| tried(&text, &pool))) {
            Ok(how) => came[how as usize] += 1,
            Err(_) => {
                eprintln!("program {number} of seed {seed} fails:\n{text}\n");
                failed.push(number);
            }
        }
        slowest = slowest.max((started.elapsed(), number));
        count += 1;
    }
    *current.lock().unwrap() = None;
    println!(
        "{count} programs of seed {seed} in {:.1?}: {} no programs, {} with errors, {} compiled; the slowest, {}, took {:.2?}",
        begin.elapsed(),
        came[Came::NoText as usize],
        came[Came::Parsed as usize],
        came[Came::Compiled as usize],
        slowest.1,
        slowest.0,
    );
    assert!(failed.is_empty(), "programs {failed:?} of seed {seed} fail");
    assert!(first.is_some() || came.iter().all(|&n| n > 0), "of each kind some");
}
