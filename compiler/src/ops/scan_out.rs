//! A result of a loop (`Attr::Out`).

use super::{Adjoint, OpDef, Value, shape};
use crate::graph::{Attr, Type};

/// A result of a loop.
pub static OP: OpDef = OpDef {
    name: "scan_out",
    doc: "A result of a loop: a carried value after the last step, or what was stacked.",
    shape: |args, attr| {
        let [_] = shape::operands(args)?;
        let Attr::Out { shape, elem, .. } = attr else { return Err("the result's type is missing".into()) };
        Ok(Type { batched: false, shape: shape.clone(), elem: *elem })
    },
    value: Value::Out,
    adjoint: Adjoint::Scan,
    formula: &["∂L/∂{0} = {d}, step by step"],
    samples: &[],
    sums_batch: false,
    kinked: false,
};
