//! End of a run: when the next one begins, and what the run means for the connection's health.

use shared::{
    metrics::{Metric, Subject},
    model::{Cause, Connection, FilesRequest, Lane, Timestamp, TroubleCode, WalkReason, Work},
};

use super::{
    Run, attempt, counting, lists,
    outcome::Outcome,
    pace::Pace,
    processed_files,
    progress::{Progress, Stop},
};
use crate::{Failure, Worker, delay, health, reauth};

/// Schedules the next run, if one is needed, and records how this one went. `requests` are the files requests that were
/// queued when it began.
pub(super) async fn end(mut run: Run<'_>, pace: &Pace<'_>, requests: &[FilesRequest]) -> Result<(), Failure> {
    lists::put_back(&mut run).await;
    if run.progress.stop == Some(Stop::NeedsReauth) {
        counting::add(&mut run, true).await;
        return reauth::require(run.worker, run.connection).await;
    }
    charge_stalled(&mut run).await?;
    counting::add(&mut run, true).await;
    let Run { worker, connection, progress, .. } = run;
    if progress.is_walk_wanted {
        worker.ask_for_walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
    }
    let hindered = hindered_by(&progress);
    let wake_at = match &progress.stop {
        None => progress.next,
        Some(Stop::TimeIsOver) => Some(worker.clock.now()),
        Some(Stop::Paused(until)) => Some(*until),
        Some(Stop::Hindered(cause)) => Some(retry_at(worker, connection, &progress, cause).await?),
        Some(Stop::Elsewhere(at)) => Some(*at),
        // Handled above.
        Some(Stop::NeedsReauth) => None,
    };
    worker.store.set_transfer_schedule(connection.id, pace.schedule(wake_at)).await?;
    if progress.has_left_nothing() {
        processed_files::close(worker, connection, requests).await?;
    }
    note_health(worker, connection, &progress, (hindered, wake_at)).await?;
    if progress.stop == Some(Stop::TimeIsOver) {
        worker.ask_for_transfers(connection.into()).await
    } else {
        Ok(())
    }
}

/// Charges stalled files with a failure of their own, if other files could be transferred meanwhile.
async fn charge_stalled(run: &mut Run<'_>) -> Result<(), Failure> {
    if run.progress.fetched == 0 {
        return Ok(());
    }
    for transfer in std::mem::take(&mut run.progress.stalled) {
        if let Outcome::Failed = attempt::charge(run.worker, run.connection, transfer).await? {
            run.progress.counting.failed();
        }
    }
    Ok(())
}

/// Returns what hindered a run: the reason why it stopped, or why none of its attempts succeeded.
fn hindered_by(progress: &Progress) -> Option<Cause> {
    match &progress.stop {
        Some(Stop::Hindered(cause)) => Some(cause.clone()),
        Some(Stop::Paused(_)) => Some(TroubleCode::RateLimited.into()),
        _ => progress.last_cause.clone().filter(|_| progress.fetched == 0),
    }
}

/// Returns when a hindered connection is tried again: later after each run that transferred nothing.
async fn retry_at(
    worker: &Worker,
    connection: &Connection,
    progress: &Progress,
    cause: &Cause,
) -> Result<Timestamp, Failure> {
    let health = worker.store.health(connection.id).await?;
    let trouble = health.transfers.filter(|_| progress.fetched == 0);
    let failures = trouble.map_or(0, |trouble| trouble.failures);
    Ok(worker.clock.now().plus(delay::backoff_of(cause.code, connection.id, failures)))
}

async fn note_health(
    worker: &Worker,
    connection: &Connection,
    progress: &Progress,
    (hindered, retry_at): (Option<Cause>, Option<Timestamp>),
) -> Result<(), Failure> {
    if progress.fetched > 0 || progress.has_left_nothing() {
        health::note_success(worker, connection, Work::Transfers).await?;
    }
    let Some(cause) = hindered else { return Ok(()) };
    if let Some(Stop::Paused(_)) = progress.stop {
        worker.count(connection, Metric::RateLimitWaits, 1);
    }
    count_put_off(worker, connection, cause.code);
    // If files were transferred before it, a pause is only how Dropbox limits the rate.
    if progress.fetched == 0 || cause.code != TroubleCode::RateLimited {
        health::note_failure(worker, connection, Work::Transfers, &cause, retry_at).await;
    }
    Ok(())
}

/// Counts a run of transfers that was put off.
pub(super) fn count_put_off(worker: &Worker, connection: &Connection, code: TroubleCode) {
    worker.metrics.count(Subject::of(connection).hindered_by(code), Metric::TransfersPutOff, 1);
}
