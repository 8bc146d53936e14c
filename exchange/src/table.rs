//! What went where, as people read it.

use std::fmt::{self, Display, Formatter};

/// One tensor's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Our path; empty for a tensor of theirs that nothing here wants.
    pub path: String,
    /// Our extents.
    pub shape: Vec<usize>,
    /// Their names, joined by ` + ` where they are added up.
    pub theirs: String,
    /// Their extents.
    pub their_shape: Vec<usize>,
    /// What was done: `as it is`, `transposed`.
    pub done: String,
}

/// A row for each parameter and buffer, and then for what was left out on purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// In the network's order.
    pub rows: Vec<Row>,
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let cell = |name: &str, shape: &[usize]| if name.is_empty() { "–".to_owned() } else { format!("{name} {shape:?}") };
        let cells: Vec<[String; 3]> =
            self.rows.iter().map(|row| [cell(&row.path, &row.shape), cell(&row.theirs, &row.their_shape), row.done.clone()]).collect();
        let width =
            |column: usize, title: &str| cells.iter().map(|row| row[column].chars().count()).chain([title.len()]).max().unwrap_or(0);
        let (ours, theirs) = (width(0, "ours"), width(1, "theirs"));
        writeln!(f, "{:ours$}  theirs", "ours")?;
        cells.iter().try_for_each(|[a, b, c]| writeln!(f, "{a:ours$}  {b:theirs$}  {c}"))
    }
}
