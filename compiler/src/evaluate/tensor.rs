//! What the interpreter computes with: numbers of all samples, one after another.

use ndarray::{ArrayD, IxDyn};

use super::Error;
use crate::graph::Type;

/// The value of a node. What is not batched has one sample, which stands for all.
#[derive(Clone, Debug)]
pub(super) struct Tensor {
    batched: bool,
    size: usize,
    numbers: Vec<f64>,
}

impl Tensor {
    /// Zeros of a type.
    pub(super) fn full(ty: &Type, batch: usize, value: f64) -> Tensor {
        let size = ty.size();
        Tensor { batched: ty.batched, size, numbers: vec![value; if ty.batched { batch * size } else { size }] }
    }

    /// From an array whose leading axis is the batch where `ty` is batched.
    pub(super) fn from_array(name: &str, ty: &Type, batch: usize, array: &ArrayD<f64>) -> Result<Tensor, Error> {
        let expected = shape(ty, batch);
        if array.shape() != expected.as_slice() {
            return Err(Error::Shape { name: name.to_owned(), expected, found: array.shape().to_vec() });
        }
        Ok(Tensor { batched: ty.batched, size: ty.size(), numbers: array.iter().copied().collect() })
    }

    pub(super) fn into_array(self, ty: &Type, batch: usize) -> ArrayD<f64> {
        let shape = shape(ty, batch);
        ArrayD::from_shape_vec(IxDyn(&shape), self.numbers).unwrap_or_else(|_| unreachable!("a tensor holds what its type says"))
    }

    /// The same numbers where each sample has its own, if `ty` says so.
    pub(super) fn fitted(&self, ty: &Type, batch: usize) -> Tensor {
        if self.batched || !ty.batched {
            return self.clone();
        }
        Tensor { batched: true, size: self.size, numbers: self.numbers.repeat(batch) }
    }

    /// Slice `t` of `steps` along the leading axis.
    pub(super) fn step(&self, t: usize, steps: usize) -> Tensor {
        let size = self.size / steps;
        let numbers = self.numbers.chunks_exact(self.size).flat_map(|sample| &sample[t * size..(t + 1) * size]).copied().collect();
        Tensor { batched: self.batched, size, numbers }
    }

    /// Puts slice `t` of `steps` along the leading axis.
    pub(super) fn put_step(&mut self, t: usize, value: &Tensor) {
        for i in 0..self.samples() {
            let from = value.sample(i);
            self.sample_mut(i)[t * from.len()..(t + 1) * from.len()].copy_from_slice(from);
        }
    }

    /// How many samples it holds.
    pub(super) fn samples(&self) -> usize {
        self.numbers.len() / self.size
    }

    /// The numbers of one sample.
    pub(super) fn sample(&self, i: usize) -> &[f64] {
        let at = if self.batched { i * self.size } else { 0 };
        &self.numbers[at..at + self.size]
    }

    pub(super) fn sample_mut(&mut self, i: usize) -> &mut [f64] {
        let at = if self.batched { i * self.size } else { 0 };
        &mut self.numbers[at..at + self.size]
    }

    /// Rounds every number to f32.
    pub(super) fn round(&mut self) {
        for number in &mut self.numbers {
            *number = f64::from(*number as f32);
        }
    }
}

fn shape(ty: &Type, batch: usize) -> Vec<usize> {
    ty.batched.then_some(batch).into_iter().chain(ty.shape.iter().copied()).collect()
}
