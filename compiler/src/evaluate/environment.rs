//! Where leaves get their values.

use ndarray::{ArrayD, IxDyn};

use super::Error;
use super::random::Key;
use super::tensor::Tensor;
use crate::graph::{Attr, Node, Type};

/// What a graph is evaluated on.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The number of samples; in an optimizer, of the parameter's elements.
    pub batch: usize,
    /// Inputs and targets, the batch as leading axis.
    pub ports: Vec<ArrayD<f64>>,
    /// Parameters.
    pub parameters: Vec<ArrayD<f64>>,
    /// Buffers.
    pub buffers: Vec<ArrayD<f64>>,
    /// States before the step, the batch as leading axis.
    pub states: Vec<ArrayD<f64>>,
    /// Gradients with respect to outputs, the batch as leading axis, where a backward pass is handed them.
    pub cotangents: Vec<ArrayD<f64>>,
    /// The weight of each sample in means over the batch, where it is not 1/batch.
    pub weights: Option<Vec<f64>>,
    /// What random operations are keyed by.
    pub random: Key,
    /// What an optimizer's body sees.
    pub optimizer: OptimizerEnvironment,
    /// Whether values are rounded.
    pub rounding: Rounding,
    /// In the body of a loop: what the step is given, by the loop's operands.
    pub(super) given: Vec<Tensor>,
    /// In the body of a loop: the step, that of the innermost loop first.
    pub(super) times: Vec<usize>,
}

/// What an optimizer's body sees.
#[derive(Clone, Debug, Default)]
pub struct OptimizerEnvironment {
    /// The elements of the parameter.
    pub parameter: Vec<f64>,
    /// The elements of its gradient.
    pub gradient: Vec<f64>,
    /// The slots, for each element.
    pub slots: Vec<Vec<f64>>,
    /// The scalar slots.
    pub scalar_slots: Vec<f64>,
    /// The arguments.
    pub hyper: Vec<f64>,
    /// 1 at the first update.
    pub step: f64,
    /// The norm over all gradients.
    pub global_norm: f64,
    /// The factor on the learning rate.
    pub lr_scale: f64,
}

/// After each operation, numbers are rounded to this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rounding {
    /// They stay f64.
    #[default]
    F64,
    /// To f32.
    F32,
    /// What there is for each element to f32; the numbers of the step stay f64: an optimizer in f32.
    F32Elements,
}

impl Environment {
    /// Nothing but a number of samples, in f64.
    #[must_use]
    pub fn new(batch: usize) -> Environment {
        Environment {
            batch,
            ports: Vec::new(),
            parameters: Vec::new(),
            buffers: Vec::new(),
            states: Vec::new(),
            cotangents: Vec::new(),
            weights: None,
            random: Key::default(),
            optimizer: OptimizerEnvironment { step: 1.0, lr_scale: 1.0, ..OptimizerEnvironment::default() },
            rounding: Rounding::F64,
            given: Vec::new(),
            times: Vec::new(),
        }
    }

    /// Whether a real of this type is rounded to f32.
    pub(super) fn rounds(&self, ty: &Type) -> bool {
        match self.rounding {
            Rounding::F64 => false,
            Rounding::F32 => true,
            Rounding::F32Elements => ty.batched,
        }
    }

    /// The value of a leaf.
    pub(super) fn leaf(&self, node: &Node) -> Result<Tensor, Error> {
        let number = match node.attr {
            Attr::Leaf(i) => i,
            _ => 0,
        };
        let name = || format!("{} {number}", node.op.name);
        let missing = || Error::Missing { name: name() };
        let array = |from: &[ArrayD<f64>]| Tensor::from_array(&name(), &node.ty, self.batch, from.get(number).ok_or_else(missing)?);
        let elements = |from: &[f64]| {
            let array = ArrayD::from_shape_vec(IxDyn(&[from.len()]), from.to_vec()).map_err(|_| missing())?;
            Tensor::from_array(&name(), &node.ty, self.batch, &array)
        };
        let same = |value: f64| Ok(Tensor::full(&node.ty, self.batch, value));
        let one_of = |from: &[f64]| same(from.get(number).copied().ok_or_else(missing)?);
        let body = &self.optimizer;
        match node.op.name {
            "constant" => match &node.attr {
                Attr::Tensor(numbers) => {
                    let mut out = Tensor::full(&node.ty, self.batch, 0.0);
                    (0..out.samples()).for_each(|i| out.sample_mut(i).copy_from_slice(numbers));
                    Ok(out)
                }
                Attr::Number(value) => same(*value),
                _ => Err(missing()),
            },
            "iota" => {
                let mut out = Tensor::full(&node.ty, self.batch, 0.0);
                out.sample_mut(0).iter_mut().enumerate().for_each(|(i, number)| *number = i as f64);
                Ok(out)
            }
            "input" => array(&self.ports),
            "param" => array(&self.parameters),
            "buffer" => array(&self.buffers),
            "state" => array(&self.states),
            "cotangent" => array(&self.cotangents),
            "seed" => match &self.weights {
                Some(weights) => elements(weights),
                None => same(1.0 / self.batch as f64),
            },
            "batch_count" => same(self.batch as f64),
            "parameter_value" => elements(&body.parameter),
            "gradient" => elements(&body.gradient),
            "slot" => elements(body.slots.get(number).ok_or_else(missing)?),
            "scalar_slot" => one_of(&body.scalar_slots),
            "hyper" => one_of(&body.hyper),
            "step" => same(body.step),
            "global_norm" => same(body.global_norm),
            "lr_scale" => same(body.lr_scale),
            "scan_in" => self.given.get(number).map(|given| given.fitted(&node.ty, self.batch)).ok_or_else(missing),
            _ => Err(missing()),
        }
    }
}
