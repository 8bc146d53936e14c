//! What the tests share: numbers, and naive results to compare with.

use std::vec::Vec;

use crate::{Dual, Real};

/// `count` numbers in ±1 that repeat nowhere near.
pub(crate) fn numbers<T: Real>(count: usize, seed: u64) -> Vec<T> {
    let stream = crate::Stream::new(seed, 0);
    (0..count).map(|i| T::from_f64(2.0 * stream.uniform::<f64>(0, 0, i) - 1.0)).collect()
}

/// As [`numbers`], with tangents.
pub(crate) fn duals(count: usize, seed: u64) -> Vec<Dual> {
    numbers::<f64>(count, seed).into_iter().zip(numbers::<f64>(count, seed + 1000)).map(|(v, t)| Dual::new(v, t)).collect()
}

/// Equal within `tolerance`, values and (of duals) tangents.
#[track_caller]
pub(crate) fn assert_close<T: Real>(found: &[T], expected: &[T], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (i, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a.to_f64() - b.to_f64()).abs() <= tolerance * (1.0 + b.to_f64().abs()), "element {i}: {a:?}, expected {b:?}");
    }
}
