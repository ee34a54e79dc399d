//! Transfers on lists: many in one row, whose items and copies are read together. Each file that has to be tried later
//! gets a row of its own; the list is removed when nothing else is left of it.
//!
//! A run that dies leaves its lists as they are. The next one does them again: files that have rows by then are left to
//! these, files that are ready are acknowledged once more, and the others are fetched.

use std::{collections::VecDeque, time::Duration};

use shared::model::{Content, FileRevision, Item, ItemId, Rev, Transfer, TransferList};
use tokio::time::Instant;

use super::{
    Run,
    hand::After,
    outcome,
    task::{Listed, Task},
};
use crate::Failure;

/// Number of lists that are read at once.
const PAGE: u32 = 10;
/// Interval at which a run that has read all lists looks for more: a walk may add some while it goes on.
const LOOK: Duration = Duration::from_secs(1);

/// Lists of a run.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// Lists that were read and not begun.
    upcoming: VecDeque<TransferList>,
    /// Number of the last list that was read.
    after: Option<u64>,
    /// Time at which there were no more.
    all_read_at: Option<Instant>,
    /// Files of lists that were begun, which are not begun themselves.
    next: VecDeque<Task>,
}

/// Returns the next file of a list, if there is any that can be begun now. Call it only after all rows were read: what
/// has one is left to it.
pub(super) async fn next(run: &mut Run<'_>) -> Result<Option<Task>, Failure> {
    loop {
        if let Some(task) = run.lists.next.pop_front() {
            return Ok(Some(task));
        }
        let may_be_more = run.lists.all_read_at.is_none_or(|at| at.elapsed() >= LOOK);
        if run.lists.upcoming.is_empty() && may_be_more {
            read(run).await?;
        }
        let has_room = |list: &TransferList| run.hand.has_room_for(list);
        if !run.lists.upcoming.front().is_some_and(has_room) {
            return Ok(None);
        }
        if let Some(list) = run.lists.upcoming.pop_front() {
            begin(run, list).await?;
        }
    }
}

async fn read(run: &mut Run<'_>) -> Result<(), Failure> {
    let lists = run.worker.store.transfer_lists(run.connection.id, run.lists.after, PAGE).await?;
    run.lists.all_read_at = (lists.len() < PAGE as usize).then(Instant::now);
    run.lists.after = lists.last().map(|last| last.number).or(run.lists.after);
    run.lists.upcoming.extend(lists);
    Ok(())
}

/// Begins a list: reads what its files need. That may be outdated by some seconds when a file's turn comes: its outcome
/// is recorded only if the item wants the revision then, and nothing else of this revision is begun meanwhile.
async fn begin(run: &mut Run<'_>, list: TransferList) -> Result<(), Failure> {
    let (store, id, number) = (&run.worker.store, run.connection.id, list.number);
    let ids: Vec<ItemId> = list.files.iter().map(|(item, _)| item.clone()).collect();
    let read_at = Instant::now();
    let items = store.items(id, &ids).await?;
    let hash_of =
        |(item, rev): &FileRevision| items.get(item).filter(|item| is_pending(item, rev)).and_then(copied_by);
    let hashes: Vec<&str> = list.files.iter().filter_map(hash_of).collect();
    let twins = store.indexed_contents(id, &hashes).await?;
    for (item, rev) in run.hand.begin(list.clone()) {
        let twin = hash_of(&(item.clone(), rev.clone())).and_then(|hash| twins.get(hash).cloned());
        let listed = Listed { list: number, read_at, item: items.get(&item).cloned(), twin };
        run.lists.next.push_back(Task { transfer: Transfer::new(item, rev), listed: Some(listed) });
    }
    remove_if_finished(run, number).await;
    Ok(())
}

/// Puts down a file. If it was the last one of its list, removes the list.
pub(super) async fn put_down(run: &mut Run<'_>, file: FileRevision, list: Option<u64>, after: After) {
    run.hand.put_down(file, list, after);
    if let Some(number) = list {
        remove_if_finished(run, number).await;
    }
}

async fn remove_if_finished(run: &mut Run<'_>, number: u64) {
    if let Some(list) = run.hand.take_finished(number) {
        leave(run, &list, &[]).await;
    }
}

/// Leaves on their lists what was not done.
pub(super) async fn put_back(run: &mut Run<'_>) {
    for (list, left) in run.hand.take_unfinished() {
        if left.len() < list.files.len() {
            leave(run, &list, &left).await;
        }
    }
}

/// If that fails, the list is done again as a whole.
async fn leave(run: &mut Run<'_>, list: &TransferList, left: &[FileRevision]) {
    match run.worker.store.shorten_list(run.connection.id, list, left).await {
        Ok(true) => {}
        // A walk has written it again, because it did not know that it had before, or this run was overtaken.
        Ok(false) => run.progress.wait_for(run.worker.clock.now()),
        Err(error) => outcome::put_off(run, &error.into()),
    }
}

fn is_pending(item: &Item, rev: &Rev) -> bool {
    matches!(&item.content, Content::Pending { rev: wanted } if wanted == rev)
}

/// Returns the content hash by which an item's bytes may be copied within the bucket.
pub(super) fn copied_by(item: &Item) -> Option<&str> {
    item.metadata.content_hash.as_deref().filter(|_| item.metadata.export_as.is_none())
}
