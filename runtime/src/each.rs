//! Fused element-wise loops over slices of one length, in whole vectors: the last one ends where the slices end. Slices that are shorter
//! than a vector are worked on in a copy.

use crate::matmul::{At, narrow};
use crate::wide::{MOST, copy_part};
use crate::{Real, Simd, Vector, part};

/// `out[o][i] = f(ins[0][i], ins[1][i], …)[o]` for every i of the shortest slice.
#[inline(always)]
pub fn each<T, S, const I: usize, const O: usize>(
    simd: S,
    ins: [&[T]; I],
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; I]) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    each_at(
        simd,
        ins,
        outs,
        #[inline(always)]
        |x, _| f(x),
    );
}

/// As [`each`]; `f` is also given the index of the vector's first element.
#[inline(always)]
pub fn each_at<T, S, const I: usize, const O: usize>(
    simd: S,
    ins: [&[T]; I],
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; I], usize) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    simd.apart(
        #[inline(always)]
        move || {
            let (ins, outs, len) = one_length(ins, outs);
            if len == 0 {
                return;
            }
            let (mut room_of_ins, mut room) = ([[T::ZERO; MOST]; I], [[T::ZERO; MOST]; O]);
            let ins = whole(simd, ins, len, &mut room_of_ins);
            let (mut outs, back) = whole_mut(simd, outs, len, &mut room);
            let end = len.max(S::LANES);
            let (mut next, last) = (0, end - S::LANES);
            loop {
                while next <= last
                    && let Some(x) = load(simd, &ins, next)
                {
                    store(simd, &mut outs, next, f(x, next));
                    next += S::LANES;
                }
                if next >= len || next == last {
                    break;
                }
                // The last vector ends where the slices end: what it computes again is the same.
                next = last;
            }
            if let Some(back) = back {
                hand_back(&room, back);
            }
        },
    );
}

/// As [`each`], of rows of so many elements; `f` is also given the vector's place. Where rows fill a part of a vector alone, it takes several.
#[inline(always)]
pub fn each_row<T, S, const I: usize, const O: usize>(
    simd: S,
    width: usize,
    ins: [&[T]; I],
    mut outs: [&mut [T]; O],
    f: impl Fn([S::Vector; I], At) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    // Where no vector begins in one row and ends in the middle of another, all rows are one line. Either way it is one call of `f`.
    let (rows, all) = (outs.first().map_or(0, |out| out.len() / width.max(1)), narrow(width, S::LANES) || width.is_multiple_of(S::LANES));
    let (lines, len) = if all { (1, rows * width) } else { (rows, width) };
    simd.repeat_up_to::<{ usize::MAX }>(
        lines,
        #[inline(always)]
        |simd, line| {
            let mut ins_now = ins;
            for x in &mut ins_now {
                *x = part(x, line * len, len);
            }
            let mut outs_now = [(); O].map(|()| Default::default());
            for (out, now) in outs.iter_mut().zip(&mut outs_now) {
                *now = out.get_mut(line * len..(line + 1) * len).unwrap_or_default();
            }
            each_at(
                simd,
                ins_now,
                outs_now,
                #[inline(always)]
                |x, at| {
                    let at = line * len + at;
                    f(x, At { row: at / width, col: at % width, width })
                },
            );
        },
    );
}

/// As [`each`]; `f` is also given what the outputs hold: updates and accumulation.
#[inline(always)]
pub fn each_in_place<T, S, const I: usize, const O: usize>(
    simd: S,
    ins: [&[T]; I],
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; I], [S::Vector; O]) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    simd.apart(
        #[inline(always)]
        move || in_place(simd, ins, outs, f),
    );
}

/// The same, not as a function of its own.
#[inline(always)]
pub(crate) fn in_place<T, S, const I: usize, const O: usize>(
    simd: S,
    ins: [&[T]; I],
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; I], [S::Vector; O]) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    let (mut room_of_ins, mut room_of_outs) = ([[T::ZERO; MOST]; I], [[T::ZERO; MOST]; O]);
    in_place_beside(simd, ins, outs, (&mut room_of_ins, &mut room_of_outs), f);
}

/// The same; what fills no vector is worked on in copies, in these rooms, after the rest.
#[inline(always)]
pub(crate) fn in_place_beside<T, S, const I: usize, const O: usize>(
    simd: S,
    ins: [&[T]; I],
    outs: [&mut [T]; O],
    (room_of_ins, room_of_outs): (&mut [[T; MOST]; I], &mut [[T; MOST]; O]),
    f: impl Fn([S::Vector; I], [S::Vector; O]) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    let (ins, outs, len) = one_length(ins, outs);
    if len == 0 {
        return;
    }
    let whole = len - len % S::LANES;
    let (mut now, rest) = divided(outs, whole);
    let mut ins_now = ins;
    if whole < len {
        widen(&ins.map(|x| x.get(whole..).unwrap_or_default()), room_of_ins);
        widen(&rest.each_ref().map(|out| &**out), room_of_outs);
    }
    let mut copies = Some(room_of_outs.each_mut().map(|room| room.get_mut(..S::LANES).unwrap_or_default())).filter(|_| whole < len);
    let mut next = 0;
    loop {
        while let (Some(x), Some(held)) = (load(simd, &ins_now, next), load_mut(simd, &now, next)) {
            store(simd, &mut now, next, f(x, held));
            next += S::LANES;
        }
        let Some(copies) = copies.take() else { break };
        now = copies;
        ins_now = room_of_ins.each_ref().map(|room| room.get(..S::LANES).unwrap_or_default());
        next = 0;
    }
    if whole < len {
        hand_back(room_of_outs, rest);
    }
}

/// The same, of the whole vectors alone.
#[inline(always)]
pub(crate) fn whole_in_place<T, S, const I: usize, const O: usize>(
    simd: S,
    ins: [&[T]; I],
    outs: [&mut [T]; O],
    f: impl Fn([S::Vector; I], [S::Vector; O]) -> [S::Vector; O],
) where
    T: Real,
    S: Simd<T>,
{
    let (ins, mut outs, _) = one_length(ins, outs);
    let mut next = 0;
    while let (Some(x), Some(held)) = (load(simd, &ins, next), load_mut(simd, &outs, next)) {
        store(simd, &mut outs, next, f(x, held));
        next += S::LANES;
    }
}

/// first, first + 1, … as reals (whole numbers up to 2²⁴ are exact in f32).
#[inline(always)]
pub fn iota<T: Real, S: Simd<T>>(simd: S, first: usize) -> S::Vector {
    simd.splat(T::from_f64(first as f64)) + simd.from_fn(|i| T::from_f64(i as f64))
}

// What the loops are made of knows nothing of `f`: it is compiled once for all kernels. Each loop calls `f` once: what is called once is
// inlined, and so compiled for this level. Nothing in a loop is a call, so that vectors that stay the same stay in registers.

/// All slices cut to the length of the shortest, which the optimiser then knows; 0 where nothing is written. They are handed on by value:
/// what lies behind a reference would be read again after each store.
#[inline(always)]
fn one_length<'i, 'o, T, const I: usize, const O: usize>(
    mut ins: [&'i [T]; I],
    mut outs: [&'o mut [T]; O],
) -> ([&'i [T]; I], [&'o mut [T]; O], usize) {
    let mut len = if O == 0 { 0 } else { usize::MAX };
    for x in &ins {
        len = len.min(x.len());
    }
    for y in &outs {
        len = len.min(y.len());
    }
    for x in &mut ins {
        *x = x.get(..len).unwrap_or_default();
    }
    for y in &mut outs {
        *y = core::mem::take(y).get_mut(..len).unwrap_or_default();
    }
    (ins, outs, len)
}

/// Room for copies of slices that are shorter than a vector.
pub(crate) type Room<T, const N: usize> = [[T; MOST]; N];

/// The slices, or if they are shorter than a vector, copies with zeros behind them.
#[inline(always)]
pub(crate) fn whole<'a, T: Real, S: Simd<T>, const I: usize>(
    _: S,
    ins: [&'a [T]; I],
    len: usize,
    room: &'a mut Room<T, I>,
) -> [&'a [T]; I] {
    if len >= S::LANES {
        return ins;
    }
    widen(&ins, room);
    room.each_ref().map(|x| x.get(..S::LANES).unwrap_or_default())
}

/// As [`whole`], to write into; where these are copies, also the slices that they belong to.
#[inline(always)]
fn whole_mut<'a, 'o: 'a, T: Real, S: Simd<T>, const O: usize>(
    _: S,
    outs: [&'o mut [T]; O],
    len: usize,
    room: &'a mut Room<T, O>,
) -> ([&'a mut [T]; O], Option<[&'o mut [T]; O]>) {
    if len >= S::LANES {
        return (outs, None);
    }
    (room.each_mut().map(|y| y.get_mut(..S::LANES).unwrap_or_default()), Some(outs))
}

/// What lies before and behind a place.
#[inline(always)]
pub(crate) fn divided<T, const O: usize>(outs: [&mut [T]; O], at: usize) -> ([&mut [T]; O], [&mut [T]; O]) {
    let (mut before, mut behind) = ([(); O].map(|()| Default::default()), [(); O].map(|()| Default::default()));
    for ((out, before), behind) in outs.into_iter().zip(&mut before).zip(&mut behind) {
        (*before, *behind) = out.split_at_mut(at.min(out.len()));
    }
    (before, behind)
}

/// Fewer elements than a vector has. A call, so that loops stay small.
#[inline(never)]
fn widen<T: Real, const N: usize>(xs: &[&[T]; N], room: &mut Room<T, N>) {
    for (xs, room) in xs.iter().zip(room) {
        copy_part(xs, room);
    }
}

/// What was computed in copies, to where it belongs.
#[inline(never)]
fn hand_back<T: Real, const O: usize>(room: &Room<T, O>, outs: [&mut [T]; O]) {
    for (out, room) in outs.into_iter().zip(room) {
        copy_part(room, out);
    }
}

/// The vectors from `at` on, while there are whole ones: whoever has seen that one slice is long enough then knows it of all.
#[inline(always)]
pub(crate) fn load<T: Real, S: Simd<T>, const I: usize>(simd: S, ins: &[&[T]; I], at: usize) -> Option<[S::Vector; I]> {
    let mut x = [simd.splat(T::ZERO); I];
    for (x, xs) in x.iter_mut().zip(ins) {
        *x = simd.load(xs.get(at..)?.get(..S::LANES)?);
    }
    Some(x)
}

/// As [`load`], of what is written to.
#[inline(always)]
pub(crate) fn load_mut<T: Real, S: Simd<T>, const O: usize>(simd: S, outs: &[&mut [T]; O], at: usize) -> Option<[S::Vector; O]> {
    let mut held = [simd.splat(T::ZERO); O];
    for (held, out) in held.iter_mut().zip(outs) {
        *held = simd.load(out.get(at..)?.get(..S::LANES)?);
    }
    Some(held)
}

/// The vectors to where `at` is, which is there as what they were computed of was.
#[inline(always)]
pub(crate) fn store<T: Real, S: Simd<T>, const O: usize>(_: S, outs: &mut [&mut [T]; O], at: usize, values: [S::Vector; O]) {
    for (out, value) in outs.iter_mut().zip(values) {
        if let Some(out) = out.get_mut(at..).and_then(|out| out.get_mut(..S::LANES)) {
            value.store(out);
        }
    }
}
