//! Turns what is still marked when a drain ends into deletions, unless these are too many to be believed.

use shared::model::{Event, EventBody, HeldDeletions, ItemId, Mark, Segment};

use super::{
    Reached, removal,
    removal::RemovalCause,
    state::{MARKS, Walk},
};
use crate::{Failure, plan::Marks};

/// Deletes what is still marked at the end of a drain. Too many deletions wait for a confirmation
/// instead, and none of them happens.
///
/// If the time is up before that, everything stays marked, and the next walk deletes the rest.
pub(super) async fn delete_or_wait(walk: &mut Walk<'_>) -> Result<Reached, Failure> {
    delete_marked(walk, Vec::new()).await
}

/// Deletes what is marked while the drain goes on. Notes that must outlive this are carried over: a file
/// may yet turn up at a path without a stored folder. If a row has no room for them, nothing is deleted,
/// and everything stays marked.
pub(super) async fn delete_early(walk: &mut Walk<'_>) -> Result<(), Failure> {
    let lasting = walk.drain.marks.lasting();
    if lasting.len() > MARKS { Ok(()) } else { delete_marked(walk, lasting).await.map(drop) }
}

async fn delete_marked(walk: &mut Walk<'_>, kept: Vec<Mark>) -> Result<Reached, Failure> {
    let marked = if walk.drain.marks.is_empty() { Vec::new() } else { marked(walk).await? };
    let deletions = removal::plan(walk, marked, RemovalCause::Marked).await?;
    if are_too_many(walk, deletions.count) {
        return wait_for_confirmation(walk, deletions.count).await.map(|()| Reached::TheEnd);
    }
    if deletions.are_one_piece() {
        // Marks that are not stored yet end with the others.
        walk.drain.marks.take_fresh();
    }
    let reached = removal::run(
        walk,
        deletions,
        |commit| commit.after.deleted_so_far += commit.segment.changes.len() as u64,
        |commit| {
            let head = &mut commit.after;
            (head.marks, head.marked_at, head.held) = (head.marks.ended(), None, None);
            head.deleted_so_far = 0;
            commit.marks.clone_from(&kept);
        },
    )
    .await?;
    if let Reached::TheEnd = reached {
        walk.drain.marks = Marks::stored(kept);
        walk.worker.store.forget_marks(walk.connection.id, walk.head.marks.outdated()).await?;
        // Stored with the next commit; until then the rows may be removed once more.
        walk.head.marks = walk.head.marks.cleared();
    }
    Ok(reached)
}

/// Returns the items that marks may apply to.
async fn marked(walk: &Walk<'_>) -> Result<Vec<ItemId>, Failure> {
    let mut paths = walk.drain.marks.paths();
    paths.extend(walk.drain.scope.paths_in(&walk.drain.marks));
    paths.sort();
    paths.dedup();
    let mut marked = walk.worker.store.ids_in(walk.connection.id, &paths).await?;
    marked.extend(walk.drain.marks.ids());
    Ok(marked)
}

/// Whether the brake stops this many deletions, counted together with the earlier ones of the same drain
/// or comparison. Confirmed deletions pass.
fn are_too_many(walk: &Walk<'_>, deletions: u64) -> bool {
    let before = walk.head.deleted_so_far;
    let brake = &walk.project.settings.brake;
    let confirmed = walk.choices.confirmed.filter(|confirmed| {
        confirmed.deletions >= deletions && walk.head.held.is_some_and(|held| confirmed.at >= held.since)
    });
    brake.stops(deletions + before, walk.head.items + before) && confirmed.is_none()
}

/// Keeps the marks, and publishes that their deletions wait for a confirmation.
async fn wait_for_confirmation(walk: &mut Walk<'_>, deletions: u64) -> Result<(), Failure> {
    let since = walk.head.held.map_or(walk.worker.clock.now(), |held| held.since);
    let held = HeldDeletions { deletions, items: walk.head.items, since };
    let is_new = walk.head.held != Some(held);
    let mut commit = walk.commit_of(Segment::default());
    commit.after.held = Some(held);
    walk.advance(commit).await?;
    if is_new {
        let unique = format!("deletions_held:{}:{deletions}:{}", since.0, held.items);
        let event = Event::new(walk.connection, &unique, EventBody::DeletionsHeld(held));
        walk.worker.bus.publish(vec![event]).await?;
    }
    Ok(())
}
