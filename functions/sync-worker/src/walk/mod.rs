//! One walk: everything that Dropbox lists for one connection is committed to the log and applied.

mod account;
mod apply;
mod confirm;
mod contents;
mod deletions;
mod doubt;
mod drain;
mod duplicates;
mod excluded;
mod fetch;
mod file_limit;
mod full_listing;
mod manual;
mod metrics;
mod next;
mod page_size;
mod paths;
mod paths_checked;
mod reading;
mod refused;
mod relist;
mod removal;
mod renamed_folders;
mod repair;
mod requested_files;
mod resync;
mod second_listing;
mod selections;
mod state;
mod swept;
mod unlisted;

use shared::{
    metrics::{Metric, Subject},
    model::{ConnectionId, Head, Health, Lane, Schedule, Segment, Timestamp, TroubleCode, WalkReason, Work},
    store::WalkRows,
};
use state::{Start, Walk};
use tokio::time::Instant;

use crate::{
    Failure, Worker,
    connection_state::{self, ConnectionState},
    delay,
    disconnect::revoke,
    health,
    shift::LeaseAfter,
};

/// Point that a walk has reached.
enum Reached {
    /// The end of Dropbox's listing.
    TheEnd,
    /// The end of its time, or work that belongs in the bulk lane.
    ItsBudget,
    /// A listing that must not begin before this time.
    ItsWait(Timestamp),
}

/// Why a walk is requested. The rows say what there is to do, because the message also stands for later
/// requests that found it queued.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    pub(crate) reason: WalkReason,
    /// Time of the last notification that the message stands for.
    pub(crate) notified_at: Option<Timestamp>,
    /// Time of the first of them, as far as it is known.
    pub(crate) announced_at: Option<Timestamp>,
    /// Number of walks in a row that ran out of time before this one.
    pub(crate) hops: u32,
    /// The lane of the message.
    pub(crate) lane: Lane,
}

/// Walks a connection, whose HEAD was taken if there is one. Returns whether the walk's last write has ended the lease.
pub(crate) async fn run(
    worker: &Worker,
    id: ConnectionId,
    request: Request,
    head: Option<Head>,
) -> Result<LeaseAfter, Failure> {
    let began = Instant::now();
    let (rows, call_rows) = tokio::try_join!(worker.store.walk_rows(id), worker.calls.rows(id))?;
    let schedule = call_rows.schedule();
    let stored = rows.as_ref().map(|rows| rows.connection.clone());
    let connection = match connection_state::of_stored(worker, stored).await? {
        ConnectionState::Active(connection) => connection,
        ConnectionState::Idle => {
            let subject = Subject { connection: Some(id), ..Subject::NOBODY };
            worker.metrics.count(subject, Metric::WalksSucceeded, 1);
            return Ok(LeaseAfter::Held);
        }
        ConnectionState::Disconnected(connection) => {
            return revoke::run(worker, &connection).await.map(|()| LeaseAfter::Held);
        }
    };
    let (Some(rows), Some(head)) = (rows, head) else {
        // The user has connected again since there was no HEAD to take for it.
        return worker
            .ask_for_walk((&connection).into(), request.lane, request.reason)
            .await
            .map(|()| LeaseAfter::Held);
    };
    let (project, settings) = tokio::try_join!(
        worker.store.project(connection.project),
        worker.store.user_settings(connection.project, &connection.user)
    )?;
    let Some(project) = project else { return Ok(LeaseAfter::Held) };
    let now = worker.clock.now();
    if let Some(until) = schedule.pause(now) {
        worker.count(&connection, Metric::RateLimitWaits, 1);
        let subject = Subject::of(&connection).hindered_by(TroubleCode::RateLimited);
        worker.metrics.count(subject, Metric::WalksPutOff, 1);
        delay::wake(worker, id, until, schedule.failures).await?;
        return Ok(LeaseAfter::Held);
    }
    if request.reason == WalkReason::Connected {
        // Restarts transfers that stopped when the tokens failed.
        worker.ask_for_transfers((&connection).into()).await?;
    }
    let resync_due = schedule.resync_due(now);
    // Once for each comparison, not in each of its invocations.
    let connection =
        if resync_due && request.hops == 0 { account::refresh(worker, connection).await } else { connection };
    if request.notified_at.is_some() {
        worker.count(&connection, Metric::NotifiedWalks, 1);
    }
    let WalkRows { choices, exclusions, health, .. } = rows;
    let choices = choices.or_as_user(settings);
    let start = Start { head, settings, choices, exclusions, call_rows, began, lane: request.lane };
    let reached = match Walk::begin(worker, &connection, &project, start).await {
        Ok(walk) => walked(walk, now, request, &schedule, &health).await,
        Err(failure) => Err(failure),
    };
    if reached.is_ok() {
        worker.count(&connection, Metric::WalksSucceeded, 1);
    }
    match reached {
        Ok(Reached::TheEnd) => return Ok(LeaseAfter::Ended),
        Ok(Reached::ItsWait(until)) => delay::wake(worker, id, until, schedule.failures).await?,
        Ok(Reached::ItsBudget) => next::continue_later(worker, &connection, request.hops).await?,
        Err(failure) => {
            next::put_off(worker, &connection, failure, schedule.failures, request.hops).await?;
        }
    }
    Ok(LeaseAfter::Held)
}

/// Does a walk that began at `now`, and records that it succeeded. `health` is that of the connection before it.
async fn walked(
    mut walk: Walk<'_>,
    now: Timestamp,
    request: Request,
    schedule: &Schedule,
    health: &Health,
) -> Result<Reached, Failure> {
    let resync_due = schedule.resync_due(now);
    let reached = if manual::waits_to_be_asked(&walk, request, schedule, resync_due) {
        Reached::TheEnd
    } else {
        run_and_request_comparison(&mut walk, now, request, resync_due).await?
    };
    // Listings that keep starting over are trouble, even if each of them fills an invocation.
    if walk.head.relists == 0 && health::is_changed_by_success(health, Work::Walk) {
        health::note_success(walk.worker, walk.connection, Work::Walk).await?;
    }
    match reached {
        // Another walker may have taken over, which HEAD tells.
        Reached::TheEnd if walk.asker.is_late() => {
            walk.release_head().await?;
            next::schedule(&walk, schedule, resync_due).await?;
        }
        // While this walk has the lease, so that the next walker reads the schedule as this one leaves it.
        Reached::TheEnd => {
            next::schedule(&walk, schedule, resync_due).await?;
            walk.release_head().await?;
        }
        Reached::ItsBudget | Reached::ItsWait(_) => {}
    }
    Ok(reached)
}

/// Does the whole walk. If folders are left whose children may have outdated display paths, a comparison
/// becomes due, which corrects them.
async fn run_and_request_comparison(
    walk: &mut Walk<'_>,
    began: Timestamp,
    request: Request,
    resync_due: bool,
) -> Result<Reached, Failure> {
    let reached = run_phases(walk, began, request, resync_due).await?;
    if walk.drain.renamed_folders.is_empty() {
        return Ok(reached);
    }
    let mut commit = walk.commit_of(Segment::default());
    // A comparison under way may have passed these folders already.
    commit.after = Head { compare: true, full_listing: None, ..commit.after };
    walk.advance(commit).await?;
    Ok(Reached::ItsBudget)
}

/// Does the whole walk that began at `began`: removes what was deselected, while everything stored is
/// from one time; drains; lists new selections; then compares in full if that is due, or else deletes
/// what is gone.
async fn run_phases(
    walk: &mut Walk<'_>,
    began: Timestamp,
    request: Request,
    resync_due: bool,
) -> Result<Reached, Failure> {
    let is_short = request.lane == Lane::Changes;
    let first = walk.head.cursor.is_none() && walk.head.head == 0;
    if is_short && first {
        return Ok(Reached::ItsBudget);
    }
    drain::ensure_cursor(walk).await?;
    if let Reached::ItsBudget = selections::remove_deselected(walk).await? {
        return Ok(Reached::ItsBudget);
    }
    if let Reached::ItsBudget = excluded::remove(walk).await? {
        return Ok(Reached::ItsBudget);
    }
    let before = walk.tally;
    let announced_at = announced_at(walk, request);
    walk.announced_at = announced_at;
    if let Reached::ItsBudget = drain::run(walk).await? {
        return Ok(Reached::ItsBudget);
    }
    // Entries of a full listing or a comparison are no changes that Dropbox has announced.
    walk.announced_at = None;
    let is_announced =
        request.reason != WalkReason::Woken || request.notified_at.is_some() || walk.head.unlisted.is_some();
    let missed = if is_announced { 0 } else { (walk.tally - before).total() };
    if resync_due && request.reason == WalkReason::Woken {
        walk.worker.count(walk.connection, Metric::ChangesUnannounced, missed);
    }
    let (listed, reached) = selections::list_new(walk).await?;
    if let Reached::ItsBudget = reached {
        return Ok(Reached::ItsBudget);
    }
    if listed && let Reached::ItsBudget = drain::run(walk).await? {
        return Ok(Reached::ItsBudget);
    }
    // A first listing is as good as a comparison.
    if walk.head.compare || walk.head.full_listing.is_some() || (resync_due && !first) {
        if let Some(until) = relist::wait(walk) {
            return Ok(Reached::ItsWait(until));
        }
        if is_short {
            end_drain(walk, began, request).await?;
            return Ok(Reached::ItsBudget);
        }
        if let Reached::ItsBudget = resync::run(walk, missed).await? {
            return Ok(Reached::ItsBudget);
        }
    } else {
        walk.announced_at = announced_at;
        if let Reached::ItsBudget = deletions::delete_or_wait(walk).await? {
            return Ok(Reached::ItsBudget);
        }
    }
    // The failed listing of one selection has not stopped the others.
    if let Some(failure) = walk.unfinished.take() {
        end_drain(walk, began, request).await?;
        return Err(failure);
    }
    // Stored when the lease ends.
    walk.head = drained(walk, began, request);
    Ok(Reached::TheEnd)
}

/// Returns when Dropbox first announced what the drain finds: by the walk's own notification, or by one whose change was
/// not listed yet.
fn announced_at(walk: &Walk<'_>, request: Request) -> Option<Timestamp> {
    let earlier = walk.head.unlisted.map(|unlisted| unlisted.notified_at);
    earlier.into_iter().chain(request.announced_at).min()
}

async fn end_drain(walk: &mut Walk<'_>, began: Timestamp, request: Request) -> Result<(), Failure> {
    let mut commit = walk.commit_of(Segment::default());
    commit.after = drained(walk, began, request);
    walk.advance(commit).await
}

/// Returns HEAD after a drain that has reached its end.
fn drained(walk: &Walk<'_>, began: Timestamp, request: Request) -> Head {
    let (before, notified) = (walk.head.clone(), request.notified_at);
    let notified_at = before.notified_at.max(notified);
    let unlisted = unlisted::after_walk(&before, notified, walk.found_changes);
    let listed_at = if walk.found_changes { Some(began) } else { before.listed_at };
    let mut head =
        Head { drained_at: Some(began), notified_at, listed_at, unlisted, slow_drains: 0, ..before };
    relist::end(walk, &mut head);
    if walk.has_listed {
        page_size::grow(&mut head);
    }
    head
}
