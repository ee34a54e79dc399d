//! Reproducible randomness: the same seed and the same calls give the same results.

/// Random number generator with a seed.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Returns true with this probability.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        const BITS: u32 = 53;
        let share = (self.next() >> (u64::BITS - BITS)) as f64 / (1_u64 << BITS) as f64;
        share < probability
    }

    /// Returns a number below `end`, which must not be 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.next()) * end as u128;
        usize::try_from(wide >> u64::BITS).unwrap_or_default()
    }

    /// Returns the next number of the generator `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        assert_eq!(Dice::new(0).next(), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn a_share_is_met_about_as_often_as_it_says() {
        let mut dice = Dice::new(7);
        let met = (0..10_000).filter(|_| dice.happens(0.25)).count();
        assert!((2_300..2_700).contains(&met), "{met}");
        assert!(!dice.happens(0.0) && dice.happens(1.0));
        let met: std::collections::BTreeSet<usize> = (0..1_000).map(|_| dice.below(3)).collect();
        assert_eq!(met, [0, 1, 2].into());
    }
}
