//! Twins: files that Dropbox lists at a path at which it lists another file or folder, too (T10).
//!
//! Dropbox should not have twins. If it does, a twin is listed beside the other entry, can be looked up by
//! its id, and disappears at the next change of its path.

use std::collections::BTreeMap;

use super::{
    Account,
    tree::{Node, NodeKind, is_at_or_below},
};

/// Twins of an account, by lower-cased path.
#[derive(Debug, Default)]
pub(super) struct Twins {
    nodes: BTreeMap<String, Node>,
    /// Whether there ever was a twin.
    any: bool,
}

impl Twins {
    /// Returns the twin with this id, and its path.
    pub(super) fn find(&self, id: &str) -> Option<(&String, &Node)> {
        self.nodes.iter().find(|(_, node)| node.id == id)
    }

    pub(super) fn at(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }

    /// Removes the twins at a path and below it, after a change of that path.
    pub(super) fn forget(&mut self, path: &str) {
        self.nodes.retain(|at, _| !is_at_or_below(at, path));
    }
}

impl Account {
    /// Adds another file at an occupied path. Returns false if the path already has a twin or the account has
    /// no twins.
    pub(in crate::simulation) fn add_twin(&mut self, path: &str, bytes: Vec<u8>) -> bool {
        if !self.manners.has_twins || self.twins.at(path).is_some() {
            return false;
        }
        let Some(name) = self.tree.get(path).map(|node| node.name.clone()) else { return false };
        let node = self.new_file(name, bytes);
        if let NodeKind::File { rev, bytes, .. } = &node.kind {
            self.tree.revisions.insert(rev.clone(), (node.id.clone(), bytes.clone()));
        }
        self.twins.any = true;
        self.twins.nodes.insert(path.to_owned(), node);
        self.journal.note(path);
        true
    }

    /// Returns all twins, by lower-cased path.
    pub(in crate::simulation) fn twins(&self) -> BTreeMap<String, Node> {
        self.twins.nodes.clone()
    }

    /// Whether there ever was a twin.
    pub(in crate::simulation) fn has_had_twins(&self) -> bool {
        self.twins.any
    }
}
