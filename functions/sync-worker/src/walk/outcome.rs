//! What follows a walk: the next one, its time and its reason.

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

/// Backoff after the first failure; it doubles with each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(60);
/// Longest backoff.
const LONGEST_BACKOFF: Duration = Duration::from_secs(60 * 60);
/// Longest backoff after a failure that lasts until somebody helps.
const LONGEST_LASTING_BACKOFF: Duration = Duration::from_secs(6 * 60 * 60);
/// Maximum number of walks in a row that run out of time. After that the schedule takes over, which ends a
/// loop of messages.
const MOST_HOPS: u32 = 500;
/// Time after which the schedule takes over.
const REST: Duration = Duration::from_secs(15 * 60);

/// What there is to do for a connection.
pub(crate) enum Standing {
    /// The connection is synced.
    Active(Connection),
    /// There is nothing to do.
    Idle,
    /// The connection's data is removed.
    Disconnected(Connection),
}

impl Worker {
    /// Returns what there is to do for a connection.
    pub(crate) async fn standing(&self, id: ConnectionId) -> Result<Standing, Failure> {
        let Some(connection) = self.connections.connection(id).await? else { return Ok(Standing::Idle) };
        match connection.status {
            ConnectionStatus::Active => Ok(Standing::Active(connection)),
            ConnectionStatus::NeedsReauth => {
                // The walk that recorded it may have died before it published the event.
                self.announce_refusal(&connection).await?;
                Ok(Standing::Idle)
            }
            ConnectionStatus::Disconnected => Ok(Standing::Disconnected(connection)),
        }
    }

    /// Returns when the connection is next compared in full, after a walk that left nothing to do; absent:
    /// never by itself. `before` is the schedule at the walk's beginning, and `resynced` whether this walk
    /// compared.
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

    /// Leaves the connection to the schedule after hundreds of walks in a row ran out of time.
    async fn rest(&self, connection: &Connection) -> Result<(), Failure> {
        tracing::warn!(connection = %connection.id, "many walks in a row ran out of time");
        let at = self.clock.now().plus(REST);
        self.wake_at(connection.id, at, 0).await?;
        self.note_put_off(connection, &TroubleCode::WorkUnfinished.into(), at).await;
        Ok(())
    }

    /// Counts and records a walk that is tried again later.
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

    /// Schedules another attempt after a failure, or leaves it to the user. Such a failure does not fail the
    /// message.
    pub(super) async fn put_off(
        &self,
        connection: &Connection,
        failure: Failure,
        failures: u32,
        hops: u32,
    ) -> Result<(), Failure> {
        let (now, cause) = (self.clock.now(), cause_of(&failure));
        match failure {
            // Another walker has taken over, and the rest is its work.
            Failure::Store(StoreError::Conflict) => Ok(()),
            Failure::Token(TokenError::NeedsReauth) => self.needs_reauth(connection).await,
            Failure::Token(TokenError::Dropbox(DropboxError::RateLimited(wait))) => {
                self.count(connection, Metric::RateLimitWaits, 1);
                self.schedules.pause(connection.id, now.plus(wait)).await?;
                self.wake_at(connection.id, now.plus(wait), failures).await?;
                self.note_put_off(connection, &cause, now.plus(wait)).await;
                Ok(())
            }
            // The call was no write, so only this walk is tried again, and other calls need not wait.
            Failure::Token(TokenError::Dropbox(DropboxError::WritesLimited(wait))) => {
                self.wake_at(connection.id, now.plus(wait), failures + 1).await?;
                self.note_put_off(connection, &cause, now.plus(wait)).await;
                Ok(())
            }
            // A root that moves again and again is followed with a growing delay.
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

    /// Stops the connection's work until its user reconnects, and publishes that.
    pub(crate) async fn needs_reauth(&self, connection: &Connection) -> Result<(), Failure> {
        // If the user has reconnected meanwhile, Dropbox refused the old tokens; the new ones have a walk of
        // their own.
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

/// Returns the time of the next resync. Resyncs are spread over a tenth of their interval, by connection id,
/// so that they do not all come at once.
fn resync_after(id: ConnectionId, interval: Duration, now: Timestamp) -> Timestamp {
    now.plus(interval).plus(jitter(id, interval.as_secs() / 10))
}

/// Returns the delay of a connection after `failures` failures in a row.
pub(crate) fn backoff(id: ConnectionId, failures: u32) -> Duration {
    backoff_up_to(LONGEST_BACKOFF, id, failures)
}

/// Returns the same delay for a cause: causes that last until somebody helps have a longer maximum.
pub(crate) fn backoff_of(code: TroubleCode, id: ConnectionId, failures: u32) -> Duration {
    let longest = if code.is_lasting() { LONGEST_LASTING_BACKOFF } else { LONGEST_BACKOFF };
    backoff_up_to(longest, id, failures)
}

fn backoff_up_to(longest: Duration, id: ConnectionId, failures: u32) -> Duration {
    let backoff = retry::backoff(failures, FIRST_BACKOFF, longest);
    backoff + jitter(id, backoff.as_secs() / 10)
}

/// Returns a delay that is constant for a connection, less than `below` seconds.
fn jitter(id: ConnectionId, below: u64) -> Duration {
    Duration::from_secs(id.0.as_u64_pair().1.checked_rem(below).unwrap_or_default())
}
