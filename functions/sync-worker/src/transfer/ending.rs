//! End of a run: when the next one begins, and what the run means for the connection's health.

use shared::{
    metrics::{Metric, Subject},
    model::{Cause, Connection, FilesRequest, Lane, Timestamp, TroubleCode, WalkReason, Work},
};

use super::{Outcome, Pace, Run, Stop, attempt, processed_files};
use crate::{Failure, Worker, delay, health, reauth};

impl Run<'_> {
    /// Schedules the next run, if one is needed, and records how this one went. `requests` are the files
    /// requests that were queued when it began.
    pub(super) async fn end(mut self, pace: &Pace<'_>, requests: &[FilesRequest]) -> Result<(), Failure> {
        self.put_lists_back().await;
        if self.stop == Some(Stop::NeedsReauth) {
            self.count_up(true).await;
            return reauth::require(self.worker, self.connection).await;
        }
        self.charge_stalled().await?;
        self.count_up(true).await;
        let (worker, id) = (self.worker, self.connection.id);
        if self.is_walk_wanted {
            worker.ask_for_walk(self.connection.into(), Lane::Changes, WalkReason::Chosen).await?;
        }
        let hindered = self.hindered_by();
        let wake_at = match &self.stop {
            None => self.next,
            Some(Stop::TimeIsOver) => Some(worker.clock.now()),
            Some(Stop::Paused(until)) => Some(*until),
            Some(Stop::Hindered(cause)) => Some(self.retry_at(cause).await?),
            Some(Stop::Elsewhere(at)) => Some(*at),
            // Handled above.
            Some(Stop::NeedsReauth) => None,
        };
        worker.store.set_transfer_schedule(id, pace.schedule(wake_at)).await?;
        if self.nothing_waits() {
            processed_files::close(worker, self.connection, requests).await?;
        }
        self.note_health(hindered, wake_at).await?;
        if self.stop == Some(Stop::TimeIsOver) {
            worker.ask_for_transfers(self.connection.into()).await
        } else {
            Ok(())
        }
    }

    /// Whether the run has left nothing to do.
    fn nothing_waits(&self) -> bool {
        self.stop.is_none() && self.next.is_none()
    }

    /// Returns what hindered this run: the reason why it stopped, or why none of its attempts succeeded.
    fn hindered_by(&self) -> Option<Cause> {
        match &self.stop {
            Some(Stop::Hindered(cause)) => Some(cause.clone()),
            Some(Stop::Paused(_)) => Some(TroubleCode::RateLimited.into()),
            _ => self.last_cause.clone().filter(|_| self.fetched == 0),
        }
    }

    /// Returns when a hindered connection is tried again: later after each run that transferred nothing.
    async fn retry_at(&self, cause: &Cause) -> Result<Timestamp, Failure> {
        let (worker, id) = (self.worker, self.connection.id);
        let health = worker.store.health(id).await?;
        let trouble = health.transfers.filter(|_| self.fetched == 0);
        let failures = trouble.map_or(0, |trouble| trouble.failures);
        Ok(worker.clock.now().plus(delay::backoff_of(cause.code, id, failures)))
    }

    /// Charges stalled files with a failure of their own, if other files could be transferred meanwhile.
    async fn charge_stalled(&mut self) -> Result<(), Failure> {
        if self.fetched == 0 {
            return Ok(());
        }
        for transfer in std::mem::take(&mut self.stalled) {
            if let Outcome::Failed = attempt::charge(self.worker, self.connection, transfer).await? {
                self.counting.failed();
            }
        }
        Ok(())
    }

    async fn note_health(&self, hindered: Option<Cause>, retry_at: Option<Timestamp>) -> Result<(), Failure> {
        let (worker, connection) = (self.worker, self.connection);
        if self.fetched > 0 || self.nothing_waits() {
            health::note_success(worker, connection, Work::Transfers).await?;
        }
        let Some(cause) = hindered else { return Ok(()) };
        if let Some(Stop::Paused(_)) = self.stop {
            worker.count(connection, Metric::RateLimitWaits, 1);
        }
        count_put_off(worker, connection, cause.code);
        // If files were transferred before it, a pause is only how Dropbox limits the rate.
        if self.fetched == 0 || cause.code != TroubleCode::RateLimited {
            health::note_failure(worker, connection, Work::Transfers, &cause, retry_at).await;
        }
        Ok(())
    }
}

/// Counts a run of transfers that was put off.
pub(super) fn count_put_off(worker: &Worker, connection: &Connection, code: TroubleCode) {
    worker.metrics.count(Subject::of(connection).hindered_by(code), Metric::TransfersPutOff, 1);
}
