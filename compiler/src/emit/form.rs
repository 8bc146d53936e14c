//! Which form passes have: as the options say, else the program, else by what they cost.

use tapeless_grammar::diagnostic::Diagnostic;

use super::Options;
use crate::network::{Emit, Network};
use crate::plan::{self, Plan};

/// Up to how many products and element-wise operations of a training step and sample the compiler unrolls of its own accord: what rustc
/// compiles in seconds.
pub const UNROLL_LIMIT: usize = 1500;

/// Up to how many of a prediction it unrolls, though a training step is more: it takes a third of the time then, in a batch and alone.
pub const UNROLL_PREDICT: usize = 2000;

/// Above this, `emit unrolled;` is refused.
pub const UNROLL_MOST: usize = 20_000;

/// The same for elements that are written out, those among them that are only moved.
pub const TERMS_MOST: usize = 100_000;

/// The form of a network's passes; a training step has so many operations, and its longest pass so many elements to write out.
pub(super) fn chosen(network: &Network, options: &Options, operations: usize, terms: usize) -> Result<Emit, Diagnostic> {
    let small = operations <= UNROLL_LIMIT && terms <= TERMS_MOST;
    let emit = options.emit.or(network.emit).unwrap_or(if small { Emit::Unrolled } else { Emit::Kernels });
    if emit == Emit::Kernels || operations <= UNROLL_MOST && terms <= TERMS_MOST {
        return Ok(emit);
    }
    let said = network.emit_span.filter(|_| options.emit.is_none());
    let (count, most) = if operations > UNROLL_MOST { (operations, UNROLL_MOST) } else { (terms, TERMS_MOST) };
    Err(Diagnostic::error(
        "E0201",
        said.unwrap_or(network.span),
        format!("unrolled, a step of `{}` would be some {count} statements", network.name),
    )
    .here(format!("at most {most} can be compiled in reasonable time"))
    .help("write `emit kernels;`, or leave the choice to the compiler"))
}

/// The form of a prediction, where the other passes have the form `emit`.
pub(super) fn of_prediction(network: &Network, options: &Options, emit: Emit, predict: &Plan) -> Emit {
    let free = options.emit.or(network.emit).is_none();
    let small = || predict.operations().0 <= UNROLL_PREDICT && plan::written_out(&predict.program) <= TERMS_MOST;
    if free && emit == Emit::Kernels && small() { Emit::Unrolled } else { emit }
}
