//! Virtual clock: the runtime's paused time, used by all components.

use std::time::Duration;

use shared::model::{Clock, Timestamp};
use tokio::time::Instant;

/// Start of every simulation: 2026-01-01T00:00:00Z, in milliseconds.
const BEGINNING: u64 = 1_767_225_600_000;

/// Clock that counts from the start of the simulation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VirtualClock(Instant);

impl VirtualClock {
    /// Creates a clock that starts now. The runtime's time must be paused.
    pub(crate) fn begin() -> Self {
        Self(Instant::now())
    }

    /// Returns the milliseconds since the start.
    pub(super) fn elapsed(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Returns the runtime's instant `elapsed` milliseconds after the start.
    pub(super) fn at(&self, elapsed: u64) -> Instant {
        self.0 + Duration::from_millis(elapsed)
    }

    /// Converts a timestamp to milliseconds since the start.
    pub(super) fn since_beginning(at: Timestamp) -> u64 {
        at.0.saturating_sub(BEGINNING)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp(BEGINNING + self.elapsed())
    }
}
