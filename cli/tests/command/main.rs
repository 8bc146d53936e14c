//! The built command, as people and programs run it.

mod check;
mod eval;
mod expand;
mod explain;
mod fmt;
mod parity;
mod support;
mod weights;
