//! `contract`: Einstein notation over two operands.

use super::{Args, Primitive};
use crate::elaborate::Elab;
use crate::elaborate::report::R;
use crate::elaborate::value::Value;
use crate::graph::Attr;
use crate::ops;

pub(super) static TABLE: &[Primitive] = &[Primitive { name: "contract", signature: &["a", "b", "axes"], run: contract }];

fn contract(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let (x, y) = (args.real(elab, 0)?, args.real(elab, 1)?);
    let help = "as in \"ik,kj->ij\": a letter for each axis of both operands, then of the result";
    let Value::Str(text) = args.value(2)?.clone() else {
        let found = elab.show(args.value(2)?);
        return elab.error_help("E0129", args.span_of(2), format!("the axes are a string, found {found}"), help);
    };
    let parts = text.split_once("->").and_then(|(from, to)| from.split_once(',').map(|(a, b)| [a.trim(), b.trim(), to.trim()]));
    let Some([a, b, out]) = parts.filter(|parts| parts.iter().all(|part| part.bytes().all(|c| c.is_ascii_lowercase()))) else {
        return elab.error_help("E0129", args.span_of(2), format!("`{text}` is not Einstein notation for two operands"), help);
    };
    let attr = Attr::Contract { a: a.into(), b: b.into(), out: out.into(), sum_batch: false };
    elab.node(args.span, "E0129", &ops::contract::OP, attr, &[x, y]).map(Value::Tensor)
}
