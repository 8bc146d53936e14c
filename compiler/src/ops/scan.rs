//! A loop of static length (`Attr::Scan`). It has no elements of its own: `scan_out` reads its results.

use super::{Adjoint, OpDef, Value};
use crate::graph::{Attr, Elem, Role, Type};

/// A loop of static length.
pub static OP: OpDef = OpDef {
    name: "scan",
    doc: "A loop of static length over the leading axis of tensors.",
    shape: fits,
    value: Value::Scan,
    adjoint: Adjoint::Scan,
    formula: &[],
    samples: &[],
    sums_batch: false,
    kinked: false,
};

fn fits(args: &[&Type], attr: &Attr) -> Result<Type, String> {
    let Attr::Scan(scan) = attr else { return Err("the loop is missing".into()) };
    if args.len() != scan.roles.len() {
        return Err(format!("the loop has {} operands, found {}", scan.roles.len(), args.len()));
    }
    for id in scan.body.ids() {
        let node = scan.body.node(id);
        let Some(operand) = crate::graph::operand_of(node) else { continue };
        let (Some(arg), Some(role)) = (args.get(operand), scan.roles.get(operand)) else { continue };
        let given = match role {
            Role::Slice if arg.shape.first() == Some(&scan.steps) => &arg.shape[1..],
            Role::Slice => return Err(format!("operand {operand} of a loop of {} steps is {:?}", scan.steps, arg.shape)),
            Role::Whole | Role::Carry => &arg.shape,
        };
        if given != node.ty.shape || (arg.batched && !node.ty.batched) {
            return Err(format!("operand {operand} gives a step {given:?}, which takes {:?}", node.ty.shape));
        }
    }
    Ok(Type { batched: scan.is_batched(), shape: Vec::new(), elem: Elem::Real })
}
