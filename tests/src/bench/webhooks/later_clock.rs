//! Clock on which every request for walks comes after the claims of the one before have ended.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use shared::{
    model::{Clock, Timestamp},
    queue::CLAIM,
};

/// Clock that goes on by more than the life of a claim each time that it is read. Begins in 2026.
pub(super) struct LaterClock(AtomicU64);

impl LaterClock {
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(1_767_225_600_000))
    }
}

impl Clock for LaterClock {
    fn now(&self) -> Timestamp {
        let step = CLAIM + Duration::from_secs(60);
        let step = u64::try_from(step.as_millis()).unwrap_or(u64::MAX);
        Timestamp(self.0.fetch_add(step, Ordering::Relaxed) + step)
    }
}
