//! What a leaf is; the one place that tells them apart.

use crate::graph::Attr;
use crate::ops::{self, OpDef};

/// What a leaf is; the one place that tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Port(usize),
    Parameter(usize),
    Buffer(usize),
    State(usize),
    Cotangent(usize),
    Seed,
    BatchCount,
    Number,
}

pub(crate) fn leaf(op: &'static OpDef, attr: &Attr) -> Option<Leaf> {
    let number = match attr {
        Attr::Leaf(i) => *i,
        _ => 0,
    };
    let kinds: [(&'static OpDef, Leaf); 7] = [
        (&ops::input::OP, Leaf::Port(number)),
        (&ops::param::OP, Leaf::Parameter(number)),
        (&ops::buffer::OP, Leaf::Buffer(number)),
        (&ops::state::OP, Leaf::State(number)),
        (&ops::cotangent::OP, Leaf::Cotangent(number)),
        (&ops::seed::OP, Leaf::Seed),
        (&ops::batch_count::OP, Leaf::BatchCount),
    ];
    if matches!(attr, Attr::Number(_) | Attr::Tensor(_)) {
        return Some(Leaf::Number);
    }
    kinds.into_iter().find(|(known, _)| std::ptr::eq(*known, op)).map(|(_, leaf)| leaf)
}
