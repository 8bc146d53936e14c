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
    /// The operations that it may fit; it is tried on no others.
    pub of: fn(&OpDef) -> bool,
    /// The equal node, if the rule fits.
    pub apply: for<'g> fn(&Site<'g>) -> Option<Expr<'g>>,
}

pub use algebra::ALGEBRA;
pub use constants::CONSTANTS;
pub use movement::{MOVEMENT, NAMES};
pub use products::PRODUCTS;
pub use sums::SUMS;
pub use windows::WINDOWS;

fn is_each(op: &OpDef) -> bool {
    matches!(op.value, Value::Each { .. })
}

fn is_move(op: &OpDef) -> bool {
    matches!(op.value, Value::Move(_))
}

fn is_reduction(op: &OpDef) -> bool {
    matches!(op.value, Value::Reduce(_))
}

fn is_conv(op: &OpDef) -> bool {
    matches!(op.value, Value::Conv(_))
}
