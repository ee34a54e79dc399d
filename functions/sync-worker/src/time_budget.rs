//! How long an invocation works before it leaves the rest to the next one.

use std::time::Duration;

use shared::model::Lane;

/// How long an invocation works before it leaves the rest to the next one. Each part of the work does a piece of it at least,
/// so that it comes to its end however little time there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeBudget {
    /// How long a walk begins something new. The function may run for 120 s.
    pub walk: Duration,
    /// The same of a walk that follows a notification: what takes longer goes on in the bulk lane.
    pub short_walk: Duration,
    /// How long after the walk's beginning an answer of Dropbox's is waited for: what came has to be stored.
    pub answers: Duration,
    /// How long a run of transfers begins something new. The function may run for 15 minutes.
    pub transfers: Duration,
    /// How long the removal of what is held of a connection goes on, in the same function.
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
    /// How long a walk of a lane begins something new.
    pub(crate) fn of_walk(&self, lane: Lane) -> Duration {
        if lane == Lane::Changes { self.short_walk } else { self.walk }
    }
}
