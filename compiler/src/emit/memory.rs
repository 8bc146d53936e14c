//! What a network needs of memory, in bytes, and whether that keeps within the program's budgets.

use tapeless_grammar::diagnostic::Diagnostic;

use super::notes::Notes;
use crate::network::{Network, Precision};
use crate::plan::{Plan, stored_len};

/// Bytes, exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// All parameters. A gradient takes as many.
    pub parameters: usize,
    /// All buffers.
    pub buffers: usize,
    /// What the optimizers keep.
    pub optimizer_state: usize,
    /// All states of a sample.
    pub states: usize,
    /// The workspace of a training step, the buffers' next values in it.
    pub train_workspace: usize,
    /// The workspace of an evaluation.
    pub evaluate_workspace: usize,
    /// The workspace of a prediction.
    pub predict_workspace: usize,
    /// The largest values of a training step's workspace, by name; several may lie in one place.
    pub largest: Vec<(String, usize)>,
}

/// What `freeze` saves of a training step and sample: nothing of the backward is computed that no gradient needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Floating-point operations, frozen.
    pub operations: usize,
    /// Floating-point operations where nothing is frozen.
    pub operations_without: usize,
    /// Bytes of the workspace, frozen.
    pub workspace: usize,
    /// Bytes of the workspace where nothing is frozen.
    pub workspace_without: usize,
}

/// How many values are named.
const NAMED: usize = 3;

/// Bytes of a real.
pub(crate) fn bytes_of_real(network: &Network) -> usize {
    match network.precision {
        Precision::F32 => 4,
        Precision::F64 => 8,
    }
}

/// The largest values that a plan stores.
pub(crate) fn largest(plan: &Plan, bytes: usize) -> Vec<(String, usize)> {
    let notes = Notes::of(&plan.program.graph);
    let mut values: Vec<(usize, crate::graph::NodeId)> = plan.slots.of.keys().map(|&id| (stored_len(plan, id) * bytes, id)).collect();
    values.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    values.into_iter().take(NAMED).map(|(bytes, id)| (notes.name(plan.program.graph.node(id)), bytes)).collect()
}

impl Memory {
    /// Bytes of all that a training step works on.
    #[must_use]
    pub fn training(&self) -> usize {
        2 * self.parameters + self.buffers + self.optimizer_state + self.train_workspace
    }

    /// Bytes of all that a prediction works on.
    #[must_use]
    pub fn prediction(&self) -> usize {
        self.parameters + self.buffers + self.states + self.predict_workspace
    }

    /// Compares the program's `budget`s with what was planned.
    pub(crate) fn check(&self, network: &Network) -> Result<(), Diagnostic> {
        let train = vec![
            ("parameters", self.parameters),
            ("gradients", self.parameters),
            ("buffers", self.buffers),
            ("optimizer state", self.optimizer_state),
            ("workspace of a training step", self.train_workspace),
        ];
        let predict = vec![
            ("parameters", self.parameters),
            ("buffers", self.buffers),
            ("states", self.states),
            ("workspace of a prediction", self.predict_workspace),
        ];
        let budgets = [
            (network.budget_train, train, self.training(), "a training step"),
            (network.budget_predict, predict, self.prediction(), "a prediction"),
        ];
        for (budget, mut holders, total, what) in budgets {
            let Some((limit, span)) = budget else { continue };
            if total as u64 <= limit {
                continue;
            }
            holders.sort_by_key(|holder| std::cmp::Reverse(holder.1));
            let list = |holders: &[(&str, usize)]| {
                let rows = holders.iter().filter(|holder| holder.1 > 0).map(|holder| format!("{} {} bytes", holder.0, holder.1));
                rows.collect::<Vec<_>>().join(", ")
            };
            let message = format!("`{}` needs {total} bytes for {what}, the budget is {limit}", network.name);
            let mut help = format!("raise the budget to {total}, or make the network smaller");
            if what == "a training step" && !self.largest.is_empty() {
                let values: Vec<(&str, usize)> = self.largest.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
                help = format!("the largest values of the workspace are {}; {help}", list(&values));
            }
            return Err(Diagnostic::error("E0202", span, message).here(list(&holders)).help(help));
        }
        Ok(())
    }
}
