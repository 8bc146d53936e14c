//! Compares generated networks with the interpreter: outputs, loss terms, metrics, gradients of parameters and ports, updates.

mod compare;
mod data;
mod program;
mod text;

pub use compare::{agrees, differences};
pub use program::{PROGRAMS, Program};
pub use text::{Text, UNROLL, texts};
