//! What a training step asks of the number of samples: the most that it takes, and the program's own assertions.

use super::doc::{Code, call, text};
use super::element::literal;
use crate::network::{Count, CountOp, Network};

/// The checks, before anything is computed.
pub(crate) fn write(code: &mut Code, network: &Network) {
    if network.batch.is_some() {
        code.line("rt::at_most(BATCH, samples)?;");
    }
    if network.train.asserts.is_empty() {
        return;
    }
    code.line("let count = samples as f64;");
    for assert in &network.train.asserts {
        let args = vec![text(expression(&assert.condition).0), text(format!("{:?}", assert.message))];
        code.statement("", &call("rt::holds", args), "?;");
    }
}

/// An expression of `count`, and how tightly it holds together: 0 is loosest.
fn expression(count: &Count) -> (String, u8) {
    let inside = |side: &Count, least: u8| match expression(side) {
        (text, tightness) if tightness < least => format!("({text})"),
        (text, _) => text,
    };
    match count {
        Count::Samples => ("count".to_owned(), 9),
        Count::Number(x) if *x < 0.0 => (literal(*x), 5),
        Count::Number(x) => (literal(*x), 9),
        Count::Not(a) => (format!("!{}", inside(a, 9)), 6),
        Count::Of(CountOp::Rem, sides) => (format!("rt::modulo({}, {})", expression(&sides[0]).0, expression(&sides[1]).0), 9),
        Count::Of(op, sides) => {
            let (sign, tightness) = match op {
                CountOp::Or => ("||", 0),
                CountOp::And => ("&&", 1),
                CountOp::Lt => ("<", 2),
                CountOp::Le => ("<=", 2),
                CountOp::Gt => (">", 2),
                CountOp::Ge => (">=", 2),
                CountOp::Eq => ("==", 2),
                CountOp::Ne => ("!=", 2),
                CountOp::Add => ("+", 3),
                CountOp::Sub => ("-", 3),
                CountOp::Mul => ("*", 4),
                CountOp::Div | CountOp::Rem => ("/", 4),
            };
            (format!("{} {sign} {}", inside(&sides[0], tightness), inside(&sides[1], tightness + 1)), tightness)
        }
    }
}
