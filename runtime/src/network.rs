//! What every generated network says about itself, in a flat form that code for any network can use: its parameters, buffers and
//! optimizer state by path, its inputs and targets, and its passes over plain slices.

use crate::{DataError, Initialiser, Real, Step};

/// A parameter or buffer: its place in the flat storage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// `fc1.weight`
    pub path: &'static str,
    /// Its extents; empty for a scalar.
    pub shape: &'static [usize],
    /// Its first element in the flat storage.
    pub offset: usize,
    /// It has no gradient and no update.
    pub frozen: bool,
    /// How it begins.
    pub init: Initialiser,
    /// The prelude's layers that it is in, outermost first: the last one declares it. Empty where the program itself does.
    pub layers: &'static [&'static str],
}

impl Entry {
    /// The number of its elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has no elements; none is so, as every extent is at least 1.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What an optimizer keeps for one parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// The optimizer and its state: `adam.m`.
    pub name: &'static str,
    /// The parameter's path.
    pub path: &'static str,
    /// Its first element in the optimizer state.
    pub offset: usize,
    /// The number of its elements.
    pub len: usize,
    /// What each element is at first.
    pub initial: f64,
}

/// An input, a target or an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: &'static str,
    /// Extents of a sample.
    pub shape: &'static [usize],
    /// For an index: it lies in `0..n`.
    pub index: Option<u32>,
    /// Declared with `target`.
    pub target: bool,
}

impl Port {
    /// The number of elements of a sample.
    #[inline]
    #[must_use]
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }
}

/// A batch of one input or target: the samples one after another, flat.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a, T> {
    /// Real numbers.
    Real(&'a [T]),
    /// Indices.
    Index(&'a [u32]),
}

impl<T> Column<'_, T> {
    /// The number of elements of all samples.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Column::Real(xs) => xs.len(),
            Column::Index(xs) => xs.len(),
        }
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A generated network, for code that works with any of them. All slices are flat; the lengths are the constants of this trait.
///
/// A slice of another length, or a column of the wrong kind, is an error: [`DataError::Lengths`].
pub trait Network: 'static {
    /// `Moons`
    const NAME: &'static str;
    /// Parameters in the order of their storage.
    const PARAMETERS: &'static [Entry];
    /// Buffers in the order of their storage.
    const BUFFERS: &'static [Entry];
    /// What is carried from step to step, in the order of its storage; none is frozen.
    const STATES: &'static [Entry] = &[];
    /// The optimizer state, one entry for each kind of state and parameter.
    const SLOTS: &'static [Slot];
    /// Numbers that an optimizer keeps once, with what they are at first.
    const SCALAR_SLOTS: &'static [(&'static str, f64)];
    /// The optimizer's settable numbers with the program's values.
    const HYPER: &'static [(&'static str, f64)];
    /// Inputs and targets of a training sample, in the order of their declaration; under `unroll`, the steps are their leading axis.
    const PORTS: &'static [Port];
    /// Outputs of a training sample, in the order of their declaration; under `unroll`, the steps are their leading axis.
    const OUTPUTS: &'static [Port];
    /// Inputs and targets of one step: what a prediction takes.
    const STEP_PORTS: &'static [Port] = Self::PORTS;
    /// Outputs of one step: what a prediction gives.
    const STEP_OUTPUTS: &'static [Port] = Self::OUTPUTS;
    /// The steps of a training sample: `unroll`.
    const UNROLL: usize = 1;
    /// Names of the loss terms; the unnamed one is `""`.
    const LOSSES: &'static [&'static str];
    /// Names of the metrics.
    const METRICS: &'static [&'static str];
    /// Elements of all parameters.
    const PARAMETER_LEN: usize;
    /// Elements of all buffers.
    const BUFFER_LEN: usize;
    /// Elements of all states of a sample.
    const CARRIED_LEN: usize = 0;
    /// Elements of the optimizer state.
    const STATE_LEN: usize;
    /// Elements of the workspace of a training step.
    const TRAIN_WORKSPACE: usize;
    /// Elements of the workspace of an evaluation.
    const EVALUATE_WORKSPACE: usize;
    /// Elements of the workspace of a prediction.
    const PREDICT_WORKSPACE: usize;
    /// No operation of the network has a kink.
    const SMOOTH: bool;
    /// The program stops gradients: its loss may change with what its gradient does not know.
    const STOPS: bool = false;
    /// The most samples of a training step; none where any number is taken.
    const BATCH: Option<usize> = None;

    /// The outputs for a batch, of one step. `ports` are the inputs only, in order; `outputs` hold the samples one after another.
    ///
    /// `states` are all states of each sample, one sample after another: before the step, and when it is done, after it. If it is empty, the
    /// step begins with the states' initial values, and what they become is not wanted. So it is in all passes.
    ///
    /// # Errors
    /// What does not fit or is not finite; nothing has been computed then.
    fn predict<T: Real>(
        parameters: &[T],
        buffers: &[T],
        ports: &[Column<'_, T>],
        states: &mut [T],
        workspace: &mut [T],
        outputs: &mut [&mut [T]],
    ) -> Result<(), DataError>;

    /// Losses and metrics of a batch in predict mode; gives the total loss.
    ///
    /// # Errors
    /// What does not fit or is not finite; nothing has been computed then.
    fn evaluate<T: Real>(
        parameters: &[T],
        buffers: &[T],
        ports: &[Column<'_, T>],
        states: &mut [T],
        workspace: &mut [T],
        losses: &mut [T],
        metrics: &mut [T],
    ) -> Result<T, DataError>;

    /// Losses of a batch in training mode and their gradients; gives the total loss.
    ///
    /// `outputs` and `port_grads` (a slice for each port, of no length for an index) may be empty: they are not wanted then. Of dual
    /// numbers there are losses only ([`Real::BACKWARD`]).
    ///
    /// # Errors
    /// What does not fit or is not finite. Where a loss is not finite, the pass is done and `states` are what it left.
    #[expect(clippy::too_many_arguments, reason = "one slice for each thing that the pass reads or writes")]
    fn gradients<T: Real>(
        parameters: &[T],
        buffers: &[T],
        ports: &[Column<'_, T>],
        states: &mut [T],
        step: Step,
        workspace: &mut [T],
        outputs: &mut [&mut [T]],
        grads: &mut [T],
        port_grads: &mut [&mut [T]],
        losses: &mut [T],
    ) -> Result<T, DataError>;

    /// One update of the parameters and the optimizer state. `step` is 1 at the first.
    fn update<T: Real>(parameters: &mut [T], grads: &[T], state: &mut [T], scalars: &mut [f64], hyper: &[f64], step: u64);
}
