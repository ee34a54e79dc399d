//! Measurements of one part of the benchmark: medians over its rounds.

use std::fmt;

use serde_json::{Value, json};

use super::load::Download;
use crate::bench::sample::{Sample, cpu_ratio, median};

/// Measurements of one part, for downloads of one size.
#[derive(Debug, Clone)]
pub struct Measurements {
    /// Name of the part.
    pub part: &'static str,
    /// Size of one download, in bytes.
    bytes: u32,
    /// Requests per second.
    rate: f64,
    /// CPU time per request, in microseconds.
    cpu: f64,
    /// CPU time relative to the bare forwarder and to the forwarder that reads the table, in the same round.
    ratios: [f64; 2],
    /// Requests to the store per download.
    pub store_requests: u64,
    /// Largest memory at the start of a round, in KiB.
    memory_kib: u64,
    /// Largest peak of memory during a round, in KiB.
    peak_kib: u64,
}

impl Measurements {
    /// Computes the measurements of a part from its rounds and those of the two baselines.
    pub(super) fn of(
        part: &'static str,
        download: Download,
        rounds: &[Sample],
        baselines: [&[Sample]; 2],
    ) -> Self {
        let requests = f64::from(download.requests);
        let most = |of: fn(&Sample) -> u64| rounds.iter().map(of).max().unwrap_or_default();
        Self {
            part,
            bytes: download.bytes,
            rate: median(rounds.iter().map(|round| requests / round.wall.as_secs_f64())),
            cpu: median(rounds.iter().map(|round| round.cpu.as_secs_f64() * 1e6 / requests)),
            ratios: baselines.map(|baseline| cpu_ratio(rounds, baseline)),
            store_requests: most(|round| round.store_requests) / u64::from(download.requests),
            memory_kib: most(|round| round.memory_kib),
            peak_kib: most(|round| round.peak_kib),
        }
    }
}

impl Measurements {
    /// Returns the figures as JSON: `part`, `bytes` of a download, `rate` a second, `cpu` of one in microseconds, and
    /// its CPU relative to the bare forwarder's (`x_bare`) and to that of the one that reads (`x_reading`).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let [bare, reading] = self.ratios;
        json!({
            "part": self.part, "bytes": self.bytes, "rate": self.rate, "cpu": self.cpu,
            "x_bare": bare, "x_reading": reading, "store_requests": self.store_requests,
            "peak_kib": self.peak_kib,
        })
    }
}

impl fmt::Display for Measurements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>10} KB  {:<30}  {:>8.1} requests/s  {:>5.0} MB/s  {:>9.0} CPU µs a request  {:>6.2} x bare  {:>5.2} x reading  {:>2} store requests  {:>4} MB, at most {:>4} MB",
            self.bytes / 1000,
            self.part,
            self.rate,
            self.rate * f64::from(self.bytes) / 1e6,
            self.cpu,
            self.ratios[0],
            self.ratios[1],
            self.store_requests,
            self.memory_kib / 1024,
            self.peak_kib / 1024
        )
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
        let measurements =
            Measurements::of("own", Download { bytes: 1000, requests: 100 }, &own, [&bare, &own]);
        assert!((measurements.rate - 500.0).abs() < 1e-6, "{measurements}");
        assert!((measurements.cpu - 650.0).abs() < 1e-6, "{measurements}");
        assert!((measurements.ratios[0] - 1.3).abs() < 1e-6, "{measurements}");
        assert!((measurements.ratios[1] - 1.0).abs() < 1e-6, "{measurements}");
        assert_eq!(measurements.store_requests, 4);
    }
}
