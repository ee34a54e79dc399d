//! Measurements of one part of the benchmark: medians over its rounds.

use std::fmt;

use serde_json::{Value, json};

use super::load::Notification;
use crate::bench::sample::{Sample, cpu_ratio, median};

/// Measurements of one part, for notifications of one size.
#[derive(Debug, Clone)]
pub struct Measurements {
    /// Name of the part.
    pub part: &'static str,
    /// Accounts in a notification.
    pub accounts: usize,
    /// Notifications per second.
    rate: f64,
    /// CPU time per notification, in microseconds.
    cpu: f64,
    /// CPU time relative to hello's and to that of the requests to the table, in the same round.
    ratios: [f64; 2],
    /// Requests to the table per notification.
    pub store_requests: u64,
    /// Largest peak of memory during a round, in KiB.
    peak_kib: u64,
}

impl Measurements {
    /// Computes the measurements of a part from its rounds and those of the two baselines.
    pub(super) fn of(
        part: &'static str,
        notification: Notification,
        rounds: &[Sample],
        baselines: [&[Sample]; 2],
    ) -> Self {
        let requests = f64::from(notification.requests);
        let most = |of: fn(&Sample) -> u64| rounds.iter().map(of).max().unwrap_or_default();
        Self {
            part,
            accounts: notification.accounts,
            rate: median(rounds.iter().map(|round| requests / round.wall.as_secs_f64())),
            cpu: median(rounds.iter().map(|round| round.cpu.as_secs_f64() * 1e6 / requests)),
            ratios: baselines.map(|baseline| cpu_ratio(rounds, baseline)),
            store_requests: most(|round| round.store_requests) / u64::from(notification.requests),
            peak_kib: most(|round| round.peak_kib),
        }
    }

    /// Returns the number of accounts that are queued in a second.
    fn queued(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a notification's accounts are few")]
        let accounts = self.accounts as f64;
        self.rate * accounts
    }

    /// Returns the figures as JSON: `part`, `accounts` of a notification, `rate` of notifications and `queued` accounts a
    /// second, `cpu` of a notification in microseconds, and its CPU relative to hello's (`x_hello`) and to that of the
    /// requests to the table (`x_table`).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let [hello, table] = self.ratios;
        json!({
            "part": self.part, "accounts": self.accounts, "rate": self.rate, "queued": self.queued(),
            "cpu": self.cpu, "x_hello": hello, "x_table": table, "store_requests": self.store_requests,
            "peak_kib": self.peak_kib,
        })
    }
}

impl fmt::Display for Measurements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [hello, table] = self.ratios;
        write!(
            f,
            "{:>5} accounts  {:<31}  {:>8.1} notifications/s  {:>8.0} accounts/s  {:>8.0} CPU µs a notification  {hello:>7.2} x hello  {table:>5.2} x table  {:>5} requests to the table  at most {:>4} MB",
            self.accounts,
            self.part,
            self.rate,
            self.queued(),
            self.cpu,
            self.store_requests,
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
        Sample { wall, cpu, memory_kib: 0, peak_kib: 2048, store_requests: 4_000 }
    }

    #[test]
    fn accounts_are_counted_and_rounds_of_the_same_time_compared() {
        // In the second round the machine was busy with other work.
        let hello = [round(10, 1), round(40, 4), round(10, 1)];
        let own = [round(500, 100), round(2000, 400), round(500, 100)];
        let notification = Notification { accounts: 1_000, requests: 2, parallel: 1 };
        let measurements = Measurements::of("own", notification, &own, [&hello, &own]);
        assert!((measurements.queued() - 4_000.0).abs() < 1e-6, "{measurements}");
        assert!((measurements.cpu - 50_000.0).abs() < 1e-6, "{measurements}");
        assert!((measurements.ratios[0] - 100.0).abs() < 1e-6, "{measurements}");
        assert!((measurements.ratios[1] - 1.0).abs() < 1e-6, "{measurements}");
        assert_eq!(measurements.store_requests, 2_000);
    }
}
