//! Progress of a run, by the outcomes of its transfers.

use shared::model::{Cause, Timestamp, Transfer};

use super::{acknowledge::Acknowledgement, counting::Counting, outcome::Outcome};

/// Number of files in a row that fail for a reason that may affect others, too, after which the run ends.
const OUTAGE: u32 = 4;

/// Reason why no more transfers are begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    TimeIsOver,
    Hindered(Cause),
    Elsewhere(Timestamp),
    Paused(Timestamp),
    NeedsReauth,
}

/// Progress of a run.
pub(super) struct Progress {
    /// Earliest time at which a transfer that is not due yet becomes due.
    pub(super) next: Option<Timestamp>,
    failures_in_a_row: u32,
    /// Number of files whose bytes were transferred.
    pub(super) fetched: u32,
    /// Counts to be added to the connection's.
    pub(super) counting: Counting,
    /// Whether a file is gone or has changed and no walk has seen it yet.
    pub(super) is_walk_wanted: bool,
    /// Cause of the last failure that may affect others, too.
    pub(super) last_cause: Option<Cause>,
    /// Transfers that stalled.
    pub(super) stalled: Vec<Transfer>,
    /// Reason why no more transfers are begun, if that is so.
    pub(super) stop: Option<Stop>,
}

impl Progress {
    /// Begins a run.
    pub(super) fn begun() -> Self {
        Self {
            next: None,
            failures_in_a_row: 0,
            fetched: 0,
            counting: Counting::begun(),
            is_walk_wanted: false,
            last_cause: None,
            stalled: Vec::new(),
            stop: None,
        }
    }

    /// Notes an outcome. Returns the acknowledgement that is still to be done, if one is.
    pub(super) fn note(&mut self, outcome: Outcome) -> Option<Acknowledgement> {
        match outcome {
            Outcome::Fetched(bytes) => self.note_fetched(bytes),
            Outcome::Ready(acknowledgement, bytes) => {
                self.failures_in_a_row = 0;
                if let Some(bytes) = bytes {
                    self.note_fetched(bytes);
                }
                return Some(*acknowledgement);
            }
            Outcome::Failed => {
                self.failures_in_a_row = 0;
                self.counting.failed();
            }
            Outcome::Done => self.failures_in_a_row = 0,
            Outcome::Later(at) => self.wait_for(at),
            Outcome::Gone(at) => {
                self.wait_for(at);
                self.is_walk_wanted = true;
            }
            Outcome::Failing(at, cause) => {
                self.wait_for(at);
                self.note_shared(cause);
            }
            Outcome::Stalled(transfer, cause) => {
                self.wait_for(transfer.not_before);
                self.stalled.push(transfer);
                self.note_shared(cause);
            }
            Outcome::Hindered(cause) => self.stop_for(Stop::Hindered(cause)),
            Outcome::Elsewhere(at) => self.stop_for(Stop::Elsewhere(at)),
            Outcome::OutOfTime => self.stop_for(Stop::TimeIsOver),
            Outcome::Paused(until) => self.stop = Some(Stop::Paused(until)),
            Outcome::NeedsReauth => self.stop = Some(Stop::NeedsReauth),
        }
        None
    }

    /// Notes that a transfer becomes due at this time.
    pub(super) fn wait_for(&mut self, at: Timestamp) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }

    /// Ends the run for a reason, unless it has one already.
    pub(super) fn stop_for(&mut self, stop: Stop) {
        self.stop.get_or_insert(stop);
    }

    /// Whether the run has left nothing to do.
    pub(super) fn has_left_nothing(&self) -> bool {
        self.stop.is_none() && self.next.is_none()
    }

    fn note_fetched(&mut self, bytes: u64) {
        (self.fetched, self.failures_in_a_row) = (self.fetched + 1, 0);
        self.counting.fetched(bytes);
    }

    /// Notes a failure that may affect others, too. Several in a row end the run.
    fn note_shared(&mut self, cause: Cause) {
        self.failures_in_a_row += 1;
        if self.failures_in_a_row >= OUTAGE {
            self.stop_for(Stop::Hindered(cause.clone()));
        }
        self.last_cause = Some(cause);
    }
}

#[cfg(test)]
mod tests {
    use shared::model::TroubleCode;

    use super::*;

    const LATER: Timestamp = Timestamp(2_000);

    fn cause() -> Cause {
        TroubleCode::DropboxUnreachable.into()
    }

    fn fail(progress: &mut Progress, files: u32) {
        for _ in 0..files {
            assert!(progress.note(Outcome::Failing(LATER, cause())).is_none());
        }
    }

    #[test]
    fn only_failures_in_a_row_end_a_run() {
        let mut progress = Progress::begun();
        fail(&mut progress, OUTAGE - 1);
        progress.note(Outcome::Fetched(10));
        fail(&mut progress, OUTAGE - 1);
        assert_eq!((&progress.stop, progress.next), (&None, Some(LATER)));
        fail(&mut progress, 1);
        assert_eq!(progress.stop, Some(Stop::Hindered(cause())));
    }

    #[test]
    fn the_first_reason_to_stop_counts_unless_dropbox_asks_for_something() {
        let mut progress = Progress::begun();
        progress.note(Outcome::OutOfTime);
        progress.note(Outcome::Hindered(cause()));
        assert_eq!(progress.stop, Some(Stop::TimeIsOver));
        progress.note(Outcome::Paused(LATER));
        assert_eq!(progress.stop, Some(Stop::Paused(LATER)));
    }

    #[test]
    fn a_run_waits_for_the_transfer_that_is_due_first() {
        let mut progress = Progress::begun();
        assert!(progress.has_left_nothing());
        for at in [3_000, 2_000, 4_000] {
            progress.note(Outcome::Later(Timestamp(at)));
        }
        assert_eq!(progress.next, Some(LATER));
        assert!(!progress.has_left_nothing());
    }
}
