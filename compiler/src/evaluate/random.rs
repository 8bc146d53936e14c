//! The random numbers of the runtime, written again: Philox4x32-10 (Salmon et al. 2011), keyed by seed and place, counted by step, sample and
//! position. The compiler and the runtime may not depend on each other; the published vectors and a test of the command hold them together.

/// What the random operations of a pass are keyed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// The model's seed.
    pub seed: u64,
    /// The number of the step.
    pub step: u64,
}

impl Key {
    /// Uniform in [0, 1) at position `i` of `place` of one sample: the leading `digits` bits (53 in f64, 24 in f32).
    #[must_use]
    pub fn uniform(&self, sample: u64, place: u32, i: usize, digits: u32) -> f64 {
        let [a, b, c, d] = self.block(sample, place, i);
        let bits = if i.is_multiple_of(2) { join(a, b) } else { join(c, d) };
        (bits >> (64 - digits)) as f64 / (1_u64 << digits) as f64
    }

    /// Normal(0, 1) by Box and Muller: positions 2i and 2i + 1 are cosine and sine of one angle.
    #[must_use]
    pub fn normal(&self, sample: u64, place: u32, i: usize) -> f64 {
        const UNIT: f64 = 1.0 / 9_007_199_254_740_992.0; // 2⁻⁵³
        let [a, b, c, d] = self.block(sample, place, i);
        let radius = (-2.0 * (((join(a, b) >> 11) + 1) as f64 * UNIT).ln()).sqrt();
        let angle = std::f64::consts::TAU * ((join(c, d) >> 11) as f64 * UNIT);
        radius * if i.is_multiple_of(2) { angle.cos() } else { angle.sin() }
    }

    /// Four words; two positions share them.
    fn block(&self, sample: u64, place: u32, i: usize) -> [u32; 4] {
        let [k, l, ..] = philox([place, 0x7461_7065, 0x6c65_7373, 0], words(self.seed));
        let ([low, high], [sample, beyond]) = (words(self.step), words(sample));
        philox([low, high ^ beyond, sample, (i / 2) as u32], [k, l])
    }
}

fn words(x: u64) -> [u32; 2] {
    [x as u32, (x >> 32) as u32]
}

fn join(low: u32, high: u32) -> u64 {
    u64::from(low) | (u64::from(high) << 32)
}

/// Ten rounds of Philox 4×32.
fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let ([mut a, mut b, mut c, mut d], [mut k, mut l]) = (counter, key);
    for _ in 0..10 {
        let [low_a, high_a] = words(0xd251_1f53 * u64::from(a));
        let [low_c, high_c] = words(0xcd9e_8d57 * u64::from(c));
        (a, b, c, d) = (high_c ^ b ^ k, low_c, high_a ^ d ^ l, low_a);
        (k, l) = (k.wrapping_add(0x9e37_79b9), l.wrapping_add(0xbb67_ae85));
    }
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random123's `kat_vectors`, philox 4x32 10.
    #[test]
    fn the_published_vectors() {
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
}
