//! Measurements of one part under one load: medians over its rounds, beside those of two baselines.

use super::sample::{Sample, cpu_ratio, median};

/// Measurements of one part under one load.
#[derive(Debug, Clone)]
pub(super) struct Measurements {
    /// Name of the part.
    pub(super) part: &'static str,
    /// Requests per second.
    pub(super) rate: f64,
    /// CPU time per request, in microseconds.
    pub(super) cpu: f64,
    /// CPU time relative to each baseline's, in the same round.
    pub(super) ratios: [f64; 2],
    /// Requests to the store per request.
    pub(super) store_requests: u64,
    /// Largest memory at the start of a round, in KiB.
    pub(super) memory_kib: u64,
    /// Largest peak of memory during a round, in KiB.
    pub(super) peak_kib: u64,
}

impl Measurements {
    /// Computes the measurements of a part from its rounds, each of so many `requests`, and from those of the baselines.
    pub(super) fn of(
        part: &'static str,
        requests: u32,
        rounds: &[Sample],
        baselines: [&[Sample]; 2],
    ) -> Self {
        let most = |of: fn(&Sample) -> u64| rounds.iter().map(of).max().unwrap_or_default();
        let (in_round, store_requests) = (f64::from(requests), most(|round| round.store_requests));
        Self {
            part,
            rate: median(rounds.iter().map(|round| in_round / round.wall.as_secs_f64())),
            cpu: median(rounds.iter().map(|round| round.cpu.as_secs_f64() * 1e6 / in_round)),
            ratios: baselines.map(|baseline| cpu_ratio(rounds, baseline)),
            store_requests: store_requests / u64::from(requests),
            memory_kib: most(|round| round.memory_kib),
            peak_kib: most(|round| round.peak_kib),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn round(wall: u64, cpu: u64) -> Sample {
        let (wall, cpu) = (Duration::from_millis(wall), Duration::from_millis(cpu));
        Sample { wall, cpu, memory_kib: 0, peak_kib: 0, store_requests: 400 }
    }

    #[test]
    fn figures_are_the_middle_of_the_rounds_and_compare_rounds_of_the_same_time() {
        // In the second round the machine was busy with other work.
        let bare = [round(100, 50), round(400, 200), round(100, 50)];
        let own = [round(200, 60), round(800, 260), round(160, 65)];
        let measurements = Measurements::of("own", 100, &own, [&bare, &own]);
        assert!((measurements.rate - 500.0).abs() < 1e-6, "{measurements:?}");
        assert!((measurements.cpu - 650.0).abs() < 1e-6, "{measurements:?}");
        assert!((measurements.ratios[0] - 1.3).abs() < 1e-6, "{measurements:?}");
        assert!((measurements.ratios[1] - 1.0).abs() < 1e-6, "{measurements:?}");
        assert_eq!(measurements.store_requests, 4);
    }
}
