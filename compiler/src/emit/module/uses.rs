//! What the text needs to name: traits whose methods it calls.

use std::collections::BTreeSet;

use super::Module;
use crate::emit::words::{in_comment, is_part};

/// The methods of masks.
const MASK: &[&str] = &["select", "and", "or", "not"];

/// The methods of vectors that are called in expressions.
const VECTOR: &[&str] = &[
    "mul_add", "max", "min", "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "sin", "cos", "tanh", "sigmoid", "erf",
    "relu", "floor", "round", "stopped", "pow", "powi", "lt", "le", "gt", "ge", "eq", "ne",
];

impl Module<'_> {
    /// Traits whose methods the text calls.
    pub(super) fn traits_used(&self, body: &str) -> Vec<&'static str> {
        let called = methods(body);
        let uses = |methods: &[&str]| methods.iter().any(|method| called.contains(method));
        let traits = [
            ("Mask", uses(MASK)),
            ("PlusProduct", called.contains("plus_product")),
            ("Simd", simd_within_loops(body)),
            ("Vector", uses(VECTOR)),
        ];
        traits.into_iter().filter(|(_, used)| *used).map(|(name, _)| name).collect()
    }
}

/// The methods that the text calls.
fn methods(text: &str) -> BTreeSet<&str> {
    let bytes = text.as_bytes();
    let mut called = BTreeSet::new();
    let mut at = 0;
    while let Some(dot) = text[at..].find('.') {
        let from = at + dot + 1;
        at = from;
        while at < bytes.len() && is_part(bytes[at]) {
            at += 1;
        }
        if at < bytes.len() && bytes[at] == b'(' && !called.contains(&text[from..at]) && !in_comment(text, from) {
            called.insert(&text[from..at]);
        }
    }
    called
}

/// Whether a loop that is a function of its own calls methods of its level, which there is a type and no parameter.
pub(super) fn simd_within_loops(code: &str) -> bool {
    let mut end = None;
    let first = code.find("simd.repeat").map_or(code.len(), |at| code[..at].rfind('\n').map_or(0, |at| at + 1));
    for line in code[first..].lines() {
        let indent = line.len() - line.trim_start().len();
        if line.contains("simd.repeat") {
            end = Some(indent);
        } else if end.is_some_and(|end| indent <= end) {
            end = None;
        } else if end.is_some() && line.contains("simd.") {
            return true;
        }
    }
    false
}
