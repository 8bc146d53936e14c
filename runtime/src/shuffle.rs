//! The order of an epoch's samples.

use crate::Stream;

/// Permutes `order` in place (Fisher and Yates), a function of seed and epoch alone.
pub fn shuffle(order: &mut [u32], seed: u64, epoch: u64) {
    // Parameters and random operations count their places from 0.
    let stream = Stream::new(seed, u32::MAX);
    for i in (1..order.len()).rev() {
        // The upper half of a 64-bit product: uniform in 0..=i but for 2⁻³² of bias at most.
        let random = stream.bits(epoch, 0, i);
        let j = ((u128::from(random) * (i as u128 + 1)) >> 64) as usize;
        order.swap(i, j.min(i));
    }
}

/// The permutation of 0, 1, 2, … that belongs to seed and epoch: what training resumed in that epoch needs.
pub fn permutation(order: &mut [u32], seed: u64, epoch: u64) {
    for (i, place) in order.iter_mut().enumerate() {
        *place = i as u32;
    }
    shuffle(order, seed, epoch);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(seed: u64, epoch: u64) -> [u32; 33] {
        let mut order = [9; 33];
        permutation(&mut order, seed, epoch);
        order
    }

    #[test]
    fn a_permutation_that_depends_on_seed_and_epoch() {
        let mut sorted = epoch(1, 1);
        sorted.sort_unstable();
        assert!(sorted.iter().enumerate().all(|(i, &x)| i == x as usize));
        assert_eq!(epoch(1, 1), epoch(1, 1));
        assert_ne!(epoch(1, 1), epoch(1, 2));
        assert_ne!(epoch(1, 1), epoch(2, 1));
        shuffle(&mut [], 1, 1);
    }

    #[test]
    fn every_sample_comes_to_every_place() {
        let mut counts = [[0_u32; 4]; 4];
        for i in 0..4000 {
            let mut order = [0; 4];
            permutation(&mut order, 5, i);
            for (place, &x) in order.iter().enumerate() {
                counts[place][x as usize] += 1;
            }
        }
        assert!(counts.as_flattened().iter().all(|count| (880..1120).contains(count)), "{counts:?}");
    }
}
