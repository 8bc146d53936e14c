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

/// A rewriting.
pub struct Rule {
    /// What becomes what.
    pub doc: &'static str,
    /// The equal node, if the rule fits.
    pub apply: for<'g> fn(&Site<'g>) -> Option<Expr<'g>>,
}

pub use algebra::ALGEBRA;
pub use constants::CONSTANTS;
pub use movement::{MOVEMENT, NAMES};
pub use products::PRODUCTS;
pub use sums::SUMS;
pub use windows::WINDOWS;
