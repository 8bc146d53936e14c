//! The words of the language, and which word was meant.

/// Words that are no names.
pub(crate) const RESERVED: &[&str] = &[
    "network",
    "layer",
    "fn",
    "optimizer",
    "const",
    "use",
    "input",
    "target",
    "output",
    "param",
    "buffer",
    "state",
    "shared",
    "let",
    "mut",
    "loss",
    "metric",
    "freeze",
    "precision",
    "batch",
    "unroll",
    "budget",
    "emit",
    "assert",
    "for",
    "in",
    "if",
    "else",
    "yield",
    "true",
    "false",
];

/// Words that Rust keeps for itself even as raw identifiers.
pub(crate) const REFUSED: &[&str] = &["self", "super", "crate", "Self", "_"];

/// The words that begin a statement.
pub(crate) const STATEMENT_WORDS: &[&str] = &[
    "input",
    "target",
    "output",
    "param",
    "buffer",
    "state",
    "shared",
    "let",
    "loss",
    "metric",
    "freeze",
    "precision",
    "batch",
    "unroll",
    "budget",
    "emit",
    "assert",
    "for",
    "if",
    "yield",
    "optimizer",
    "const",
];

/// Whether `word` is a word of the language and no name.
#[must_use]
pub fn is_reserved_word(word: &str) -> bool {
    word.len() <= 9 && RESERVED.contains(&word)
}

/// The candidate that `word` was probably meant to be.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let allowed = match word.len() {
        0..=3 => 0,
        4 | 5 => 1,
        _ => 2,
    };
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate, allowed + 1), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be put in, taken out, changed or swapped with their neighbour; at most `limit`.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) >= limit {
        return limit;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()].min(limit)
}
