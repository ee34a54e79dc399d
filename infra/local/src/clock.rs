//! Clock that runs fast, or ahead of the machine's.

use std::time::{Duration, Instant};

use shared::model::{Clock, SystemClock, Timestamp};

/// Clock that starts at the machine's time or later and runs a number of times as fast. What waits in real time
/// (timeouts, the queues' visibility) does not use it.
#[derive(Debug, Clone, Copy)]
pub struct FastClock {
    started: Timestamp,
    since: Instant,
    speed: u32,
}

impl FastClock {
    /// Creates a clock that is `ahead` of the machine's now, and runs `speed` times as fast.
    #[must_use]
    pub fn new(ahead: Duration, speed: u32) -> Self {
        Self { started: SystemClock.now().plus(ahead), since: Instant::now(), speed }
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        self.started.plus(self.since.elapsed() * self.speed)
    }
}
