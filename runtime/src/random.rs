//! Random numbers by counting: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3,
//! 2011). A number is a function of seed, step, sample, place and position, so neither threads nor the cutting of a batch
//! can change it.

use crate::Real;

/// What the random operations of one training step are keyed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The model's seed.
    pub seed: u64,
    /// The number of the step.
    pub number: u64,
}

/// The key of random operations.
pub type RandomKey = Step;

/// The numbers of one place in a program: a key made of seed and place, to be counted by step, sample and block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: [u32; 2],
}

impl Stream {
    /// The stream of `place`. Seed and place together are wider than Philox's key, so one round of it mixes them.
    #[inline]
    pub fn new(seed: u64, place: u32) -> Self {
        let [a, b, _, _] = philox([place, 0x7461_7065, 0x6c65_7373, 0], words(seed));
        Stream { key: [a, b] }
    }

    /// Four words. Samples beyond 2³² share the upper half of the step's counter.
    #[inline]
    pub fn block(&self, step: u64, sample: u64, block: u32) -> [u32; 4] {
        let ([low, high], [sample, beyond]) = (words(step), words(sample));
        philox([low, high ^ beyond, sample, block], self.key)
    }

    /// 64 bits for position `i`: half a block.
    #[inline]
    pub fn bits(&self, step: u64, sample: u64, i: usize) -> u64 {
        let [a, b, c, d] = self.block(step, sample, (i / 2) as u32);
        if i.is_multiple_of(2) { join(a, b) } else { join(c, d) }
    }

    /// Uniform in [0, 1): the leading 53 bits (of f32, 24).
    #[inline]
    pub fn uniform<T: Real>(&self, step: u64, sample: u64, i: usize) -> T {
        let bits = self.bits(step, sample, i) >> (64 - T::DIGITS);
        T::from_f64(bits as f64 / (1_u64 << T::DIGITS) as f64)
    }

    /// Normal(0, 1) by Box and Muller, in f64 and rounded once: positions 2i and 2i + 1 are cosine and sine of one angle.
    #[inline]
    pub fn normal<T: Real>(&self, step: u64, sample: u64, i: usize) -> T {
        const UNIT: f64 = 1.0 / 9_007_199_254_740_992.0; // 2⁻⁵³
        let [a, b, c, d] = self.block(step, sample, (i / 2) as u32);
        let radius = Real::sqrt(-2.0 * Real::log(((join(a, b) >> 11) + 1) as f64 * UNIT));
        let angle = core::f64::consts::TAU * ((join(c, d) >> 11) as f64 * UNIT);
        T::from_f64(radius * if i.is_multiple_of(2) { Real::cos(angle) } else { Real::sin(angle) })
    }
}

/// 64 random bits for position `i` of `place`, of one sample in one step.
#[inline]
pub fn random_bits(key: &RandomKey, sample: u64, place: u32, i: usize) -> u64 {
    Stream::new(key.seed, place).bits(key.number, sample, i)
}

/// Uniform in [0, 1) at position `i` of `place`, of one sample in one step; in f32 the first 24 bits of what f64 gets.
#[inline]
pub fn random_uniform<T: Real>(key: &RandomKey, sample: u64, place: u32, i: usize) -> T {
    Stream::new(key.seed, place).uniform(key.number, sample, i)
}

/// Normal(0, 1) at position `i` of `place`, of one sample in one step.
#[inline]
pub fn random_normal<T: Real>(key: &RandomKey, sample: u64, place: u32, i: usize) -> T {
    Stream::new(key.seed, place).normal(key.number, sample, i)
}

/// Low and high half.
#[inline]
fn words(x: u64) -> [u32; 2] {
    [x as u32, (x >> 32) as u32]
}

#[inline]
fn join(low: u32, high: u32) -> u64 {
    u64::from(low) | (u64::from(high) << 32)
}

/// Ten rounds of Philox 4×32.
#[inline]
fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    const MULTIPLY: [u64; 2] = [0xd251_1f53, 0xcd9e_8d57];
    const WEYL: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];
    let ([mut a, mut b, mut c, mut d], [mut k, mut l]) = (counter, key);
    for _ in 0..10 {
        let ([low_a, high_a], [low_c, high_c]) = (words(MULTIPLY[0] * u64::from(a)), words(MULTIPLY[1] * u64::from(c)));
        (a, b, c, d) = (high_c ^ b ^ k, low_c, high_a ^ d ^ l, low_a);
        (k, l) = (k.wrapping_add(WEYL[0]), l.wrapping_add(WEYL[1]));
    }
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of Random123's `kat_vectors`, philox 4x32 10.
    #[test]
    fn philox_gives_the_published_vectors() {
        let cases = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox(counter, key), expected);
        }
    }

    #[test]
    fn the_key_decides_and_nothing_else() {
        let key = Step { seed: 7, number: 3 };
        let first: f64 = random_uniform(&key, 5, 2, 9);
        assert_eq!(first, random_uniform::<f64>(&key, 5, 2, 9));
        let others = [
            random_uniform(&Step { seed: 8, number: 3 }, 5, 2, 9),
            random_uniform(&Step { seed: 7, number: 4 }, 5, 2, 9),
            random_uniform(&key, 6, 2, 9),
            random_uniform(&key, 5, 3, 9),
            random_uniform(&key, 5, 2, 8),
        ];
        assert!(others.iter().all(|&x: &f64| x != first));
        // f32 takes the leading bits of the same number.
        let short: f32 = random_uniform(&key, 5, 2, 9);
        assert!(f64::from(short) <= first && first - f64::from(short) < 1.0 / 16_777_216.0);
    }

    #[test]
    fn moments() {
        let stream = Stream::new(1, 1);
        let n = 100_000;
        let (mut mean, mut square, mut normal, mut normal_square, mut fourth) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for i in 0..n {
            let u: f64 = stream.uniform(1, (i / 100) as u64, i % 100);
            let z: f64 = stream.normal(2, (i / 100) as u64, i % 100);
            assert!((0.0..1.0).contains(&u));
            mean += u;
            square += u * u;
            normal += z;
            normal_square += z * z;
            fourth += z * z * z * z;
        }
        let n = n as f64;
        assert!((mean / n - 0.5).abs() < 0.005);
        assert!((square / n - 1.0 / 3.0).abs() < 0.005);
        assert!((normal / n).abs() < 0.015);
        assert!((normal_square / n - 1.0).abs() < 0.02);
        assert!((fourth / n - 3.0).abs() < 0.15);
    }
}
