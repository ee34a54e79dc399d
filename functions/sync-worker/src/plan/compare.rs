//! A full listing compared with what we hold.

use std::collections::{HashMap, HashSet};

use shared::{
    dropbox::Entry,
    model::{Facts, Item, ItemId},
};

use super::{gone::is_at_or_below, is_unchanged};

/// What Dropbox reported while the listing ran: the listing may be older, so it is not believed about these.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    ids: HashSet<ItemId>,
    deleted: HashSet<String>,
}

impl Seen {
    /// Takes note of entries.
    pub fn note(&mut self, entries: &[Entry]) {
        for entry in entries {
            match entry {
                Entry::Present { facts, .. } => drop(self.ids.insert(facts.id.clone())),
                Entry::Deleted(path) => drop(self.deleted.insert(path.clone())),
            }
        }
    }

    fn touched(&self, facts: &Facts) -> bool {
        self.ids.contains(&facts.id)
            || self.deleted.iter().any(|path| is_at_or_below(&facts.path_lower, path))
    }
}

/// How a listing differs from what we hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Entries that we do not hold as they are.
    pub entries: Vec<Entry>,
    /// Items that are not listed.
    pub missing: Vec<ItemId>,
    /// How many entries we hold as they are.
    pub agreed: u64,
}

/// Compares a listing, by id, with all items.
#[must_use]
pub fn compare(listed: HashMap<ItemId, (Facts, bool)>, held: &[Item], seen: &Seen) -> Comparison {
    let mut comparison = Comparison::default();
    let by_id: HashMap<&ItemId, &Item> = held.iter().map(|item| (&item.facts.id, item)).collect();
    let unlisted =
        held.iter().filter(|item| !listed.contains_key(&item.facts.id) && !seen.touched(&item.facts));
    comparison.missing = unlisted.map(|item| item.facts.id.clone()).collect();
    for (facts, downloadable) in listed.into_values() {
        if by_id.get(&facts.id).is_some_and(|item| is_unchanged(&item.facts, &facts)) {
            comparison.agreed += 1;
        } else if !seen.touched(&facts) {
            comparison.entries.push(Entry::Present { facts, downloadable });
        }
    }
    comparison.entries.sort_by(|one, two| path(one).cmp(path(two)));
    comparison
}

fn path(entry: &Entry) -> &str {
    match entry {
        Entry::Present { facts, .. } => &facts.path_lower,
        Entry::Deleted(path) => path,
    }
}
