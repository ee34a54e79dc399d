//! Clock that runs fast.

use std::time::Instant;

use shared::model::{Clock, SystemClock, Timestamp};

/// Clock that starts at the machine's time and runs a number of times as fast. What waits in real time
/// (timeouts, the queues' visibility) does not use it.
#[derive(Debug, Clone, Copy)]
pub struct FastClock {
    started: Timestamp,
    since: Instant,
    speed: u32,
}

impl FastClock {
    /// Creates a clock that runs `speed` times as fast as the machine's.
    #[must_use]
    pub fn new(speed: u32) -> Self {
        Self { started: SystemClock.now(), since: Instant::now(), speed }
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        self.started.plus(self.since.elapsed() * self.speed)
    }
}
