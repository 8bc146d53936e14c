//! Choices that look random and follow from the seed alone.

/// SplitMix64.
#[derive(Clone, Copy, Debug)]
pub struct Draws(pub u64);

impl Draws {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In `0..n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    /// In [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True in `of` cases out of `n`.
    pub fn chance(&mut self, of: usize, n: usize) -> bool {
        self.below(n) < of
    }

    /// One of some.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A shape of between `least` and `most` axes, mostly with extents of 1 to 4.
    pub fn shape(&mut self, least: usize, most: usize) -> Vec<usize> {
        let rank = least + self.below(most - least + 1);
        (0..rank).map(|_| *self.pick(&[1, 2, 2, 3, 3, 4, 5])).scan(1, |size, n| Some(limited(size, n))).collect()
    }

    /// Some order of `0..n`.
    pub fn order(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, self.below(i + 1));
        }
        order
    }
}

/// The extent, as far as the product stays within the limit.
fn limited(size: &mut usize, n: usize) -> usize {
    let n = if *size * n > super::ELEMENTS { 1 } else { n };
    *size *= n;
    n
}
