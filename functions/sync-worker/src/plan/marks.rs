//! Deletions, held back until the drain ends: the same id may yet appear at another path, and then it was a move.

use std::collections::{BTreeSet, HashMap, HashSet};

use shared::model::{Change, ChangeKind, Item, ItemId, Mark, Removal};

use super::Known;

/// Whether a lower-cased path is `root` or lies below it.
#[must_use]
pub fn is_at_or_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path and all paths above it, without the root.
pub(super) fn path_and_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(parent, _)| parent))
        .filter(|path| !path.is_empty())
}

/// The marks of a drain, found by path and by id. A later mark of the same path or id takes the place of an earlier.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    below: HashMap<String, Placed>,
    items: HashMap<ItemId, (Placed, Removal)>,
    spared: HashMap<ItemId, u64>,
    unheld: HashSet<String>,
    /// By when the last of it was noted.
    unreadable: HashMap<ItemId, u64>,
    /// How many marks there were.
    count: u64,
    /// Those that are not stored yet.
    fresh: Vec<Mark>,
}

/// A mark among the others.
#[derive(Debug, Clone, Copy)]
struct Placed {
    /// Items touched by a later change are not meant.
    at: u64,
    /// Its place in the order of marks.
    order: u64,
}

impl Marks {
    /// Marks that were stored.
    #[must_use]
    pub fn stored(marks: Vec<Mark>) -> Self {
        let mut all = Self::default();
        marks.into_iter().for_each(|mark| all.insert(mark));
        all
    }

    /// Whether nothing is marked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.below.is_empty() && self.items.is_empty()
    }

    /// Marks everything that stands at or below `path` when the log's head is `at`.
    pub(super) fn mark_below(&mut self, path: String, at: u64) {
        self.note(Mark::Below { path, at });
    }

    /// Marks one item.
    pub fn mark_item(&mut self, id: ItemId, at: u64, why: Removal) {
        self.note(Mark::Item { id, at, why });
    }

    /// Something may be held below a path where no folder is held (any more).
    pub(super) fn note_unheld(&mut self, path: &str) {
        if !self.unheld.contains(path) {
            self.note(Mark::Unheld { path: path.to_owned() });
        }
    }

    /// The same of a path and all above it.
    pub(super) fn note_all_unheld(&mut self, path: &str) {
        path_and_above(path).for_each(|path| self.note_unheld(path));
    }

    /// Whether something may be held below a path although no folder is held there.
    pub(super) fn is_unheld(&self, path: &str) -> bool {
        self.unheld.contains(path)
    }

    /// An item that was seen where we hold it is not gone.
    pub(super) fn spare(&mut self, held: Known<'_>) {
        if self.means(held).is_some() {
            self.note(Mark::Spared { id: held.facts.id.clone() });
        }
    }

    /// An item of which Dropbox refuses to tell, or tells nothing that can be read, is not known to be gone.
    pub fn spare_item(&mut self, id: ItemId) {
        self.note(Mark::Spared { id });
    }

    /// What an item is marked for, if it is.
    #[must_use]
    pub fn why(&self, item: &Item) -> Option<Removal> {
        self.means(Known::from(item))
    }

    /// What was told of an item cannot be read.
    pub(super) fn note_unreadable(&mut self, id: ItemId) {
        if !self.unreadable.contains_key(&id) {
            self.note(Mark::Unreadable { id });
        }
    }

    /// How many marks there were so far: what is marked from now on comes after it.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Each item of which something could not be read when there were so many marks is asked about by its id: the reported
    /// deletions mean it again.
    pub fn ask_about_unreadable(&mut self, count: u64) {
        self.unreadable.retain(|_, order| *order > count);
    }

    /// Whether an item was marked by itself when there were so many marks, and has not been since.
    #[must_use]
    pub fn was_marked(&self, id: &ItemId, count: u64) -> bool {
        self.items.get(id).is_some_and(|(placed, _)| placed.order <= count)
    }

    /// The paths and the items that were marked when there were so many marks already.
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
        let spared = self.spared.get(&item.facts.id).copied().unwrap_or_default();
        let means = |mark: &Placed| item.number <= mark.at && mark.order > spared;
        // What was moved out is reported as deleted where it was, too: its own mark says more.
        if let Some((_, why)) = self.items.get(&item.facts.id).filter(|(mark, _)| means(mark)) {
            return Some(*why);
        }
        if self.unreadable.contains_key(&item.facts.id) {
            return None;
        }
        let mut above = path_and_above(&item.facts.path_lower).filter_map(|path| self.below.get(path));
        above.any(means).then_some(Removal::Deleted)
    }

    /// The marks that are to be stored, which count as stored from now on.
    pub fn take_fresh(&mut self) -> Vec<Mark> {
        std::mem::take(&mut self.fresh)
    }

    /// The paths that were marked, also those below another, and with them the paths below where no folder is held: no
    /// way leads through such a place.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        let unheld = self.unheld.iter().filter(|path| self.mean(path));
        let mut paths: Vec<String> = self.below.keys().chain(unheld).cloned().collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// The places at or below a path where something may be held and no folder is: no way from above leads there.
    #[must_use]
    pub fn unheld_in(&self, root: &str) -> Vec<String> {
        let mut paths: Vec<String> =
            self.unheld.iter().filter(|path| is_at_or_below(path, root)).cloned().collect();
        paths.sort();
        paths
    }

    /// The notes that hold as long as the drain goes on, whatever is deleted early: places where something may be held
    /// and no folder is, and items of which something could not be read.
    #[must_use]
    pub fn lasting(&self) -> Vec<Mark> {
        let paths: BTreeSet<&String> = self.unheld.iter().collect();
        let ids: BTreeSet<&ItemId> = self.unreadable.keys().collect();
        let unheld = paths.into_iter().map(|path| Mark::Unheld { path: path.clone() });
        unheld.chain(ids.into_iter().map(|id| Mark::Unreadable { id: id.clone() })).collect()
    }

    /// Whether a path was marked, or one above it.
    pub(super) fn mean(&self, path: &str) -> bool {
        path_and_above(path).any(|above| self.below.contains_key(above))
    }

    /// The ids that were marked by themselves.
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
            Mark::Unheld { path } => drop(self.unheld.insert(path)),
            Mark::Spared { id } => drop(self.spared.insert(id, order)),
            Mark::Unreadable { id } => drop(self.unreadable.insert(id, order)),
        }
    }
}

/// The deletions of those of `items` that are marked, after the log's head. Parents come before what is in them.
#[must_use]
pub fn deletions(head: u64, marks: &Marks, items: Vec<Item>) -> Vec<Change> {
    let marked = items.into_iter().filter_map(|item| marks.why(&item).map(|why| (item, why)));
    removals(head, marked)
}

/// The removal of items, each once, after the log's head. Parents come before what is in them.
#[must_use]
pub fn removals(head: u64, items: impl IntoIterator<Item = (Item, Removal)>) -> Vec<Change> {
    let mut items: Vec<(Item, Removal)> = items.into_iter().collect();
    items.sort_by(|(one, _), (two, _)| {
        (&one.facts.path_lower, &one.facts.id).cmp(&(&two.facts.path_lower, &two.facts.id))
    });
    items.dedup_by(|(one, _), (two, _)| one.facts.id == two.facts.id);
    (head + 1..).zip(items).map(|(number, (item, why))| removal(number, item, why)).collect()
}

fn removal(number: u64, item: Item, why: Removal) -> Change {
    let drops = item.content.rev().cloned();
    Change { number, kind: ChangeKind::Deleted { why }, item: item.facts, drops }
}
