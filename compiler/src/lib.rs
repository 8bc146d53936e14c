//! The compiler of Tapeless: a declared network to a graph, its gradient, a plan and readable Rust.
//!
//! The road: [`graph`] is what everything is written in, [`ops`] the table of what can be computed, [`mod@differentiate`] appends
//! gradients, [`simplify`] tidies, `evaluate` (a feature) is the reference interpreter. A finished elaboration is a
//! [`network::Network`].

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod differentiate;
mod driver;
pub mod elaborate;
pub mod emit;
#[cfg(feature = "evaluate")]
pub mod evaluate;
pub mod graph;
pub mod loader;
pub mod network;
pub mod ops;
pub mod plan;
mod search;
pub mod simplify;

pub use driver::{Compilation, compile};
pub use emit::Options;
