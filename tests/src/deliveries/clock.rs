//! A clock that moves when the script says so.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use shared::model::{Clock, Timestamp};

/// Beginning of the simulated time.
const START: u64 = 1_800_000_000_000;

/// A clock that moves when the script says so.
#[derive(Debug, Default)]
pub(crate) struct ScriptClock(AtomicU64);

impl ScriptClock {
    pub(crate) fn advance(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl Clock for ScriptClock {
    fn now(&self) -> Timestamp {
        Timestamp(START + self.0.load(Ordering::Relaxed))
    }
}
