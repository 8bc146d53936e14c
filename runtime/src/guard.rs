//! What every pass asks of its data before it computes anything.

use crate::{Chunk, Column, DataError, Entry, Network, Pass, Port, Real, Simd, fill, part, sum_each};

/// Numbers of a column that are looked at one by one.
const FEW: usize = 8;

/// The number of samples of a batch, when all columns agree on it, all indices are in range and all reals finite.
///
/// # Errors
/// The first thing that is wrong, by port and sample.
#[inline]
pub fn samples_of<'a, T: Real>(
    ports: impl IntoIterator<Item = &'a Port, IntoIter: Clone>,
    columns: &[Column<'_, T>],
) -> Result<usize, DataError> {
    let ports = ports.into_iter();
    if is_small_sample(ports.clone(), columns) { Ok(1) } else { samples_in(ports, columns) }
}

/// Whether the columns are one sample of so few numbers that they are looked at one by one, and nothing is wrong. With ports that the
/// optimiser knows nothing is left of this but the comparisons.
#[inline(always)]
fn is_small_sample<'a, T: Real>(ports: impl Iterator<Item = &'a Port>, columns: &[Column<'_, T>]) -> bool {
    let mut columns = columns.iter();
    for port in ports {
        let size = port.size();
        let good = size <= FEW
            && match (columns.next(), port.index) {
                (Some(Column::Real(xs)), None) => xs.len() == size && xs.iter().all(|x| x.is_finite()),
                (Some(Column::Index(xs)), Some(n)) => xs.len() == size && xs.iter().all(|&x| x < n),
                _ => false,
            };
        if !good {
            return false;
        }
    }
    columns.next().is_none()
}

/// The number of samples of a batch.
fn samples_in<'a, T: Real>(ports: impl Iterator<Item = &'a Port> + Clone, columns: &[Column<'_, T>]) -> Result<usize, DataError> {
    let expected = ports.clone().count();
    if columns.len() != expected {
        return Err(DataError::Lengths { name: "columns", expected, found: columns.len() });
    }
    let mut samples = None;
    for (port, column) in ports.zip(columns) {
        let size = port.size().max(1);
        // Of one sample there is nothing to divide.
        let count = if column.len() == size { 1 } else { column.len() / size };
        if count * size != column.len() {
            return Err(DataError::Lengths { name: port.name, expected: (count + 1) * size, found: column.len() });
        }
        match samples {
            None => samples = Some(count),
            Some(expected) if expected != count => return Err(DataError::Lengths { name: port.name, expected, found: count }),
            Some(_) => {}
        }
        match (column, port.index) {
            (Column::Real(xs), None) => {
                if let Some(at) = first_not_finite(xs) {
                    return Err(DataError::NotFinite { name: port.name, sample: at / size });
                }
            }
            (Column::Index(xs), Some(n)) => {
                if let Some(at) = xs.iter().position(|&x| x >= n) {
                    let value = xs.get(at).copied().unwrap_or(0).into();
                    return Err(DataError::Index { name: port.name, sample: at / size, value, range: (0, n.into()) });
                }
            }
            _ => return Err(DataError::Lengths { name: port.name, expected: count, found: 0 }),
        }
    }
    match samples {
        Some(0) => Err(DataError::Empty),
        Some(samples) => Ok(samples),
        // A network without inputs has one sample.
        None => Ok(1),
    }
}

/// The number of samples by the lengths of the columns alone, which are as many as `ports` and of their kinds; none where something is
/// wrong, which [`samples_of`] then says.
pub fn samples_by_length<'a, T: Real>(ports: impl IntoIterator<Item = &'a Port>, columns: &[Column<'_, T>]) -> Option<usize> {
    let mut columns = columns.iter();
    let mut samples = None;
    for port in ports {
        let (column, size) = (columns.next()?, port.size().max(1));
        let (count, is_index) = (column.len() / size, matches!(column, Column::Index(_)));
        let agrees = samples.is_none_or(|samples| samples == count) && count * size == column.len() && is_index == port.index.is_some();
        samples = Some(count).filter(|count| agrees && *count > 0);
        samples?;
    }
    samples.filter(|_| columns.next().is_none())
}

/// Whether the samples of a chunk hold finite numbers and indices in their range alone.
pub fn are_good<'a, T: Real>(ports: impl IntoIterator<Item = &'a Port>, columns: &[Column<'_, T>], chunk: Chunk) -> bool {
    ports.into_iter().zip(columns).all(|(port, column)| {
        let (first, len) = (chunk.first() * port.size(), chunk.len() * port.size());
        match (column, port.index) {
            (Column::Real(xs), None) => first_not_finite(part(xs, first, len)).is_none(),
            (Column::Index(xs), Some(n)) => part(xs, first, len).iter().all(|&x| x < n),
            _ => false,
        }
    })
}

/// Where the first number that is infinite or NaN is. Hardly ever is there one: they are first looked at all together, many at the level of
/// this machine, which takes a call.
fn first_not_finite<T: Real>(xs: &[T]) -> Option<usize> {
    const MANY: usize = 512;
    let all = if xs.len() >= MANY { T::all_finite(xs) } else { xs.iter().fold(true, |all, x| all & x.is_finite()) };
    if all { None } else { xs.iter().position(|x| !x.is_finite()) }
}

/// Whether a column has `samples` finite samples of a port's size.
///
/// # Errors
/// Another number of samples, a number that is not finite.
pub fn column_of<T: Real>(port: &Port, column: &Column<'_, T>, samples: usize) -> Result<(), DataError> {
    let found = column.len() / port.size().max(1);
    if found != samples || !column.len().is_multiple_of(port.size().max(1)) {
        return Err(DataError::Lengths { name: port.name, expected: samples, found });
    }
    match column {
        Column::Real(xs) => match first_not_finite(xs) {
            Some(at) => Err(DataError::NotFinite { name: port.name, sample: at / port.size().max(1) }),
            None => Ok(()),
        },
        Column::Index(_) => Ok(()),
    }
}

/// Whether the states of a batch, `len` elements a sample, are as many as its samples and finite; none at all stand for those at the
/// beginning.
///
/// # Errors
/// Another number of samples, a number that is not finite.
pub fn states_of<T: Real>(len: usize, samples: usize, states: &[T]) -> Result<(), DataError> {
    if states.is_empty() {
        return Ok(());
    }
    let found = states.len() / len.max(1);
    if found != samples || !states.len().is_multiple_of(len.max(1)) {
        return Err(DataError::Lengths { name: "states", expected: samples, found });
    }
    match states.iter().position(|x| !x.is_finite()) {
        Some(at) => Err(DataError::NotFinite { name: "states", sample: at / len.max(1) }),
        None => Ok(()),
    }
}

/// Whether a training step takes so many samples.
///
/// # Errors
/// There are more than `most`.
pub fn at_most(most: usize, samples: usize) -> Result<(), DataError> {
    if samples > most { Err(DataError::TooMany { most, found: samples }) } else { Ok(()) }
}

/// An `assert` of the program about the batch.
///
/// # Errors
/// It does not hold.
pub fn holds(condition: bool, message: &'static str) -> Result<(), DataError> {
    if condition { Ok(()) } else { Err(DataError::Assert { message }) }
}

/// The remainder of `a / b`, of the sign of `b`: `%` of the language.
#[must_use]
pub fn modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest != 0.0 && (rest < 0.0) != (b < 0.0) { rest + b } else { rest }
}

/// The reals of column `i`; none where it is an index.
#[inline(always)]
#[must_use]
pub fn reals<'a, T>(columns: &[Column<'a, T>], i: usize) -> &'a [T] {
    match columns.get(i) {
        Some(Column::Real(xs)) => xs,
        _ => &[],
    }
}

/// The indices of column `i`; none where it is real.
#[inline(always)]
#[must_use]
pub fn indices<'a, T>(columns: &[Column<'a, T>], i: usize) -> &'a [u32] {
    match columns.get(i) {
        Some(Column::Index(xs)) => xs,
        _ => &[],
    }
}

/// The next of several columns to write; an empty one, which is not wanted, where there are no more.
#[inline(always)]
pub fn next_column<'a, 'b: 'a, T: 'b>(columns: &mut impl Iterator<Item = &'a mut &'b mut [T]>) -> &'a mut [T] {
    match columns.next() {
        Some(column) => column,
        None => &mut [],
    }
}

/// `xs` as an array.
///
/// # Errors
/// It has another length.
#[inline(always)]
pub fn array<'a, T, const N: usize>(name: &'static str, xs: &'a [T]) -> Result<&'a [T; N], DataError> {
    let found = xs.len();
    xs.try_into().map_err(|_| DataError::Lengths { name, expected: N, found })
}

/// `xs` as an array to write.
///
/// # Errors
/// It has another length.
#[inline(always)]
pub fn array_mut<'a, T, const N: usize>(name: &'static str, xs: &'a mut [T]) -> Result<&'a mut [T; N], DataError> {
    let found = xs.len();
    xs.try_into().map_err(|_| DataError::Lengths { name, expected: N, found })
}

/// The total, when it and the terms are finite.
///
/// # Errors
/// Names the first term that is not.
#[inline(always)]
pub fn finite_losses<T: Real>(names: &[&'static str], losses: &[T], total: T) -> Result<T, DataError> {
    for (name, loss) in names.iter().zip(losses) {
        if !loss.is_finite() {
            return Err(DataError::NotFiniteLoss { name });
        }
    }
    if total.is_finite() { Ok(total) } else { Err(DataError::NotFiniteLoss { name: "total" }) }
}

/// Initialises parameters (or buffers) from a seed, each by its own initialiser and its own random stream.
pub fn initialise<T: Real>(layout: &[Entry], seed: u64, parameters: &mut [T]) {
    for (place, entry) in layout.iter().enumerate() {
        if let Some(parameter) = parameters.get_mut(entry.offset..entry.offset + entry.len()) {
            fill(parameter, entry.init, entry.shape, seed, place as u32);
        }
    }
}

/// Copies `values` to where `path` lies in `parameters`; false where there is no such path or another number of elements.
pub fn copy_by_path<T: Real>(layout: &[Entry], path: &str, values: &[T], parameters: &mut [T]) -> bool {
    let place = layout.iter().find(|entry| entry.path == path && entry.len() == values.len());
    match place.and_then(|entry| parameters.get_mut(entry.offset..entry.offset + entry.len())) {
        Some(parameter) => {
            parameter.copy_from_slice(values);
            true
        }
        None => false,
    }
}

/// What the optimizers keep for each parameter, before the first update.
pub fn initial_state<N: Network, T: Real>(state: &mut [T]) {
    for slot in N::SLOTS {
        if let Some(slots) = state.get_mut(slot.offset..slot.offset + slot.len) {
            slots.fill(T::from_f64(slot.initial));
        }
    }
}

/// What the optimizers keep once, before the first update.
pub fn initial_scalars<N: Network>(scalars: &mut [f64]) {
    for (out, (_, initial)) in scalars.iter_mut().zip(N::SCALAR_SLOTS) {
        *out = *initial;
    }
}

/// The Euclidean norm of all elements.
#[must_use]
pub fn norm<T: Real>(xs: &[T]) -> f64 {
    struct Squares<'a, T>(&'a [T]);
    impl<T: Real> Pass<T> for Squares<'_, T> {
        type Output = T;
        #[inline(always)]
        fn run<S: Simd<T>>(self, simd: S) -> T {
            sum_each(simd, [self.0], |[x]| x * x)
        }
    }
    Real::sqrt(T::dispatch(Squares(xs)).to_f64())
}
