//! The value itself, through which no gradient passes, computed and not moved: dual numbers lose their tangent here.

use super::{Adjoint, OpDef, Sample, Value, shape};

/// The value itself, through which no gradient passes, computed and not moved: dual numbers lose their tangent here.
pub static OP: OpDef = OpDef {
    name: "stopped",
    doc: "The value itself, through which no gradient passes: a program's own `stop_gradient`, which the gradient check has to know.",
    shape: shape::real,
    value: Value::Each { eval: |x, _| x[0], rust: "{0}.stopped()" },
    adjoint: Adjoint::Zero,
    formula: &["∂L/∂{0} = 0"],
    samples: &[Sample::of(&[&[2, 3]]), Sample::of(&[&[]])],
    sums_batch: false,
    kinked: false,
};
