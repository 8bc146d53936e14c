//! Names in a checkpoint: parameters by path, `buffer.<path>`, `optimizer.<kind>.<path>` (`optimizer.adam.m.fc1.weight`),
//! `optimizer.scalar.<name>`, and the metadata. No parameter's path begins with `buffer.` or `optimizer.`: both words are reserved.

use std::collections::BTreeMap;

/// The version of this layout.
pub const FORMAT: &str = "1";

/// How the names of what an optimizer keeps begin.
pub const OPTIMIZER: &str = "optimizer.";

/// A buffer's name.
#[must_use]
pub fn buffer(path: &str) -> String {
    format!("buffer.{path}")
}

/// The name of what an optimizer keeps for a parameter; `slot` is as `adam.m`.
#[must_use]
pub fn slot(slot: &str, path: &str) -> String {
    format!("{OPTIMIZER}{slot}.{path}")
}

/// The name of a number that an optimizer keeps once (always F64, of shape `[]`); `name` is as `nadam.mu`.
#[must_use]
pub fn scalar(name: &str) -> String {
    format!("{OPTIMIZER}scalar.{name}")
}

/// The metadata: the format's version, the network's name, the seed, the number of updates, and the optimizer's settable numbers.
#[must_use]
pub fn metadata<'a>(network: &str, seed: u64, step: u64, hyper: impl IntoIterator<Item = (&'a str, f64)>) -> BTreeMap<String, String> {
    let mut metadata = BTreeMap::from([
        ("tapeless.format".to_owned(), FORMAT.to_owned()),
        ("network".to_owned(), network.to_owned()),
        ("seed".to_owned(), seed.to_string()),
        ("step".to_owned(), step.to_string()),
    ]);
    metadata.extend(hyper.into_iter().map(|(name, value)| (format!("hyper.{name}"), format!("{value:?}"))));
    metadata
}
