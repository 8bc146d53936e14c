//! Sums and extremes: of everything, and over the leading axis.

use core::ops::Add;

use crate::each::{each_in_place, load, whole};
use crate::wide::MOST;
use crate::{Mask as _, Real, Simd, Vector};

/// Accumulators of a sum, so that one addition need not wait for the other.
const WAYS: usize = 4;

/// `Σᵢ f(ins[0][i], ins[1][i], …)` for every i of the shortest slice, in an order fixed by length and lanes.
#[inline(always)]
pub fn sum_each<T, S, const I: usize>(simd: S, ins: [&[T]; I], f: impl Fn([S::Vector; I]) -> S::Vector) -> T
where
    T: Real,
    S: Simd<T>,
{
    simd.apart(
        #[inline(always)]
        move || fold(simd, ins, T::ZERO, f, Add::add).sum(),
    )
}

/// The largest f(…); −∞ of nothing, NaN where one is NaN.
#[inline(always)]
pub fn max_each<T, S, const I: usize>(simd: S, ins: [&[T]; I], f: impl Fn([S::Vector; I]) -> S::Vector) -> T
where
    T: Real,
    S: Simd<T>,
{
    simd.apart(
        #[inline(always)]
        move || {
            let lanes = fold(simd, ins, -T::INFINITY, f, S::Vector::max);
            // The first of equals.
            of_lanes::<T, S>(lanes, |a, b| b.max(a))
        },
    )
}

/// The smallest f(…); +∞ of nothing, NaN where one is NaN.
#[inline(always)]
pub fn min_each<T, S, const I: usize>(simd: S, ins: [&[T]; I], f: impl Fn([S::Vector; I]) -> S::Vector) -> T
where
    T: Real,
    S: Simd<T>,
{
    simd.apart(
        #[inline(always)]
        move || {
            let lanes = fold(simd, ins, T::INFINITY, f, S::Vector::min);
            of_lanes::<T, S>(lanes, |a, b| b.min(a))
        },
    )
}

/// The lanes joined in their order, neighbours first: few joins wait for each other.
#[inline(always)]
fn of_lanes<T: Real, S: Simd<T>>(mut lanes: S::Vector, join: impl Fn(S::Vector, S::Vector) -> S::Vector) -> T {
    let mut count = S::LANES;
    while count > 1 {
        let (even, odd) = lanes.unzip(lanes);
        lanes = join(even, odd);
        count /= 2;
    }
    lanes.lane(0)
}

/// The vectors f(…) joined by `join` from `start`; lanes past the end hold `start`.
#[inline(always)]
fn fold<T, S, const I: usize>(
    simd: S,
    ins: [&[T]; I],
    start: T,
    f: impl Fn([S::Vector; I]) -> S::Vector,
    join: impl Fn(S::Vector, S::Vector) -> S::Vector,
) -> S::Vector
where
    T: Real,
    S: Simd<T>,
{
    let start = simd.splat(start);
    let (ins, len) = one_length(ins);
    if len == 0 {
        return start;
    }
    let mut room = [[T::ZERO; MOST]; I];
    let ins = whole(simd, ins, len, &mut room);
    let mut ways = [start; WAYS];
    let (mut next, mut done) = (0, 0);
    let last = len.max(S::LANES) - S::LANES;
    loop {
        // One call of `f`: what is called once is inlined, and so compiled for this level.
        while next <= last
            && let Some(x) = load(simd, &ins, next)
        {
            let mut value = f(x);
            if next < done || next + S::LANES > len {
                // Of the last vector only what was not in the one before, and of a copy only what it is a copy of.
                let place = crate::iota(simd, next);
                let inside = place.ge(simd.splat(T::from_f64(done as f64))).and(place.lt(simd.splat(T::from_f64(len as f64))));
                value = inside.select(value, start);
            }
            let [a, b, c, d] = ways;
            ways = [b, c, d, join(a, value)];
            next += S::LANES;
        }
        if next >= len || next == last {
            break;
        }
        // The last vector ends where the slices end.
        (next, done) = (last, next);
    }
    let [a, b, c, d] = ways;
    join(join(a, b), join(c, d))
}

/// All slices cut to the length of the shortest, which the optimiser then knows.
#[inline(always)]
fn one_length<T, const I: usize>(mut ins: [&[T]; I]) -> ([&[T]; I], usize) {
    let mut len = if I == 0 { 0 } else { usize::MAX };
    for x in &ins {
        len = len.min(x.len());
    }
    for x in &mut ins {
        *x = x.get(..len).unwrap_or_default();
    }
    (ins, len)
}

/// The index of the largest element, the first of equals; NaN counts as largest; 0 of nothing.
#[inline(always)]
pub fn argmax<T: Real>(xs: &[T]) -> usize {
    let Some(&first) = xs.first() else { return 0 };
    let (mut best, mut most) = (0, first);
    for (i, &x) in xs.iter().enumerate() {
        let most_is_nan = most.partial_cmp(&most).is_none();
        let x_is_nan = x.partial_cmp(&x).is_none();
        if !most_is_nan && (x > most || x_is_nan) {
            (best, most) = (i, x);
        }
    }
    best
}

/// `out[n] = Σᵣ x[r][n]`.
#[inline(always)]
pub fn sum_rows<T: Real, S: Simd<T>, const N: usize>(simd: S, x: &[[T; N]], out: &mut [T; N]) {
    down(
        simd,
        x,
        out,
        #[inline(always)]
        |_| simd.splat(T::ZERO),
        #[inline(always)]
        |a, b| a + b,
    );
}

/// `out[n] += Σᵣ x[r][n]`. Of many rows some are added to each other first: one small number after the other added to a large sum would lose
/// more digits.
#[inline(always)]
pub fn sum_rows_add<T: Real, S: Simd<T>, const N: usize>(simd: S, x: &[[T; N]], out: &mut [T; N]) {
    const FEW: usize = 32;
    let mut rest = x;
    while rest.len() > FEW {
        let (some, others) = rest.split_at(FEW);
        let mut sums = [T::ZERO; N];
        sum_rows(simd, some, &mut sums);
        each_in_place(
            simd,
            [&sums],
            [out.as_mut_slice()],
            #[inline(always)]
            |[sum], [old]| [old + sum],
        );
        rest = others;
    }
    down(
        simd,
        rest,
        out,
        #[inline(always)]
        |old| old,
        #[inline(always)]
        |a, b| a + b,
    );
}

/// `out[n] = maxᵣ x[r][n]`; −∞ of no rows.
#[inline(always)]
pub fn max_rows<T: Real, S: Simd<T>, const N: usize>(simd: S, x: &[[T; N]], out: &mut [T; N]) {
    down(
        simd,
        x,
        out,
        #[inline(always)]
        |_| simd.splat(-T::INFINITY),
        #[inline(always)]
        |a, b| a.max(b),
    );
}

/// `out[n] = minᵣ x[r][n]`; +∞ of no rows.
#[inline(always)]
pub fn min_rows<T: Real, S: Simd<T>, const N: usize>(simd: S, x: &[[T; N]], out: &mut [T; N]) {
    down(
        simd,
        x,
        out,
        #[inline(always)]
        |_| simd.splat(T::INFINITY),
        #[inline(always)]
        |a, b| a.min(b),
    );
}

/// Joins the rows from `start` (given what `out` holds), first to last.
#[inline(always)]
fn down<T: Real, S: Simd<T>, const N: usize>(
    simd: S,
    x: &[[T; N]],
    out: &mut [T; N],
    start: impl Fn(S::Vector) -> S::Vector,
    join: impl Fn(S::Vector, S::Vector) -> S::Vector,
) {
    simd.apart(
        #[inline(always)]
        || {
            let mut at = 0;
            while at < N {
                let end = (at + S::LANES).min(N);
                let Some(place) = out.get_mut(at..end) else { return };
                let mut result = start(simd.load(place));
                // What fills no vector is read together with the beginning of the next row, which comes to lanes that nobody reads.
                let (all, whole) = (x.as_flattened(), at + S::LANES);
                for (r, row) in x.iter().enumerate() {
                    let row = all.get(r * N + at..r * N + whole).or_else(|| row.get(at..end)).unwrap_or_default();
                    result = join(result, simd.load(row));
                }
                result.store(place);
                at = end;
            }
        },
    );
}

/// `out[i] += the sum of the lanes of values[i]`: the gradients that unrolled code keeps in registers. `LANES` sums at a
/// time come out of one tree of additions as one vector.
#[inline(always)]
pub fn lane_sums_add<T: Real, S: Simd<T>, const N: usize>(simd: S, values: [S::Vector; N], out: &mut [T; N]) {
    for (group, place) in values.chunks(S::LANES).zip(out.chunks_mut(S::LANES)) {
        (simd.load(place) + group_sums(simd, group)).store(place);
    }
}

/// Lane i is the sum of the lanes of `group[i]`, for at most `LANES` vectors. Straight code: where it is inlined hundreds of times,
/// compilers take longer for a loop that has to be unrolled than for all the rest.
#[inline(always)]
pub(crate) fn group_sums<T: Real, S: Simd<T>>(simd: S, group: &[S::Vector]) -> S::Vector {
    const { assert!(matches!(S::LANES, 1 | 2 | 4 | 8 | 16)) };
    match S::LANES {
        1 => one(simd, group, 0),
        2 => two(simd, group, 0),
        4 => four(simd, group, 0),
        8 => eight(simd, group, 0),
        _ => eight(simd, group, 0).pair_sums(eight(simd, group, 8)),
    }
}

#[inline(always)]
fn one<T: Real, S: Simd<T>>(simd: S, group: &[S::Vector], i: usize) -> S::Vector {
    match group.get(i) {
        Some(&vector) => vector,
        None => simd.splat(T::ZERO),
    }
}

#[inline(always)]
fn two<T: Real, S: Simd<T>>(simd: S, group: &[S::Vector], i: usize) -> S::Vector {
    one(simd, group, i).pair_sums(one(simd, group, i + 1))
}

#[inline(always)]
fn four<T: Real, S: Simd<T>>(simd: S, group: &[S::Vector], i: usize) -> S::Vector {
    two(simd, group, i).pair_sums(two(simd, group, i + 2))
}

#[inline(always)]
fn eight<T: Real, S: Simd<T>>(simd: S, group: &[S::Vector], i: usize) -> S::Vector {
    four(simd, group, i).pair_sums(four(simd, group, i + 4))
}
