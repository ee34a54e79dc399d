//! Applies a committed segment: items, then transfers, then events. All of it may be done twice.

use std::collections::HashSet;

use shared::model::{Change, Content, Event, FileRevision, Segment};

use super::state::Walk;
use crate::Failure;

/// Maximum number of revisions on a list of transfers. Their items are read in one request; after the death of a
/// process at most as many events are published once more.
const ON_A_LIST: usize = 100;

pub(super) async fn segment(walk: &mut Walk<'_>, segment: Segment) -> Result<(), Failure> {
    if segment.changes.is_empty() {
        return Ok(());
    }
    let (worker, connection) = (walk.worker, walk.connection);
    worker.store.apply(connection.id, &segment, worker.clock.now()).await?;
    let lists = lists(&segment);
    let events = segment.changes.into_iter().map(|change| Event::change(connection, change)).collect();
    let (queued, published) = tokio::join!(enqueue_lists(walk, &lists), worker.bus.publish(events));
    queued?;
    published?;
    worker.store.mark_applied(connection.id, &walk.head).await?;
    walk.head.applied = walk.head.head;
    Ok(())
}

/// Puts transfers on lists, after their items are written, and asks for a run. If the segment is applied again, it has
/// the same lists, which take the place of what is left of them.
async fn enqueue_lists(walk: &Walk<'_>, lists: &[(u64, Vec<FileRevision>)]) -> Result<(), Failure> {
    if lists.is_empty() {
        return Ok(());
    }
    let lists: Vec<_> = lists.iter().map(|(number, files)| (*number, files.as_slice())).collect();
    walk.worker.store.list_transfers(walk.connection.id, &lists).await?;
    walk.worker.ask_for_transfers(walk.connection.into()).await
}

/// Adds transfers with rows of their own, and asks for a run of them.
pub(super) async fn enqueue_transfers(walk: &Walk<'_>, transfers: &[FileRevision]) -> Result<(), Failure> {
    if transfers.is_empty() {
        return Ok(());
    }
    walk.worker.store.add_transfers(walk.connection.id, transfers).await?;
    walk.worker.ask_for_transfers(walk.connection.into()).await
}

/// Returns the lists of transfers of a segment, each with the number of its first change. A change has at most two
/// revisions, so the numbers differ.
fn lists(segment: &Segment) -> Vec<(u64, Vec<FileRevision>)> {
    let all = segment.changes.iter().flat_map(|change| transfers(change).map(|file| (change.number, file)));
    let mut seen = HashSet::new();
    let all: Vec<(u64, FileRevision)> = all.filter(|(_, file)| seen.insert(file.clone())).collect();
    let list = |part: &[(u64, FileRevision)]| {
        let first = part.first().map_or(0, |(number, _)| *number);
        (first, part.iter().map(|(_, file)| file.clone()).collect())
    };
    all.chunks(ON_A_LIST).map(list).collect()
}

/// Returns the revisions that a change adds as transfers: one whose bytes are wanted now, and one whose bytes
/// are wanted no more.
fn transfers(change: &Change) -> impl Iterator<Item = FileRevision> {
    let wanted = match change.kind.content() {
        Some(Content::Pending { rev }) => Some(rev.clone()),
        _ => None,
    };
    let id = change.item.id.clone();
    wanted.into_iter().chain(change.drops.clone()).map(move |rev| (id.clone(), rev))
}

#[cfg(test)]
mod tests {
    use shared::model::ChangeKind;

    use super::*;
    use crate::samples::file;

    fn updated(number: u64, id: &str, wanted: &str, dropped: &str) -> Change {
        let item = file(id, &format!("/{id}"), wanted);
        let content = Some(Content::Pending { rev: wanted.into() });
        Change {
            number,
            kind: ChangeKind::Updated { content },
            item,
            drops: Some(dropped.into()),
            created: None,
        }
    }

    #[test]
    fn each_revision_is_on_one_list_and_the_lists_numbers_differ() {
        let mut changes: Vec<Change> = (1..=75).map(|n| updated(n, &format!("id:{n}"), "2", "1")).collect();
        changes.push(updated(76, "id:1", "3", "2"));
        let lists = lists(&Segment { changes });
        let sizes: Vec<(u64, usize)> = lists.iter().map(|(number, files)| (*number, files.len())).collect();
        assert_eq!(sizes, [(1, 100), (51, 51)], "the second revision of the first file is there already");
        let all: HashSet<&FileRevision> = lists.iter().flat_map(|(_, files)| files).collect();
        assert_eq!(all.len(), 151);
    }
}
