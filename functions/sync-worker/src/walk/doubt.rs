//! What a comparison is in doubt about, and what came of asking Dropbox about it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::{
    dropbox::{Entry, Unreadable},
    model::{ItemId, Removal},
};

use super::step::{Progress, Step};
use crate::{Failure, plan::Difference};

/// Why something is in doubt. One letter each, since there may be a million of them in the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Doubted {
    /// It is held, and is listed otherwise or not at all.
    #[serde(rename = "h")]
    Held,
    /// It is held, and its deletion was reported. The listing may have been older.
    #[serde(rename = "r")]
    Reported,
    /// It is listed, and not held as far as is known.
    #[serde(rename = "l")]
    Listed,
}

/// What Dropbox is still to be asked about, and what it said so far.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Doubt {
    /// Items, and what is not held.
    pub(super) ids: BTreeMap<ItemId, Doubted>,
    /// What was confirmed and is not taken yet: it is taken before anything else happens.
    #[serde(skip)]
    confirmed: Vec<Entry>,
    /// Whether the second listing has an entry that cannot be read and names no id: it may be of anything.
    pub(super) is_blurred: bool,
    /// Items that are left as they are, since Dropbox says nothing of them that can be read: where they stand is unknown.
    pub(super) unplaced: BTreeSet<ItemId>,
    /// How many items are gone as their reported deletions said.
    gone_as_reported: u64,
    /// Items whose deletion was reported while the comparison went on, and that are not in doubt.
    gone_meanwhile: BTreeSet<ItemId>,
    /// How many are left as they are, since Dropbox refuses to tell of them.
    pub(super) refused: u64,
    /// How many of those that were confirmed are left out for another at their path.
    pub(super) duplicates: u64,
}

impl Doubt {
    /// Adds what the items show beside a listing.
    pub(super) fn add(&mut self, difference: &mut Difference, reported: BTreeSet<ItemId>) {
        let doubted = std::mem::take(&mut difference.doubted).into_iter();
        self.ids.extend(doubted.map(|id| (id, Doubted::Held)));
        for id in std::mem::take(&mut difference.unknown) {
            self.ids.entry(id).or_insert(Doubted::Listed);
        }
        self.gone_meanwhile.retain(|id| !reported.contains(id));
        self.ids.extend(reported.into_iter().map(|id| (id, Doubted::Reported)));
    }

    /// The deletion of an item was reported after the items were read.
    pub(super) fn note_reported(&mut self, id: ItemId) {
        match self.ids.get_mut(&id) {
            Some(doubted) => *doubted = Doubted::Reported,
            None => drop(self.gone_meanwhile.insert(id)),
        }
    }

    /// How many deletions are none of the comparison's own: Dropbox had reported them.
    pub(super) fn reported(&self) -> u64 {
        self.gone_as_reported + self.gone_meanwhile.len() as u64
    }

    /// How many confirmed entries are still to be taken.
    pub(super) fn untaken(&self) -> usize {
        self.confirmed.len()
    }
}

impl Step<'_> {
    /// Takes note of what Dropbox says of what is in doubt. Of what cannot be read the item stays as it is.
    pub(super) fn note_confirmed(&mut self, entries: Vec<Entry>, doubt: &mut Doubt) {
        for entry in entries {
            match &entry {
                Entry::Present { facts, .. } => {
                    if doubt.ids.remove(&facts.id).is_some() {
                        doubt.confirmed.push(entry);
                    }
                }
                Entry::Unreadable(Unreadable { id: Some(id), .. }) => {
                    if doubt.ids.contains_key(id) {
                        self.leave_unplaced(&id.clone(), doubt);
                    }
                }
                Entry::Unreadable(_) => doubt.is_blurred = true,
                Entry::Deleted(_) => {}
            }
        }
    }

    pub(super) fn leave_unplaced(&mut self, id: &ItemId, doubt: &mut Doubt) {
        doubt.ids.remove(id);
        doubt.unplaced.insert(id.clone());
        self.leave_as_it_is(id.clone());
    }

    /// Dropbox does not know an item (any more). It is marked by its id, since no path leads to it where a folder above is
    /// not held; and it is not meant if it was touched after the log's head was `at`: what says that it is gone is as old as
    /// that.
    pub(super) fn lose(&mut self, id: &ItemId, at: u64, doubt: &mut Doubt) {
        // What stands where a selected folder was that is gone is in no selection.
        self.standing.scope.lose(id);
        match doubt.ids.remove(id) {
            Some(Doubted::Held) => {}
            Some(Doubted::Reported) => doubt.gone_as_reported += 1,
            Some(Doubted::Listed) | None => return,
        }
        self.standing.marks.mark_item(id.clone(), at, Removal::Deleted);
    }

    /// Takes what was confirmed, parents first. What is in folders whose case changed is shown when all is taken.
    pub(super) async fn take_confirmed(&mut self, doubt: &mut Doubt) -> Result<(), Failure> {
        if doubt.confirmed.is_empty() {
            return Ok(());
        }
        let mut entries = std::mem::take(&mut doubt.confirmed);
        entries.sort_by(|one, two| path(one).cmp(&path(two)));
        let entries = self.leave_out_duplicates(entries, doubt).await?;
        self.take_pieces(entries, Progress::default()).await
    }
}

fn path(entry: &Entry) -> Option<&str> {
    entry.facts().map(|facts| facts.path_lower.as_str())
}
