//! Transfers on lists: many in one row, whose items and copies are read together. Each file that has to be tried later
//! gets a row of its own; the list is removed when nothing else is left of it.
//!
//! A run that dies leaves its lists as they are. The next one does them again: files that have rows by then are left to
//! these, files that are ready are acknowledged once more, and the others are fetched.

use std::{collections::VecDeque, time::Duration};

use shared::model::{Content, FileRevision, Item, ItemId, Rev, Transfer, TransferList};

use tokio::time::Instant;

use super::{
    Listed, Run, Task,
    hand::{After, Hand},
};
use crate::Failure;

/// Number of lists that are read at once.
const PAGE: u32 = 10;
/// Interval at which a run that has read all lists looks for more: a walk may add some while it goes on.
const LOOK: Duration = Duration::from_secs(1);

/// Lists of a run.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub(super) hand: Hand,
    /// Lists that were read and not begun.
    upcoming: VecDeque<TransferList>,
    /// Number of the last list that was read.
    after: Option<u64>,
    /// Time at which there were no more.
    all_read_at: Option<Instant>,
    /// Files of lists that were begun, which are not begun themselves.
    next: VecDeque<Task>,
}

impl Run<'_> {
    /// Returns the next file of a list, if there is any that can be begun now. Call it only after all rows were read:
    /// what has one is left to it.
    pub(super) async fn next_listed(&mut self) -> Result<Option<Task>, Failure> {
        loop {
            if let Some(task) = self.lists.next.pop_front() {
                return Ok(Some(task));
            }
            let may_be_more = self.lists.all_read_at.is_none_or(|at| at.elapsed() >= LOOK);
            if self.lists.upcoming.is_empty() && may_be_more {
                self.read_lists().await?;
            }
            let has_room = |list: &TransferList| self.lists.hand.has_room_for(list);
            if !self.lists.upcoming.front().is_some_and(has_room) {
                return Ok(None);
            }
            if let Some(list) = self.lists.upcoming.pop_front() {
                self.begin_list(list).await?;
            }
        }
    }

    async fn read_lists(&mut self) -> Result<(), Failure> {
        let lists = self.worker.store.transfer_lists(self.connection.id, self.lists.after, PAGE).await?;
        self.lists.all_read_at = (lists.len() < PAGE as usize).then(Instant::now);
        self.lists.after = lists.last().map(|last| last.number).or(self.lists.after);
        self.lists.upcoming.extend(lists);
        Ok(())
    }

    /// Reads what its files need. What is read may be outdated by some seconds when a file's turn comes: its outcome is
    /// recorded only if the item wants the revision then, and nothing else of this revision is begun meanwhile.
    async fn begin_list(&mut self, list: TransferList) -> Result<(), Failure> {
        let (store, id, number) = (&self.worker.store, self.connection.id, list.number);
        let ids: Vec<ItemId> = list.files.iter().map(|(item, _)| item.clone()).collect();
        let read_at = Instant::now();
        let items = store.items(id, &ids).await?;
        let hash_of = |(item, rev): &FileRevision| {
            items.get(item).filter(|item| is_pending(item, rev)).and_then(copied_by)
        };
        let hashes: Vec<&str> = list.files.iter().filter_map(hash_of).collect();
        let twins = store.indexed_contents(id, &hashes).await?;
        for (item, rev) in self.lists.hand.begin(list.clone()) {
            let twin = hash_of(&(item.clone(), rev.clone())).and_then(|hash| twins.get(hash).cloned());
            let listed = Listed { list: number, read_at, item: items.get(&item).cloned(), twin };
            self.lists.next.push_back(Task { transfer: Transfer::new(item, rev), listed: Some(listed) });
        }
        self.remove_if_finished(number).await;
        Ok(())
    }

    /// Puts down a file. If it was the last one of its list, removes the list.
    pub(super) async fn put_down(&mut self, file: FileRevision, list: Option<u64>, after: After) {
        self.lists.hand.put_down(file, list, after);
        if let Some(number) = list {
            self.remove_if_finished(number).await;
        }
    }

    async fn remove_if_finished(&mut self, number: u64) {
        if let Some(list) = self.lists.hand.take_finished(number) {
            self.leave(&list, &[]).await;
        }
    }

    /// Leaves on their lists what was not done.
    pub(super) async fn put_lists_back(&mut self) {
        for (list, left) in self.lists.hand.take_unfinished() {
            if left.len() < list.files.len() {
                self.leave(&list, &left).await;
            }
        }
    }

    /// If that fails, the list is done again as a whole.
    async fn leave(&mut self, list: &TransferList, left: &[FileRevision]) {
        match self.worker.store.shorten_list(self.connection.id, list, left).await {
            Ok(true) => {}
            // A walk has written it again, because it did not know that it had before, or this run was overtaken.
            Ok(false) => self.wait_for(self.worker.clock.now()),
            Err(error) => self.fail(&error.into()),
        }
    }
}

fn is_pending(item: &Item, rev: &Rev) -> bool {
    matches!(&item.content, Content::Pending { rev: wanted } if wanted == rev)
}

/// Returns the content hash by which an item's bytes may be copied within the bucket.
pub(super) fn copied_by(item: &Item) -> Option<&str> {
    item.metadata.content_hash.as_deref().filter(|_| item.metadata.export_as.is_none())
}
