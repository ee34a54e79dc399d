//! Measurements of a part in one round, and medians of several rounds.

use std::time::Duration;

/// Measurements of one part in one round.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) wall: Duration,
    pub(super) cpu: Duration,
    pub(super) memory_kib: u64,
    pub(super) peak_kib: u64,
    pub(super) store_requests: u64,
}

/// Returns the median of the ratios of a part's CPU time to another's, in the same rounds.
pub(super) fn cpu_ratio(rounds: &[Sample], baseline: &[Sample]) -> f64 {
    let ratio = |(own, base): (&Sample, &Sample)| own.cpu.as_secs_f64() / base.cpu.as_secs_f64();
    median(rounds.iter().zip(baseline).map(ratio))
}

/// Returns the median; of an even number of values, the upper of the two in the middle.
pub(super) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert!((median([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < f64::EPSILON);
        assert!(median(std::iter::empty()).is_nan());
    }
}
