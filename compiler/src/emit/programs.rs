//! Everything that is written of a network, derived and simplified: the programs of its passes.

use tapeless_grammar::diagnostic::Diagnostic;

use crate::differentiate::{self, Derived};
use crate::network::Network;
use crate::plan::{Program, Wanted, What};
use crate::simplify;

/// Loops over tensors of up to so many steps are written out.
pub const SHORT_LOOP: usize = 4;

/// Everything that is written of a network, still as graphs.
pub struct Programs {
    /// Outputs, in predict mode.
    pub predict: Program,
    /// Losses and metrics, in predict mode.
    pub evaluate: Program,
    /// Outputs, losses, gradients, in training mode.
    pub train: Program,
    /// Gradients for cotangents of the outputs that are handed in; none where an output has no derivative.
    pub backward: Option<Program>,
}

impl Programs {
    pub(super) fn all(&self) -> impl Iterator<Item = &Program> {
        [&self.predict, &self.evaluate, &self.train].into_iter().chain(&self.backward)
    }
}

/// Derives and simplifies all that is written of a network.
///
/// # Errors
/// An operation without a derivative between a parameter and a loss.
pub fn programs(network: &Network) -> Result<Programs, Diagnostic> {
    let step = tidied(differentiate::values(&simplify::hoisted(network.predict.clone())));
    let predict = program(step.clone(), |what| matches!(what, What::Output(_) | What::State(_)));
    let values = match network.unroll {
        Some(_) => tidied(differentiate::values(&simplify::hoisted(network.evaluate.clone()))),
        None => step,
    };
    let train = program_of_training(network)?;
    Ok(Programs {
        predict,
        evaluate: program(values, |what| !matches!(what, What::Output(_) | What::Buffer(_))),
        backward: backward(network),
        train,
    })
}

/// Simplified, short loops written out.
fn tidied(derived: Derived) -> Derived {
    simplify::derived(simplify::without_loops(derived, &|scan| scan.steps <= SHORT_LOOP))
}

/// All loops written out.
pub(super) fn without_loops(program: Program) -> Program {
    let roots = program.results.iter().map(|wanted| wanted.node).collect();
    let (graph, roots) = simplify::write_out(program.graph, roots, &|_| true);
    let (graph, roots) = simplify::simplify(graph, roots);
    let results = program.results.iter().zip(roots).map(|(wanted, node)| Wanted { what: wanted.what, node }).collect();
    Program { graph, results }
}

/// The program of a training step.
pub(super) fn program_of_training(network: &Network) -> Result<Program, Diagnostic> {
    let train = differentiate::train(&simplify::hoisted(network.train.clone()), &network.parameters, &network.ports).map_err(|none| {
        // Without the inputs it may be well.
        let of_input = differentiate::train(&network.train, &network.parameters, &[]).is_ok();
        let who = if of_input { "an input's gradient goes" } else { "a parameter is trained" };
        Diagnostic::error("E0200", none.span, format!("{who} through this, which has no derivative: {}", none.why))
            .help("`stop_gradient` passes the value and no gradient")
    })?;
    Ok(program(tidied(train), |what| !matches!(what, What::Metric(_))))
}

/// The backward pass for losses computed elsewhere, where every real output has a derivative.
fn backward(network: &Network) -> Option<Program> {
    let derived = differentiate::backward(&simplify::hoisted(network.train.clone()), &network.parameters, &network.ports).ok()?;
    let program = program(tidied(derived), |what| matches!(what, What::Gradient(_) | What::PortGradient(_) | What::State(_)));
    // States alone are no reason: without real outputs nothing can be handed in.
    let gradient = |wanted: &Wanted| matches!(wanted.what, What::Gradient(_) | What::PortGradient(_));
    program.results.iter().any(gradient).then_some(program)
}

fn program(derived: Derived, wanted: impl Fn(&What) -> bool) -> Program {
    let mut results = Vec::new();
    let mut add = |what: What, node| {
        if wanted(&what) {
            results.push(Wanted { what, node });
        }
    };
    for (i, node) in derived.outputs.iter().enumerate() {
        add(What::Output(i), *node);
    }
    for (i, node) in derived.losses.iter().enumerate() {
        add(What::Loss(i), *node);
    }
    add(What::Total, derived.total);
    for (i, node) in derived.metrics.iter().enumerate() {
        add(What::Metric(i), *node);
    }
    for (i, node) in derived.gradients.iter().enumerate() {
        if let Some(node) = node {
            add(What::Gradient(i), *node);
        }
    }
    for (i, node) in &derived.buffer_updates {
        add(What::Buffer(*i), *node);
    }
    for (i, node) in derived.new_states.iter().enumerate() {
        add(What::State(i), *node);
    }
    for (i, node) in derived.port_gradients.iter().enumerate() {
        if let Some(node) = node {
            add(What::PortGradient(i), *node);
        }
    }
    Program { graph: derived.graph, results }
}
