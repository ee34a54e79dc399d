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
mod unlisted;

use shared::{
    metrics::{Metric, Subject},
    model::{ConnectionId, Head, Lane, Segment, Timestamp, TroubleCode, WalkReason, Work},
    store::Upcoming,
};
use state::Walk;
use tokio::time::Instant;

use crate::{
    Failure, Worker,
    connection_state::{self, ConnectionState},
    delay,
    disconnect::revoke,
    health,
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

/// Walks a connection.
pub(crate) async fn run(worker: &Worker, id: ConnectionId, request: Request) -> Result<(), Failure> {
    let began = Instant::now();
    let connection = match connection_state::of(worker, id).await? {
        ConnectionState::Active(connection) => connection,
        ConnectionState::Idle => {
            let subject = Subject { connection: Some(id), ..Subject::NOBODY };
            worker.metrics.count(subject, Metric::WalksSucceeded, 1);
            return Ok(());
        }
        ConnectionState::Disconnected(connection) => return revoke::run(worker, &connection).await,
    };
    let Some(project) = worker.store.project(connection.project).await? else { return Ok(()) };
    let now = worker.clock.now();
    let schedule = worker.store.schedule(id).await?;
    if let Some(until) = schedule.pause(now) {
        worker.count(&connection, Metric::RateLimitWaits, 1);
        let subject = Subject::of(&connection).hindered_by(TroubleCode::RateLimited);
        worker.metrics.count(subject, Metric::WalksPutOff, 1);
        return delay::wake(worker, id, until, schedule.failures).await;
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
    let (mut unlisted, mut is_relisting) = (None, false);
    let reached = match Walk::begin(worker, &connection, &project, (began, request.lane)).await {
        Ok(mut walk) => {
            let reached = if manual::waits_to_be_asked(&walk, request, &schedule, resync_due) {
                Ok(Reached::TheEnd)
            } else {
                run_and_request_comparison(&mut walk, now, request, resync_due).await
            };
            unlisted = walk.head.unlisted.filter(|_| !walk.choices.manual);
            is_relisting = walk.head.relists > 0;
            reached.map(|reached| (reached, walk.choices))
        }
        Err(failure) => Err(failure),
    };
    let reached = match reached {
        // Listings that keep starting over are trouble, even if each of them fills an invocation.
        Ok(reached) if !is_relisting => {
            health::note_success(worker, &connection, Work::Walk).await.map(|()| reached)
        }
        Ok(reached) => Ok(reached),
        Err(failure) => Err(failure),
    };
    if reached.is_ok() {
        worker.count(&connection, Metric::WalksSucceeded, 1);
    }
    match reached {
        Ok((Reached::TheEnd, choices)) => {
            let resync_at =
                next::next_resync(worker, &connection, &project, choices.resync, &schedule, resync_due);
            let now = worker.clock.now();
            let look_at = unlisted.and_then(|unlisted| unlisted::next_look(unlisted, now));
            // If something was requested meanwhile, its own time stays.
            worker.store.reschedule(id, &schedule, Upcoming { resync_at, look_at }).await?;
            Ok(())
        }
        Ok((Reached::ItsWait(until), _)) => delay::wake(worker, id, until, schedule.failures).await,
        Ok((Reached::ItsBudget, _)) => next::continue_later(worker, &connection, request.hops).await,
        Err(failure) => next::put_off(worker, &connection, failure, schedule.failures, request.hops).await,
    }
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
    end_drain(walk, began, request).await?;
    // The failed listing of one selection has not stopped the others.
    walk.unfinished.take().map_or(Ok(Reached::TheEnd), Err)
}

/// Returns when Dropbox first announced what the drain finds: by the walk's own notification, or by one whose change was
/// not listed yet.
fn announced_at(walk: &Walk<'_>, request: Request) -> Option<Timestamp> {
    let earlier = walk.head.unlisted.map(|unlisted| unlisted.notified_at);
    earlier.into_iter().chain(request.announced_at).min()
}

async fn end_drain(walk: &mut Walk<'_>, began: Timestamp, request: Request) -> Result<(), Failure> {
    let notified = request.notified_at;
    let mut commit = walk.commit_of(Segment::default());
    let notified_at = commit.after.notified_at.max(notified);
    let unlisted = unlisted::after_walk(&commit.after, notified, walk.found_changes);
    let listed_at = if walk.found_changes { Some(began) } else { commit.after.listed_at };
    commit.after = Head { drained_at: Some(began), notified_at, listed_at, unlisted, ..commit.after };
    commit.after.slow_drains = 0;
    relist::end(walk, &mut commit.after);
    if walk.has_listed {
        page_size::grow(&mut commit.after);
    }
    walk.advance(commit).await
}
