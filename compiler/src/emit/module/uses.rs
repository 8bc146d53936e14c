//! What the text needs to name: traits whose methods it calls.

use std::collections::BTreeSet;

use super::Module;

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
    let mut called = BTreeSet::new();
    for (at, _) in text.match_indices('.') {
        let rest = &text[at + 1..];
        let Some(end) = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_') else { continue };
        if rest[end..].starts_with('(') && !called.contains(&rest[..end]) && !in_comment(text, at) {
            called.insert(&rest[..end]);
        }
    }
    called
}

fn in_comment(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[line..at].trim_start().starts_with("//")
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
