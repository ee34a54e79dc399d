//! Full comparisons that are asked for.

use crate::{
    answer::{ApiError, needs_reauth, resync_too_soon},
    model::{Clock, Connection, ConnectionStatus, Lane, Timestamp, WalkReason},
    queue::Requests,
    store::{Log, Schedules, Wake},
};

/// Dependencies of requests for comparisons.
#[derive(Clone, Copy)]
pub struct Resyncs<'a> {
    /// Times at which connections are next worked on.
    pub schedules: &'a dyn Schedules,
    /// Change logs, with the report of the last comparison.
    pub log: &'a dyn Log,
    /// Requests for walks.
    pub requests: &'a Requests,
    /// Clock.
    pub clock: &'a dyn Clock,
}

impl Resyncs<'_> {
    /// Requests a comparison now, and returns when it was asked for. If one is due already, that one counts.
    /// After a comparison another one can be requested only some minutes later.
    ///
    /// # Errors
    /// 409 `needs_reauth`, 429 `resync_too_soon`, and 503.
    pub async fn request(&self, connection: &Connection) -> Result<Timestamp, ApiError> {
        if connection.status != ConnectionStatus::Active {
            return Err(needs_reauth());
        }
        let (id, now) = (connection.id, self.clock.now());
        let (schedule, report) = tokio::try_join!(self.schedules.schedule(id), self.log.report(id))?;
        if let Some(asked_at) = schedule.resync_at.filter(|at| *at <= now) {
            self.queue(connection).await?;
            return Ok(asked_at);
        }
        if let Some(rest) = report.and_then(|report| report.rest(now)) {
            return Err(resync_too_soon(rest));
        }
        // If the message is lost, the next tick sends another.
        let wake = Wake { at: Some(now), resync_at: Some(now), failures: schedule.failures };
        self.schedules.wake(id, wake).await?;
        self.queue(connection).await?;
        Ok(now)
    }

    async fn queue(&self, connection: &Connection) -> Result<(), ApiError> {
        self.requests.walk(connection.into(), Lane::Bulk, WalkReason::Chosen).await?;
        Ok(())
    }
}
