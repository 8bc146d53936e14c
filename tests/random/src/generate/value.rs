//! What a name of the program stands for.

/// A name in sight.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) kind: Kind,
    /// Of a real: about the largest size of an element.
    pub(crate) bound: f64,
    /// The real inputs that it varies with, a bit for each.
    pub(crate) inputs: u32,
    /// It depends on a target.
    pub(crate) target: bool,
}

/// The type of its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Real,
    /// In `0..n`.
    Index(usize),
    Condition,
}

impl Value {
    pub(crate) fn size(&self) -> usize {
        self.shape.iter().product()
    }

    pub(crate) fn rank(&self) -> usize {
        self.shape.len()
    }

    pub(crate) fn last(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// The shape without an axis.
    pub(crate) fn without(&self, axis: usize) -> Vec<usize> {
        let mut shape = self.shape.clone();
        shape.remove(axis);
        shape
    }
}
