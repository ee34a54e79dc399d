//! Items that a comparison doubts, and Dropbox's answers about them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::{
    dropbox::{Entry, Unreadable},
    model::{ItemId, Removal},
};

use super::{
    duplicates, paths,
    state::{MARKS, Progress, Walk},
};
use crate::{Failure, plan::Difference};

/// Reason for a doubt. Serialised as one letter, because the bucket may have a million of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Doubted {
    /// The item is stored, and is listed otherwise or not at all.
    #[serde(rename = "h")]
    Stored,
    /// The item is stored, and its deletion was reported. The listing may have been older.
    #[serde(rename = "r")]
    Reported,
    /// The item is listed, and as far as is known not stored.
    #[serde(rename = "l")]
    Listed,
}

/// Items that Dropbox must still be asked about, and its answers so far.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Doubt {
    /// The doubted items, stored or only listed.
    pub(super) ids: BTreeMap<ItemId, Doubted>,
    /// Confirmed entries that are not taken yet. They are taken before anything else happens.
    #[serde(skip)]
    confirmed: Vec<Entry>,
    /// Whether the second listing has an unreadable entry without an id, which may be any item's.
    pub(super) is_blurred: bool,
    /// Stored items that are left as they are because Dropbox refuses to describe them or describes them
    /// unreadably; their current path is unknown.
    pub(super) unplaced: BTreeSet<ItemId>,
    /// Number of items that are gone as their reported deletions said.
    gone_as_reported: u64,
    /// Items whose deletion was reported while the comparison went on, and that are not in doubt.
    gone_meanwhile: BTreeSet<ItemId>,
    /// Number of items that are left as they are because Dropbox refuses to describe them.
    pub(super) refused: u64,
    /// Number of confirmed entries that are left out for another at their path.
    pub(super) duplicates: u64,
}

impl Doubt {
    /// Adds the differences between the stored items and the listing.
    pub(super) fn add(&mut self, difference: &mut Difference, reported: BTreeSet<ItemId>) {
        let doubted = std::mem::take(&mut difference.doubted).into_iter();
        self.ids.extend(doubted.map(|id| (id, Doubted::Stored)));
        for id in std::mem::take(&mut difference.unknown) {
            self.ids.entry(id).or_insert(Doubted::Listed);
        }
        self.gone_meanwhile.retain(|id| !reported.contains(id));
        self.ids.extend(reported.into_iter().map(|id| (id, Doubted::Reported)));
    }

    /// Records that the deletion of an item was reported after the items were read.
    pub(super) fn note_reported(&mut self, id: ItemId) {
        match self.ids.get_mut(&id) {
            Some(doubted) => *doubted = Doubted::Reported,
            None => drop(self.gone_meanwhile.insert(id)),
        }
    }

    /// Returns the number of deletions that Dropbox had reported, and that the comparison did not find by
    /// itself.
    pub(super) fn reported(&self) -> u64 {
        self.gone_as_reported + self.gone_meanwhile.len() as u64
    }

    /// Returns the number of confirmed entries that must still be taken.
    pub(super) fn untaken(&self) -> usize {
        self.confirmed.len()
    }
}

/// Records Dropbox's answers about doubted items. An item whose entry cannot be read stays as it is.
pub(super) async fn note_confirmed(
    walk: &mut Walk<'_>,
    entries: Vec<Entry>,
    doubt: &mut Doubt,
) -> Result<(), Failure> {
    let mut unreadable = Vec::new();
    for entry in entries {
        match &entry {
            Entry::Present { metadata, .. } => {
                if doubt.ids.remove(&metadata.id).is_some() {
                    doubt.confirmed.push(entry);
                }
            }
            Entry::Unreadable(Unreadable { id: Some(id), .. }) => {
                unreadable.extend(doubt.ids.contains_key(id).then(|| id.clone()));
            }
            Entry::Unreadable(_) => doubt.is_blurred = true,
            Entry::Deleted(_) => {}
        }
    }
    leave_unplaced(walk, unreadable, doubt).await
}

/// Leaves items as they are that Dropbox refuses to describe or describes unreadably.
pub(super) async fn leave_unplaced(
    walk: &mut Walk<'_>,
    ids: Vec<ItemId>,
    doubt: &mut Doubt,
) -> Result<(), Failure> {
    for id in &ids {
        doubt.ids.remove(id);
        doubt.unplaced.insert(id.clone());
    }
    leave_items(walk, ids).await
}

/// Leaves items as they are, even if their deletion was reported, because Dropbox does not confirm it. Only an
/// item whose path another one has taken meanwhile stays marked: there is no place for two.
pub(super) async fn leave_items(walk: &mut Walk<'_>, ids: Vec<ItemId>) -> Result<(), Failure> {
    for ids in ids.chunks(MARKS) {
        let displaced = paths::displaced(walk, ids).await?;
        let left = ids.iter().filter(|id| !displaced.contains(*id));
        left.for_each(|id| walk.drain.marks.spare_item(id.clone()));
    }
    Ok(())
}

/// Marks a stored item that Dropbox does not know (any more). The mark is by id, because no path leads to
/// the item if a folder above it is not stored. The mark does not apply if a change after `at` touched
/// the item, since the evidence is from when the log's head was `at`.
pub(super) fn lose(walk: &mut Walk<'_>, id: &ItemId, at: u64, doubt: &mut Doubt) {
    // A selected folder is gone: whatever is at its path by now is not in the selection.
    walk.drain.scope.lose(id);
    match doubt.ids.remove(id) {
        Some(Doubted::Stored) => {}
        Some(Doubted::Reported) => doubt.gone_as_reported += 1,
        Some(Doubted::Listed) | None => return,
    }
    walk.drain.marks.mark_item(id.clone(), at, Removal::Deleted);
}

/// Takes the confirmed entries, parents first. Display paths below folders whose case changed are
/// corrected after that.
pub(super) async fn take_confirmed(walk: &mut Walk<'_>, doubt: &mut Doubt) -> Result<(), Failure> {
    if doubt.confirmed.is_empty() {
        return Ok(());
    }
    let mut entries = std::mem::take(&mut doubt.confirmed);
    entries.sort_by(|one, two| path(one).cmp(&path(two)));
    let entries = duplicates::leave_out(walk, entries, doubt).await?;
    walk.mirror_pieces(entries, Progress::default()).await
}

fn path(entry: &Entry) -> Option<&str> {
    entry.metadata().map(|metadata| metadata.path_lower.as_str())
}
