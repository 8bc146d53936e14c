//! The codes of elaboration (`E0100` and up) and the warnings.

use super::CodeInfo;

/// The table, ascending.
pub(super) static CODES: &[CodeInfo] = &[];
