//! Compares generated networks with the interpreter: outputs, loss terms, metrics, gradients of parameters and ports, updates.

mod compare;
mod data;
mod generated;
mod program;
mod stack;
mod text;

pub use compare::{Bounds, F32, F64, agrees, differences};
pub use generated::Generated;
pub use program::{PROGRAMS, Program};
pub use stack::with_a_large_stack;
pub use text::{Text, UNROLL, texts};
