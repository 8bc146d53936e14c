//! First values of parameters: a function of seed and place, drawn in f64 and rounded once.

use crate::{Real, Stream};

/// How a parameter starts. Fans are those of its layout: `[in, out]`; `[out, in/groups, k…]` from rank 3 on; of a vector,
/// both are its length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initialiser {
    /// The same number everywhere.
    Constant(f64),
    /// Uniform between two numbers.
    Uniform {
        /// Lower end.
        a: f64,
        /// Upper end.
        b: f64,
    },
    /// Normal with mean and standard deviation.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        std: f64,
    },
    /// U(±√(6/(fan_in + fan_out))) (Glorot and Bengio 2010).
    GlorotUniform,
    /// N(0, 2/(fan_in + fan_out)).
    GlorotNormal,
    /// U(±√(6/fan_in)) (He et al. 2015).
    HeUniform,
    /// N(0, 2/fan_in).
    HeNormal,
    /// N(0, 1/fan_in) (LeCun et al. 1998).
    LecunNormal,
    /// U(±1/√fan_in).
    FanInUniform,
    /// Orthonormal rows or columns, whichever are fewer; from rank 3 on all axes but the first count as one (Saxe et al. 2014).
    Orthogonal,
    /// These numbers, in row-major order; zero where they end.
    Values(&'static [f64]),
}

/// The step under which parameters are drawn: no training step has it.
const AT_START: u64 = u64::MAX;

/// Fills a parameter of `shape`, stored row-major in `out`. `place` tells the parameters of a network apart.
pub fn fill<T: Real>(out: &mut [T], initialiser: Initialiser, shape: &[usize], seed: u64, place: u32) {
    T::fill(out, initialiser, shape, seed, place);
}

/// [`fill`], where it is compiled.
pub(crate) fn draw<T: Real>(out: &mut [T], initialiser: Initialiser, shape: &[usize], seed: u64, place: u32) {
    let (fan_in, fan_out) = fans(shape);
    let stream = Stream::new(seed, place);
    let uniform = |a: f64, b: f64| move |i| a + (b - a) * stream.uniform::<f64>(AT_START, 0, i);
    let within = |square: f64| uniform(-Real::sqrt(square), Real::sqrt(square));
    let normal = |mean: f64, std: f64| move |i| mean + std * stream.normal::<f64>(AT_START, 0, i);
    match initialiser {
        Initialiser::Constant(value) => set(out, |_| value),
        Initialiser::Uniform { a, b } => set(out, uniform(a, b)),
        Initialiser::Normal { mean, std } => set(out, normal(mean, std)),
        Initialiser::GlorotUniform => set(out, within(6.0 / (fan_in + fan_out))),
        Initialiser::GlorotNormal => set(out, normal(0.0, Real::sqrt(2.0 / (fan_in + fan_out)))),
        Initialiser::HeUniform => set(out, within(6.0 / fan_in)),
        Initialiser::HeNormal => set(out, normal(0.0, Real::sqrt(2.0 / fan_in))),
        Initialiser::LecunNormal => set(out, normal(0.0, Real::sqrt(1.0 / fan_in))),
        Initialiser::FanInUniform => set(out, within(1.0 / fan_in)),
        Initialiser::Orthogonal => {
            set(out, normal(0.0, 1.0));
            orthogonalise(out, if shape.len() < 2 { 1 } else { shape.first().copied().unwrap_or(1) });
        }
        Initialiser::Values(values) => set(out, |i| values.get(i).copied().unwrap_or(0.0)),
    }
}

fn set<T: Real>(out: &mut [T], value: impl Fn(usize) -> f64) {
    for (i, out) in out.iter_mut().enumerate() {
        *out = T::from_f64(value(i));
    }
}

/// fan_in and fan_out.
fn fans(shape: &[usize]) -> (f64, f64) {
    match *shape {
        [] => (1.0, 1.0),
        [n] => (n as f64, n as f64),
        [fan_in, fan_out] => (fan_in as f64, fan_out as f64),
        [fan_out, fan_in, ref window @ ..] => {
            let window: f64 = window.iter().map(|&k| k as f64).product();
            (fan_in as f64 * window, fan_out as f64 * window)
        }
    }
}

/// Makes the rows, or where they are more the columns, orthonormal: modified Gram and Schmidt, twice, in place.
fn orthogonalise<T: Real>(out: &mut [T], rows: usize) {
    let columns = out.len().checked_div(rows).unwrap_or(0);
    if rows <= columns {
        gram_schmidt(out, rows, columns, columns, 1);
    } else {
        gram_schmidt(out, columns, rows, 1, columns);
    }
}

/// `count` vectors of `len` elements; vector v's element i lies at v·step + i·stride.
fn gram_schmidt<T: Real>(out: &mut [T], count: usize, len: usize, step: usize, stride: usize) {
    let read = |out: &[T], v: usize, i: usize| out.get(v * step + i * stride).map_or(0.0, |x| x.to_f64());
    for v in 0..count {
        for _ in 0..2 {
            for earlier in 0..v {
                let dot: f64 = (0..len).map(|i| read(out, v, i) * read(out, earlier, i)).sum();
                for i in 0..len {
                    let value = read(out, v, i) - dot * read(out, earlier, i);
                    if let Some(x) = out.get_mut(v * step + i * stride) {
                        *x = T::from_f64(value);
                    }
                }
            }
            let norm = Real::sqrt((0..len).map(|i| read(out, v, i) * read(out, v, i)).sum::<f64>());
            for i in 0..len {
                let value = if norm > 0.0 { read(out, v, i) / norm } else { f64::from(u8::from(i == v)) };
                if let Some(x) = out.get_mut(v * step + i * stride) {
                    *x = T::from_f64(value);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(initialiser: Initialiser, shape: &[usize]) -> std::vec::Vec<f64> {
        let mut out = std::vec![0.0_f64; shape.iter().product()];
        fill(&mut out, initialiser, shape, 3, 4);
        out
    }

    /// Mean, variance and largest magnitude.
    fn moments(x: &[f64]) -> (f64, f64, f64) {
        let n = x.len() as f64;
        let mean = x.iter().sum::<f64>() / n;
        (mean, x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n, x.iter().fold(0.0, |m, x| x.abs().max(m)))
    }

    #[test]
    fn moments_follow_the_fans() {
        let (fan_in, fan_out) = (200.0, 300.0);
        let cases = [
            (Initialiser::FanInUniform, 1.0 / fan_in / 3.0, Some(1.0 / fan_in)),
            (Initialiser::GlorotUniform, 2.0 / (fan_in + fan_out), Some(6.0 / (fan_in + fan_out))),
            (Initialiser::HeUniform, 2.0 / fan_in, Some(6.0 / fan_in)),
            (Initialiser::GlorotNormal, 2.0 / (fan_in + fan_out), None),
            (Initialiser::HeNormal, 2.0 / fan_in, None),
            (Initialiser::LecunNormal, 1.0 / fan_in, None),
        ];
        // Dense [in, out], and a convolution [out, in, k, k] with the same fans but for fan_out's window.
        for (initialiser, variance, bound) in cases {
            for shape in [&[200, 300][..], &[75, 50, 2, 2]] {
                let (mean, found, most) = moments(&drawn(initialiser, shape));
                let close = if shape.len() == 2 || fan_out == 75.0 * 4.0 { 0.05 } else { 0.0 };
                assert!(mean.abs() < 0.03 * variance.sqrt(), "{initialiser:?} {mean}");
                assert!((found / variance - 1.0).abs() < close, "{initialiser:?} {found} {variance}");
                assert!(bound.is_none_or(|bound: f64| most <= bound.sqrt() && most > 0.99 * bound.sqrt()), "{initialiser:?} {most}");
            }
        }
        let (mean, variance, _) = moments(&drawn(Initialiser::Normal { mean: 2.0, std: 0.5 }, &[60_000]));
        assert!((mean - 2.0).abs() < 0.01 && (variance - 0.25).abs() < 0.01);
        let x = drawn(Initialiser::Uniform { a: -1.0, b: 3.0 }, &[10_000]);
        assert!(x.iter().all(|x| (-1.0..3.0).contains(x)));
        assert!((moments(&x).0 - 1.0).abs() < 0.05);
    }

    #[test]
    fn constants_and_literals() {
        assert_eq!(drawn(Initialiser::Constant(0.25), &[2, 2]), [0.25; 4]);
        assert_eq!(drawn(Initialiser::Values(&[1.0, 2.0]), &[3]), [1.0, 2.0, 0.0]);
    }

    #[test]
    fn orthogonal_rows_or_columns() {
        for shape in [&[7, 33][..], &[33, 7], &[17, 17], &[8, 2, 3, 3], &[5]] {
            let x = drawn(Initialiser::Orthogonal, shape);
            let rows = if shape.len() < 2 { 1 } else { shape[0] };
            let columns = x.len() / rows;
            let (count, len) = (rows.min(columns), rows.max(columns));
            let at = |v: usize, i: usize| if rows <= columns { x[v * columns + i] } else { x[i * columns + v] };
            for v in 0..count {
                for w in 0..count {
                    let dot: f64 = (0..len).map(|i| at(v, i) * at(w, i)).sum();
                    assert!((dot - f64::from(u8::from(v == w))).abs() < 1e-13, "{shape:?} {v} {w} {dot}");
                }
            }
        }
        let mut single = [0.0_f32; 64];
        fill(&mut single, Initialiser::Orthogonal, &[8, 8], 1, 1);
        let dot: f32 = (0..8).map(|i| single[i] * single[8 + i]).sum();
        assert!(dot.abs() < 1e-6);
    }

    #[test]
    fn precision_does_not_change_the_draw() {
        let mut single = [0.0_f32; 50];
        fill(&mut single, Initialiser::HeNormal, &[5, 10], 3, 4);
        let double = drawn(Initialiser::HeNormal, &[5, 10]);
        assert!(single.iter().zip(&double).all(|(&a, &b)| a == b as f32));
    }
}
