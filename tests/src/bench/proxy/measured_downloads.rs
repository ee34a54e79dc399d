//! Measurements of downloads of one size through one part of the benchmark.

use std::fmt;

use serde_json::{Value, json};

use super::load::Download;
use crate::bench::{measurements::Measurements, sample::Sample};

/// Downloads of one size through one part, as they were measured. The baselines are the bare forwarder and the forwarder
/// that reads the table.
#[derive(Debug, Clone)]
pub struct MeasuredDownloads {
    /// Size of one download, in bytes.
    bytes: u32,
    /// Measurements of the part, a request being a download.
    pub(super) measurements: Measurements,
}

impl MeasuredDownloads {
    /// Computes the measurements of a part from its rounds and those of the two baselines.
    pub(super) fn of(
        part: &'static str,
        Download { bytes, requests }: Download,
        rounds: &[Sample],
        baselines: [&[Sample]; 2],
    ) -> Self {
        Self { bytes, measurements: Measurements::of(part, requests, rounds, baselines) }
    }

    /// Returns the figures as JSON: `part`, `bytes` of a download, `rate` a second, `cpu` of one in microseconds, and
    /// its CPU relative to the bare forwarder's (`x_bare`) and to that of the one that reads (`x_reading`).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let Measurements { part, rate, cpu, ratios: [bare, reading], store_requests, peak_kib, .. } =
            self.measurements;
        json!({
            "part": part, "bytes": self.bytes, "rate": rate, "cpu": cpu, "x_bare": bare, "x_reading": reading,
            "store_requests": store_requests, "peak_kib": peak_kib,
        })
    }
}

impl fmt::Display for MeasuredDownloads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Measurements { part, rate, cpu, ratios: [bare, reading], store_requests, memory_kib, peak_kib } =
            self.measurements;
        write!(
            f,
            "{:>10} KB  {part:<30}  {rate:>8.1} requests/s  {:>5.0} MB/s  {cpu:>9.0} CPU µs a request  {bare:>6.2} x bare  {reading:>5.2} x reading  {store_requests:>2} store requests  {:>4} MB, at most {:>4} MB",
            self.bytes / 1000,
            rate * f64::from(self.bytes) / 1e6,
            memory_kib / 1024,
            peak_kib / 1024
        )
    }
}
