//! Generated networks: the object for what a user calls, the flat form for outputs by name.

use std::collections::BTreeMap;

use tapeless::Trainable;
use tapeless::rt::{Column, Entry, Network, Real};

use crate::subject::{Evaluation, Subject};

/// A generated object, with the methods that the trait `Trainable` does not have. [`object!`](crate::object) implements it.
pub trait Object: Trainable {
    /// With initial parameters from seed 0.
    fn create() -> Self;

    /// A batch from flat columns.
    fn batch(x: &[f64], y: &[f64]) -> Self::Data;

    /// Calls `gradients`; gives the total loss.
    fn compute(&mut self, data: &Self::Data) -> f64;

    /// The gradients.
    fn computed(&self) -> &[Self::Real];

    /// Calls `apply`.
    fn update(&mut self);
}

/// Implements [`Object`] for a generated object: `object!(Moons, moons)`.
#[macro_export]
macro_rules! object {
    ($object:ident, $module:ident) => {
        impl $crate::Object for $object {
            fn create() -> Self {
                $object::new(0)
            }

            fn batch(x: &[f64], y: &[f64]) -> $module::Data {
                $module::Data { x: $crate::samples(x), y: $crate::samples(y) }
            }

            fn compute(&mut self, data: &$module::Data) -> f64 {
                f64::from(self.gradients(&data.x, &data.y).expect("good data").total)
            }

            fn computed(&self) -> &[Self::Real] {
                self.grads().as_array()
            }

            fn update(&mut self) {
                self.apply();
            }
        }
    };
}

/// A sample's type: a number, or arrays of them.
pub trait Sample: Sized {
    /// Numbers in a sample.
    const SIZE: usize;
    /// From so many numbers.
    fn from_flat(flat: &[f64]) -> Self;
}

impl Sample for f32 {
    const SIZE: usize = 1;
    fn from_flat(flat: &[f64]) -> f32 {
        flat[0] as f32
    }
}

impl Sample for f64 {
    const SIZE: usize = 1;
    fn from_flat(flat: &[f64]) -> f64 {
        flat[0]
    }
}

impl<S: Sample, const N: usize> Sample for [S; N] {
    const SIZE: usize = N * S::SIZE;
    fn from_flat(flat: &[f64]) -> [S; N] {
        std::array::from_fn(|i| S::from_flat(&flat[i * S::SIZE..(i + 1) * S::SIZE]))
    }
}

/// Samples one after another, taken apart.
#[must_use]
pub fn samples<S: Sample>(flat: &[f64]) -> Vec<S> {
    assert!(flat.len().is_multiple_of(S::SIZE));
    flat.chunks(S::SIZE).map(S::from_flat).collect()
}

/// A generated network as a [`Subject`].
#[derive(Debug)]
pub struct Generated<M>(M);

impl<M: Object> Default for Generated<M> {
    fn default() -> Self {
        Generated(M::create())
    }
}

fn entry<N: Network>(path: &str) -> &'static Entry {
    N::PARAMETERS.iter().find(|entry| entry.path == path).unwrap_or_else(|| panic!("{} has no parameter {path}", N::NAME))
}

fn wide<T: Real>(values: &[T]) -> Vec<f64> {
    values.iter().map(|value| value.to_f64()).collect()
}

impl<M: Object> Subject for Generated<M> {
    fn set(&mut self, path: &str, values: &[f64]) {
        let entry = entry::<M::Net>(path);
        assert_eq!(entry.len(), values.len(), "{path}");
        for (to, from) in self.0.parts_mut().parameters[entry.offset..].iter_mut().zip(values) {
            *to = Real::from_f64(*from);
        }
    }

    fn get(&self, path: &str) -> Vec<f64> {
        let entry = entry::<M::Net>(path);
        wide(&self.0.parts().parameters[entry.offset..entry.offset + entry.len()])
    }

    fn outputs(&mut self, x: &[f64]) -> BTreeMap<String, Vec<f64>> {
        let parts = self.0.parts();
        outputs::<M::Net, M::Real>(parts.parameters, x)
    }

    fn evaluate(&mut self, x: &[f64], y: &[f64]) -> Evaluation {
        let mut metrics = vec![0.0; M::Net::METRICS.len()];
        let loss = self.0.evaluate_on(&M::batch(x, y), &mut [], &mut metrics).expect("good data");
        Evaluation { loss, metrics: M::Net::METRICS.iter().map(|name| (*name).to_owned()).zip(metrics).collect() }
    }

    fn gradients(&mut self, x: &[f64], y: &[f64]) -> f64 {
        self.0.compute(&M::batch(x, y))
    }

    fn gradient(&self, path: &str) -> Vec<f64> {
        let entry = entry::<M::Net>(path);
        wide(&self.0.computed()[entry.offset..entry.offset + entry.len()])
    }

    fn apply(&mut self) {
        self.0.update();
    }
}

/// Every output of a network with one input.
///
/// # Panics
/// Where the data does not fit.
#[must_use]
pub fn outputs<N: Network, T: Real>(parameters: &[T], x: &[f64]) -> BTreeMap<String, Vec<f64>> {
    let x: Vec<T> = x.iter().map(|x| T::from_f64(*x)).collect();
    let count = x.len() / N::PORTS[0].size();
    let mut outputs: Vec<Vec<T>> = N::OUTPUTS.iter().map(|port| vec![T::ZERO; count * port.size()]).collect();
    let mut slices: Vec<&mut [T]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
    let mut workspace = vec![T::ZERO; N::PREDICT_WORKSPACE];
    N::predict(parameters, &[], &[Column::Real(&x)], &mut [], &mut workspace, &mut slices).expect("good data");
    N::OUTPUTS.iter().map(|port| port.name.to_owned()).zip(outputs.iter().map(|output| wide(output))).collect()
}
