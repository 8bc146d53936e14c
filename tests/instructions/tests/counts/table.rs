//! The table of instructions, as text and beside another.

use std::fmt;
use std::str::FromStr;

/// How far a count may be from the table's, in percent: other inlining around the kernels is within it, another loop is not.
const TOLERANCE: f64 = 5.0;
/// The same where another compiler has written the table.
const TOLERANCE_OF_OTHERS: f64 = 25.0;

const HEAD: &str = "\
# Instructions of one training step and of one prediction, AVX2, by the test `counts`. It is written by
# TAPELESS_BLESS=1 cargo test --release -p tapeless-tests-instructions
";

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub(crate) compiler: String,
    pub(crate) rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) workload: String,
    pub(crate) train: u64,
    pub(crate) infer: u64,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}{}\n{:<8} {:>9} {:>9}", self.compiler, "", "train", "infer")?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{:<8} {:>9} {:>9}", row.workload, row.train, row.infer))
    }
}

impl FromStr for Table {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let compiler = lines.next().ok_or("there is no line for the compiler")?.to_owned();
        let row = |line: &str| -> Option<Row> {
            let mut words = line.split_whitespace();
            let row = Row { workload: words.next()?.to_owned(), train: words.next()?.parse().ok()?, infer: words.next()?.parse().ok()? };
            words.next().is_none().then_some(row)
        };
        // The first holds the titles.
        let rows = lines.skip(1).map(|line| row(line).ok_or_else(|| format!("`{line}` is not a workload and two counts")));
        Ok(Table { compiler, rows: rows.collect::<Result<_, _>>()? })
    }
}

/// Counts beside those of the table.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// In percent.
    tolerance: f64,
    /// What is to be known before the counts are read.
    note: Option<String>,
    lines: Vec<Line>,
}

#[derive(Debug)]
pub(crate) struct Line {
    name: String,
    expected: u64,
    found: u64,
}

impl Line {
    /// By how many percent there are more than expected.
    fn growth(&self) -> f64 {
        100.0 * (self.found as f64 / self.expected as f64 - 1.0)
    }
}

impl Table {
    pub(crate) fn compare(&self, found: &Table) -> Comparison {
        let other = self.compiler != found.compiler;
        let tolerance = if other { TOLERANCE_OF_OTHERS } else { TOLERANCE };
        let note = other.then(|| format!("the table is of {}, this is {}: the tolerance is wide", self.compiler, found.compiler));
        let lines = self.rows.iter().zip(&found.rows).flat_map(|(expected, found)| {
            let line =
                |direction, expected, found_here| Line { name: format!("{} {direction}", found.workload), expected, found: found_here };
            [line("train", expected.train, found.train), line("infer", expected.infer, found.infer)]
        });
        Comparison { tolerance, note, lines: lines.collect() }
    }
}

impl Comparison {
    /// What is further from the table than may be.
    pub(crate) fn far(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.growth().abs() > self.tolerance)
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(note) = &self.note {
            writeln!(f, "{note}")?;
        }
        for line in &self.lines {
            let growth = line.growth();
            let verdict = if growth > self.tolerance {
                format!(": more than {} % above the table", self.tolerance)
            } else if growth < -self.tolerance {
                format!(": more than {} % below the table, which is no longer true", self.tolerance)
            } else {
                String::new()
            };
            writeln!(f, "{:<9} {:>9} instructions, {:>9} in the table, {growth:+.1} %{verdict}", line.name, line.found, line.expected)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(compiler: &str, train: u64) -> Table {
        let row = |workload: &str, train, infer| Row { workload: workload.to_owned(), train, infer };
        Table { compiler: compiler.to_owned(), rows: vec![row("W1", 1000, 500), row("W3", train, 40_000)] }
    }

    /// What is said, and how much of it is wrong, where a training step of the second needs so many instead of 100,000.
    #[track_caller]
    fn said(compiler: &str, train: u64, far: usize, wanted: &str) {
        let comparison = table("rustc 1", 100_000).compare(&table(compiler, train));
        assert_eq!((comparison.far().count(), comparison.to_string().as_str()), (far, wanted));
    }

    #[test]
    fn a_twentieth_more_is_seen() {
        said(
            "rustc 1",
            105_100,
            1,
            "W1 train       1000 instructions,      1000 in the table, +0.0 %\n\
             W1 infer        500 instructions,       500 in the table, +0.0 %\n\
             W3 train     105100 instructions,    100000 in the table, +5.1 %: more than 5 % above the table\n\
             W3 infer      40000 instructions,     40000 in the table, +0.0 %\n",
        );
    }

    #[test]
    fn a_twentieth_less_is_seen() {
        said(
            "rustc 1",
            94_000,
            1,
            "W1 train       1000 instructions,      1000 in the table, +0.0 %\n\
             W1 infer        500 instructions,       500 in the table, +0.0 %\n\
             W3 train      94000 instructions,    100000 in the table, -6.0 %: more than 5 % below the table, which is no longer true\n\
             W3 infer      40000 instructions,     40000 in the table, +0.0 %\n",
        );
    }

    #[test]
    fn another_compiler_may_differ_more() {
        let counts = |train: &str| {
            format!(
                "the table is of rustc 1, this is rustc 2: the tolerance is wide\n\
                 W1 train       1000 instructions,      1000 in the table, +0.0 %\n\
                 W1 infer        500 instructions,       500 in the table, +0.0 %\n\
                 {train}\n\
                 W3 infer      40000 instructions,     40000 in the table, +0.0 %\n"
            )
        };
        said("rustc 2", 120_000, 0, &counts("W3 train     120000 instructions,    100000 in the table, +20.0 %"));
        let far = "W3 train     130000 instructions,    100000 in the table, +30.0 %: more than 25 % above the table";
        said("rustc 2", 130_000, 1, &counts(far));
    }

    #[test]
    fn text_and_back() {
        let table = table("rustc 1, LLVM 2", 100_000);
        assert_eq!(table.to_string().parse(), Ok(table));
        assert_eq!("rustc 1\n train infer\nW1 2".parse::<Table>(), Err("`W1 2` is not a workload and two counts".to_owned()));
    }
}
