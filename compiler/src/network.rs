//! What elaboration hands on: a network with its parameters and its passes as graphs.

use std::rc::Rc;

use tapeless_grammar::span::Span;

use crate::graph::{Graph, NodeId};

/// A network after elaboration.
#[derive(Clone, Debug)]
pub struct Network {
    /// `Moons`
    pub name: String,
    /// Lines of its documentation.
    pub doc: Vec<String>,
    /// The name's place.
    pub span: Span,
    /// The element type of reals.
    pub precision: Precision,
    /// `emit unrolled;`, where the program decides.
    pub emit: Option<Emit>,
    /// That statement.
    pub emit_span: Option<Span>,
    /// Inputs and targets in the order of their declaration, of one step: `ops::input` leaf i is `ports[i]`. In `train` and `evaluate`, under
    /// `unroll`, it has the steps as another leading axis ([`Network::sample_ports`]).
    pub ports: Vec<Port>,
    /// Parameters in the order of their first appearance: `ops::param` leaf i is `parameters[i]`.
    pub parameters: Vec<Parameter>,
    /// Buffers: `ops::buffer` leaf i.
    pub buffers: Vec<Parameter>,
    /// What is carried from one step to the next, one for each sample: `ops::state` leaf i.
    pub states: Vec<State>,
    /// `unroll T;`: a training sample is so many steps.
    pub unroll: Option<usize>,
    /// The optimizers, and which parameters each updates (frozen ones are in none).
    pub optimizers: Vec<Optimizer>,
    /// What `predict` computes (`training` is false): one step.
    pub predict: Pass,
    /// What `evaluate` computes (`training` is false): all steps of a sample. Without `unroll` it is `predict`.
    pub evaluate: Pass,
    /// What a training step computes (`training` is true): all steps of a sample.
    pub train: Pass,
    /// The most samples of one training step, where batch statistics are used in training.
    pub batch: Option<usize>,
    /// `budget memory`, in bytes, with its place.
    pub budget_train: Option<(u64, Span)>,
    /// `budget predict`.
    pub budget_predict: Option<(u64, Span)>,
}

impl Network {
    /// Inputs and targets of a training sample: under `unroll` with the steps as leading axis.
    #[must_use]
    pub fn sample_ports(&self) -> Vec<Port> {
        let lead = |port: &Port| Port { shape: self.sample_shape(&port.shape), ..port.clone() };
        self.ports.iter().map(lead).collect()
    }

    /// What `shape` of one step is for a training sample.
    #[must_use]
    pub fn sample_shape(&self, shape: &[usize]) -> Vec<usize> {
        self.unroll.into_iter().chain(shape.iter().copied()).collect()
    }

    /// Elements of all states of a sample.
    #[must_use]
    pub fn state_len(&self) -> usize {
        self.states.iter().map(State::len).sum()
    }
}

/// Element types of reals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits.
    F32,
    /// 64 bits.
    F64,
}

/// How the Rust is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emit {
    /// Straight-line scalars over a register of samples.
    Unrolled,
    /// Calls of statically shaped kernels.
    Kernels,
}

/// An input or a target.
#[derive(Clone, Debug)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Lines of its documentation.
    pub doc: Vec<String>,
    /// The name's place.
    pub span: Span,
    /// Extents of a sample.
    pub shape: Vec<usize>,
    /// `in 0..n`.
    pub index: Option<u32>,
    /// Declared with `target`.
    pub target: bool,
}

/// A parameter or buffer.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// `fc1.weight`
    pub path: String,
    /// Where it is declared, or the user's call of the prelude layer that declares it.
    pub span: Span,
    /// Its extents.
    pub shape: Vec<usize>,
    /// How it begins.
    pub init: Initialiser,
    /// No gradient, no update.
    pub frozen: bool,
    /// The prelude's layers that it is in, outermost first: the last one declares it. Empty where the program itself does.
    pub layers: Vec<String>,
}

/// What is carried from one step to the next.
#[derive(Clone, Debug)]
pub struct State {
    /// Its name.
    pub name: String,
    /// The name's place.
    pub span: Span,
    /// Its extents.
    pub shape: Vec<usize>,
    /// How it begins: [`Initialiser::Constant`] or [`Initialiser::Values`].
    pub init: Initialiser,
}

impl State {
    /// Its elements at the beginning of a sequence.
    #[must_use]
    pub fn initial(&self) -> Vec<f64> {
        match &self.init {
            Initialiser::Constant(value) => vec![*value; self.len()],
            Initialiser::Values(values) => values.to_vec(),
            // Elaboration takes no others.
            _ => vec![0.0; self.len()],
        }
    }

    /// The number of its elements.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "every extent is at least 1")]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

/// How a parameter begins (LANGUAGE, section 8).
#[derive(Clone, Debug, PartialEq)]
pub enum Initialiser {
    /// The same number everywhere.
    Constant(f64),
    /// U(a, b)
    Uniform(f64, f64),
    /// N(mean, std²)
    Normal(f64, f64),
    /// U(±√(6/(fan_in + fan_out)))
    GlorotUniform,
    /// N(0, 2/(fan_in + fan_out))
    GlorotNormal,
    /// U(±√(6/fan_in))
    HeUniform,
    /// N(0, 2/fan_in)
    HeNormal,
    /// N(0, 1/fan_in)
    LecunNormal,
    /// U(±1/√fan_in)
    FanInUniform,
    /// An orthogonal matrix.
    Orthogonal,
    /// The elements, row-major.
    Values(Rc<[f64]>),
}

/// One pass: a graph and what is wanted of it. Before differentiation; leaves are `ops::input` and so on.
#[derive(Clone, Debug, Default)]
pub struct Pass {
    /// The computation.
    pub graph: Graph,
    /// Outputs in order.
    pub outputs: Vec<Named>,
    /// Loss terms in order; the unnamed one has an empty name.
    pub losses: Vec<Named>,
    /// Metrics in order.
    pub metrics: Vec<Named>,
    /// What a buffer holds after a training step: (buffer, value).
    pub buffer_updates: Vec<(usize, NodeId)>,
    /// What each state is afterwards.
    pub new_states: Vec<NodeId>,
    /// What must hold of the number of samples before a training step begins.
    pub asserts: Vec<BatchAssert>,
}

impl Pass {
    /// Does something to every result, always in the same order.
    pub fn each_root(&mut self, mut visit: impl FnMut(&mut NodeId)) {
        let named = self.outputs.iter_mut().chain(&mut self.losses).chain(&mut self.metrics);
        named.for_each(|named| visit(&mut named.node));
        self.buffer_updates.iter_mut().for_each(|update| visit(&mut update.1));
        self.new_states.iter_mut().for_each(visit);
    }

    /// All results in the order of [`Pass::each_root`].
    #[must_use]
    pub fn roots(&self) -> Vec<NodeId> {
        let named = self.outputs.iter().chain(&self.losses).chain(&self.metrics).map(|named| named.node);
        named.chain(self.buffer_updates.iter().map(|update| update.1)).chain(self.new_states.iter().copied()).collect()
    }
}

/// An `assert` that names `batch_count()`.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchAssert {
    /// What must hold.
    pub condition: Count,
    /// The author's message.
    pub message: String,
}

/// An expression of the number of samples, in f64; conditions are 0 and 1.
#[derive(Clone, Debug, PartialEq)]
pub enum Count {
    /// The number of samples.
    Samples,
    /// A static number.
    Number(f64),
    /// `!a`
    Not(Box<Count>),
    /// `a + b`
    Of(CountOp, Box<[Count; 2]>),
}

/// Operators of [`Count`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`, of the divisor's sign
    Rem,
}

impl Count {
    /// Its value for a number of samples.
    #[must_use]
    pub fn at(&self, samples: usize) -> f64 {
        let truth = |holds: bool| f64::from(u8::from(holds));
        match self {
            Count::Samples => samples as f64,
            Count::Number(x) => *x,
            Count::Not(a) => 1.0 - a.at(samples),
            Count::Of(op, sides) => {
                let [a, b] = [sides[0].at(samples), sides[1].at(samples)];
                match op {
                    CountOp::Or => truth(a != 0.0 || b != 0.0),
                    CountOp::And => truth(a != 0.0 && b != 0.0),
                    CountOp::Lt => truth(a < b),
                    CountOp::Le => truth(a <= b),
                    CountOp::Gt => truth(a > b),
                    CountOp::Ge => truth(a >= b),
                    CountOp::Eq => truth(a == b),
                    CountOp::Ne => truth(a != b),
                    CountOp::Add => a + b,
                    CountOp::Sub => a - b,
                    CountOp::Mul => a * b,
                    CountOp::Div => a / b,
                    CountOp::Rem => a - b * (a / b).floor(),
                }
            }
        }
    }
}

impl Network {
    /// Why a training step refuses a batch of so many samples; nothing where it takes it.
    #[must_use]
    pub fn refuses(&self, samples: usize) -> Option<String> {
        if let Some(most) = self.batch.filter(|most| samples > *most) {
            return Some(format!(
                "the batch has {samples} samples, this network takes at most {most}: declare `batch {samples};` or cut the batch"
            ));
        }
        let broken = self.train.asserts.iter().find(|assert| assert.condition.at(samples) == 0.0);
        broken.map(|assert| assert.message.clone())
    }
}

/// A named result.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Its place.
    pub span: Span,
    /// Its value.
    pub node: NodeId,
}

/// An optimizer, ready for a set of parameters.
///
/// In its graph "batched" means one for each parameter element, all shapes are `[]`; what is not batched is computed in f64, once a step.
#[derive(Clone, Debug)]
pub struct Optimizer {
    /// `adam`
    pub name: String,
    /// The statement's place.
    pub span: Span,
    /// Indices into `Network::parameters`, ascending.
    pub parameters: Vec<usize>,
    /// Its arguments: run-time numbers (`ops::hyper` leaf i), or schedules.
    pub hyper: Vec<Hyper>,
    /// `state m = zeros();`: name and initial value; `ops::slot` leaf i, batched.
    pub slots: Vec<(String, f64)>,
    /// `state mu: [] = ones();`: `ops::scalar_slot` leaf i, not batched.
    pub scalar_slots: Vec<(String, f64)>,
    /// The body. Leaves: `ops::parameter_value` and `ops::gradient` (batched), `ops::slot`, `ops::scalar_slot`, `ops::hyper`, `ops::step`
    /// (1 at the first update), `ops::global_norm`, `ops::lr_scale`.
    pub graph: Graph,
    /// The new parameter.
    pub parameter: NodeId,
    /// New values of the slots.
    pub new_slots: Vec<NodeId>,
    /// New values of the scalar slots.
    pub new_scalar_slots: Vec<NodeId>,
}

/// An argument of an optimizer.
#[derive(Clone, Debug)]
pub struct Hyper {
    /// `lr`
    pub name: String,
    /// Its value; for a schedule, its value at the first step.
    pub value: f64,
    /// A schedule is not settable: its value is this node of the optimizer's graph (scalar, not batched).
    pub schedule: Option<NodeId>,
}
