//! What training loops, checkpoints and checks need of a generated network: implemented by the code that the compiler writes.

use crate::rt::{DataError, Network, Real};

/// A network that owns its parameters, its optimizer's state and its workspaces.
pub trait Trainable {
    /// Its flat form.
    type Net: Network;
    /// The element type of its reals.
    type Real: Real;
    /// Samples for it.
    type Data: Dataset;

    /// One training step on all samples of `data`. The mean of each loss term goes into `losses`, one for each of
    /// [`Network::LOSSES`]; the total is given back.
    ///
    /// # Errors
    /// Data that does not fit, or a loss that is not finite. Nothing has changed then.
    fn train_on(&mut self, data: &Self::Data, losses: &mut [f64]) -> Result<f64, DataError>;

    /// Loss terms and metrics ([`Network::METRICS`]) of `data` in predict mode; gives the total loss.
    ///
    /// # Errors
    /// Data that does not fit.
    fn evaluate_on(&mut self, data: &Self::Data, losses: &mut [f64], metrics: &mut [f64]) -> Result<f64, DataError>;

    /// What it remembers from one step to the next.
    fn parts(&self) -> Parts<'_, Self::Real>;

    /// The same, to be changed.
    fn parts_mut(&mut self) -> PartsMut<'_, Self::Real>;

    /// The optimizer's settable numbers, in the order of [`Network::HYPER`], into `values`.
    fn read_hyper(&self, values: &mut [f64]);

    /// Sets them; what `values` is too short for stays as it is.
    fn write_hyper(&mut self, values: &[f64]);
}

/// All that a network remembers from one step to the next, but for the optimizer's settable numbers.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a, T> {
    /// In the order of [`Network::PARAMETERS`].
    pub parameters: &'a [T],
    /// In the order of [`Network::BUFFERS`].
    pub buffers: &'a [T],
    /// The optimizer state, in the order of [`Network::SLOTS`].
    pub state: &'a [T],
    /// In the order of [`Network::SCALAR_SLOTS`].
    pub scalars: &'a [f64],
    /// The seed of its random operations.
    pub seed: u64,
    /// The number of updates so far.
    pub steps: u64,
}

/// [`Parts`], to be changed.
#[derive(Debug)]
pub struct PartsMut<'a, T> {
    /// In the order of [`Network::PARAMETERS`].
    pub parameters: &'a mut [T],
    /// In the order of [`Network::BUFFERS`].
    pub buffers: &'a mut [T],
    /// The optimizer state, in the order of [`Network::SLOTS`].
    pub state: &'a mut [T],
    /// In the order of [`Network::SCALAR_SLOTS`].
    pub scalars: &'a mut [f64],
    /// The seed of its random operations.
    pub seed: &'a mut u64,
    /// The number of updates so far.
    pub steps: &'a mut u64,
}

/// Samples: one list for each input and target of a network.
pub trait Dataset: Default {
    /// The number of samples, by the first list.
    fn len(&self) -> usize;

    /// # Errors
    /// Where another list has another length.
    fn check(&self) -> Result<(), DataError>;

    /// Takes all samples out and keeps the room.
    fn clear(&mut self);

    /// Adds sample `index` of `other`; nothing where there is none.
    fn push_from(&mut self, other: &Self, index: usize);

    /// Whether there are no samples.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy of the samples at `indices`.
    #[must_use]
    fn select(&self, indices: impl IntoIterator<Item = usize>) -> Self
    where
        Self: Sized,
    {
        let mut taken = Self::default();
        for index in indices {
            taken.push_from(self, index);
        }
        taken
    }

    /// The samples before `at`, and the others: training and validation data of a shuffled set.
    #[must_use]
    fn split(&self, at: usize) -> (Self, Self)
    where
        Self: Sized,
    {
        let at = at.min(self.len());
        (self.select(0..at), self.select(at..self.len()))
    }
}
