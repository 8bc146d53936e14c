//! What a node is: its type, its attribute, its origin.

use std::rc::Rc;

use tapeless_grammar::span::Span;

use super::Scan;
use super::windows::{Conv, Slide};
use crate::ops::OpDef;

/// A node of a [`super::Graph`]. Ids are topological: operands come before their users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// As an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What the elements of a tensor are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Elem {
    /// A real number of the network's precision.
    Real,
    /// A whole number in `0..n`.
    Index(u32),
    /// True or false.
    Condition,
}

/// The type of a tensor: of one sample where `batched`, else of the whole batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Type {
    /// Whether there is one for each sample: a leading axis of symbolic extent that `shape` does not show.
    pub batched: bool,
    /// The static extents, each at least 1.
    pub shape: Vec<usize>,
    /// The element type.
    pub elem: Elem,
}

impl Type {
    /// A real tensor.
    #[must_use]
    pub fn real(batched: bool, shape: &[usize]) -> Type {
        Type { batched, shape: shape.to_vec(), elem: Elem::Real }
    }

    /// Number of elements of one sample.
    #[must_use]
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }

    /// Number of axes of one sample.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// The same extents with other elements.
    #[must_use]
    pub fn with_elem(&self, elem: Elem) -> Type {
        Type { elem, ..self.clone() }
    }

    /// The same elements with other extents.
    #[must_use]
    pub fn with_shape(&self, shape: &[usize]) -> Type {
        Type { shape: shape.to_vec(), ..self.clone() }
    }
}

/// What an operation is told besides its operands.
#[derive(Clone, Debug, PartialEq)]
pub enum Attr {
    /// Nothing.
    None,
    /// A number: a constant's value, an exponent.
    Number(f64),
    /// The elements of a constant tensor, row-major.
    Tensor(Rc<[f64]>),
    /// Axes of a reduction, ascending.
    Axes(Vec<usize>),
    /// One axis.
    Axis(usize),
    /// A target shape.
    Shape(Vec<usize>),
    /// `out axis i is operand axis p[i]`.
    Permutation(Vec<usize>),
    /// Einstein notation: a label for each axis of `a`, `b` and the result; labels that the result lacks are summed.
    /// `sum_batch` sums over the samples too.
    Contract {
        /// Labels of the first operand.
        a: Vec<u8>,
        /// Labels of the second operand.
        b: Vec<u8>,
        /// Labels of the result.
        out: Vec<u8>,
        /// Whether the samples are summed.
        sum_batch: bool,
    },
    /// How the kernel of a convolution slides.
    Conv(Conv),
    /// How windows slide over the last axes.
    Windows(Vec<Slide>),
    /// `start..start + len` of an axis.
    Slice {
        /// The axis.
        axis: usize,
        /// First.
        start: usize,
        /// How many.
        len: usize,
    },
    /// `(before, after)` for each axis and what fills.
    Pad {
        /// Elements added before and after, axis by axis.
        pairs: Vec<(usize, usize)>,
        /// Their value.
        value: f64,
    },
    /// The place of a random operation in the program: part of its key. `parameter` is a Bernoulli's probability.
    Random {
        /// Which random operation of the network.
        place: u32,
        /// Probability, where there is one.
        parameter: f64,
        /// The position of its first element among the draws of its place.
        first: usize,
        /// For each loop around it, the innermost first: how many positions further it begins in the next step.
        strides: Vec<usize>,
    },
    /// The number of a leaf among the network's inputs, parameters, buffers, … of its kind.
    Leaf(usize),
    /// A loop.
    Scan(Rc<Scan>),
    /// Which result of a loop, and its type for one sample.
    Out {
        /// Carried values come first, then stacked ones.
        index: usize,
        /// Its extents.
        shape: Vec<usize>,
        /// Its elements.
        elem: Elem,
    },
}

impl Attr {
    /// Whether it says that the samples are summed.
    #[must_use]
    pub fn sums_batch(&self) -> bool {
        match self {
            Attr::Contract { sum_batch, .. } => *sum_batch,
            Attr::Conv(conv) => conv.sum_batch,
            _ => false,
        }
    }
}

/// Where a node comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// The place in the user's program (for what the prelude does: the user's call).
    pub span: Span,
    /// The layer instance (`block.0.attn`) or, outside layers, the name being bound; for names of values without one.
    pub context: Rc<str>,
    /// Set on nodes that differentiation made: which operand of which node they are the gradient of.
    pub adjoint: Option<AdjointOf>,
}

/// A node computes (part of) the gradient with respect to an operand of a forward node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdjointOf {
    /// The forward node whose rule is applied.
    pub node: NodeId,
    /// Which of its operands; `None` for the seed and for sums of several contributions to `node` itself.
    pub operand: Option<usize>,
    /// It computes the derivative of `node` along a direction: forward mode.
    pub forward: bool,
}

/// An operation applied to operands.
#[derive(Clone, Debug)]
pub struct Node {
    /// The row of the operation table.
    pub op: &'static OpDef,
    /// What it is told.
    pub attr: Attr,
    /// Operands.
    pub args: Vec<NodeId>,
    /// Result type.
    pub ty: Type,
    /// Where it comes from.
    pub origin: Origin,
    /// The program's name for it (`h`, `fc1`, `fc1_weight`).
    pub name: Option<Rc<str>>,
}
