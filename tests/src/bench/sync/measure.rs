//! Measurements of a part of the benchmark: time, CPU, memory, calls.

use std::{
    fmt,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::fixture::Invocations;
use crate::bench::process::Process;

/// A measurement in progress.
pub(super) struct Meter {
    name: &'static str,
    entries: u64,
    began: Instant,
    cpu: Duration,
    memory_kib: u64,
    store_calls: u64,
    dropbox_calls: u64,
}

/// Measurements of a part.
#[derive(Debug, Clone)]
pub struct Measurements {
    /// Name of the part.
    pub name: &'static str,
    entries: u64,
    wall: Duration,
    cpu: Duration,
    store_calls: u64,
    dropbox_calls: u64,
    memory_kib: u64,
    peak_kib: u64,
    invocations: Invocations,
}

impl Meter {
    /// Starts measuring, at the given counts of calls. Resets the peak of memory.
    pub(super) fn begin(name: &'static str, entries: u64, store_calls: u64, dropbox_calls: u64) -> Self {
        let process = Process::own();
        process.forget_peak();
        Self {
            name,
            entries,
            began: Instant::now(),
            cpu: process.cpu(),
            memory_kib: process.memory_kib(),
            store_calls,
            dropbox_calls,
        }
    }

    /// Ends the measurement, at the given counts of calls.
    pub(super) fn end(self, store_calls: u64, dropbox_calls: u64) -> Measurements {
        let process = Process::own();
        Measurements {
            name: self.name,
            entries: self.entries,
            wall: self.began.elapsed(),
            cpu: process.cpu().saturating_sub(self.cpu),
            store_calls: store_calls - self.store_calls,
            dropbox_calls: dropbox_calls - self.dropbox_calls,
            memory_kib: self.memory_kib,
            peak_kib: process.peak_kib(),
            invocations: Invocations::default(),
        }
    }

    /// Measures how long `work` takes from the moment at which it sets its argument; zero if it never does.
    pub(super) fn time(work: impl FnOnce(&mut Option<Instant>)) -> Duration {
        let mut began = None;
        work(&mut began);
        began.map_or(Duration::ZERO, |began| began.elapsed())
    }
}

impl Measurements {
    pub(super) fn in_invocations(self, invocations: Invocations) -> Self {
        Self { invocations, ..self }
    }

    /// Returns the figures as JSON: `part`, `entries`, `seconds`, `cpu` in seconds, counts of calls, memory in KiB before
    /// and at the peak, and `invocations`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "part": self.name, "entries": self.entries, "seconds": self.wall.as_secs_f64(),
            "cpu": self.cpu.as_secs_f64(), "store_requests": self.store_calls,
            "dropbox_calls": self.dropbox_calls, "memory_kib": self.memory_kib, "peak_kib": self.peak_kib,
            "invocations": self.invocations.count,
        })
    }

    /// Returns the CPU time per thousand entries, in milliseconds.
    #[must_use]
    pub fn cpu_per_thousand(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / count(self.entries.max(1))
    }
}

impl fmt::Display for Measurements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<22} {:>8} entries  {:>9.0} entries/s  {:>8.1} CPU ms per 1,000  {:>8} store requests  {:>5} Dropbox calls  {:>4} MB, at most {:>4} MB",
            self.name,
            self.entries,
            count(self.entries) / self.wall.as_secs_f64(),
            self.cpu_per_thousand(),
            self.store_calls,
            self.dropbox_calls,
            self.memory_kib / 1024,
            self.peak_kib / 1024
        )?;
        let Invocations { count, longest } = self.invocations;
        if count > 0 {
            write!(f, "  {count:>3} invocations, the longest {:>3} s", longest.as_secs())?;
        }
        Ok(())
    }
}

/// Converts a count to a floating-point number.
#[expect(clippy::cast_precision_loss, reason = "a benchmark's counts are small")]
fn count(number: u64) -> f64 {
    number as f64
}
