//! Shape rules that several operations share, and the words of their errors.

use super::{Move, Region};
use crate::graph::{Attr, Elem, Type};

/// Exactly `N` operands.
pub(super) fn operands<'t, const N: usize>(args: &[&'t Type]) -> Result<[&'t Type; N], String> {
    <[&Type; N]>::try_from(args).map_err(|_| format!("it takes {N} operands, found {}", args.len()))
}

/// Reals of one shape, as many as there are.
pub(super) fn real(args: &[&Type], _: &Attr) -> Result<Type, String> {
    equal(args)?;
    let Some(first) = args.first() else { return Err("it takes at least one operand".into()) };
    match args.iter().find(|arg| arg.elem != Elem::Real) {
        None => Ok(Type { batched: false, ..(*first).clone() }),
        Some(arg) => {
            Err(format!("it takes reals, found {}{}", kind(arg.elem), if arg.elem == Elem::Condition { "" } else { ": write real(…)" }))
        }
    }
}

/// Two reals or two indices.
pub(super) fn comparison(args: &[&Type], _: &Attr) -> Result<Type, String> {
    let [a, b] = operands(args)?;
    equal(args)?;
    joined(a.elem, b.elem)?;
    Ok(Type { batched: false, shape: a.shape.clone(), elem: Elem::Condition })
}

/// Conditions of one shape.
pub(super) fn conditions(args: &[&Type], _: &Attr) -> Result<Type, String> {
    equal(args)?;
    let Some(first) = args.first() else { return Err("it takes at least one operand".into()) };
    match args.iter().find(|arg| arg.elem != Elem::Condition) {
        None => Ok(Type { batched: false, ..(*first).clone() }),
        Some(arg) => Err(format!("it takes conditions, found {}", kind(arg.elem))),
    }
}

/// Leaves: whoever makes one states its type.
pub(super) fn stated(_: &[&Type], _: &Attr) -> Result<Type, String> {
    Err("the type of a leaf is stated, not inferred".into())
}

/// Whether all shapes are equal.
pub(super) fn equal(args: &[&Type]) -> Result<(), String> {
    match args.windows(2).find(|pair| pair[0].shape != pair[1].shape) {
        None => Ok(()),
        Some(pair) => Err(format!("it takes equal shapes, found {:?} and {:?}", pair[0].shape, pair[1].shape)),
    }
}

/// For errors.
pub(super) fn kind(elem: Elem) -> String {
    match elem {
        Elem::Real => "reals".into(),
        Elem::Index(n) => format!("indices in 0..{n}"),
        Elem::Condition => "conditions".into(),
    }
}

/// The element type that holds both: of indices the larger range.
pub(super) fn joined(a: Elem, b: Elem) -> Result<Elem, String> {
    match (a, b) {
        (Elem::Index(m), Elem::Index(n)) => Ok(Elem::Index(m.max(n))),
        _ if a == b => Ok(a),
        _ => Err(format!("{} do not go with {}", kind(a), kind(b))),
    }
}

/// The type, not batched (that is the builder's to decide), in another shape.
pub(super) fn moved(x: &Type, shape: Vec<usize>) -> Type {
    Type { batched: false, shape, elem: x.elem }
}

/// Row-major strides.
pub fn strides(shape: &[usize]) -> Vec<isize> {
    let mut out = vec![1; shape.len()];
    for i in (1..shape.len()).rev() {
        out[i - 1] = out[i] * shape[i] as isize;
    }
    out
}

/// A movement that reads all of the result, row-major, from its one operand.
pub(super) fn whole(out: &Type, from: usize, from_strides: Vec<isize>) -> Move {
    let region = Region { operand: 0, shape: out.shape.clone(), to: 0, to_strides: strides(&out.shape), from, from_strides };
    Move { regions: vec![region], fill: 0.0 }
}

/// A movement that changes the type alone.
pub(super) fn nothing(out: &Type) -> Move {
    whole(out, 0, strides(&out.shape))
}
