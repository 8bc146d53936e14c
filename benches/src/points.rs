//! Made-up data: what it is does not matter to the time, only that it is not all the same.

/// `N` numbers between −1 and 1 for each of `samples` samples.
#[must_use]
pub fn points<const N: usize>(samples: usize) -> Vec<[f32; N]> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    };
    (0..samples).map(|_| std::array::from_fn(|_| next())).collect()
}

/// A class below `classes` for each sample.
#[must_use]
pub fn labels(samples: usize, classes: u32) -> Vec<u32> {
    (0..samples as u32).map(|i| (i * 7 + 3) % classes).collect()
}
