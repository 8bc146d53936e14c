//! The codes of the parser (`E0001` to `E0099`): form, not meaning.

use super::CodeInfo;

/// The table, ascending.
pub(super) static CODES: &[CodeInfo] = &[];
