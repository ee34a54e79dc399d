//! Virtual time: the runtime's paused clock, as the clock of everything.

use std::time::Duration;

use shared::model::{Clock, Timestamp};
use tokio::time::Instant;

/// When every simulation begins: 2026-01-01T00:00:00Z.
const BEGINNING: u64 = 1_767_225_600_000;

/// The time since the simulation began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VirtualClock(Instant);

impl VirtualClock {
    /// A clock that begins now. The runtime's time must be paused.
    pub(crate) fn begin() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the beginning.
    pub(super) fn elapsed(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The runtime's moment at so many milliseconds since the beginning.
    pub(super) fn at(&self, elapsed: u64) -> Instant {
        self.0 + Duration::from_millis(elapsed)
    }

    /// Milliseconds since the beginning at a moment of the calendar.
    pub(super) fn since_beginning(at: Timestamp) -> u64 {
        at.0.saturating_sub(BEGINNING)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp(BEGINNING + self.elapsed())
    }
}
