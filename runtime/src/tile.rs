//! Batches cut into pieces: tiles of rows for kernels, lanes for unrolled code.
//!
//! A tile has room for a static number of samples, and kernels work on those that are there. Lanes are filled up by repeating the last
//! sample, whose weight in the sums over the batch is zero there: a sample that is real is safe for every operation, where zeros
//! would not be (log 0).

use crate::{Chunk, Initialiser, Real, Simd, Vector, views::rows};

/// Up to `ROWS` neighbouring samples of a batch: what they have lies in the first rows of arrays that have room for all.
#[derive(Clone, Copy, Debug)]
pub struct Tile<const ROWS: usize> {
    first: usize,
    of: Chunk,
}

impl<const ROWS: usize> Tile<ROWS> {
    /// The tiles of a batch, or of a chunk of one, in order. All but the last are full.
    #[inline(always)]
    pub fn of(of: Chunk) -> impl Iterator<Item = Self> {
        of.pieces(ROWS).map(move |first| Tile { first, of })
    }

    /// A whole batch, of at most `ROWS` samples.
    #[inline(always)]
    #[must_use]
    pub fn whole(of: Chunk) -> Self {
        Tile { first: 0, of }
    }

    /// Whether this is the first tile, where sums over the samples begin.
    #[inline(always)]
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.first == self.of.first
    }

    /// How many samples it has: 1 to `ROWS`.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    #[inline(always)]
    #[must_use]
    pub fn len(&self) -> usize {
        (self.of.end - self.first).min(ROWS)
    }

    /// The samples' numbers in the tile.
    #[inline(always)]
    pub fn numbers(&self) -> impl Iterator<Item = usize> + use<ROWS> {
        0..self.len()
    }

    /// The number, in the batch, of the sample in a row.
    #[inline(always)]
    #[must_use]
    pub fn sample(&self, row: usize) -> u64 {
        (self.first + row) as u64
    }

    /// The place of the first row in what holds the chunk's samples alone: results and states.
    #[inline(always)]
    fn place(&self) -> usize {
        self.first - self.of.first
    }

    /// What the samples have of `values`, as rows of `N`: one each, or one for each row of a sample that is a matrix.
    #[inline(always)]
    #[must_use]
    pub fn cut<'a, T, const LEN: usize, const N: usize>(&self, values: &'a [[T; LEN]]) -> &'a [[T; N]] {
        self.flat(values).as_chunks().0
    }

    /// As [`Tile::cut`], to write into.
    #[inline(always)]
    pub fn cut_mut<'a, T, const LEN: usize, const N: usize>(&self, values: &'a mut [[T; LEN]; ROWS]) -> &'a mut [[T; N]] {
        self.flat_mut(values).as_chunks_mut().0
    }

    /// The elements that the samples have of `values`.
    #[inline(always)]
    #[must_use]
    pub fn flat<'a, T, const LEN: usize>(&self, values: &'a [[T; LEN]]) -> &'a [T] {
        values.get(..self.len()).unwrap_or(values).as_flattened()
    }

    /// As [`Tile::flat`], to write into.
    #[inline(always)]
    pub fn flat_mut<'a, T, const LEN: usize>(&self, values: &'a mut [[T; LEN]; ROWS]) -> &'a mut [T] {
        values.split_at_mut(self.len()).0.as_flattened_mut()
    }

    /// The samples of a column, of `N` elements each, as many as there are.
    #[inline(always)]
    #[must_use]
    pub fn samples<'a, T, const N: usize>(&self, column: &'a [T]) -> &'a [[T; N]] {
        column.as_chunks::<N>().0.get(self.first..self.first + self.len()).unwrap_or_default()
    }

    /// The samples of a column, of `N` elements each: where they lie, or copied into `buffer` where fewer than `ROWS` are left.
    #[inline(always)]
    pub fn rows<'a, T: Real, const N: usize>(&self, column: &'a [T], buffer: &'a mut [T]) -> &'a [[T; N]; ROWS] {
        let mine = column.as_chunks::<N>().0.get(self.first..).unwrap_or_default();
        if let Some(whole) = mine.first_chunk::<ROWS>() {
            return whole;
        }
        for (out, sample) in buffer.as_chunks_mut::<N>().0.iter_mut().zip(mine).take(ROWS) {
            *out = *sample;
        }
        rows(buffer)
    }

    /// The samples of a column of indices, as reals.
    #[inline(always)]
    pub fn indices<'a, T: Real, const N: usize>(&self, column: &[u32], buffer: &'a mut [T]) -> &'a [[T; N]; ROWS] {
        let mine = column.as_chunks::<N>().0.get(self.first..self.of.end).unwrap_or_default();
        for (out, sample) in buffer.as_chunks_mut::<N>().0.iter_mut().zip(mine).take(ROWS) {
            for (out, &index) in out.iter_mut().zip(sample) {
                *out = T::from_f64(f64::from(index));
            }
        }
        rows(buffer)
    }

    /// The weight of each sample in the mean over the batch: 1/samples.
    #[inline(always)]
    pub fn seed<'a, T: Real>(&self, buffer: &'a mut [T]) -> &'a [[T; 1]; ROWS] {
        let weight = T::from_f64(1.0 / self.of.batch as f64);
        for out in buffer.iter_mut().take(self.len()) {
            *out = weight;
        }
        rows(buffer)
    }

    /// Puts what the samples have where it belongs in a column; an empty column is not wanted.
    #[inline(always)]
    pub fn store<T: Real, const N: usize>(&self, rows: &[[T; N]; ROWS], column: &mut [T]) {
        let (samples, _) = column.as_chunks_mut::<N>();
        for (out, row) in samples.iter_mut().skip(self.place()).zip(rows).take(self.len()) {
            *out = *row;
        }
    }

    /// A state of the samples, copied into `buffer`: of each sample's `LEN` elements of all states the `N` from `first`; without a
    /// column, the state as it begins.
    #[inline(always)]
    pub fn state<'a, T: Real, const N: usize, const LEN: usize>(
        &self,
        states: &[T],
        first: usize,
        initial: Initialiser,
        buffer: &'a mut [T],
    ) -> &'a [[T; N]; ROWS] {
        let (samples, _) = states.as_chunks::<LEN>();
        let mine = samples.get(self.place()..).unwrap_or_default();
        for (row, out) in buffer.as_chunks_mut::<N>().0.iter_mut().take(self.len()).enumerate() {
            match mine.get(row) {
                Some(sample) => {
                    for (out, value) in out.iter_mut().zip(sample.iter().skip(first)) {
                        *out = *value;
                    }
                }
                None => begin(initial, out),
            }
        }
        rows(buffer)
    }

    /// Puts a state of the samples where it belongs among their states, from `first`; an empty column is not wanted.
    #[inline(always)]
    pub fn store_state<T: Real, const N: usize, const LEN: usize>(&self, rows: &[[T; N]; ROWS], states: &mut [T], first: usize) {
        let (samples, _) = states.as_chunks_mut::<LEN>();
        for (sample, row) in samples.iter_mut().skip(self.place()).zip(rows).take(self.len()) {
            for (out, value) in sample.iter_mut().skip(first).zip(row) {
                *out = *value;
            }
        }
    }

    /// Puts one value, the same for all samples, among the states of every row's sample.
    #[inline(always)]
    pub fn store_same_state<T: Real, const N: usize, const LEN: usize>(&self, value: &[T], states: &mut [T], first: usize) {
        let (samples, _) = states.as_chunks_mut::<LEN>();
        for sample in samples.iter_mut().skip(self.place()).take(self.len()) {
            for (out, value) in sample.iter_mut().skip(first).zip(value.iter().take(N)) {
                *out = *value;
            }
        }
    }

    /// Puts one value, the same for all samples, into every row of a column.
    #[inline(always)]
    pub fn store_same<T: Real>(&self, value: &[T], column: &mut [T]) {
        for out in column.chunks_exact_mut(value.len().max(1)).skip(self.place()).take(self.len()) {
            out.copy_from_slice(value);
        }
    }
}

/// A state as it begins.
#[inline(always)]
fn begin<T: Real>(initial: Initialiser, out: &mut [T]) {
    match initial {
        Initialiser::Values(values) => out.iter_mut().zip(values).for_each(|(out, &value)| *out = T::from_f64(value)),
        Initialiser::Constant(value) => out.fill(T::from_f64(value)),
        // A state begins with the same numbers for every sequence.
        _ => out.fill(T::ZERO),
    }
}

/// `0, 1, … n − 1`: the loop of a kernel over part of an array.
#[inline(always)]
pub fn numbers(n: usize) -> impl Iterator<Item = usize> {
    0..n
}

/// `0, 1, … count − 1`, where there are at most `MOST`: the loop of a kernel over what the samples of a tile have.
#[inline(always)]
pub fn numbers_up_to<const MOST: usize>(count: usize) -> impl Iterator<Item = usize> {
    0..count.min(MOST)
}

/// `len` elements from `first`, as many as there are.
#[inline(always)]
#[must_use]
pub fn part<T>(xs: &[T], first: usize, len: usize) -> &[T] {
    xs.get(first..).map(|rest| rest.get(..len).unwrap_or(rest)).unwrap_or_default()
}

/// Neighbouring samples of a batch, one in each lane of a vector.
#[derive(Clone, Copy, Debug)]
pub struct Lanes {
    first: usize,
    of: Chunk,
}

impl Lanes {
    /// The pieces of a batch, or of a chunk of one, in order, as many samples as `simd` has lanes.
    #[inline(always)]
    pub fn of<T: Real, S: Simd<T>>(_: S, of: Chunk) -> impl Iterator<Item = Self> {
        of.pieces(S::LANES).map(move |first| Lanes { first, of })
    }

    /// The place of the first lane in what holds the chunk's samples alone: results and states.
    #[inline(always)]
    fn place(&self) -> usize {
        self.first - self.of.first
    }

    /// The sample in a lane.
    #[inline(always)]
    #[must_use]
    pub fn sample(&self, lane: usize) -> u64 {
        (self.first + lane).min(self.of.end - 1) as u64
    }

    /// Element `i` of every sample of a column of samples of `N` elements each.
    #[inline(always)]
    pub fn element<T: Real, S: Simd<T>, const N: usize>(&self, simd: S, column: &[[T; N]], i: usize) -> S::Vector {
        let last = self.of.end - 1;
        simd.from_fn(|lane| column.get((self.first + lane).min(last)).and_then(|sample| sample.get(i)).copied().unwrap_or(T::ZERO))
    }

    /// Element `i` of every sample's cotangent: zero for repetitions, which must add nothing.
    #[inline(always)]
    pub fn cotangent<T: Real, S: Simd<T>, const N: usize>(&self, simd: S, column: &[[T; N]], i: usize) -> S::Vector {
        let mine = column.get(self.first..self.of.end).unwrap_or_default();
        simd.from_fn(|lane| mine.get(lane).and_then(|sample| sample.get(i)).copied().unwrap_or(T::ZERO))
    }

    /// Element `i` of every sample of a column of indices, as reals.
    #[inline(always)]
    pub fn index<T: Real, S: Simd<T>, const N: usize>(&self, simd: S, column: &[[u32; N]], i: usize) -> S::Vector {
        let last = self.of.end - 1;
        simd.from_fn(|lane| {
            let index = column.get((self.first + lane).min(last)).and_then(|sample| sample.get(i)).copied();
            T::from_f64(f64::from(index.unwrap_or(0)))
        })
    }

    /// Element `i` of every sample's states, `LEN` elements each; without a column, as it begins.
    #[inline(always)]
    pub fn state<T: Real, S: Simd<T>, const LEN: usize>(&self, simd: S, states: &[T], i: usize, initial: f64) -> S::Vector {
        let (samples, _) = states.as_chunks::<LEN>();
        if samples.is_empty() {
            return simd.splat(T::from_f64(initial));
        }
        let (first, last) = (self.place(), samples.len() - 1);
        simd.from_fn(|lane| samples.get((first + lane).min(last)).and_then(|sample| sample.get(i)).copied().unwrap_or(T::ZERO))
    }

    /// Puts the elements of a state, a vector for each, among the samples' states from `first`; an empty column is not wanted.
    #[inline(always)]
    pub fn store_state<T: Real, S: Simd<T>, const N: usize, const LEN: usize>(
        &self,
        _: S,
        values: [S::Vector; N],
        states: &mut [T],
        first: usize,
    ) {
        let (samples, _) = states.as_chunks_mut::<LEN>();
        for (lane, sample) in samples.iter_mut().skip(self.place()).take(S::LANES).enumerate() {
            for (out, value) in sample.iter_mut().skip(first).zip(&values) {
                *out = value.lane(lane);
            }
        }
    }

    /// The weight of each lane in the mean over the batch: 1/samples, 0 for repetitions.
    #[inline(always)]
    pub fn seed<T: Real, S: Simd<T>>(&self, simd: S) -> S::Vector {
        let weight = T::from_f64(1.0 / self.of.batch as f64);
        simd.from_fn(|lane| if self.first + lane < self.of.end { weight } else { T::ZERO })
    }

    /// Puts the elements of the samples, a vector for each element, where they belong in a column; an empty column is not wanted.
    #[inline(always)]
    pub fn store<T: Real, S: Simd<T>, const N: usize>(&self, _: S, values: [S::Vector; N], column: &mut [[T; N]]) {
        for (lane, out) in column.iter_mut().skip(self.place()).take(S::LANES).enumerate() {
            for (out, value) in out.iter_mut().zip(&values) {
                *out = value.lane(lane);
            }
        }
    }
}
