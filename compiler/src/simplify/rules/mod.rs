//! The rules, by kind. A rule looks at one node, whose operands are as simple as they get, and gives an equal one.
//!
//! "Equal" is meant of finite numbers: rounding may differ in the last bit, and the sign of a zero is not kept. A factor 0 is taken out in
//! gradients alone, where it says that nothing passes; in the program's own values 0 · ∞ stays NaN.

mod algebra;
mod constants;
mod movement;
mod products;
mod sums;
mod windows;

use super::rewrite::Site;
use crate::graph::Expr;
use crate::ops::{OpDef, Value};

/// A rewriting.
pub struct Rule {
    /// What becomes what.
    pub doc: &'static str,
    /// The operations that it sees. Nothing but this decides: [`Rule::apply`] does not ask again.
    pub of: Of,
    /// The equal node, if the rule fits.
    pub apply: for<'g> fn(&Site<'g>) -> Option<Expr<'g>>,
}

/// The operations that a rule sees.
pub enum Of {
    /// These.
    These(&'static [&'static OpDef]),
    /// All whose values are made so.
    Made(fn(&Value) -> bool),
}

impl Of {
    /// Whether this is one of them.
    #[must_use]
    pub fn sees(&self, op: &OpDef) -> bool {
        match self {
            Of::Made(so) => so(&op.value),
            Of::These(these) => {
                // A plain loop: asked for each rule and operation, in the macro unoptimised.
                for this in *these {
                    if std::ptr::eq(*this, op) {
                        return true;
                    }
                }
                false
            }
        }
    }
}

pub use algebra::ALGEBRA;
pub use constants::CONSTANTS;
pub use movement::{MOVEMENT, NAMES};
pub use products::PRODUCTS;
pub use sums::SUMS;
pub use windows::WINDOWS;

const EACH: Of = Of::Made(|value| matches!(value, Value::Each { .. }));
const MOVES: Of = Of::Made(|value| matches!(value, Value::Move(_)));
const REDUCTIONS: Of = Of::Made(|value| matches!(value, Value::Reduce(_)));
const CONVOLUTIONS: Of = Of::Made(|value| matches!(value, Value::Conv(_)));
