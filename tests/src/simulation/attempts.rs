//! Whether walks that fail in a row show in the connection's health (I14), whoever dies and whatever cannot be stored.

use std::sync::atomic::{AtomicU32, Ordering};

use shared::metrics::{Metric, Metrics, Subject};

use super::{history::Violation, run::Run};

/// No connection looks well after so many walks in a row that failed.
const FAILURES: u32 = 8;

/// How many walks in a row were put off, by what is counted of them.
#[derive(Default)]
pub(super) struct Attempts(AtomicU32);

impl Attempts {
    /// The user has connected again: what was before counts no more.
    pub(super) fn forget(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl Metrics for Attempts {
    fn count(&self, _: Subject, metric: Metric, _: u64) {
        match metric {
            Metric::WalksPutOff => drop(self.0.fetch_add(1, Ordering::Relaxed)),
            Metric::WalksSucceeded => self.forget(),
            _ => {}
        }
    }

    fn publish(&self) {}
}

impl Run {
    /// A connection whose walks fail and fail does not look well.
    pub(super) async fn check_health(&self) -> Result<(), Violation> {
        let failures = self.stage.ports.attempts.0.load(Ordering::Relaxed);
        if failures < FAILURES {
            return Ok(());
        }
        let health = self.stage.wiring.health().await;
        if health.worst().is_some() {
            return Ok(());
        }
        Err(Violation::new("I14", format!("{failures} walks in a row failed, and the health is {health:?}")))
    }
}
