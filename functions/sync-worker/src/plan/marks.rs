//! Deletions that wait for the end of the drain: the same id may yet appear at another path, and then it was
//! a move.

use std::collections::{BTreeSet, HashMap, HashSet};

use shared::model::{Change, ChangeKind, Item, ItemId, Mark, Removal};

use super::Known;

/// Whether a lower-cased path is `root` or lies below it.
#[must_use]
pub fn is_at_or_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns a path and its ancestors, without the root.
pub(super) fn path_and_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(parent, _)| parent))
        .filter(|path| !path.is_empty())
}

/// The marks of a drain, by path and by id. A later mark of a path or id replaces an earlier one.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    below: HashMap<String, Placed>,
    items: HashMap<ItemId, (Placed, Removal)>,
    spared: HashMap<ItemId, u64>,
    orphan_parents: HashSet<String>,
    /// Items with unreadable entries, and the order of the last such note.
    unreadable: HashMap<ItemId, u64>,
    /// Number of marks so far, replaced ones included.
    count: u64,
    /// Marks that are not stored yet.
    fresh: Vec<Mark>,
}

/// Position of a mark.
#[derive(Debug, Clone, Copy)]
struct Placed {
    /// The log's head at the time. The mark does not apply to items that a later change touched.
    at: u64,
    /// Position in the order of marks.
    order: u64,
}

impl Marks {
    /// Restores marks from the store.
    #[must_use]
    pub fn stored(marks: Vec<Mark>) -> Self {
        let mut all = Self::default();
        marks.into_iter().for_each(|mark| all.insert(mark));
        all
    }

    /// Whether neither a path nor an item is marked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.below.is_empty() && self.items.is_empty()
    }

    /// Marks everything that is at or below `path` when the log's head is `at`.
    pub(super) fn mark_below(&mut self, path: String, at: u64) {
        self.note(Mark::Below { path, at });
    }

    /// Marks one item, unless a change after `at` touches it.
    pub fn mark_item(&mut self, id: ItemId, at: u64, why: Removal) {
        self.note(Mark::Item { id, at, why });
    }

    /// Notes that items may be stored below a path at which no folder is stored (any more).
    pub(super) fn note_orphan_parent(&mut self, path: &str) {
        if !self.orphan_parents.contains(path) {
            self.note(Mark::OrphanParent { path: path.to_owned() });
        }
    }

    /// Notes the same for a path and all its ancestors.
    pub(super) fn note_orphan_parents(&mut self, path: &str) {
        path_and_above(path).for_each(|path| self.note_orphan_parent(path));
    }

    /// Whether items may be stored below a path at which no folder is stored.
    pub(super) fn is_orphan_parent(&self, path: &str) -> bool {
        self.orphan_parents.contains(path)
    }

    /// Cancels earlier marks of an item that was seen at its stored path.
    pub(super) fn spare(&mut self, stored: Known<'_>) {
        if self.means(stored).is_some() {
            self.note(Mark::Spared { id: stored.metadata.id.clone() });
        }
    }

    /// Cancels earlier marks of an item that Dropbox refuses to describe or describes unreadably: it may
    /// still exist.
    pub fn spare_item(&mut self, id: ItemId) {
        self.note(Mark::Spared { id });
    }

    /// Returns the reason for which an item is marked, if it is.
    #[must_use]
    pub fn why(&self, item: &Item) -> Option<Removal> {
        self.means(Known::from(item))
    }

    /// Notes an item whose entry cannot be read.
    pub(super) fn note_unreadable(&mut self, id: ItemId) {
        if !self.unreadable.contains_key(&id) {
            self.note(Mark::Unreadable { id });
        }
    }

    /// Returns the number of marks so far. Later marks have a higher order.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Forgets which items had unreadable entries among the first `count` marks: a comparison asks Dropbox
    /// about each of them, so reported deletions apply to them again.
    pub fn ask_about_unreadable(&mut self, count: u64) {
        self.unreadable.retain(|_, order| *order > count);
    }

    /// Whether the last mark of an item by its id is among the first `count` marks.
    #[must_use]
    pub fn was_marked(&self, id: &ItemId, count: u64) -> bool {
        self.items.get(id).is_some_and(|(placed, _)| placed.order <= count)
    }

    /// Returns the paths and items that were marked after the first `count` marks.
    #[must_use]
    pub fn marked_since(&self, count: u64) -> (Vec<String>, Vec<ItemId>) {
        let is_later = |placed: &Placed| placed.order > count;
        let paths = self.below.iter().filter(|(_, placed)| is_later(placed)).map(|(path, _)| path.clone());
        let ids = self.items.iter().filter(|(_, (placed, _))| is_later(placed)).map(|(id, _)| id.clone());
        let (mut paths, mut ids): (Vec<String>, Vec<ItemId>) = (paths.collect(), ids.collect());
        paths.sort();
        ids.sort();
        (paths, ids)
    }

    fn means(&self, item: Known<'_>) -> Option<Removal> {
        let spared = self.spared.get(&item.metadata.id).copied().unwrap_or_default();
        let means = |mark: &Placed| item.number <= mark.at && mark.order > spared;
        // An item that was moved out of the selections is also reported as deleted at its old path; its own
        // mark has the exact reason.
        if let Some((_, why)) = self.items.get(&item.metadata.id).filter(|(mark, _)| means(mark)) {
            return Some(*why);
        }
        if self.unreadable.contains_key(&item.metadata.id) {
            return None;
        }
        let mut above = path_and_above(&item.metadata.path_lower).filter_map(|path| self.below.get(path));
        above.any(means).then_some(Removal::Deleted)
    }

    /// Returns the marks that must be stored, and regards them as stored from now on.
    pub fn take_fresh(&mut self) -> Vec<Mark> {
        std::mem::take(&mut self.fresh)
    }

    /// Returns the marked paths, nested ones included, and the paths at or below them at which no folder is
    /// stored: what is below such a path cannot be found through its ancestors.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        let orphan_parents = self.orphan_parents.iter().filter(|path| self.mean(path));
        let mut paths: Vec<String> = self.below.keys().chain(orphan_parents).cloned().collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// Returns the paths at or below `root` at which no folder is stored but items may be stored below: these
    /// cannot be found through their ancestors.
    #[must_use]
    pub fn orphan_parents_in(&self, root: &str) -> Vec<String> {
        let mut paths: Vec<String> =
            self.orphan_parents.iter().filter(|path| is_at_or_below(path, root)).cloned().collect();
        paths.sort();
        paths
    }

    /// Returns the notes that must outlive an early deletion, as long as the drain goes on: paths without a
    /// stored folder but possibly with items below, and items with unreadable entries.
    #[must_use]
    pub fn lasting(&self) -> Vec<Mark> {
        let paths: BTreeSet<&String> = self.orphan_parents.iter().collect();
        let ids: BTreeSet<&ItemId> = self.unreadable.keys().collect();
        let orphan_parents = paths.into_iter().map(|path| Mark::OrphanParent { path: path.clone() });
        orphan_parents.chain(ids.into_iter().map(|id| Mark::Unreadable { id: id.clone() })).collect()
    }

    /// Whether a path or one of its ancestors is marked.
    pub(super) fn mean(&self, path: &str) -> bool {
        path_and_above(path).any(|above| self.below.contains_key(above))
    }

    /// Returns the items that are marked by their ids.
    #[must_use]
    pub fn ids(&self) -> Vec<ItemId> {
        let mut ids: Vec<ItemId> = self.items.keys().cloned().collect();
        ids.sort();
        ids
    }

    fn note(&mut self, mark: Mark) {
        self.fresh.push(mark.clone());
        self.insert(mark);
    }

    fn insert(&mut self, mark: Mark) {
        self.count += 1;
        let order = self.count;
        match mark {
            Mark::Below { path, at } => drop(self.below.insert(path, Placed { at, order })),
            Mark::Item { id, at, why } => drop(self.items.insert(id, (Placed { at, order }, why))),
            Mark::OrphanParent { path } => drop(self.orphan_parents.insert(path)),
            Mark::Spared { id } => drop(self.spared.insert(id, order)),
            Mark::Unreadable { id } => drop(self.unreadable.insert(id, order)),
        }
    }
}

/// Returns the removal of each item, once, numbered from the one after `head`. Parents come before their
/// children.
#[must_use]
pub fn removals(head: u64, items: impl IntoIterator<Item = (Item, Removal)>) -> Vec<Change> {
    let mut items: Vec<(Item, Removal)> = items.into_iter().collect();
    items.sort_by(|(one, _), (two, _)| {
        (&one.metadata.path_lower, &one.metadata.id).cmp(&(&two.metadata.path_lower, &two.metadata.id))
    });
    items.dedup_by(|(one, _), (two, _)| one.metadata.id == two.metadata.id);
    (head + 1..).zip(items).map(|(number, (item, why))| removal(number, item, why)).collect()
}

fn removal(number: u64, item: Item, why: Removal) -> Change {
    let (drops, created) = (item.content.rev().cloned(), item.created);
    Change { number, kind: ChangeKind::Deleted { why }, item: item.metadata, drops, created }
}
