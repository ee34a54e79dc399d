//! The full comparison with Dropbox. It proves the mirror correct, or repairs it through the log and reports
//! the repairs.

use std::time::Duration;

use shared::{
    metrics::Metric,
    model::{ChangeCounts, Event, EventBody, Head, ResyncReport, Segment},
};

use super::{
    Reached, drain, full_listing, full_listing::FullListing, refused, relist, repair, repair::Repair,
    state::Walk, swept,
};
use crate::Failure;

/// Time after which a comparison does everything, although nothing has changed since the last one.
pub(super) const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Lists everything, drains once more, compares, and repairs what Dropbox confirms.
///
/// If the time is up before the end, or Dropbox fails, the next invocation continues from there. `missed`
/// counts the changes that were found before it began and that no notification had announced.
pub(super) async fn run(walk: &mut Walk<'_>, missed: u64) -> Result<Reached, Failure> {
    let mut listing = full_listing::begin_or_resume(walk, missed).await?;
    match go_on(walk, &mut listing).await {
        // No later cursor would report what happened since the listing.
        Err(failure) if failure.is_cursor_reset() => relist::start_over(walk, failure).await,
        Ok(Reached::TheEnd) => end(walk, listing).await.map(|()| Reached::TheEnd),
        Err(failure) if !failure.is_dropboxs() => Err(failure),
        // The account must be listed again, after a new cursor was taken.
        stopped if walk.head.cursor.is_none() => stopped,
        stopped => {
            full_listing::save(walk, &listing).await?;
            stopped
        }
    }
}

async fn go_on(walk: &mut Walk<'_>, listing: &mut FullListing) -> Result<Reached, Failure> {
    if listing.repair.is_none() {
        if let Reached::ItsBudget = full_listing::run(walk, listing).await? {
            return Ok(Reached::ItsBudget);
        }
        if let Reached::ItsBudget = drain::from_cursor(walk).await? {
            return Ok(Reached::ItsBudget);
        }
        refused::note_selections(walk, listing).await?;
        listing.comparison.leave_out(walk.drain.scope.excluded());
        listing.repair = Some(repair::begin(walk).await?);
        if walk.is_over() {
            return Ok(Reached::ItsBudget);
        }
    }
    let FullListing { comparison, repair: Some(repair), .. } = listing else { return Ok(Reached::TheEnd) };
    repair::run(walk, comparison, repair).await
}

/// Returns the report of a comparison. Deletions that Dropbox had reported are not counted as its own.
fn report(walk: &Walk<'_>, repair: &Repair, missed: u64) -> ResyncReport {
    let Repair { reading, doubt, paths_restored, .. } = repair;
    let ChangeCounts { created, updated, moved, deleted } = walk.head.repaired;
    let own = |deletions: u64| deletions.saturating_sub(doubt.reported());
    ResyncReport {
        at: walk.worker.clock.now().0,
        listed: reading.difference.listed,
        agreed: reading.difference.agreed,
        unreadable: reading.difference.unreadable,
        created,
        updated,
        moved,
        deleted: if walk.head.held.is_some() { 0 } else { own(deleted) },
        held: walk.head.held.map_or(0, |held| own(held.deletions)),
        refused: doubt.refused,
        duplicates: doubt.duplicates,
        paths_restored: *paths_restored,
        missed,
        notified_at: walk.head.notified_at,
    }
}

async fn end(walk: &mut Walk<'_>, listing: FullListing) -> Result<(), Failure> {
    let (worker, connection) = (walk.worker, walk.connection);
    walk.has_listed = true;
    let repair = listing.repair.unwrap_or_default();
    let report = report(walk, &repair, listing.missed);
    worker.store.keep_report(connection.id, &report).await?;
    let event = Event::recurring(connection, worker.clock.now(), EventBody::Resynced(report.clone()));
    worker.bus.publish(vec![event]).await?;
    let state = repair.reading.state_before_sweep;
    let is_sweep_due = swept::is_due(walk.head.swept, state, &walk.head);
    if is_sweep_due {
        // Before HEAD says so.
        worker.store.owe_sweep(connection.id).await?;
        worker.ask_for_transfers(connection.into()).await?;
    }
    let swept = if is_sweep_due { state } else { walk.head.swept };
    let paths_checked = repair.reading.paths_checked.or(walk.head.paths_checked);
    let is_saved = walk.head.full_listing.is_some();
    let mut commit = walk.commit_of(Segment::default());
    let repaired = ChangeCounts::default();
    let ended = Head { compare: false, full_listing: None, repaired, ..commit.after };
    commit.after = Head { swept, paths_checked, ..ended };
    if is_saved {
        // HEAD must not name a listing that has been removed.
        walk.advance(commit).await?;
    } else {
        walk.advance_later(commit).await?;
    }
    full_listing::discard(walk).await?;
    let repaired = report.created + report.updated + report.moved + report.deleted + report.paths_restored;
    worker.count(connection, Metric::ResyncsFinished, 1);
    worker.count(connection, Metric::DriftRepaired, repaired);
    Ok(())
}
