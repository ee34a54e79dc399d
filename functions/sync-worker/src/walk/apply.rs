//! Applies a committed segment: items, then transfers, then events. All of it may be done twice.

use shared::model::{Change, Content, Event, ItemId, Rev, Segment};

use super::state::Walk;
use crate::Failure;

pub(super) async fn segment(walk: &mut Walk<'_>, segment: Segment) -> Result<(), Failure> {
    if segment.changes.is_empty() {
        return Ok(());
    }
    let (worker, connection) = (walk.worker, walk.connection);
    worker.store.apply(connection.id, &segment, worker.clock.now()).await?;
    let transfers: Vec<(ItemId, Rev)> = segment.changes.iter().flat_map(transfers).collect();
    let events = segment.changes.into_iter().map(|change| Event::change(connection, change)).collect();
    let (queued, published) = tokio::join!(enqueue_transfers(walk, &transfers), worker.bus.publish(events));
    queued?;
    published?;
    worker.store.mark_applied(connection.id, &walk.head).await?;
    walk.head.applied = walk.head.head;
    Ok(())
}

/// Adds transfers, and asks for a run of them.
pub(super) async fn enqueue_transfers(walk: &Walk<'_>, transfers: &[(ItemId, Rev)]) -> Result<(), Failure> {
    if transfers.is_empty() {
        return Ok(());
    }
    walk.worker.store.add_transfers(walk.connection.id, transfers).await?;
    walk.worker.ask_for_transfers(walk.connection.into()).await
}

/// Returns the revisions that a change adds as transfers: one whose bytes are wanted now, and one whose bytes
/// are wanted no more.
fn transfers(change: &Change) -> impl Iterator<Item = (ItemId, Rev)> {
    let wanted = match change.kind.content() {
        Some(Content::Pending { rev }) => Some(rev.clone()),
        _ => None,
    };
    let id = change.item.id.clone();
    wanted.into_iter().chain(change.drops.clone()).map(move |rev| (id.clone(), rev))
}
