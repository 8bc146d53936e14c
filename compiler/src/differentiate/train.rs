//! What is derived from a network's pass: means over the batch, and the gradients of a training step or of a backward pass.

use super::{NoDerivative, Over, gradients};
use crate::graph::{Attr, Builder, Expr, Graph, NodeId, Type};
use crate::network::{Named, Parameter, Pass, Port};
use crate::ops::{OpDef, batch_count, batch_sum, cotangent, input, param, seed};

/// A pass with everything that is wanted of it.
#[derive(Clone, Debug)]
pub struct Derived {
    /// The computation.
    pub graph: Graph,
    /// Outputs in order, of each sample.
    pub outputs: Vec<NodeId>,
    /// The mean of each loss term over the batch.
    pub losses: Vec<NodeId>,
    /// The sum of the loss terms: what is optimised; 0 where there are none.
    pub total: NodeId,
    /// The mean of each metric over the batch.
    pub metrics: Vec<NodeId>,
    /// What a buffer holds after the step: (buffer, value).
    pub buffer_updates: Vec<(usize, NodeId)>,
    /// What each state is afterwards, of each sample.
    pub new_states: Vec<NodeId>,
    /// The gradient of each parameter; `None` where frozen or not reached.
    pub gradients: Vec<Option<NodeId>>,
    /// The gradient of each port, of each sample; `None` for indices and where not reached.
    pub port_gradients: Vec<Option<NodeId>>,
}

impl Derived {
    /// Does something to every result, always in the same order.
    pub fn each_root(&mut self, mut visit: impl FnMut(&mut NodeId)) {
        self.outputs.iter_mut().for_each(&mut visit);
        self.losses.iter_mut().for_each(&mut visit);
        visit(&mut self.total);
        self.metrics.iter_mut().for_each(&mut visit);
        self.buffer_updates.iter_mut().for_each(|update| visit(&mut update.1));
        self.new_states.iter_mut().for_each(&mut visit);
        self.gradients.iter_mut().flatten().for_each(&mut visit);
        self.port_gradients.iter_mut().flatten().for_each(&mut visit);
    }

    /// All results in the order of [`Derived::each_root`].
    #[must_use]
    pub fn roots(&self) -> Vec<NodeId> {
        let updates = self.buffer_updates.iter().map(|update| update.1);
        let gradients = self.gradients.iter().chain(&self.port_gradients).flatten().copied();
        let values = self.outputs.iter().chain(&self.losses).chain([&self.total]).chain(&self.metrics).copied();
        values.chain(updates).chain(self.new_states.iter().copied()).chain(gradients).collect()
    }

    /// Without the gradients of the ports, where nobody asked for them.
    pub fn drop_port_gradients(&mut self) {
        self.port_gradients.iter_mut().for_each(|gradient| *gradient = None);
    }
}

/// Losses and metrics as means, without gradients.
#[must_use]
pub fn values(pass: &Pass) -> Derived {
    let builder = Builder::new(pass.graph.clone());
    let (mut derived, _) = means(&builder, pass);
    derived.graph = builder.finish();
    derived
}

/// A training step: means, and the gradients of their total.
///
/// # Errors
/// An operation without a derivative between a parameter or a port and a loss.
pub fn train(pass: &Pass, parameters: &[Parameter], ports: &[Port]) -> Result<Derived, NoDerivative> {
    let builder = Builder::new(pass.graph.clone());
    let (mut derived, seeds) = means(&builder, pass);
    derive(&builder, &mut derived, &seeds, parameters, ports)?;
    derived.graph = builder.finish();
    Ok(derived)
}

/// A backward pass for losses computed elsewhere: the gradient of each real output is handed in as `cotangent` leaf of its number. There are
/// no losses and no metrics in it.
///
/// # Errors
/// As [`train`].
pub fn backward(pass: &Pass, parameters: &[Parameter], ports: &[Port]) -> Result<Derived, NoDerivative> {
    let without = Pass { losses: Vec::new(), metrics: Vec::new(), ..pass.clone() };
    let builder = Builder::new(pass.graph.clone());
    let (mut derived, _) = means(&builder, &without);
    let mut seeds = Vec::new();
    for (i, output) in pass.outputs.iter().enumerate() {
        if builder.expr(output.node).is_real() {
            let ty = Type::real(true, &builder.ty(output.node).shape);
            seeds.push((output.node, builder.leaf(&cotangent::OP, Attr::Leaf(i), ty, Some(&format!("d_{}", output.name)))));
        }
    }
    derive(&builder, &mut derived, &seeds, parameters, ports)?;
    derived.graph = builder.finish();
    Ok(derived)
}

/// The means of losses and metrics, and what the losses' gradients begin with.
fn means(builder: &Builder, pass: &Pass) -> (Derived, Vec<(NodeId, NodeId)>) {
    let mut seeds = Vec::new();
    let mut losses = Vec::new();
    for loss in &pass.losses {
        builder.copy_origin(loss.node);
        let weight = weight(builder, loss);
        seeds.push((loss.node, weight.id));
        losses.push(mean(builder, loss, weight));
    }
    let metrics = pass.metrics.iter().map(|metric| count(builder, metric).id).collect();
    let sum = losses.iter().copied().reduce(|sum, loss| sum + loss);
    let total = sum.map_or_else(|| builder.full(0.0, &[]), |sum| sum.id);
    let derived = Derived {
        graph: Graph::default(),
        outputs: pass.outputs.iter().map(|output| output.node).collect(),
        losses: losses.iter().map(|loss| loss.id).collect(),
        total,
        metrics,
        buffer_updates: pass.buffer_updates.clone(),
        new_states: pass.new_states.clone(),
        gradients: Vec::new(),
        port_gradients: Vec::new(),
    };
    (derived, seeds)
}

/// The weight of each sample's value in the mean; 1 for what is the same for all samples.
fn weight<'g>(builder: &'g Builder, value: &Named) -> Expr<'g> {
    builder.copy_origin(value.node);
    if builder.expr(value.node).is_batched() {
        builder.expr(builder.leaf(&seed::OP, Attr::None, Type::real(true, &[]), None))
    } else {
        builder.expr(builder.full(1.0, &[]))
    }
}

fn mean<'g>(builder: &'g Builder, value: &Named, weight: Expr<'g>) -> Expr<'g> {
    let each = builder.expr(value.node);
    if each.is_batched() { (weight * each).batch_sum() } else { each }
}

/// A metric's mean: the sum divided by the number of samples, so that what counts samples is rounded once. (The losses' weights are what
/// their gradients begin with.)
fn count<'g>(builder: &'g Builder, value: &Named) -> Expr<'g> {
    builder.copy_origin(value.node);
    let each = builder.expr(value.node);
    if !each.is_batched() {
        return each;
    }
    let samples = builder.expr(builder.leaf(&batch_count::OP, Attr::None, Type::real(false, &[]), None));
    batch_sum::each_sample(each).batch_sum() / samples
}

/// Appends the gradients for `seeds` of all trainable parameters and all real ports.
fn derive(
    builder: &Builder,
    derived: &mut Derived,
    seeds: &[(NodeId, NodeId)],
    parameters: &[Parameter],
    ports: &[Port],
) -> Result<(), NoDerivative> {
    let real = |port: &Port| port.index.is_none();
    let mut leaves = numbered(builder, &param::OP, |i| parameters.get(i).is_some_and(|p| !p.frozen));
    let of_ports = leaves.len();
    leaves.extend(numbered(builder, &input::OP, |i| ports.get(i).is_some_and(real)));
    let wrt: Vec<NodeId> = leaves.iter().map(|leaf| leaf.1).collect();
    let made = gradients(builder, seeds, &wrt, Over::Batch, &[])?;

    derived.gradients = vec![None; parameters.len()];
    derived.port_gradients = vec![None; ports.len()];
    for (at, (&(i, leaf), gradient)) in leaves.iter().zip(made).enumerate() {
        let Some(gradient) = gradient else { continue };
        let slot = if at < of_ports { &mut derived.gradients[i] } else { &mut derived.port_gradients[i] };
        builder.copy_origin(leaf);
        *slot = Some(slot.map_or(gradient, |have| (builder.expr(have) + builder.expr(gradient)).id));
    }
    Ok(())
}

/// The leaves of a kind whose number is wanted.
fn numbered(builder: &Builder, op: &'static OpDef, wanted: impl Fn(usize) -> bool) -> Vec<(usize, NodeId)> {
    builder.with_graph(|graph| {
        let number = |id| match graph.node(id) {
            node if node.op == op => match node.attr {
                Attr::Leaf(i) if wanted(i) => Some((i, id)),
                _ => None,
            },
            _ => None,
        };
        graph.ids().filter_map(number).collect()
    })
}
