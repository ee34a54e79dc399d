//! Twins: a file that Dropbox says to be at a path where it says another file or folder to be, too (T10).
//!
//! Dropbox should have none. Where one is, it is listed beside the other, found by its id, and goes when something
//! else happens at the path.

use std::collections::BTreeMap;

use super::{
    Account,
    tree::{Node, NodeKind, is_at_or_below},
};

/// The twins of an account, by lower-cased path.
#[derive(Debug, Default)]
pub(super) struct Twins {
    nodes: BTreeMap<String, Node>,
    /// Whether there ever was one.
    any: bool,
}

impl Twins {
    /// Where the twin with this id is, and what it is.
    pub(super) fn find(&self, id: &str) -> Option<(&String, &Node)> {
        self.nodes.iter().find(|(_, node)| node.id == id)
    }

    pub(super) fn at(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }

    /// Something happened at a path and below it.
    pub(super) fn forget(&mut self, path: &str) {
        self.nodes.retain(|at, _| !is_at_or_below(at, path));
    }
}

impl Account {
    /// Adds another file at the path of something; nothing where there is a twin already, or the account has none.
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

    /// The twins, by lower-cased path.
    pub(in crate::simulation) fn twins(&self) -> BTreeMap<String, Node> {
        self.twins.nodes.clone()
    }

    /// Whether there ever was one.
    pub(in crate::simulation) fn has_had_twins(&self) -> bool {
        self.twins.any
    }
}
