//! Draining: reads page after page from the cursor to its end.

use std::time::Duration;

use shared::{
    dropbox::Page,
    model::{Head, Segment},
};

use super::{
    Reached, deletions,
    fetch::PageRequest,
    page_size,
    page_size::page_limit,
    relist,
    state::{Progress, Walk},
};
use crate::Failure;

/// Number of rows of marks after which they become deletions although the drain goes on.
const MOST_MARKS: usize = 50;
/// Age of the first mark after which marks become deletions although the drain goes on.
const LONGEST_MARKED: Duration = Duration::from_secs(15 * 60);

/// Makes sure that there is a cursor for the account at its current root. If an old cursor cannot be
/// used, a full comparison becomes due.
pub(super) async fn ensure_cursor(walk: &mut Walk<'_>) -> Result<(), Failure> {
    let root = walk.connection.root.path_root();
    if walk.head.cursor.is_some() && walk.head.root.as_deref() == root {
        return Ok(());
    }
    take_new_cursor(walk, None).await
}

/// Takes a cursor before anything is listed. `refused` is the failure of the cursor that it replaces, if
/// Dropbox refused one.
async fn take_new_cursor(walk: &mut Walk<'_>, refused: Option<&Failure>) -> Result<(), Failure> {
    let cursor = walk.asker.latest_cursor(page_limit(&walk.head)).await?;
    let root = walk.connection.root.path_root().map(str::to_owned);
    let compare = walk.head.compare || walk.head.cursor.is_some() || walk.head.head > 0;
    let mut commit = walk.commit_of(Segment::default());
    commit.after = Head { cursor: Some(cursor), root, compare, full_listing: None, ..commit.after };
    if let Some(failure) = refused {
        relist::note_reset(walk, &mut commit.after, failure);
    }
    walk.advance(commit).await
}

/// Drains to the end; if Dropbox refuses the cursor, starts over from a new one.
pub(super) async fn run(walk: &mut Walk<'_>) -> Result<Reached, Failure> {
    match from_cursor(walk).await {
        Err(failure) if failure.is_cursor_reset() => {
            take_new_cursor(walk, Some(&failure)).await?;
            from_cursor(walk).await
        }
        reached => reached,
    }
}

/// Drains from the current cursor.
pub(super) async fn from_cursor(walk: &mut Walk<'_>) -> Result<Reached, Failure> {
    match take_pages(walk).await {
        Err(failure) if failure.is_too_slow() => page_size::drain_in_smaller_pages(walk, failure).await,
        reached => reached,
    }
}

/// Takes page after page. The next one is fetched while the last one is stored.
async fn take_pages(walk: &mut Walk<'_>) -> Result<Reached, Failure> {
    let asker = walk.asker.clone();
    let from = walk.head.cursor.clone().unwrap_or_default();
    let mut fetched = asker.page(PageRequest::At(from)).await;
    loop {
        let Page { entries, cursor, has_more } = fetched?;
        walk.found_changes |= !entries.is_empty();
        let progress = Progress { cursor: Some(cursor.clone()), selection: None, may_wait: !has_more };
        if !has_more {
            walk.mirror(entries, progress).await?;
            return Ok(Reached::TheEnd);
        }
        if !asker.has_time() {
            walk.mirror(entries, progress).await?;
            bound_marks(walk).await?;
            return Ok(Reached::ItsBudget);
        }
        let next = asker.page(PageRequest::At(cursor));
        let (mirrored, next) = tokio::join!(walk.mirror(entries, progress), next);
        mirrored?;
        bound_marks(walk).await?;
        if walk.asker.is_past_end() {
            return Ok(Reached::ItsBudget);
        }
        fetched = next;
    }
}

/// Deletes early if there are many marks or old ones. A move whose halves are this far apart becomes a
/// deletion and a creation.
async fn bound_marks(walk: &mut Walk<'_>) -> Result<(), Failure> {
    let now = walk.worker.clock.now();
    let is_old = walk.head.marked_at.is_some_and(|since| now.since(since) > LONGEST_MARKED);
    // A comparison deletes at its end, all at once.
    let is_owed = walk.head.compare || walk.head.full_listing.is_some() || walk.head.held.is_some();
    if (is_old || walk.head.marks.counting().count() > MOST_MARKS) && !is_owed {
        deletions::delete_early(walk).await?;
    }
    Ok(())
}
