//! What the text needs to name: traits whose methods it calls.

use super::Module;

impl Module<'_> {
    /// Traits whose methods the text calls.
    pub(super) fn traits_used(&self, body: &str) -> Vec<&'static str> {
        let mask = [".select(", ".and(", ".or(", ".not("];
        let vector = [
            ".mul_add(",
            ".max(",
            ".min(",
            ".abs(",
            ".sign(",
            ".exp(",
            ".expm1(",
            ".log(",
            ".log1p(",
            ".sqrt(",
            ".rsqrt(",
            ".sin(",
            ".cos(",
            ".tanh(",
            ".sigmoid(",
            ".erf(",
            ".relu(",
            ".floor(",
            ".round(",
            ".stopped(",
            ".pow(",
            ".powi(",
            ".lt(",
            ".le(",
            ".gt(",
            ".ge(",
            ".eq(",
            ".ne(",
        ];
        let code: String = body.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let uses = |methods: &[&str]| methods.iter().any(|method| code.contains(method));
        let mut out = Vec::new();
        if uses(&mask) {
            out.push("Mask");
        }
        if uses(&[".plus_product("]) {
            out.push("PlusProduct");
        }
        if simd_within_loops(&code) {
            out.push("Simd");
        }
        if uses(&vector) {
            out.push("Vector");
        }
        out
    }
}

/// Whether a loop that is a function of its own calls methods of its level, which there is a type and no parameter.
pub(super) fn simd_within_loops(code: &str) -> bool {
    let mut end = None;
    for line in code.lines() {
        let indent = line.len() - line.trim_start().len();
        if line.contains("simd.repeat::<") {
            end = Some(indent);
        } else if end.is_some_and(|end| indent <= end) {
            end = None;
        } else if end.is_some() && line.contains("simd.") {
            return true;
        }
    }
    false
}
