//! One walk: everything that Dropbox has to tell of one connection, brought into the log and applied.

mod apply;
mod drain;
mod resync;
mod step;

use std::time::Duration;

use shared::{
    dropbox::DropboxError,
    model::{
        Connection, ConnectionId, ConnectionStatus, Event, EventBody, Message, Project, Timestamp, WalkReason,
    },
    queue::Outgoing,
    store::StoreError,
    tokens::TokenError,
};
use step::Step;

use crate::{Failure, Worker};

/// A walk works for so long and leaves the rest to a continuation; the function may run for 120 s.
const BUDGET: Duration = Duration::from_secs(75);
/// After an outage the connection is woken again after this.
const BACKOFF: Duration = Duration::from_secs(60);
/// Machines' clocks may differ by this much.
const SKEW: Duration = Duration::from_secs(10);

/// How far a walk came.
enum Reached {
    /// Everything that Dropbox had to tell.
    TheEnd,
    /// The time was over.
    ItsBudget,
}

impl Worker {
    /// Walks a connection, because of a message sent at `sent_at`.
    pub(crate) async fn walk(&self, id: ConnectionId, sent_at: Timestamp) -> Result<(), Failure> {
        let Some(connection) = self.active(id).await? else { return Ok(()) };
        let Some(project) = self.projects.project(connection.project).await? else { return Ok(()) };
        let now = self.clock.now();
        let schedule = self.schedules.schedule(id).await?;
        if let Some(until) = schedule.pause(now) {
            return Ok(self.schedules.wake(id, until, None).await?);
        }
        let resync_due = schedule.resync_due(now);
        if !resync_due && self.was_met(id, sent_at).await? {
            return Ok(());
        }
        let mut step = match Step::begin(self, &connection, &project).await {
            Ok(step) => step,
            Err(failure) => return self.put_off(&connection, failure).await,
        };
        match step.walk(now, resync_due).await {
            Ok(Reached::TheEnd) => {
                self.settle(&connection, &project, schedule.resync_at.filter(|_| !resync_due)).await
            }
            Ok(Reached::ItsBudget) => self.continue_later(id).await,
            Err(failure) => self.put_off(&connection, failure).await,
        }
    }

    /// The connection, if it is to be worked on.
    pub(crate) async fn active(&self, id: ConnectionId) -> Result<Option<Connection>, Failure> {
        let connection = self.connections.connection(id).await?;
        Ok(connection.filter(|connection| connection.status == ConnectionStatus::Active))
    }

    /// Whether a drain that began after the message was sent has reached its end.
    async fn was_met(&self, id: ConnectionId, sent_at: Timestamp) -> Result<bool, Failure> {
        let head = self.log.head(id).await?;
        Ok(!head.has_unapplied() && head.drained_at.is_some_and(|began| began > sent_at.plus(SKEW)))
    }

    /// Nothing is left to do until the next resync.
    async fn settle(
        &self,
        connection: &Connection,
        project: &Project,
        resync_at: Option<Timestamp>,
    ) -> Result<(), Failure> {
        let next = resync_at.unwrap_or_else(|| next_resync(connection.id, project, self.clock.now()));
        Ok(self.schedules.wake(connection.id, next, Some(next)).await?)
    }

    async fn continue_later(&self, id: ConnectionId) -> Result<(), Failure> {
        let message =
            Message::Walk { connection: id, reason: WalkReason::Continued, sent_at: self.clock.now() };
        Ok(self.sync_queue.send(vec![Outgoing::walk(id, &message)]).await?)
    }

    /// What cannot be done now is done later, or by the user. Nothing of this fails the message.
    pub(crate) async fn put_off(&self, connection: &Connection, failure: Failure) -> Result<(), Failure> {
        let now = self.clock.now();
        match failure {
            // Another walker has taken over: what is left is its work.
            Failure::Store(StoreError::Conflict) => Ok(()),
            Failure::Token(TokenError::NeedsReauth) => self.needs_reauth(connection).await,
            Failure::Token(TokenError::Dropbox(DropboxError::RateLimited(wait))) => {
                self.schedules.pause(connection.id, now.plus(wait)).await?;
                Ok(self.schedules.wake(connection.id, now.plus(wait), None).await?)
            }
            failure => {
                tracing::warn!(connection = %connection.id, %failure, "put off");
                Ok(self.schedules.wake(connection.id, now.plus(BACKOFF), None).await?)
            }
        }
    }

    /// Stops the connection's work until its user connects again, and says so.
    pub(crate) async fn needs_reauth(&self, connection: &Connection) -> Result<(), Failure> {
        let news = Event::news(connection, self.clock.now(), EventBody::NeedsReauth);
        self.bus.publish(vec![news]).await?;
        self.connections.set_status(connection.id, ConnectionStatus::NeedsReauth).await?;
        Ok(self.schedules.sleep(connection.id).await?)
    }
}

/// Resyncs are spread over a tenth of their interval, by connection, so that they do not come all at once.
fn next_resync(id: ConnectionId, project: &Project, now: Timestamp) -> Timestamp {
    let interval = project.settings.resync_interval();
    let spread = interval.as_secs() / 10;
    let jitter = if spread == 0 { 0 } else { id.0.as_u64_pair().1 % spread };
    now.plus(interval).plus(Duration::from_secs(jitter))
}
