//! The reference of what the compiler itself knows: the builtins that programs call, and the operation table under them.

use tapeless_compiler::elaborate::builtins;
use tapeless_compiler::ops::{ALL, Adjoint, OpDef, Value};

use crate::generated::Page;

/// The two pages.
pub(crate) fn pages() -> Vec<Page> {
    vec![
        Page { path: "reference/builtins.md".to_owned(), title: "Builtins".to_owned(), text: builtin_page() },
        Page { path: "reference/operations.md".to_owned(), title: "The operation table".to_owned(), text: operation_page() },
    ]
}

fn builtin_page() -> String {
    let silent: Vec<&str> = builtins().filter(|builtin| builtin.doc.is_empty()).map(|builtin| builtin.name).collect();
    assert!(silent.is_empty(), "compiler/src/elaborate/primitives/docs.rs says nothing of {silent:?}");
    let rows: String =
        builtins().map(|builtin| format!("| `{}` | {} |\n", call(builtin.name, builtin.signature), bars(builtin.doc))).collect();
    format!(
        "What a program calls and the prelude does not define. Arguments after `;` are only named: `sum(x, axis = 0)`; those in brackets may be\n\
         left out. Element-wise functions also take static numbers. The operators are those of the [table](operations.md).\n\n\
         | | |\n| --- | --- |\n{rows}"
    )
}

/// `sum(x; [axis], [keep])`
fn call(name: &str, signature: &[&str]) -> String {
    let mut out = format!("{name}(");
    let mut named = false;
    for (i, argument) in signature.iter().enumerate() {
        let separator = match (i, argument.starts_with('=') && !named) {
            (0, _) => "",
            (_, true) => "; ",
            (_, false) => ", ",
        };
        named |= argument.starts_with('=');
        out.push_str(separator);
        let bare = argument.trim_start_matches(['?', '=']);
        out.push_str(&if bare == *argument { bare.to_owned() } else { format!("[{bare}]") });
    }
    out + ")"
}

fn operation_page() -> String {
    let leaves = ALL.iter().filter(|op| matches!(op.value, Value::Leaf));
    let leaves: String = leaves.map(|op| format!("| `{}` | {} |\n", op.name, bars(op.doc))).collect();
    let others = ALL.iter().filter(|op| !matches!(op.value, Value::Leaf));
    let others: String = others.map(|op| format!("| `{}` | {} | {} |\n", op.name, bars(op.doc), derivative(op))).collect();
    format!(
        "Everything is made of these: the rows of `compiler/src/ops`, one file each. The derivative is the chain rule that generated code\n\
         shows over its statements, with `y` for the result, `a`, `b` (or `x`) for the operands and `∂L/∂y` for what arrives. A derivative with a\n\
         kink jumps somewhere: the gradient check counts such places.\n\n\
         ## Operations\n\n| | | derivative |\n| --- | --- | --- |\n{others}\n\
         ## Leaves\n\nWhat is given. Optimizers have their own.\n\n| | |\n| --- | --- |\n{leaves}"
    )
}

fn derivative(op: &OpDef) -> String {
    let names: &[&str] = if op.formula.len() > 1 { &["a", "b", "c"] } else { &["x"] };
    let mut rules: Vec<String> = Vec::new();
    for formula in op.formula.iter().filter(|formula| !formula.is_empty()) {
        let mut text = (*formula).to_owned();
        for (i, name) in names.iter().enumerate() {
            text = text.replace(&format!("{{{i}}}"), name);
        }
        text = text.replace("{y}", "y").replace("{d}", "∂L/∂y").replace("{n}", "n");
        rules.push(format!("`{text}`"));
    }
    if let Adjoint::None(why) = &op.adjoint {
        rules.push(format!("none: {why}"));
    }
    if matches!(op.adjoint, Adjoint::Zero) {
        rules.push("0 everywhere".to_owned());
    }
    if op.kinked {
        rules.push("a kink".to_owned());
    }
    bars(&rules.join("; "))
}

/// Text for a cell of a table.
fn bars(text: &str) -> String {
    text.replace('|', "\\|")
}
