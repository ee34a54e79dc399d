//! The planner's rules one by one, and a property: whatever happens, in whatever pages it is told, what we hold ends
//! as Dropbox's tree, and telling it again changes nothing.

mod changes;
mod content;
mod deletions;
mod selections;
mod trees;

use std::collections::HashMap;

use shared::model::{Formats, Item, ItemId, Rev};

use super::*;

const RULES: Rules = Rules { max_file_bytes: 100, formats: Formats::All };

fn file(id: &str, path: &str, rev: &str) -> Facts {
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    Facts {
        id: id.into(),
        kind: ItemKind::File,
        name,
        path_lower: path.to_owned(),
        path_display: path.to_owned(),
        rev: Some(Rev::from(rev)),
        size: 1,
        content_hash: Some(format!("hash of {rev}")),
        export_as: None,
        server_modified: None,
    }
}

fn folder(id: &str, path: &str) -> Facts {
    Facts { kind: ItemKind::Folder, rev: None, content_hash: None, size: 0, ..file(id, path, "") }
}

fn told(facts: Facts) -> Entry {
    Entry::Present { facts, downloadable: true }
}

/// What a worker holds, changed by the planner's changes alone.
struct Held {
    items: HashMap<ItemId, Item>,
    standing: Standing,
    stored: Vec<shared::model::Mark>,
    head: u64,
    rules: Rules,
}

impl Default for Held {
    fn default() -> Self {
        let standing = Standing { scope: Scope::everything(), ..Standing::default() };
        Self { items: HashMap::new(), standing, stored: Vec::new(), head: 0, rules: RULES }
    }
}

impl Held {
    fn take(&mut self, entries: Vec<Entry>) -> Vec<Change> {
        let paths =
            self.items.values().map(|item| (item.facts.path_lower.clone(), item.facts.id.clone())).collect();
        let view = View { items: self.items.clone(), paths };
        let planned = plan(self.head, &mut self.standing, view, entries, &self.rules);
        // What is stored is read back as it was.
        let fresh = self.standing.marks.take_fresh();
        self.stored.extend(fresh);
        self.standing.marks = Marks::stored(self.stored.clone());
        self.apply(planned.changes)
    }

    fn end_drain(&mut self) -> Vec<Change> {
        let items = self.items.values().cloned().collect();
        let deletions = deletions(self.head, &self.standing.marks, items);
        self.standing.marks = Marks::default();
        self.stored.clear();
        self.apply(deletions)
    }

    fn apply(&mut self, changes: Vec<Change>) -> Vec<Change> {
        for change in &changes {
            assert_eq!(change.number, self.head + 1, "a number was left out");
            self.head = change.number;
            if matches!(change.kind, ChangeKind::Deleted { .. }) {
                assert!(self.items.remove(&change.item.id).is_some(), "deleted what was not held");
                continue;
            }
            let before = self.items.get(&change.item.id).map_or(Content::None, |item| item.content.clone());
            let content = change.kind.content().cloned().unwrap_or(before);
            let item = Item { facts: change.item.clone(), content, number: change.number };
            self.items.insert(change.item.id.clone(), item);
        }
        changes
    }

    fn tree(&self) -> Vec<(String, String)> {
        let mut tree: Vec<_> = self
            .items
            .values()
            .map(|item| (item.facts.path_lower.clone(), item.facts.id.to_string()))
            .collect();
        tree.sort();
        tree
    }
}

fn words(changes: &[Change]) -> Vec<(&'static str, &str)> {
    changes.iter().map(|change| (change.kind.as_str(), change.item.path_lower.as_str())).collect()
}
