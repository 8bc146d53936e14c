//! Repetitions of a piece of work, each long enough for the clock.

use std::time::{Duration, Instant};

/// Microseconds of a call.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The median of the repetitions.
    pub median: f64,
    /// The fastest.
    pub least: f64,
    /// The slowest.
    pub most: f64,
}

const REPETITIONS: usize = 3001;
/// Of all repetitions, where single calls are long.
const LONGEST: Duration = Duration::from_secs(3);
const EACH: Duration = Duration::from_micros(200);

/// Warms up, then takes 3001 short repetitions (fewer of long calls): on a machine with other work some of them are left alone, on both
/// cores at once too.
pub fn times(mut work: impl FnMut()) -> Times {
    let start = Instant::now();
    let mut calls = 0_u32;
    while start.elapsed() < 150 * EACH || calls < 2 {
        work();
        calls += 1;
    }
    let each = start.elapsed().as_secs_f64() / f64::from(calls);
    let calls = (EACH.as_secs_f64() / each).ceil().max(1.0) as u32;
    let most = (LONGEST.as_secs_f64() / (each * f64::from(calls))) as usize;
    let repetitions = REPETITIONS.min(most.max(101));
    let mut found: Vec<f64> = (0..repetitions)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..calls {
                work();
            }
            start.elapsed().as_secs_f64() / f64::from(calls) * 1e6
        })
        .collect();
    found.sort_by(f64::total_cmp);
    Times { median: found[repetitions / 2], least: found[0], most: found[repetitions - 1] }
}
