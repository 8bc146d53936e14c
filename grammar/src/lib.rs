//! The `nn` language of Tapeless: grammar, syntax tree with spans, formatter, diagnostics. Knows text, nothing else.

pub mod codes;
pub mod diagnostic;
pub mod span;
pub mod tree;
