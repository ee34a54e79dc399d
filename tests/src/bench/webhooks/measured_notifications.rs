//! Measurements of notifications of one size to one part of the benchmark.

use std::fmt;

use serde_json::{Value, json};

use super::load::Notification;
use crate::bench::{measurements::Measurements, sample::Sample};

/// Notifications of one size to one part, as they were measured. The baselines are hello and the requests to the table.
#[derive(Debug, Clone)]
pub struct MeasuredNotifications {
    /// Accounts in a notification.
    pub(super) accounts: usize,
    /// Measurements of the part, a request being a notification.
    pub(super) measurements: Measurements,
}

impl MeasuredNotifications {
    /// Computes the measurements of a part from its rounds and those of the two baselines.
    pub(super) fn of(
        part: &'static str,
        Notification { accounts, requests, .. }: Notification,
        rounds: &[Sample],
        baselines: [&[Sample]; 2],
    ) -> Self {
        Self { accounts, measurements: Measurements::of(part, requests, rounds, baselines) }
    }

    /// Returns the number of accounts that are queued in a second.
    fn queued(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a notification's accounts are few")]
        let accounts = self.accounts as f64;
        self.measurements.rate * accounts
    }

    /// Returns the figures as JSON: `part`, `accounts` of a notification, `rate` of notifications and `queued` accounts a
    /// second, `cpu` of a notification in microseconds, and its CPU relative to hello's (`x_hello`) and to that of the
    /// requests to the table (`x_table`).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let Measurements { part, rate, cpu, ratios: [hello, table], store_requests, peak_kib, .. } =
            self.measurements;
        json!({
            "part": part, "accounts": self.accounts, "rate": rate, "queued": self.queued(), "cpu": cpu,
            "x_hello": hello, "x_table": table, "store_requests": store_requests, "peak_kib": peak_kib,
        })
    }
}

impl fmt::Display for MeasuredNotifications {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Measurements { part, rate, cpu, ratios: [hello, table], store_requests, peak_kib, .. } =
            self.measurements;
        write!(
            f,
            "{:>5} accounts  {part:<31}  {rate:>8.1} notifications/s  {:>8.0} accounts/s  {cpu:>8.0} CPU µs a notification  {hello:>7.2} x hello  {table:>5.2} x table  {store_requests:>5} requests to the table  at most {:>4} MB",
            self.accounts,
            self.queued(),
            peak_kib / 1024
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_accounts_of_all_notifications_are_counted() {
        let rounds = [500, 2000, 500].map(|wall| Sample {
            wall: Duration::from_millis(wall),
            cpu: Duration::from_millis(100),
            memory_kib: 0,
            peak_kib: 2048,
            store_requests: 4_000,
        });
        let notification = Notification { accounts: 1_000, requests: 2, parallel: 1 };
        let measured = MeasuredNotifications::of("own", notification, &rounds, [&rounds, &rounds]);
        assert!((measured.queued() - 4_000.0).abs() < 1e-6, "{measured}");
        assert_eq!(measured.measurements.store_requests, 2_000);
    }
}
