//! Check that walks which fail repeatedly show in the connection's health (I14), whichever processes die and
//! writes fail.

use std::sync::atomic::{AtomicU32, Ordering};

use shared::{
    metrics::{Metric, Metrics, Subject},
    model::TroubleCode,
};

use super::{history::Violation, run::Run};

/// Number of consecutive failed walks after which the health must report a problem.
const FAILURES: u32 = 8;

/// Number of consecutive walks that failed, counted by their metrics.
#[derive(Default)]
pub(super) struct Attempts(AtomicU32);

impl Attempts {
    /// Resets the count, because the user has connected again.
    pub(super) fn forget(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl Metrics for Attempts {
    fn count(&self, subject: Subject, metric: Metric, _: u64) {
        match metric {
            // A pause that Dropbox asks for puts off every walk that is asked for meanwhile, and none of them fails.
            Metric::WalksPutOff if subject.reason == Some(TroubleCode::RateLimited) => {}
            Metric::WalksPutOff => drop(self.0.fetch_add(1, Ordering::Relaxed)),
            Metric::WalksSucceeded => self.forget(),
            _ => {}
        }
    }

    fn observe(&self, _: Subject, _: Metric, _: &[u64]) {}

    fn publish(&self) {}
}

impl Run {
    /// Checks that a connection whose walks fail repeatedly does not report good health.
    pub(super) async fn check_health(&self) -> Result<(), Violation> {
        let failures = self.fixture.ports.attempts.0.load(Ordering::Relaxed);
        if failures < FAILURES {
            return Ok(());
        }
        let health = self.fixture.wiring.health().await;
        if health.worst().is_some() {
            return Ok(());
        }
        Err(Violation::new("I14", format!("{failures} walks in a row failed, and the health is {health:?}")))
    }
}
