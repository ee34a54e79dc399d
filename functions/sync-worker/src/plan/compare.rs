//! A full listing compared with what we hold, in little memory: of each side only fingerprints are kept.

use std::collections::{BTreeSet, HashMap};

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use shared::{
    dropbox::Unreadable,
    model::{Facts, Item, ItemId},
};

use super::Rules;

/// What tells whether an item is as Dropbox says, in eight bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// The fingerprint of an item.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let parts = (facts.kind, &facts.path_lower, &facts.name, &facts.rev, facts.size, &facts.content_hash);
        // Tuples of plain values always serialise.
        let mut text = serde_json::to_vec(&parts).unwrap_or_default();
        // Of other files the fingerprint is what it was before there was this part.
        text.extend(facts.symlink_target.iter().flat_map(|target| target.bytes()));
        let mut first = [0; 8];
        first.copy_from_slice(&digest(&SHA256, &text).as_ref()[..8]);
        Self(u64::from_be_bytes(first))
    }
}

/// What was listed, and then how it differs from what we hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    listed: HashMap<ItemId, Fingerprint>,
    /// How many were listed.
    count: u64,
    /// Items of which the listing told something that cannot be read.
    #[serde(default)]
    doubtful: BTreeSet<ItemId>,
    /// How many entries cannot be read.
    #[serde(default)]
    unreadable: u64,
}

/// How a listing differs from what we hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Difference {
    /// Items that are listed with other facts than we hold, or are not listed, or were skipped by rules that are
    /// others now: in order of their ids.
    pub doubted: Vec<ItemId>,
    /// Listed and not held, in order of their ids; those among them of which the entry cannot be read may be held.
    pub unknown: Vec<ItemId>,
    /// How many entries cannot be read.
    pub unreadable: u64,
    /// How many were listed.
    pub listed: u64,
    /// How many of them we hold as they are.
    pub agreed: u64,
}

impl Comparison {
    /// Takes in what is listed. An entry that is repeated, since it changed, counts as it came last.
    pub fn list(&mut self, facts: &Facts) {
        if self.listed.insert(facts.id.clone(), Fingerprint::of(facts)).is_none() {
            self.count += 1;
        }
    }

    /// Takes in an entry that cannot be read: where it has an id, the item is asked about by that.
    pub fn list_unreadable(&mut self, entry: &Unreadable) {
        self.unreadable += 1;
        self.doubtful.extend(entry.id.clone());
    }

    /// Leaves out what was listed of these items: it is not wanted.
    pub fn leave_out<'a>(&mut self, items: impl IntoIterator<Item = &'a ItemId>) {
        for id in items {
            self.count -= u64::from(self.listed.remove(id).is_some());
            self.doubtful.remove(id);
        }
    }

    /// Everything is listed: what we hold comes next.
    #[must_use]
    pub fn check(self, rules: &Rules) -> Check {
        let difference =
            Difference { listed: self.count, unreadable: self.unreadable, ..Difference::default() };
        self.resume(rules, difference)
    }

    /// Goes on with a check that was suspended.
    #[must_use]
    pub fn resume(self, rules: &Rules, difference: Difference) -> Check {
        Check { left: self.listed, doubtful: self.doubtful, rules: rules.clone(), difference }
    }
}

/// The comparison of a whole listing with the items, which come in pieces.
#[derive(Debug)]
pub struct Check {
    /// What was listed and is not found among the items yet.
    left: HashMap<ItemId, Fingerprint>,
    /// What is asked about in any case.
    doubtful: BTreeSet<ItemId>,
    /// With the room that the items leave that are doubted.
    rules: Rules,
    difference: Difference,
}

impl Check {
    /// Takes in items that we hold; each may come once.
    pub fn hold(&mut self, items: &[Item]) {
        for item in items {
            match self.left.remove(&item.facts.id) {
                Some(listed)
                    if listed == Fingerprint::of(&item.facts)
                        && !self.has_changed_for(item)
                        && !self.doubtful.contains(&item.facts.id) =>
                {
                    self.difference.agreed += 1;
                }
                _ => self.difference.doubted.push(item.facts.id.clone()),
            }
        }
    }

    /// Whether other rules would not skip an item, or not for the same reason. Of the items beyond a limit no more are
    /// asked about than there is room for.
    fn has_changed_for(&mut self, item: &Item) -> bool {
        let has_changed = self.rules.changed_for(item);
        self.rules.make_room(false, has_changed);
        has_changed
    }

    /// Whether an item was listed and has not been taken in yet.
    #[must_use]
    pub fn has_listed(&self, id: &ItemId) -> bool {
        self.left.contains_key(id)
    }

    /// Leaves the rest of the items to a later [`Comparison::resume`]: what was listed and is not found among the items
    /// yet, and how those that have come differ.
    #[must_use]
    pub fn suspend(self) -> (Comparison, Difference) {
        let Self { left, doubtful, difference, .. } = self;
        let (count, unreadable) = (difference.listed, difference.unreadable);
        (Comparison { listed: left, count, doubtful, unreadable }, difference)
    }

    /// All items have come.
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
