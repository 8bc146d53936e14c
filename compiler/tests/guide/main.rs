//! The guide, `docs/src`: its reference and the pages of the codes are written from the prelude, the operation table and the codes; every
//! program in it compiles; every link leads somewhere.
//!
//! `TAPELESS_BLESS=1 cargo test -p tapeless-compiler --features evaluate --test guide` writes the generated pages anew.

mod codes;
mod generated;
mod links;
mod operations;
mod pages;
mod prelude;
mod programs;
mod quoted;
