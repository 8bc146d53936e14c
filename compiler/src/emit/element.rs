//! Element-wise expressions: what stands in the closure of a kernel or on the right of an unrolled statement.

use super::doc::{Doc, text};
use crate::graph::Attr;

/// How tightly a piece of Rust binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tightness {
    /// `a + b`, `a - b`
    Sum,
    /// `a * b`, `a / b`
    Product,
    /// `-a`
    Negation,
    /// Names, calls, methods.
    Atom,
}

/// An expression and how tightly it binds.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) doc: Doc,
    pub(crate) tightness: Tightness,
}

impl Term {
    /// A name or a call.
    pub(crate) fn atom(doc: Doc) -> Term {
        Term { doc, tightness: Tightness::Atom }
    }

    /// In parentheses where it binds less tightly than `needed`.
    fn at_least(self, needed: Tightness) -> Doc {
        if self.tightness < needed { Doc::Paren(Box::new(self.doc)) } else { self.doc }
    }
}

/// Whether operands are so long together that an operation on them would be hard to read on one line.
pub(crate) fn are_long(args: &[Term]) -> bool {
    args.iter().map(|arg| arg.doc.width()).sum::<usize>() > 44
}

/// A number as an f64 literal.
pub(crate) fn literal(value: f64) -> String {
    if value == f64::INFINITY {
        "f64::INFINITY".into()
    } else if value == f64::NEG_INFINITY {
        "f64::NEG_INFINITY".into()
    } else if value.is_nan() {
        "f64::NAN".into()
    } else {
        format!("{value:?}")
    }
}

/// A number in every lane: `num(0.5)`.
pub(crate) fn number(value: f64) -> Term {
    Term::atom(text(format!("num({})", literal(value))))
}

/// An operation's template with its operands put in.
pub(crate) fn fill(template: &str, attr: &Attr, args: &[Term]) -> Term {
    if let Some(rest) = template.strip_prefix('-') {
        let inner = operand(rest, attr, args).at_least(Tightness::Atom);
        return Term { doc: Doc::Prefix("-", Box::new(inner)), tightness: Tightness::Negation };
    }
    for (op, tightness) in [("+", Tightness::Sum), ("-", Tightness::Sum), ("*", Tightness::Product), ("/", Tightness::Product)] {
        if let Some((left, right)) = template.split_once(&format!(" {op} ")) {
            let left = operand(left, attr, args);
            let tighter = if tightness == Tightness::Sum { Tightness::Product } else { Tightness::Negation };
            let right = operand(right, attr, args);
            // Only + and * may go on without parentheses on the right, and do not: the order of rounding is the program's.
            let right = right.at_least(tighter);
            return Term { doc: chain_binary(left, op, right, tightness), tightness };
        }
    }
    if let Some((receiver, method)) = template.split_once('.')
        && let Some((name, rest)) = method.split_once('(')
    {
        let arguments = rest.trim_end_matches(')');
        let arguments: Vec<Doc> = arguments.split(", ").filter(|part| !part.is_empty()).map(|part| operand(part, attr, args).doc).collect();
        let receiver = operand(receiver, attr, args).at_least(Tightness::Atom);
        return Term::atom(receiver.method(name, arguments));
    }
    operand(template, attr, args)
}

/// `a + b` with `a` perhaps a sum already.
fn chain_binary(left: Term, op: &str, right: Doc, tightness: Tightness) -> Doc {
    let op = match op {
        "+" => "+",
        "-" => "-",
        "*" => "*",
        _ => "/",
    };
    let left_tightness = left.tightness;
    match left.doc {
        Doc::Binary(first, mut rest) if left_tightness == tightness => {
            rest.push((op, right));
            Doc::Binary(first, rest)
        }
        doc => {
            let left = Term { doc, tightness: left_tightness }.at_least(tightness);
            Doc::Binary(Box::new(left), vec![(op, right)])
        }
    }
}

fn operand(part: &str, attr: &Attr, args: &[Term]) -> Term {
    match part {
        "{one}" => number(1.0),
        "{zero}" => number(0.0),
        "{n}" => match attr {
            Attr::Number(n) => Term::atom(text(format!("{n}"))),
            _ => Term::atom(text("0")),
        },
        _ => {
            let index = part.trim_matches(|c| c == '{' || c == '}').parse::<usize>().ok();
            match index.and_then(|i| args.get(i)) {
                Some(arg) => arg.clone(),
                None => Term::atom(text(part)),
            }
        }
    }
}
