//! Kernels that are found to be alike before they are written are one function (`emit/functions/alike.rs`). Debug builds with the interpreter
//! write them all the same and compare; here are kernels that differ in one thing each, under the same names, so that what their code depends
//! on cannot be left out of what they are compared by.
#![cfg(feature = "evaluate")]

use tapeless_compiler::elaborate::NoFiles;
use tapeless_compiler::network::Emit;
use tapeless_compiler::{Options, compile};
use tapeless_grammar::span::Sources;

/// For each thing, what layers that differ in it make of `a` and `b`. Values have names, since names are compared too.
const CASES: &[&[&str]] = &[
    // The operation.
    &["let h = tanh(a); sum(h, axis = -1)", "let h = sigmoid(a); sum(h, axis = -1)"],
    &["let h = tanh(a); sum(h, axis = -1)", "let h = tanh(a); max(h, axis = -1)"],
    // A number, an exponent.
    &["let h = a * 2; let g = tanh(h); sum(g, axis = -1)", "let h = a * 3; let g = tanh(h); sum(g, axis = -1)"],
    &["let h = a ^ 3; let g = tanh(h); sum(g, axis = -1)", "let h = a ^ 5; let g = tanh(h); sum(g, axis = -1)"],
    // Which of its operands is read where.
    &[
        "let h = a - b; let g = exp(h); let f = g + a; let e = tanh(f); max(e, axis = -1)",
        "let h = a - b; let g = exp(h); let f = g + b; let e = tanh(f); max(e, axis = -1)",
    ],
    // Which part.
    &["let h = a[.., ..8]; let g = tanh(h); sum(g, axis = -1)", "let h = a[.., 8..]; let g = tanh(h); sum(g, axis = -1)"],
    // How much there is of it.
    &[
        "let c = exp(a); let g = tanh(c); sum(g, axis = -1) + sum(c @ transpose(c), axis = -1)",
        "let c = exp(a[.., ..8]); let g = tanh(c); sum(g, axis = -1) + sum(c @ transpose(c), axis = -1)",
    ],
    // Whether it is stored or computed inside.
    &[
        "let h = exp(a); let g = tanh(h); sum(g, axis = -1)",
        "let h = exp(a); let g = tanh(h); sum(g, axis = -1) + sum(h @ transpose(h), axis = -1)",
    ],
    // Whether each sample has its own.
    &[
        "param d: [8, n] = he_normal(); let c = exp(d); let g = tanh(a + c) + c; sum(g, axis = -1) + sum(c @ transpose(c), axis = -1)",
        "param d: [8, n] = he_normal(); let c = exp(a); let g = tanh(a + c) + c; sum(g, axis = -1) + sum(c @ transpose(c), axis = -1)",
    ],
    // One for all rows, or each its own.
    &[
        "param d: [8, n] = he_normal(); let g = tanh(a + d); sum(g, axis = -1)",
        "param d: [n] = ones(); let g = tanh(a + d); sum(g, axis = -1)",
    ],
];

/// A network with a layer for each, twice, so that there are kernels that are alike.
fn program() -> String {
    let (mut layers, mut calls, mut outputs) = (String::new(), String::new(), Vec::new());
    for (i, case) in CASES.iter().enumerate() {
        for (j, made) in case.iter().enumerate() {
            // Both operands are stored: products read them.
            layers.push_str(&format!(
                "layer kind_{i}_{j}(x: [8, n]) -> [8] {{
    let a = x |> one: dense(n); let b = x |> other: dense(n);
    let stored = sum(a @ transpose(b), axis = -1);
    let made = {{ {made} }};
    made + stored
}}\n"
            ));
            for k in 0..2 {
                calls.push_str(&format!("    let made_{i}_{j}_{k} = kind_{i}_{j}(x);\n"));
                outputs.push(format!("made_{i}_{j}_{k}"));
            }
        }
    }
    let outputs = outputs.join(", ");
    format!(
        "{layers}network Net {{
    input x: [8, 16]; target t: [8];
{calls}    output p = sum(stack([{outputs}]), axis = 0);
    loss mse(p, t);
}}"
    )
}

#[test]
fn kernels_that_differ_in_one_thing_are_not_alike() {
    let mut sources = Sources::new();
    let root = sources.add("test.nn", program());
    let made = compile(&mut sources, root, &mut NoFiles, &Options { emit: Some(Emit::Kernels), ..Options::default() });
    assert!(!made.has_errors(), "{:?}\n{}", made.diagnostics, program());
    let text = made.text();
    let (functions, calls) = (text.matches("pub(super) fn ").count(), text.matches("kernels::").count());
    // Each is met twice, by each pass: else nothing would be compared.
    assert!(functions >= 20 && calls >= 2 * functions, "{functions} functions, {calls} calls\n{text}");
}
