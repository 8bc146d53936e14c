//! What the checks ask of a network, whatever runs it. All numbers are f64, all tensors flat.

use std::collections::BTreeMap;

/// A network with one input `x` and one target `y`.
pub trait Subject {
    /// Sets a parameter.
    fn set(&mut self, path: &str, values: &[f64]);

    /// A parameter.
    fn get(&self, path: &str) -> Vec<f64>;

    /// Each output for a batch.
    fn outputs(&mut self, x: &[f64]) -> BTreeMap<String, Vec<f64>>;

    /// Loss and metrics of a batch.
    fn evaluate(&mut self, x: &[f64], y: &[f64]) -> Evaluation;

    /// The loss of a batch and, kept, its gradients.
    fn gradients(&mut self, x: &[f64], y: &[f64]) -> f64;

    /// The kept gradient of a parameter.
    fn gradient(&self, path: &str) -> Vec<f64>;

    /// Updates the parameters by the kept gradients.
    fn apply(&mut self);
}

/// What `evaluate` gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The total loss.
    pub loss: f64,
    /// The metrics by name.
    pub metrics: BTreeMap<String, f64>,
}
