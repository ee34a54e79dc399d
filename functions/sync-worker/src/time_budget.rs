//! Time budget of an invocation, after which it leaves the rest to the next one.

use std::time::Duration;

use shared::model::Lane;

/// Time budget of an invocation, after which it leaves the rest to the next one. Each part of the work does
/// at least one piece per invocation, so that it ends however little time there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeBudget {
    /// Time in which a walk begins new work. The function may run for 120 s.
    pub walk: Duration,
    /// Time in which a walk of the changes lane begins new work; what takes longer continues in the bulk
    /// lane.
    pub short_walk: Duration,
    /// Time from the walk's beginning until which answers of Dropbox are awaited; the rest is for storing
    /// them.
    pub answers: Duration,
    /// Time in which a run of transfers begins new work. The function may run for 15 minutes.
    pub transfers: Duration,
    /// Time in which a disconnected connection's data is removed, in the same function.
    pub purge: Duration,
}

impl Default for TimeBudget {
    fn default() -> Self {
        Self {
            walk: Duration::from_secs(75),
            short_walk: Duration::from_secs(20),
            answers: Duration::from_secs(105),
            transfers: Duration::from_secs(12 * 60),
            purge: Duration::from_secs(10 * 60),
        }
    }
}

impl TimeBudget {
    /// Returns the time in which a walk of a lane begins new work.
    pub(crate) fn of_walk(&self, lane: Lane) -> Duration {
        if lane == Lane::Changes { self.short_walk } else { self.walk }
    }
}
