//! Random parameters and batches.

use ndarray::{ArrayD, Axis, IxDyn};
use tapeless::rt::{Column, Entry, Port, Real, fill};

use crate::generated::Generated;

/// Numbers in the precision that is tested, and the same for the interpreter.
pub(crate) struct Batch<T> {
    pub(crate) samples: usize,
    columns: Vec<Values<T>>,
    pub(crate) arrays: Vec<ArrayD<f64>>,
}

enum Values<T> {
    Real(Vec<T>),
    Index(Vec<u32>),
}

impl<T: Real> Batch<T> {
    pub(crate) fn random(ports: &[Port], samples: usize, draws: &mut Draws) -> Batch<T> {
        let mut batch = Batch { samples, columns: Vec::new(), arrays: Vec::new() };
        for port in ports {
            let len = samples * port.size();
            let shape: Vec<usize> = std::iter::once(samples).chain(port.shape.iter().copied()).collect();
            let array = |values: Vec<f64>| ArrayD::from_shape_vec(IxDyn(&shape), values).expect("as many as the shape has");
            match port.index {
                Some(n) => {
                    let values: Vec<u32> = (0..len).map(|_| (draws.unit() * f64::from(n)) as u32).collect();
                    batch.arrays.push(array(values.iter().map(|&i| f64::from(i)).collect()));
                    batch.columns.push(Values::Index(values));
                }
                None => {
                    // Targets may be probabilities.
                    let (low, high) = if port.target { (0.05, 0.95) } else { (-1.5, 1.5) };
                    let values: Vec<T> = (0..len).map(|_| single(low + (high - low) * draws.unit())).collect();
                    batch.arrays.push(array(values.iter().map(|x| x.to_f64()).collect()));
                    batch.columns.push(Values::Real(values));
                }
            }
        }
        batch
    }

    /// The first step of each sample, where a sample is several.
    pub(crate) fn first_step(&self, net: &Generated<T>) -> Batch<T> {
        fn first<V: Copy>(values: &[V], port: &Port, steps: usize) -> Vec<V> {
            values.chunks(port.size()).flat_map(|sample| &sample[..port.size() / steps]).copied().collect()
        }
        let unrolled = net.step_ports != net.ports;
        let steps = if unrolled { net.unroll } else { 1 };
        let columns = net.ports.iter().zip(&self.columns).map(|(port, values)| match values {
            Values::Real(xs) => Values::Real(first(xs, port, steps)),
            Values::Index(xs) => Values::Index(first(xs, port, steps)),
        });
        let array = |array: &ArrayD<f64>| if unrolled { array.index_axis(Axis(1), 0).to_owned() } else { array.clone() };
        Batch { samples: self.samples, columns: columns.collect(), arrays: self.arrays.iter().map(array).collect() }
    }

    /// The columns of the ports that are wanted.
    pub(crate) fn columns(&self, ports: &[Port], wanted: impl Fn(&Port) -> bool) -> Vec<Column<'_, T>> {
        fn of<T>(values: &Values<T>) -> Column<'_, T> {
            match values {
                Values::Real(values) => Column::Real(values.as_slice()),
                Values::Index(values) => Column::Index(values.as_slice()),
            }
        }
        ports.iter().zip(&self.columns).filter(|(port, _)| wanted(port)).map(|(_, values)| of(values)).collect()
    }
}

/// Parameters (or buffers) as initialised, moved a little so that zeros are not zeros.
pub(crate) fn storage<T: Real>(entries: &[Entry], len: usize, draws: &mut Draws) -> Vec<T> {
    let mut values = vec![T::ZERO; len];
    for (place, entry) in entries.iter().enumerate() {
        fill(&mut values[entry.offset..entry.offset + entry.len()], entry.init, entry.shape, 7, place as u32);
    }
    values.iter().map(|x| single(x.to_f64() + 0.2 * draws.unit() - 0.1)).collect()
}

/// The same as arrays.
pub(crate) fn arrays<T: Real>(entries: &[Entry], values: &[T]) -> Vec<ArrayD<f64>> {
    let array = |entry: &Entry| {
        let values = values[entry.offset..entry.offset + entry.len()].iter().map(|x| x.to_f64()).collect();
        ArrayD::from_shape_vec(IxDyn(entry.shape), values).expect("as many as the shape has")
    };
    entries.iter().map(array).collect()
}

/// The states of samples that lie one after another, as an array for each state.
pub(crate) fn state_arrays<T: Real>(states: &[Entry], len: usize, values: &[T], samples: usize) -> Vec<ArrayD<f64>> {
    let array = |entry: &Entry| {
        let each = values.chunks(len).flat_map(|sample| &sample[entry.offset..entry.offset + entry.len()]);
        let shape: Vec<usize> = std::iter::once(samples).chain(entry.shape.iter().copied()).collect();
        ArrayD::from_shape_vec(IxDyn(&shape), each.map(|x| x.to_f64()).collect()).expect("as many as the shape has")
    };
    states.iter().map(array).collect()
}

/// A number that both precisions hold.
fn single<T: Real>(x: f64) -> T {
    T::from_f64(f64::from(x as f32))
}

/// SplitMix64.
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}
