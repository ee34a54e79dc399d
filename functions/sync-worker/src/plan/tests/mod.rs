//! The planner's rules one by one, and a property: whatever happens, in whatever pages it is listed, the
//! stored items end up as Dropbox's tree, and listing it again changes nothing.

mod changes;
mod content;
mod deletions;
mod places;
mod selections;
mod trees;
mod unreadable;

use std::collections::{BTreeSet, HashMap};

use shared::model::{Formats, Item, ItemId};

use super::*;
use crate::samples::file;

const RULES: Rules = Rules { max_file_bytes: 100, formats: Formats::All, room: None };

fn folder(id: &str, path: &str) -> Metadata {
    Metadata { kind: ItemKind::Folder, rev: None, content_hash: None, size: 0, ..file(id, path, "") }
}

/// Returns the deletions of those `items` that are marked, numbered from the one after `head`. Parents come
/// before their children.
fn deletions(head: u64, marks: &Marks, items: Vec<Item>) -> Vec<Change> {
    let marked = items.into_iter().filter_map(|item| marks.why(&item).map(|why| (item, why)));
    removals(head, marked)
}

fn told(metadata: Metadata) -> Entry {
    Entry::Present { metadata, downloadable: true }
}

/// State of a worker's store, changed only by the planner's changes. The items at paths are kept as the store
/// keeps them, in rows of their own, and not derived from the items.
#[derive(Clone)]
struct Mirror {
    items: HashMap<ItemId, Item>,
    paths: HashMap<String, ItemId>,
    drain: DrainState,
    stored: Vec<shared::model::Mark>,
    head: u64,
    rules: Rules,
}

impl Default for Mirror {
    fn default() -> Self {
        let drain = DrainState { scope: Scope::everything(), ..DrainState::default() };
        let (items, paths) = (HashMap::new(), HashMap::new());
        Self { items, paths, drain, stored: Vec::new(), head: 0, rules: RULES }
    }
}

impl Mirror {
    fn take(&mut self, entries: Vec<Entry>) -> Vec<Change> {
        let (mut changes, mut left) = (Vec::new(), entries);
        loop {
            let view = View { items: self.items.clone(), paths: self.paths.clone() };
            let planned = plan(self.head, &mut self.drain, view, left, &self.rules);
            // Stored marks are read back, as a worker reads them.
            let fresh = self.drain.marks.take_fresh();
            self.stored.extend(fresh);
            self.drain.marks = Marks::stored(self.stored.clone());
            changes.extend(self.apply(planned.changes));
            assert!(planned.places.len() <= Commit::MOST_PLACES, "no commit has room for so many places");
            self.paths.extend(planned.places.into_iter().map(|place| (place.path, place.item)));
            self.check_paths();
            left = planned.rest;
            if left.is_empty() {
                return changes;
            }
        }
    }

    /// Asserts that each item has a row at its path, unless it is marked, and that each row names an item at
    /// that path.
    fn check_paths(&self) {
        for (id, item) in &self.items {
            let path = &item.metadata.path_lower;
            let is_there = self.paths.get(path) == Some(id);
            assert!(is_there || self.drain.marks.why(item).is_some(), "no row says that {id} is at {path}");
        }
        for (path, id) in &self.paths {
            let item = self.items.get(id);
            assert!(item.is_some_and(|item| item.metadata.path_lower == *path), "{id} is not at {path}");
        }
    }

    fn end_drain(&mut self) -> Vec<Change> {
        let changes = self.end_drain_with(|_| ());
        self.check_paths();
        changes
    }

    fn end_drain_with(&mut self, last: impl Fn(&mut Marks)) -> Vec<Change> {
        last(&mut self.drain.marks);
        let deletions = deletions(self.head, &self.drain.marks, self.marked());
        self.drain.marks = Marks::default();
        self.stored.clear();
        self.apply(deletions)
    }

    fn apply(&mut self, changes: Vec<Change>) -> Vec<Change> {
        for change in &changes {
            assert_eq!(change.number, self.head + 1, "a number was left out");
            self.head = change.number;
            let path = &change.item.path_lower;
            if matches!(change.kind, ChangeKind::Deleted { .. }) {
                assert!(self.items.remove(&change.item.id).is_some(), "deleted what was not mirror");
                self.vacate(path, &change.item.id);
                continue;
            }
            if let ChangeKind::Moved { from, .. } = &change.kind {
                self.vacate(from, &change.item.id);
            }
            self.paths.insert(path.clone(), change.item.id.clone());
            let before = self.items.get(&change.item.id).map_or(Content::None, |item| item.content.clone());
            let content = change.kind.content().cloned().unwrap_or(before);
            let item = Item { metadata: change.item.clone(), content, number: change.number, created: None };
            self.items.insert(change.item.id.clone(), item);
        }
        changes
    }

    /// Returns the items that marks may apply to, found as a worker finds them: by id, and by path rows,
    /// level by level.
    fn marked(&self) -> Vec<Item> {
        let DrainState { marks, scope, .. } = &self.drain;
        let mut ids = marks.ids();
        let mut level: BTreeSet<String> = marks.paths().into_iter().chain(scope.paths_in(marks)).collect();
        ids.extend(level.iter().filter_map(|path| self.paths.get(path)).cloned());
        let mut listed = level.clone();
        while !level.is_empty() {
            let is_in = |path: &str| path.rsplit_once('/').is_some_and(|(parent, _)| level.contains(parent));
            let children: Vec<_> = self.paths.iter().filter(|(path, _)| is_in(path)).collect();
            let is_folder = |id: &ItemId| self.items[id].metadata.kind == ItemKind::Folder;
            let folders = children.iter().filter(|(_, id)| is_folder(id)).map(|(path, _)| (*path).clone());
            ids.extend(children.iter().map(|(_, id)| (*id).clone()));
            level = folders.filter(|path| listed.insert(path.clone())).collect();
        }
        ids.iter().filter_map(|id| self.items.get(id)).cloned().collect()
    }

    /// Removes the row of a path if it names this item.
    fn vacate(&mut self, path: &str, by: &ItemId) {
        if self.paths.get(path) == Some(by) {
            self.paths.remove(path);
        }
    }

    fn tree(&self) -> Vec<(String, String)> {
        let mut tree: Vec<_> = self
            .items
            .values()
            .map(|item| (item.metadata.path_lower.clone(), item.metadata.id.to_string()))
            .collect();
        tree.sort();
        tree
    }
}

fn words(changes: &[Change]) -> Vec<(&'static str, &str)> {
    changes.iter().map(|change| (change.kind.as_str(), change.item.path_lower.as_str())).collect()
}
