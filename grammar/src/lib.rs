//! The `nn` language of Tapeless: grammar, syntax tree with spans, formatter, diagnostics. Knows text, nothing else.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod build;
pub mod codes;
pub mod diagnostic;
mod explain;
mod format;
#[rustfmt::skip]
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::allow_attributes_without_reason, dead_code, reason = "written by pest")]
mod generated;
mod items;
mod parse;
pub mod render;
mod scan;
pub mod span;
#[cfg(feature = "tokens")]
pub mod tokens;
pub mod tree;
mod words;

pub use build::MAX_HEIGHT;
pub use format::format;
pub use items::{IndexEntry, IndexKind, parse_item_index};
pub use parse::{parse, parse_item};
pub use scan::{MAX_BYTES, MAX_NESTING};
pub use words::{is_reserved_word, nearest};
