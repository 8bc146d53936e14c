//! A small generator of numbers, the same on every machine: splitmix64.

/// The state.
pub(crate) struct Numbers(u64);

impl Numbers {
    /// Programs are numbered; each has its own numbers.
    pub(crate) fn new(seed: u64, program: u64) -> Numbers {
        Numbers(seed.wrapping_mul(0xD1B5_4A32_D192_ED03).wrapping_add(program.wrapping_mul(0x2545_F491_4F6C_DD1D)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `n`; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// One of them.
    pub(crate) fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}
