//! One transfer: does what the file's item wants now.

use std::time::Duration;

use shared::{
    dropbox::{Dropbox, Entry, Session},
    model::{
        Cause, Connection, Content, Item, ItemId, Lane, NotFetched, Resume, Timestamp, Transfer, WalkReason,
    },
};

use super::{
    conditions::Conditions,
    fetch::{self, Fetched, Twin},
    noted,
    outcome::Outcome,
    record,
    suspicion::{self, Judgement},
    task::{Task, Tried},
    verdict::{ATTEMPTS, Verdict, attempts},
};
use crate::{Failure, Worker, backoff};

/// Delay after the first failure; it doubles with each further one.
const FIRST_DELAY: Duration = Duration::from_secs(5);
/// Longest delay.
const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);
/// Delay after a failure that is not the file's own.
const STALL: Duration = Duration::from_secs(60);

/// Age up to which an item that was read with its list is used. A long list, and a process that was stopped for a
/// while, read it again: what it says is removed may have come back meanwhile.
const FRESH: Duration = Duration::from_secs(10);

/// Processes one transfer.
pub(super) async fn run(conditions: Conditions<'_>, task: Task) -> Tried {
    let (file, list) = (task.transfer.file(), task.listed.as_ref().map(|listed| listed.list));
    Tried { file, list, outcome: attempt(conditions, task).await }
}

async fn attempt(conditions: Conditions<'_>, task: Task) -> Result<Outcome, Failure> {
    let Conditions { worker, connection, .. } = conditions;
    let Task { transfer, listed } = task;
    let (stored, twin) = match listed.filter(|listed| listed.read_at.elapsed() < FRESH) {
        Some(listed) => (listed.item, Twin::Read(listed.twin)),
        None => {
            let id = std::slice::from_ref(&transfer.item);
            (worker.store.items(connection.id, id).await?.remove(&transfer.item), Twin::NotRead)
        }
    };
    let item = stored.as_ref().filter(|item| item.content.rev() == Some(&transfer.rev));
    match item.map(|item| (item, &item.content)) {
        Some((item, Content::Pending { .. })) => match suspicion::judge(transfer, worker.clock.now()) {
            Judgement::Try(transfer) => fetch(conditions, (item, &twin), transfer).await,
            Judgement::PutOff(transfer) => put_off(worker, connection, transfer).await,
            Judgement::GiveUp(transfer) => {
                record::failed(worker, connection, &transfer, NotFetched::Unreachable).await
            }
        },
        // The event may have been lost between the writes that end a transfer.
        Some((item, Content::Ready { .. })) => {
            record::ready_before(worker, connection, item, &transfer).await
        }
        Some((_, Content::Failed { reason, .. })) => {
            record::announce_failed(worker, connection, &transfer, *reason).await?;
            record::discard(worker, connection, &transfer).await
        }
        _ => record::discard(worker, connection, &transfer).await,
    }
}

async fn fetch(
    conditions: Conditions<'_>,
    (item, twin): (&Item, &Twin),
    transfer: Transfer,
) -> Result<Outcome, Failure> {
    let Conditions { worker, connection, note, .. } = conditions;
    // The upload that a call would need is not begun either.
    if let Some(until) = worker.calls.known_pause(connection.id) {
        return Ok(Outcome::Paused(until));
    }
    let (transfer, fetched) = match note {
        None => {
            let fetched = fetch::run(conditions, (item, twin), &transfer).await;
            (transfer, fetched)
        }
        Some(in_flight) => noted::fetch(conditions, in_flight, (item, twin), transfer).await?,
    };
    match fetched {
        Ok(Fetched::Whole { exported }) => record::ready(conditions, item, &transfer, exported).await,
        Ok(Fetched::OtherBytes) => failed(worker, connection, transfer, NotFetched::HashMismatch).await,
        Ok(Fetched::Unwanted) => record::discard(worker, connection, &transfer).await,
        Ok(Fetched::OutOfTime(resume)) => {
            worker.store.note_transfer(connection.id, resumable(transfer, resume)).await?;
            Ok(Outcome::OutOfTime)
        }
        Ok(Fetched::Cut(resume, failure)) => {
            let transfer = resumable(transfer, resume);
            fetch_failed(worker, connection, transfer, failure).await
        }
        Err(failure) => fetch_failed(worker, connection, transfer, failure).await,
    }
}

/// Stores that a transfer waits because a process has died of it.
async fn put_off(worker: &Worker, connection: &Connection, transfer: Transfer) -> Result<Outcome, Failure> {
    let (deaths, not_before) = (transfer.deaths, transfer.not_before);
    tracing::warn!(connection = %connection.id, deaths, "a file of which a process died is put off");
    worker.store.note_transfer(connection.id, transfer).await?;
    Ok(Outcome::Later(not_before))
}

async fn fetch_failed(
    worker: &Worker,
    connection: &Connection,
    transfer: Transfer,
    failure: Failure,
) -> Result<Outcome, Failure> {
    match Verdict::of(&failure) {
        Verdict::Missing => missing(worker, connection, transfer).await,
        verdict => judged(worker, connection, transfer, verdict, &failure).await,
    }
}

/// Acts on a verdict without looking the file up at Dropbox.
async fn judged(
    worker: &Worker,
    connection: &Connection,
    transfer: Transfer,
    verdict: Verdict,
    failure: &Failure,
) -> Result<Outcome, Failure> {
    match verdict {
        Verdict::Pause(until) => Ok(Outcome::Paused(until)),
        Verdict::NeedsReauth => Ok(Outcome::NeedsReauth),
        Verdict::Connection(cause) => Ok(Outcome::Hindered(cause)),
        Verdict::Ours(cause) => {
            tracing::warn!(connection = %connection.id, %failure, reason = %cause.code, "a transfer failed");
            stall(worker, connection, transfer, cause).await
        }
        Verdict::Elsewhere => {
            worker.ask_for_walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
            let seen = failed(worker, connection, transfer, NotFetched::Unreachable).await?;
            let at = |at: Timestamp| at.max(worker.clock.now().plus(STALL));
            Ok(if let Outcome::Later(next) = seen { Outcome::Elsewhere(at(next)) } else { seen })
        }
        Verdict::Missing => failed(worker, connection, transfer, NotFetched::Unreadable).await,
        Verdict::File(reason) => failed(worker, connection, transfer, reason).await,
        Verdict::Shared(reason, cause) => {
            tracing::warn!(connection = %connection.id, %failure, reason = %cause.code, "a transfer failed");
            let seen = failed(worker, connection, transfer, reason).await?;
            Ok(if let Outcome::Later(at) = seen { Outcome::Failing(at, cause) } else { seen })
        }
    }
}

/// Tries again later, or gives the file up after its last attempt.
async fn failed(
    worker: &Worker,
    connection: &Connection,
    transfer: Transfer,
    reason: NotFetched,
) -> Result<Outcome, Failure> {
    if transfer.failures + 1 < attempts(reason) {
        return later(worker, connection, transfer).await.map(Outcome::Later);
    }
    // A failure that affects all files is not this one's own, so Dropbox must answer about the file
    // before it is given up.
    let may_be_shared = matches!(reason, NotFetched::Unreachable | NotFetched::Refused);
    if may_be_shared && !is_answered(worker, connection, &transfer.item).await {
        let failures = transfer.failures.min(attempts(reason) - 2);
        return later(worker, connection, Transfer { failures, ..transfer }).await.map(Outcome::Later);
    }
    record::failed(worker, connection, &transfer, reason).await
}

/// Whether Dropbox answers a question about the file, be it with a refusal of this file.
async fn is_answered(worker: &Worker, connection: &Connection, id: &ItemId) -> bool {
    match look_up(worker, connection, id).await {
        Ok(_) => true,
        Err(failure) => failure.refusal().is_some(),
    }
}

/// Handles Dropbox's answer that it has no such revision. If the file is gone or has another revision by
/// now, a walk will find that; if it is still listed with this one, it cannot be read.
async fn missing(worker: &Worker, connection: &Connection, transfer: Transfer) -> Result<Outcome, Failure> {
    let revision = match look_up(worker, connection, &transfer.item).await {
        Ok(entry) => entry.and_then(|entry| entry.metadata().and_then(|metadata| metadata.rev.clone())),
        Err(failure) => {
            let verdict = Verdict::of(&failure);
            return judged(worker, connection, transfer, verdict, &failure).await;
        }
    };
    if revision.as_ref() == Some(&transfer.rev) {
        return failed(worker, connection, transfer, NotFetched::Unreadable).await;
    }
    if transfer.failures + 1 < ATTEMPTS {
        return later(worker, connection, transfer).await.map(Outcome::Gone);
    }
    // No walk has removed it; its deletion may be waiting for a confirmation.
    record::failed(worker, connection, &transfer, NotFetched::Unreadable).await
}

/// Returns a file as it is at Dropbox now, or `None` if there is no such file.
async fn look_up(worker: &Worker, connection: &Connection, id: &ItemId) -> Result<Option<Entry>, Failure> {
    let call = |dropbox: Dropbox, session: Session| async move { dropbox.metadata(&session, id).await };
    Ok(worker.calls.call(connection, call).await?)
}

/// Tries again later, without counting a failure of the file.
async fn stall(
    worker: &Worker,
    connection: &Connection,
    transfer: Transfer,
    cause: Cause,
) -> Result<Outcome, Failure> {
    let not_before = worker.clock.now().plus(STALL);
    let transfer = worker.store.note_transfer(connection.id, Transfer { not_before, ..transfer }).await?;
    Ok(Outcome::Stalled(transfer, cause))
}

/// Counts a stall as a failure of the file, because other files could be transferred meanwhile.
pub(super) async fn charge(
    worker: &Worker,
    connection: &Connection,
    transfer: Transfer,
) -> Result<Outcome, Failure> {
    if transfer.failures + 1 >= ATTEMPTS {
        return record::failed(worker, connection, &transfer, NotFetched::Unreachable).await;
    }
    let charged = Transfer { failures: transfer.failures + 1, ..transfer };
    let charged = worker.store.note_transfer(connection.id, charged).await?;
    Ok(Outcome::Later(charged.not_before))
}

/// Records a failure. Returns when the next attempt is due.
async fn later(worker: &Worker, connection: &Connection, transfer: Transfer) -> Result<Timestamp, Failure> {
    let delay = backoff::doubled(transfer.failures, FIRST_DELAY, LONGEST_DELAY);
    let not_before = worker.clock.now().plus(delay);
    let failures = transfer.failures + 1;
    worker.store.note_transfer(connection.id, Transfer { failures, not_before, ..transfer }).await?;
    Ok(not_before)
}

/// Sets where a transfer resumes: at this attempt's upload, or else at an earlier one's.
fn resumable(transfer: Transfer, resume: Option<Resume>) -> Transfer {
    Transfer { resume: resume.or(transfer.resume), ..transfer }
}
