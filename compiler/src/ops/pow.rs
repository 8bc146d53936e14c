//! aᵇ.

use super::{Adjoint, OpDef, Sample, Value, and, eq, ge, log, shape};

/// aᵇ.
pub static OP: OpDef = OpDef {
    name: "pow",
    doc: "aᵇ.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0].powf(x[1]), rust: "{0}.pow({1})" },
    adjoint: Adjoint::Rule(|r| {
        let (a, b, zero) = (r.x[0], r.x[1], r.dy.zeros_like());
        let da = r.dy * (b * a.each(&OP, &[b - 1.0]));
        let db = r.dy * (r.y * a.each(&log::OP, &[]));
        // 0 · ∞ at the edges: a⁰ is constant in a, and 0ᵇ in b from 0 on.
        let constant = b.each(&eq::OP, &[zero]);
        let edge = a.each(&eq::OP, &[zero]).each(&and::OP, &[b.each(&ge::OP, &[zero])]);
        vec![Some(constant.select(zero, da)), Some(edge.select(zero, db))]
    }),
    formula: &["∂L/∂{0} = {d} ⊙ {1} ⊙ {0}^({1} − 1)", "∂L/∂{1} = {d} ⊙ {y} ⊙ ln {0}"],
    samples: &[Sample::of(&[&[2, 3], &[2, 3]]).within(0.4, 2.0), Sample::of(&[&[3, 3], &[3, 3]]).within(0.4, 2.0)],
    sums_batch: false,
    kinked: false,
};
