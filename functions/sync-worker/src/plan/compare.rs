//! Comparison of a full listing with all stored items. To save memory, it keeps only fingerprints of the
//! listed entries.

use std::collections::{BTreeSet, HashMap};

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use shared::{
    dropbox::Unreadable,
    model::{Item, ItemId, Metadata},
};

use super::Rules;

/// Eight bytes that tell whether a stored item equals what Dropbox lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// Returns the fingerprint of an item's metadata.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        let parts = (
            metadata.kind,
            &metadata.path_lower,
            &metadata.name,
            &metadata.rev,
            metadata.size,
            &metadata.content_hash,
        );
        // Tuples of plain values always serialise.
        let mut text = serde_json::to_vec(&parts).unwrap_or_default();
        // Only symbolic links have this part, so that the fingerprints of other files stay as in earlier
        // versions.
        text.extend(metadata.symlink_target.iter().flat_map(|target| target.bytes()));
        let mut first = [0; 8];
        first.copy_from_slice(&digest(&SHA256, &text).as_ref()[..8]);
        Self(u64::from_be_bytes(first))
    }
}

/// The listed entries, as fingerprints, before they are compared with the stored items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    listed: HashMap<ItemId, Fingerprint>,
    /// Number of listed items.
    count: u64,
    /// Items with a listed entry that cannot be read.
    #[serde(default)]
    doubtful: BTreeSet<ItemId>,
    /// Number of entries that cannot be read.
    #[serde(default)]
    unreadable: u64,
}

/// Differences between a listing and the stored items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Difference {
    /// Stored items that are not listed, or listed with other metadata, or skipped by rules that have changed
    /// since; in order of their ids.
    pub doubted: Vec<ItemId>,
    /// Listed items that are not stored, in order of their ids. Items whose entry cannot be read are among
    /// them, even if they are stored.
    pub unknown: Vec<ItemId>,
    /// Number of entries that cannot be read.
    pub unreadable: u64,
    /// Number of listed items.
    pub listed: u64,
    /// Number of listed items that equal the stored ones.
    pub agreed: u64,
}

impl Comparison {
    /// Adds a listed entry. If an item is listed again because it changed, its last entry counts.
    pub fn list(&mut self, metadata: &Metadata) {
        if self.listed.insert(metadata.id.clone(), Fingerprint::of(metadata)).is_none() {
            self.count += 1;
        }
    }

    /// Adds an entry that cannot be read. If it has an id, Dropbox is asked about that item.
    pub fn list_unreadable(&mut self, entry: &Unreadable) {
        self.unreadable += 1;
        self.doubtful.extend(entry.id.clone());
    }

    /// Removes these items from the listing, because they are not wanted.
    pub fn leave_out<'a>(&mut self, items: impl IntoIterator<Item = &'a ItemId>) {
        for id in items {
            self.count -= u64::from(self.listed.remove(id).is_some());
            self.doubtful.remove(id);
        }
    }

    /// Ends the listing and begins the check of the stored items.
    #[must_use]
    pub fn check(self, rules: &Rules) -> Check {
        let difference =
            Difference { listed: self.count, unreadable: self.unreadable, ..Difference::default() };
        self.resume(rules, difference)
    }

    /// Resumes a suspended check.
    #[must_use]
    pub fn resume(self, rules: &Rules, difference: Difference) -> Check {
        Check { left: self.listed, doubtful: self.doubtful, rules: rules.clone(), difference }
    }
}

/// The check of all stored items, which come in batches, against a complete listing.
#[derive(Debug)]
pub struct Check {
    /// Listed items that have not been found among the stored ones yet.
    left: HashMap<ItemId, Fingerprint>,
    /// Items that Dropbox is asked about in any case.
    doubtful: BTreeSet<ItemId>,
    /// The rules, with the room that the doubted items leave.
    rules: Rules,
    difference: Difference,
}

impl Check {
    /// Checks stored items. Each item may come only once.
    pub fn add_stored(&mut self, items: &[Item]) {
        for item in items {
            match self.left.remove(&item.metadata.id) {
                Some(listed)
                    if listed == Fingerprint::of(&item.metadata)
                        && !self.has_changed_for(item)
                        && !self.doubtful.contains(&item.metadata.id) =>
                {
                    self.difference.agreed += 1;
                }
                _ => self.difference.doubted.push(item.metadata.id.clone()),
            }
        }
    }

    /// Whether the current rules would no longer skip an item, or skip it for another reason. No more items
    /// over the file limit are doubted than there is room for.
    fn has_changed_for(&mut self, item: &Item) -> bool {
        let has_changed = self.rules.changed_for(item);
        self.rules.make_room(false, has_changed);
        has_changed
    }

    /// Whether an item is listed and has not been found among the stored ones yet.
    #[must_use]
    pub fn has_listed(&self, id: &ItemId) -> bool {
        self.left.contains_key(id)
    }

    /// Suspends the check, to be continued by [`Comparison::resume`]. Returns the listed items that were not
    /// found yet, and the differences so far.
    #[must_use]
    pub fn suspend(self) -> (Comparison, Difference) {
        let Self { left, doubtful, difference, .. } = self;
        let (count, unreadable) = (difference.listed, difference.unreadable);
        (Comparison { listed: left, count, doubtful, unreadable }, difference)
    }

    /// Ends the check after the last item, and returns the differences.
    #[must_use]
    pub fn end(self) -> Difference {
        let Self { left, doubtful, mut difference, .. } = self;
        difference.unknown = left.into_keys().chain(doubtful).collect();
        difference.doubted.sort();
        difference.unknown.sort();
        difference.unknown.dedup();
        difference
    }
}
