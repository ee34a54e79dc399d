//! What follows a walk: the next one, when, and why.

use std::time::Duration;

use shared::{
    dropbox::DropboxError,
    metrics::{Metric, Subject},
    model::{
        Cause, Connection, ConnectionId, ConnectionStatus, Event, EventBody, Project, ResyncChoice, Schedule,
        Timestamp, TroubleCode, Work,
    },
    store::{StoreError, Wake},
    tokens::TokenError,
};

use crate::{Failure, Worker, health::cause_of, retry};

/// After a failure the connection is woken again after this, and after twice as long for each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(60);
/// It is never put off for longer than this,
const LONGEST_BACKOFF: Duration = Duration::from_secs(60 * 60);
/// nor for longer than this where somebody must help first.
const LONGEST_LASTING_BACKOFF: Duration = Duration::from_secs(6 * 60 * 60);
/// So many walks in a row may run out of time: then the schedule goes on, and a loop of messages ends.
const MOST_HOPS: u32 = 500;
/// When the schedule goes on after that.
const REST: Duration = Duration::from_secs(15 * 60);

/// What is to be done with a connection.
pub(crate) enum Standing {
    /// It is synced.
    Active(Connection),
    /// Nothing.
    Idle,
    /// What is held of it is removed.
    Disconnected(Connection),
}

impl Worker {
    /// What is to be done with a connection.
    pub(crate) async fn standing(&self, id: ConnectionId) -> Result<Standing, Failure> {
        let Some(connection) = self.connections.connection(id).await? else { return Ok(Standing::Idle) };
        match connection.status {
            ConnectionStatus::Active => Ok(Standing::Active(connection)),
            ConnectionStatus::NeedsReauth => {
                // Whoever recorded it may have died before saying so.
                self.announce_refusal(&connection).await?;
                Ok(Standing::Idle)
            }
            ConnectionStatus::Disconnected => Ok(Standing::Disconnected(connection)),
        }
    }

    /// When the connection is next compared after a walk that left nothing to do; absent: never by itself. `before` is
    /// the schedule that the walk began with, and `resynced` whether the walk has compared.
    pub(super) fn next_resync(
        &self,
        connection: &Connection,
        project: &Project,
        choice: Option<ResyncChoice>,
        before: &Schedule,
        resynced: bool,
    ) -> Option<Timestamp> {
        let interval = match choice {
            None => project.settings.resync_interval(),
            Some(ResyncChoice::Every(seconds)) => Duration::from_secs(seconds),
            Some(ResyncChoice::Off) => return None,
        };
        let latest = resync_after(connection.id, interval, self.clock.now());
        let kept = before.resync_at.filter(|_| !resynced);
        Some(kept.map_or(latest, |kept| kept.min(latest)))
    }

    pub(super) async fn continue_later(&self, connection: &Connection, hops: u32) -> Result<(), Failure> {
        if hops >= MOST_HOPS {
            return self.rest(connection).await;
        }
        self.requests.continuation(connection.into(), hops + 1).await?;
        Ok(())
    }

    /// Leaves a connection of which hundreds of walks ran out of time to the schedule.
    async fn rest(&self, connection: &Connection) -> Result<(), Failure> {
        tracing::warn!(connection = %connection.id, "many walks in a row ran out of time");
        let at = self.clock.now().plus(REST);
        self.wake_at(connection.id, at, 0).await?;
        self.note_put_off(connection, &TroubleCode::WorkUnfinished.into(), at).await;
        Ok(())
    }

    /// Counts and notes a walk that is tried again later.
    async fn note_put_off(&self, connection: &Connection, cause: &Cause, retry_at: Timestamp) {
        let subject = Subject::of(connection).hindered_by(cause.code);
        self.metrics.count(subject, Metric::WalksPutOff, 1);
        self.note_failure(connection, Work::Walk, cause, Some(retry_at)).await;
    }

    pub(crate) async fn wake_at(
        &self,
        id: ConnectionId,
        at: Timestamp,
        failures: u32,
    ) -> Result<(), Failure> {
        Ok(self.schedules.wake(id, Wake { at: Some(at), resync_at: None, failures }).await?)
    }

    /// What cannot be done now is done later, or by the user. Nothing of this fails the message.
    pub(super) async fn put_off(
        &self,
        connection: &Connection,
        failure: Failure,
        failures: u32,
        hops: u32,
    ) -> Result<(), Failure> {
        let (now, cause) = (self.clock.now(), cause_of(&failure));
        match failure {
            // Another walker has taken over: what is left is its work.
            Failure::Store(StoreError::Conflict) => Ok(()),
            Failure::Token(TokenError::NeedsReauth) => self.needs_reauth(connection).await,
            Failure::Token(TokenError::Dropbox(DropboxError::RateLimited(wait))) => {
                self.count(connection, Metric::RateLimitWaits, 1);
                self.schedules.pause(connection.id, now.plus(wait)).await?;
                self.wake_at(connection.id, now.plus(wait), failures).await?;
                self.note_put_off(connection, &cause, now.plus(wait)).await;
                Ok(())
            }
            // What was asked for is no write: it is asked for again, and others need not wait.
            Failure::Token(TokenError::Dropbox(DropboxError::WritesLimited(wait))) => {
                self.wake_at(connection.id, now.plus(wait), failures + 1).await?;
                self.note_put_off(connection, &cause, now.plus(wait)).await;
                Ok(())
            }
            // A root that moves again and again is followed later each time.
            Failure::Token(TokenError::Dropbox(DropboxError::RootMoved(_) | DropboxError::AppFolder(_)))
                if self.root_anew(connection, &failure).await && failures == 0 =>
            {
                self.wake_at(connection.id, now.plus(backoff(connection.id, failures)), failures + 1).await?;
                self.continue_later(connection, hops).await
            }
            failure => {
                tracing::warn!(connection = %connection.id, %failure, reason = %cause.code, failures, "put off");
                let retry_at = now.plus(backoff_of(cause.code, connection.id, failures));
                self.wake_at(connection.id, retry_at, failures + 1).await?;
                self.note_put_off(connection, &cause, retry_at).await;
                Ok(())
            }
        }
    }

    /// Stops the connection's work until its user connects again, and says so.
    pub(crate) async fn needs_reauth(&self, connection: &Connection) -> Result<(), Failure> {
        // Where its user has connected again meanwhile, older tokens were refused: the newer ones have their own walk.
        if self.connections.refuse(connection).await? {
            self.count(connection, Metric::ReauthorizationsNeeded, 1);
            self.note_failure(connection, Work::Walk, &TroubleCode::NeedsReauth.into(), None).await;
            self.announce_refusal(connection).await
        } else {
            Ok(())
        }
    }

    async fn announce_refusal(&self, connection: &Connection) -> Result<(), Failure> {
        let unique = format!("needs_reauth:{}", connection.reconnects);
        let news = Event::new(connection, &unique, EventBody::NeedsReauth);
        Ok(self.bus.publish(vec![news]).await?)
    }
}

/// Resyncs are spread over a tenth of their interval, by connection, so that they do not come all at once.
fn resync_after(id: ConnectionId, interval: Duration, now: Timestamp) -> Timestamp {
    now.plus(interval).plus(jitter(id, interval.as_secs() / 10))
}

/// How long a connection is put off that has failed so often before.
pub(crate) fn backoff(id: ConnectionId, failures: u32) -> Duration {
    backoff_up_to(LONGEST_BACKOFF, id, failures)
}

/// The same of one that is hindered by this: what lasts until somebody helps is tried less often.
pub(crate) fn backoff_of(code: TroubleCode, id: ConnectionId, failures: u32) -> Duration {
    let longest = if code.is_lasting() { LONGEST_LASTING_BACKOFF } else { LONGEST_BACKOFF };
    backoff_up_to(longest, id, failures)
}

fn backoff_up_to(longest: Duration, id: ConnectionId, failures: u32) -> Duration {
    let backoff = retry::backoff(failures, FIRST_BACKOFF, longest);
    backoff + jitter(id, backoff.as_secs() / 10)
}

/// The same of a connection each time, below so many seconds.
fn jitter(id: ConnectionId, below: u64) -> Duration {
    Duration::from_secs(id.0.as_u64_pair().1.checked_rem(below).unwrap_or_default())
}
