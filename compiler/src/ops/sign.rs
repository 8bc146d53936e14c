//! −1, 0 or 1.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// −1, 0 or 1.
pub static OP: OpDef = OpDef {
    name: "sign",
    doc: "−1, 0 or 1.",
    shape: shape::real,
    value: Value::Each {
        eval: |x, _| {
            if x[0] > 0.0 {
                1.0
            } else if x[0] < 0.0 {
                -1.0
            } else {
                x[0]
            }
        },
        rust: "{0}.sign()",
    },
    adjoint: Adjoint::Zero,
    formula: &["∂L/∂{0} = 0"],
    samples: &[Sample::of(&[&[2, 3]]).within(-3.0, 3.0), Sample::of(&[&[]]).within(-3.0, 3.0)],
    sums_batch: false,
    kinked: true,
};
