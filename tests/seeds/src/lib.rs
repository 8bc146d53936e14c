//! The networks of five documents, compared with what NumPy gives for them in f64 (`data/expected.json` and the two safetensors files).
//!
//! The networks (`networks.nn`, `moons.nn`, `circles.nn`) are compiled in both precisions and both forms, by the build script and by the macro, and the small ones interpreted by the evaluator; the
//! checks are the same for all of them.

pub mod checks;
mod evaluator;
mod expected;
mod generated;
mod subject;

pub use evaluator::Interpreted;
pub use expected::{Expected, Stored};
pub use generated::{Generated, Object, Sample, outputs, samples};
pub use subject::{Evaluation, Subject};
