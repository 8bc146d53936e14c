//! Random networks of the language, and what must hold of each.
//!
//! `check` needs no rustc; `agrees` compares generated code, which `build.rs` writes and the tests compile, with the interpreter.

mod agree;
mod check;
pub mod generate;

pub use agree::{agrees, agrees_in_f32};
pub use check::{Looked, check, networks, operations, shrunk};
