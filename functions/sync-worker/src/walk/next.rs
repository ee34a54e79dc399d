//! The walk after a walk: its time and its reason.

use std::time::Duration;

use shared::{
    dropbox::DropboxError,
    dropbox_calls::CallError,
    metrics::{Metric, Subject},
    model::{Cause, Connection, ConnectionId, Project, ResyncChoice, Schedule, Timestamp, TroubleCode, Work},
    store::{StoreError, Upcoming},
};

use super::{account, state::Walk, unlisted};
use crate::{Failure, Worker, delay, health, health::cause_of, reauth};

/// Maximum number of walks in a row that run out of time. After that the schedule takes over, which ends a
/// loop of messages.
const MOST_HOPS: u32 = 500;
/// Time after which the schedule takes over.
const REST: Duration = Duration::from_secs(15 * 60);

/// Schedules the next walk after one that left nothing to do. `before` is the schedule at the walk's beginning, and
/// `resynced` whether this walk compared.
pub(super) async fn schedule(walk: &Walk<'_>, before: &Schedule, resynced: bool) -> Result<(), Failure> {
    let Walk { worker, connection, project, choices, .. } = walk;
    let resync_at = next_resync(worker, connection, project, choices.resync, before, resynced);
    let unlisted = walk.head.unlisted.filter(|_| !choices.manual);
    let look_at = unlisted.and_then(|unlisted| unlisted::next_look(unlisted, worker.clock.now()));
    let upcoming = Upcoming { resync_at, look_at };
    // If something was requested meanwhile, its own time stays.
    if !upcoming.is_scheduled_by(before) {
        worker.store.reschedule(connection.id, before, upcoming).await?;
    }
    Ok(())
}

/// Returns when the connection is next compared in full; absent: never by itself.
fn next_resync(
    worker: &Worker,
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
    let latest = resync_after(connection.id, interval, worker.clock.now());
    let kept = before.resync_at.filter(|_| !resynced);
    Some(kept.map_or(latest, |kept| kept.min(latest)))
}

pub(super) async fn continue_later(
    worker: &Worker,
    connection: &Connection,
    hops: u32,
) -> Result<(), Failure> {
    if hops >= MOST_HOPS {
        return rest(worker, connection).await;
    }
    worker.requests.continuation(connection.into(), hops + 1).await?;
    Ok(())
}

/// Leaves the connection to the schedule after hundreds of walks in a row ran out of time.
async fn rest(worker: &Worker, connection: &Connection) -> Result<(), Failure> {
    tracing::warn!(connection = %connection.id, "many walks in a row ran out of time");
    let at = worker.clock.now().plus(REST);
    delay::wake(worker, connection.id, at, 0).await?;
    note_put_off(worker, connection, &TroubleCode::WorkUnfinished.into(), at).await;
    Ok(())
}

/// Counts and records a walk that is tried again later.
async fn note_put_off(worker: &Worker, connection: &Connection, cause: &Cause, retry_at: Timestamp) {
    let subject = Subject::of(connection).hindered_by(cause.code);
    worker.metrics.count(subject, Metric::WalksPutOff, 1);
    health::note_failure(worker, connection, Work::Walk, cause, Some(retry_at)).await;
}

/// Schedules another attempt after a failure, or leaves it to the user. Such a failure does not fail the
/// message.
pub(super) async fn put_off(
    worker: &Worker,
    connection: &Connection,
    failure: Failure,
    failures: u32,
    hops: u32,
) -> Result<(), Failure> {
    let (now, cause) = (worker.clock.now(), cause_of(&failure));
    match failure {
        // Another walker has taken over, and the rest is its work.
        Failure::Store(StoreError::Conflict) => Ok(()),
        Failure::Call(CallError::NeedsReauth) => reauth::require(worker, connection).await,
        Failure::Call(CallError::Paused { until, .. }) => {
            worker.count(connection, Metric::RateLimitWaits, 1);
            delay::wake(worker, connection.id, until, failures).await?;
            note_put_off(worker, connection, &cause, until).await;
            Ok(())
        }
        // The call was no write, so only this walk is tried again, and other calls need not wait.
        Failure::Call(CallError::Dropbox(DropboxError::WritesLimited(wait))) => {
            delay::wake(worker, connection.id, now.plus(wait), failures + 1).await?;
            note_put_off(worker, connection, &cause, now.plus(wait)).await;
            Ok(())
        }
        // A root that moves again and again is followed with a growing delay.
        Failure::Call(CallError::Dropbox(DropboxError::RootMoved(_) | DropboxError::AppFolder(_)))
            if account::follow_root(worker, connection, &failure).await && failures == 0 =>
        {
            delay::wake(
                worker,
                connection.id,
                now.plus(delay::backoff(connection.id, failures)),
                failures + 1,
            )
            .await?;
            continue_later(worker, connection, hops).await
        }
        failure => {
            tracing::warn!(connection = %connection.id, %failure, reason = %cause.code, failures, "put off");
            let retry_at = now.plus(delay::backoff_of(cause.code, connection.id, failures));
            delay::wake(worker, connection.id, retry_at, failures + 1).await?;
            note_put_off(worker, connection, &cause, retry_at).await;
            Ok(())
        }
    }
}

/// Returns the time of the next resync. Resyncs are spread over a tenth of their interval, by connection id,
/// so that they do not all come at once.
fn resync_after(id: ConnectionId, interval: Duration, now: Timestamp) -> Timestamp {
    now.plus(interval).plus(delay::jitter(id, interval.as_secs() / 10))
}
