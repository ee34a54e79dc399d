//! Pages of a listing and of the journal.

use fastrand::Rng;
use serde_json::{Value, json};

use super::{
    Account,
    cursors::{Cursor, Scope},
    tree::is_at_or_below,
};

impl Account {
    /// Returns a cursor at the start of a listing.
    pub(super) fn begin_listing(&self, scope: Scope, rng: &mut Rng) -> Cursor {
        let mut left: Vec<String> = self.tree.all().map(|(path, _)| path.clone()).collect();
        left.retain(|path| scope.covers(path));
        if self.manners.shuffles {
            rng.shuffle(&mut left);
        } else {
            left.reverse();
        }
        Cursor { scope, left, since: self.journal.len() }
    }

    /// Returns a cursor after all changes.
    pub(super) fn latest(&self, scope: Scope) -> Cursor {
        Cursor { scope, left: Vec::new(), since: self.journal.len() }
    }

    /// Returns the page at a cursor, as JSON.
    pub(super) fn page(&mut self, mut cursor: Cursor, empty: bool, rng: &mut Rng) -> Value {
        let most = if empty { 0 } else { rng.usize(1..=self.manners.page) };
        let mut paths = if cursor.left.is_empty() {
            self.changed(&mut cursor, most)
        } else {
            cursor.left.split_off(cursor.left.len().saturating_sub(most)).into_iter().rev().collect()
        };
        if self.manners.shuffles {
            rng.shuffle(&mut paths);
        }
        let mut entries: Vec<Value> = paths.iter().flat_map(|path| self.entries(path)).collect();
        if self.manners.shuffles && self.has_had_twins() {
            rng.shuffle(&mut entries);
        }
        self.told = paths.iter().map(|path| self.summary(path)).collect();
        let has_more = !cursor.left.is_empty() || cursor.since < self.journal.len();
        json!({"entries": entries, "cursor": self.cursors.give(cursor), "has_more": has_more})
    }

    /// Returns a page without changes, whether or not there are any.
    pub(super) fn nothing_yet(&mut self, cursor: Cursor) -> Value {
        json!({"entries": [], "cursor": self.cursors.give(cursor), "has_more": false})
    }

    /// Formats a path of a page, for the trace.
    fn summary(&self, path: &str) -> String {
        let id = self.tree.get(path).map_or("gone", |node| node.id.as_str());
        format!(" {path}={id}")
    }

    /// Returns the next paths of the journal. Since entries carry the current state, each path is listed only
    /// at its last change.
    fn changed(&self, cursor: &mut Cursor, most: usize) -> Vec<String> {
        let changes = self.journal.since(cursor.since);
        let page: Vec<(usize, &str)> = changes.iter().copied().take(most).collect();
        cursor.since = match page.last() {
            _ if page.len() == changes.len() => self.journal.len(),
            Some((place, _)) => place + 1,
            None => cursor.since,
        };
        let gone = |path: &str| self.tree.get(path).is_none();
        let implied = |path: &str| {
            self.manners.collapses && gone(path) && page.iter().any(|(_, other)| self.implies(other, path))
        };
        let reported = page.iter().map(|(_, path)| *path).filter(|path| !implied(path));
        reported.filter(|path| cursor.scope.covers(path)).map(str::to_owned).collect()
    }

    /// Whether an entry at one path implies that nothing is at another path below it.
    fn implies(&self, entry: &str, path: &str) -> bool {
        let holds_nothing = self.tree.get(entry).is_none_or(|node| !node.is_folder());
        entry != path && is_at_or_below(path, entry) && holds_nothing
    }
}
