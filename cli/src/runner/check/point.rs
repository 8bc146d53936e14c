//! Random points and directions, and the network's loss and gradient at them.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::subject::{Passing, Subject};
use super::{self as check, Options};
use crate::rt::{Column, DataError, Dual, Entry, Plain, Port, Real, Step, fill, initialise};

/// Something with a gradient.
pub(super) struct Tensor {
    pub(super) name: &'static str,
    shape: Vec<usize>,
    place: Place,
    pub(super) len: usize,
}

#[derive(Clone, Copy)]
pub(super) enum Place {
    Parameter { offset: usize },
    Port { index: usize },
}

#[inline]
pub(super) fn tensors(subject: &Subject, samples: usize) -> Vec<Tensor> {
    let parameters = subject.parameters.iter().filter(|entry| !entry.frozen).map(|entry| Tensor {
        name: entry.path,
        shape: entry.shape.to_vec(),
        place: Place::Parameter { offset: entry.offset },
        len: entry.len(),
    });
    let ports = subject.ports.iter().enumerate().filter(|(_, port)| port.index.is_none()).map(|(index, port)| Tensor {
        name: port.name,
        shape: [&[samples], port.shape].concat(),
        place: Place::Port { index },
        len: samples * port.size(),
    });
    parameters.chain(ports).collect()
}

impl Tensor {
    #[inline]
    pub(super) fn coordinates(&self, mut index: usize) -> Vec<usize> {
        let mut coordinates: Vec<usize> = self.shape.iter().rev().map(|&extent| (index % extent, index /= extent).0).collect();
        coordinates.reverse();
        coordinates
    }

    #[inline]
    pub(super) fn entry(&self, index: usize, analytic: f64, numeric: f64, error: f64) -> check::Entry {
        check::Entry { path: self.name.to_string(), coordinates: self.coordinates(index), analytic, numeric, error }
    }
}

/// Parameters, buffers and a batch.
#[derive(Clone)]
pub(super) struct Point<T> {
    parameters: Vec<T>,
    buffers: Vec<T>,
    columns: Vec<Values<T>>,
    /// What each sample begins with.
    states: Vec<T>,
}

#[derive(Clone)]
pub(super) enum Values<T> {
    Real(Vec<T>),
    Index(Vec<u32>),
}

impl Point<Plain> {
    #[inline]
    pub(super) fn random(subject: &Subject, options: &Options, draws: &mut Draws) -> Point<Plain> {
        let seed = draws.bits();
        let filled = |entries: &[Entry], len| {
            let mut values = vec![0.0; len];
            for (place, entry) in entries.iter().enumerate() {
                fill(&mut values[entry.offset..entry.offset + entry.len()], entry.init, entry.shape, seed, place as u32);
            }
            values
        };
        let mut parameters = filled(subject.parameters, subject.parameter_len);
        for x in &mut parameters {
            *x += draws.between(-options.spread, options.spread);
        }
        let buffers = filled(subject.buffers, subject.buffer_len);
        let column = |port: &Port| {
            let len = options.samples * port.size();
            let (low, high) = if port.target { options.targets } else { options.inputs };
            match port.index {
                Some(n) => Values::Index((0..len).map(|_| draws.below(n)).collect()),
                None => Values::Real((0..len).map(|_| Plain(draws.between(low, high))).collect()),
            }
        };
        let columns = subject.ports.iter().map(column).collect();
        let mut states = vec![0.0; options.samples * subject.carried_len];
        if subject.carried_len > 0 {
            states.chunks_mut(subject.carried_len).for_each(|sample| initialise(subject.states, seed, sample));
        }
        for x in &mut states {
            *x += draws.between(-options.spread, options.spread);
        }
        Point { parameters: plain(&parameters), buffers: plain(&buffers), columns, states: plain(&states) }
    }

    /// The same point as dual numbers with tangents of `direction`, which holds one number for each entry of each tensor.
    #[inline]
    pub(super) fn along(&self, tensors: &[Tensor], direction: &[Vec<f64>]) -> Point<Dual> {
        let lift = |xs: &[Plain]| xs.iter().map(|x| Dual::from_f64(x.0)).collect::<Vec<_>>();
        let column = |column: &Values<Plain>| match column {
            Values::Real(xs) => Values::Real(lift(xs)),
            Values::Index(xs) => Values::Index(xs.clone()),
        };
        let columns = self.columns.iter().map(column).collect();
        let (parameters, buffers, states) = (lift(&self.parameters), lift(&self.buffers), lift(&self.states));
        let mut point = Point { parameters, buffers, columns, states };
        for (tensor, direction) in tensors.iter().zip(direction) {
            for (x, v) in point.slice_mut(tensor).iter_mut().zip(direction) {
                x.tangent = *v;
            }
        }
        point
    }
}

impl Point<Plain> {
    /// The point at `h` times `direction` from here.
    #[inline]
    pub(super) fn moved(&self, tensors: &[Tensor], direction: &[Vec<f64>], h: f64) -> Point<Plain> {
        let mut point = self.clone();
        for (tensor, direction) in tensors.iter().zip(direction) {
            for (x, v) in point.slice_mut(tensor).iter_mut().zip(direction) {
                x.0 += h * v;
            }
        }
        point
    }
}

impl<T: Real> Point<T> {
    pub(super) fn slice_mut(&mut self, tensor: &Tensor) -> &mut [T] {
        match tensor.place {
            Place::Parameter { offset } => &mut self.parameters[offset..offset + tensor.len],
            Place::Port { index } => match &mut self.columns[index] {
                Values::Real(xs) => xs,
                Values::Index(_) => &mut [],
            },
        }
    }

    /// The total loss, and the gradient of each tensor into `grads`, where it is wanted.
    pub(super) fn loss(&self, work: &mut Work<T>, grads: Option<&mut Vec<Vec<f64>>>, tensors: &[Tensor]) -> Result<T, DataError> {
        let columns: Vec<Column<'_, T>> = self
            .columns
            .iter()
            .map(|column| match column {
                Values::Real(xs) => Column::Real(xs),
                Values::Index(xs) => Column::Index(xs),
            })
            .collect();
        let wanted = grads.is_some();
        let mut ports: Vec<&mut [T]> = if wanted { work.ports.iter_mut().map(Vec::as_mut_slice).collect() } else { Vec::new() };
        let step = Step { seed: work.seed, number: 0 };
        work.states.copy_from_slice(&self.states);
        let total = (work.pass)(
            &self.parameters,
            &self.buffers,
            &columns,
            &mut work.states,
            step,
            &mut work.workspace,
            &mut [],
            &mut work.grads,
            &mut ports,
            &mut work.losses,
        )?;
        if let Some(grads) = grads {
            *grads = tensors
                .iter()
                .map(|tensor| match tensor.place {
                    Place::Parameter { offset } => &work.grads[offset..offset + tensor.len],
                    Place::Port { index } => &work.ports[index],
                })
                .map(|grad| grad.iter().map(|x| x.to_f64()).collect())
                .collect();
        }
        Ok(total)
    }
}

#[inline]
fn plain(xs: &[f64]) -> Vec<Plain> {
    xs.iter().map(|&x| Plain(x)).collect()
}

/// The pass, and room for it.
pub(super) struct Work<T> {
    pass: Passing<T>,
    seed: u64,
    workspace: Vec<T>,
    grads: Vec<T>,
    ports: Vec<Vec<T>>,
    losses: Vec<T>,
    states: Vec<T>,
}

impl<T: Real> Work<T> {
    pub(super) fn new(subject: &Subject, pass: Passing<T>, options: &Options) -> Work<T> {
        let port = |port: &Port| vec![T::ZERO; if port.index.is_some() { 0 } else { options.samples * port.size() }];
        Work {
            pass,
            seed: options.seed,
            workspace: vec![T::ZERO; subject.workspace],
            grads: vec![T::ZERO; subject.parameter_len],
            ports: subject.ports.iter().map(port).collect(),
            losses: vec![T::ZERO; subject.losses],
            states: vec![T::ZERO; options.samples * subject.carried_len],
        }
    }
}

/// ⟨a, b⟩, and the sum of its terms' sizes.
#[inline]
pub(super) fn inner(a: &[Vec<f64>], b: &[Vec<f64>]) -> (f64, f64) {
    let terms = a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| a * b);
    terms.fold((0.0, 0.0), |(sum, size), term| (sum + term, size + term.abs()))
}

#[inline]
pub(super) fn unit(mut direction: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let norm = Real::sqrt(inner(&direction, &direction).0);
    direction.iter_mut().flatten().for_each(|v| *v /= norm);
    direction
}

/// SplitMix64 (Steele, Lea, Flood 2014).
pub(super) struct Draws(pub(super) u64);

impl Draws {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.bits() >> 11) as f64 / (1u64 << 53) as f64)
    }

    pub(super) fn below(&mut self, n: u32) -> u32 {
        (((self.bits() >> 32) * u64::from(n)) >> 32) as u32
    }

    #[inline]
    pub(super) fn direction(&mut self, tensors: &[Tensor], only: Option<usize>) -> Vec<Vec<f64>> {
        let wanted = |i| only.is_none_or(|only| only == i);
        let entry = |i| if wanted(i) { self.between(-1.0, 1.0) } else { 0.0 };
        let mut entry = entry;
        tensors.iter().enumerate().map(|(i, tensor)| (0..tensor.len).map(|_| entry(i)).collect()).collect()
    }
}
