//! The table of register tiles: how many rows a tile of so many vectors has, at each level.
//!
//! A tile of `rows · vectors` sums also wants the vectors of a line of the right factor and a broadcast element in registers. More sums hide
//! the latency of multiply-adds and read less for each; too many are spilled. `cargo run --release -p tapeless-runtime --example tiles`
//! measures the shapes on the machine that it runs on, beside those of this table. That is not all: rows that are left over go one by one. So
//! products with tiles of four vectors take six rows at a time as long as the rest is a multiple of four ([`in_sixes`]), and four then.

use crate::{Real, Simd};

/// Calls `$on.$strip::<ROWS, VECTORS>(…)` with the tallest tile of so many vectors.
macro_rules! tallest {
    // Only where there are 32 registers.
    ($level:ident, 4, $on:ident.$strip:ident($($argument:expr),*)) => {
        $on.$strip::<4, 4>($($argument),*)
    };
    ($level:ident, 2, $on:ident.$strip:ident($($argument:expr),*)) => {
        if const { $level::REGISTERS >= 32 } {
            $on.$strip::<8, 2>($($argument),*)
        } else if const { $level::LEAN } {
            $on.$strip::<4, 2>($($argument),*)
        } else {
            $on.$strip::<6, 2>($($argument),*)
        }
    };
    ($level:ident, 1, $on:ident.$strip:ident($($argument:expr),*)) => {
        if const { $level::LEAN } {
            $on.$strip::<4, 1>($($argument),*)
        } else {
            $on.$strip::<8, 1>($($argument),*)
        }
    };
}

pub(crate) use tallest;

/// How many of these rows tiles of six rows take, so that what is left over goes by fours, but for an odd row (and all of two or three).
pub(crate) const fn in_sixes(rows: usize) -> usize {
    let even = rows - rows % 2;
    let rest = match even % 6 {
        0 => 0,
        2 => 8,
        _ => 4,
    };
    even.saturating_sub(rest) / 6 * 6
}

/// Tells the shape that it is called with.
struct Tell;

impl Tell {
    fn rows<const ROWS: usize, const VECTORS: usize>(&self) -> usize {
        ROWS
    }
}

/// Rows of the tallest tile of 1, 2 or 4 vectors; 0 where there is none.
#[doc(hidden)]
#[must_use]
pub fn tallest_tile<T: Real, S: Simd<T>>(vectors: usize) -> usize {
    let tell = Tell;
    match vectors {
        1 => tallest!(S, 1, tell.rows()),
        2 => tallest!(S, 2, tell.rows()),
        4 if S::REGISTERS >= 32 => in_sixes(6),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::in_sixes;

    #[test]
    fn sixes_leave_fours() {
        for rows in 0..200 {
            let sixes = in_sixes(rows);
            assert!(sixes.is_multiple_of(6) && sixes <= rows, "{rows} rows, {sixes} by sixes");
            let rest = (rows - sixes) % 4;
            assert!(rest <= 1 || rows < 4, "{rows} rows, {sixes} by sixes, {rest} one by one");
            assert!(rows - sixes < 12, "{rows} rows, only {sixes} by sixes");
        }
    }
}
