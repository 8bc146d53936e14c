//! The operation table: what the compiler knows to compute. One operation, one file, one row.
//!
//! A pass never asks for an operation's name; it asks for a fact: [`Value`] says how the result is made, [`Adjoint`] how gradients
//! pass. Adding an operation is its file, a `mod` line and a row of [`ALL`].

pub mod abs;
pub mod add;
pub mod and;
pub mod argmax;
pub mod batch_count;
pub mod batch_sum;
pub mod bernoulli;
pub mod broadcast;
pub mod buffer;
pub mod concat;
pub mod constant;
pub mod contract;
pub mod conv;
pub mod conv_input;
pub mod conv_weight;
mod convolution;
pub mod cos;
pub mod cotangent;
pub mod div;
pub mod eq;
pub mod erf;
pub mod exp;
pub mod expm1;
pub mod flip;
pub mod floor;
pub mod gather;
pub mod ge;
pub mod global_norm;
pub mod gradient;
pub mod gt;
pub mod hyper;
pub mod input;
pub mod iota;
pub mod le;
pub mod log;
pub mod log1p;
pub mod lr_scale;
pub mod lt;
pub mod max;
pub mod min;
pub mod mul;
pub mod name;
pub mod ne;
pub mod neg;
pub mod not;
pub mod or;
pub mod pad;
pub mod param;
pub mod parameter_value;
pub mod pow;
pub mod powi;
pub mod random_normal;
pub mod random_uniform;
pub mod real;
pub mod real_of_index;
pub mod reduce_max;
pub mod reduce_min;
mod reduced;
pub mod relu;
pub mod reshape;
pub mod round;
pub mod rsqrt;
pub mod scalar_slot;
pub mod scan;
pub mod scan_in;
pub mod scan_out;
pub mod scatter;
pub mod seed;
pub mod select;
mod shape;
pub mod sigmoid;
pub mod sign;
pub mod sin;
pub mod slice;
pub mod slot;
pub mod sqrt;
pub mod state;
pub mod step;
pub mod stop_gradient;
pub mod stopped;
pub mod sub;
pub mod sum;
pub mod tanh;
pub mod transpose;
pub mod window_argmax;
pub mod window_max;
pub mod window_pick;
pub mod window_place;
pub mod window_spread;
pub mod window_sum;
mod windows;

pub use convolution::Part;
pub use shape::strides;
pub use windows::{Window, elements as window_elements};

use crate::graph::{Attr, Expr, Type};

/// All rows.
pub static ALL: &[&OpDef] = &[
    // Leaves.
    &input::OP,
    &param::OP,
    &buffer::OP,
    &state::OP,
    &constant::OP,
    &iota::OP,
    &seed::OP,
    &batch_count::OP,
    &cotangent::OP,
    &parameter_value::OP,
    &gradient::OP,
    &slot::OP,
    &scalar_slot::OP,
    &hyper::OP,
    &step::OP,
    &global_norm::OP,
    &lr_scale::OP,
    &scan_in::OP,
    // Element by element.
    &add::OP,
    &sub::OP,
    &mul::OP,
    &div::OP,
    &neg::OP,
    &pow::OP,
    &powi::OP,
    &max::OP,
    &min::OP,
    &abs::OP,
    &sign::OP,
    &exp::OP,
    &expm1::OP,
    &log::OP,
    &log1p::OP,
    &sqrt::OP,
    &rsqrt::OP,
    &sin::OP,
    &cos::OP,
    &tanh::OP,
    &sigmoid::OP,
    &erf::OP,
    &relu::OP,
    &floor::OP,
    &round::OP,
    // Conditions and indices.
    &lt::OP,
    &le::OP,
    &gt::OP,
    &ge::OP,
    &eq::OP,
    &ne::OP,
    &and::OP,
    &or::OP,
    &not::OP,
    &select::OP,
    &real::OP,
    &real_of_index::OP,
    // Movement.
    &name::OP,
    &stop_gradient::OP,
    &stopped::OP,
    &reshape::OP,
    &transpose::OP,
    &broadcast::OP,
    &slice::OP,
    &pad::OP,
    &concat::OP,
    &flip::OP,
    &gather::OP,
    &scatter::OP,
    // Reductions and products.
    &sum::OP,
    &reduce_max::OP,
    &reduce_min::OP,
    &argmax::OP,
    &contract::OP,
    &batch_sum::OP,
    // Convolutions and windows.
    &conv::OP,
    &conv_input::OP,
    &conv_weight::OP,
    &window_sum::OP,
    &window_spread::OP,
    &window_max::OP,
    &window_argmax::OP,
    &window_place::OP,
    &window_pick::OP,
    // Loops.
    &scan::OP,
    &scan_out::OP,
    // Random.
    &bernoulli::OP,
    &random_normal::OP,
    &random_uniform::OP,
];

/// A row of the table.
#[derive(Debug)]
pub struct OpDef {
    /// Its name in the graph's text form.
    pub name: &'static str,
    /// One sentence for people.
    pub doc: &'static str,
    /// The result's type for one sample (`batched` is the builder's to decide), or why the operands do not fit.
    pub shape: fn(&[&Type], &Attr) -> Result<Type, String>,
    /// How the result is made.
    pub value: Value,
    /// How gradients pass.
    pub adjoint: Adjoint,
    /// The chain rule, for people, one for each operand: `{y}` is the result, `{0}`, `{1}` the operands, `{d}` is `∂L/∂y`.
    /// `"∂L/∂{0} = {d} ⊙ (1 − {y}²)"`
    pub formula: &'static [&'static str],
    /// Points to test it at.
    pub samples: &'static [Sample],
    /// The result is a sum over the samples.
    pub sums_batch: bool,
    /// Whether the derivative jumps somewhere.
    pub kinked: bool,
}

/// How a result is made.
#[derive(Debug)]
pub enum Value {
    /// It is given: inputs, parameters, constants.
    Leaf,
    /// Element by element from operands of equal shape; may be fused with its like.
    /// `rust` is the expression over vectors: `"{0}.tanh()"`, `"{0} + {1}"` (an operator stands alone in its template), `{n}` the attribute's number.
    Each {
        /// In f64. Conditions are 0 and 1, indices whole numbers.
        eval: fn(&[f64], &Attr) -> f64,
        /// In generated code.
        rust: &'static str,
    },
    /// Elements are moved, none is computed.
    Move(fn(&Attr, &[&Type], &Type) -> Move),
    /// Axes (`Attr::Axes`) are reduced and disappear.
    Reduce(Reduction),
    /// The position of the largest element along `Attr::Axis`, the first of equals.
    ArgMax,
    /// A sum of products (`Attr::Contract`).
    Contract,
    /// Rows of the first operand (leading axis) at the indices of the second.
    Gather,
    /// Zeros of `Attr::Shape` to whose rows, at the indices of the first operand, the second's are added.
    Scatter,
    /// Drawn from the counter-based stream.
    Random(Distribution),
    /// The sum over the samples.
    BatchSum,
    /// One of the three tensors of a convolution (`Attr::Conv`) from the other two, which come in the order of [`Part`].
    Conv(Part),
    /// Something made of windows (`Attr::Windows`).
    Window(Window),
    /// A loop of static length (`Attr::Scan`), without elements of its own.
    Scan,
    /// A result of the loop that is its operand (`Attr::Out`).
    Out,
}

impl Value {
    /// Whether an element takes a sum, a difference or a product: next to no work.
    #[must_use]
    pub fn is_arithmetic(&self) -> bool {
        let plain = |byte: u8| matches!(byte, b' ' | b'{' | b'}' | b'0'..=b'9' | b'+' | b'-' | b'*');
        matches!(self, Value::Each { rust, .. } if rust.bytes().all(plain))
    }
}

/// Reductions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Σ
    Sum,
    /// The largest; NaN passes on.
    Max,
    /// The smallest; NaN passes on.
    Min,
}

/// Distributions of random operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// A condition, true with probability `parameter`.
    Bernoulli,
    /// N(0, 1)
    Normal,
    /// U[0, 1)
    Uniform,
}

/// A movement: boxes of the result, each read from an operand at constant strides; `fill` everywhere else.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// The boxes; they do not overlap.
    pub regions: Vec<Region>,
    /// What fills the rest.
    pub fill: f64,
}

/// A box of a result and where its elements come from (offsets and strides in elements of one sample).
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Which operand.
    pub operand: usize,
    /// Extents of the box.
    pub shape: Vec<usize>,
    /// Its first element in the result.
    pub to: usize,
    /// Strides in the result.
    pub to_strides: Vec<isize>,
    /// The element of the operand that comes first.
    pub from: usize,
    /// Strides in the operand; 0 repeats.
    pub from_strides: Vec<isize>,
}

/// How gradients pass.
pub enum Adjoint {
    /// The gradients with respect to the operands, `None` where there is none to give (an index, a condition).
    Rule(for<'g> fn(&Rule<'g>) -> Vec<Option<Expr<'g>>>),
    /// There is no derivative, and asking for one is an error that says why.
    None(&'static str),
    /// The derivative is zero everywhere (`sign`, `floor`): no gradient passes.
    Zero,
    /// A leaf.
    Leaf,
    /// A loop: its gradient is another loop, the other way round (`differentiate/scan.rs`).
    Scan,
}

impl std::fmt::Debug for Adjoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Adjoint::Rule(_) => "Rule",
            Adjoint::None(_) => "None",
            Adjoint::Zero => "Zero",
            Adjoint::Leaf => "Leaf",
            Adjoint::Scan => "Scan",
        })
    }
}

/// What an adjoint rule is handed.
#[derive(Debug)]
pub struct Rule<'g> {
    /// The operands.
    pub x: Vec<Expr<'g>>,
    /// The result.
    pub y: Expr<'g>,
    /// The cotangent, of the result's shape.
    pub dy: Expr<'g>,
    /// The attribute.
    pub attr: Attr,
}

/// Operands to test an operation at: shapes, and the interval real elements are drawn from.
#[derive(Debug)]
pub struct Sample {
    /// Shapes of the operands.
    pub shapes: &'static [&'static [usize]],
    /// The interval of real operands.
    pub within: (f64, f64),
    /// The attribute.
    pub attr: fn() -> Attr,
    /// Element kinds where they are not all real: `r` real, `c` condition, a digit n: index into 0..n.
    pub kinds: &'static str,
}

impl PartialEq for OpDef {
    fn eq(&self, other: &OpDef) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Sample {
    /// Operands of these shapes, real, from −2 to 2.
    #[must_use]
    pub const fn of(shapes: &'static [&'static [usize]]) -> Sample {
        Sample { shapes, within: (-2.0, 2.0), attr: || Attr::None, kinds: "" }
    }

    /// The interval of the real elements.
    #[must_use]
    pub const fn within(self, low: f64, high: f64) -> Sample {
        Sample { within: (low, high), ..self }
    }

    /// The attribute.
    #[must_use]
    pub const fn with(self, attr: fn() -> Attr) -> Sample {
        Sample { attr, ..self }
    }

    /// The element kinds.
    #[must_use]
    pub const fn kinds(self, kinds: &'static str) -> Sample {
        Sample { kinds, ..self }
    }
}
