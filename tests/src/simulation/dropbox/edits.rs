//! Changes that a user makes to the account.

use bytes::Bytes;
use shared::dropbox::ContentHasher;

use super::{
    Account,
    tree::{Node, NodeKind, is_at_or_below},
};

/// Returns the lower-cased path of a name in a folder.
pub(in crate::simulation) fn child(parent: &str, name: &str) -> String {
    format!("{parent}/{}", name.to_lowercase())
}

impl Account {
    /// Returns the paths of all files and folders, sorted.
    pub(in crate::simulation) fn paths(&self) -> Vec<String> {
        self.tree.all().map(|(path, _)| path.clone()).collect()
    }

    /// Returns the number of paths that a cursor may tell of: also those at which nothing is any more.
    pub(in crate::simulation) fn known_paths(&self) -> usize {
        self.journal.since(0).len()
    }

    /// Returns the file or folder at a path.
    pub(in crate::simulation) fn node(&self, path: &str) -> Option<&Node> {
        self.tree.get(path)
    }

    /// Returns all files and folders, by lower-cased path.
    pub(in crate::simulation) fn nodes(&self) -> Vec<(String, Node)> {
        self.tree.all().map(|(path, node)| (path.clone(), node.clone())).collect()
    }

    /// Creates a file called `name` in a folder, or replaces what is at its path. A file that replaces a file
    /// keeps its id. Returns false, without any change, if the folder does not exist.
    pub(in crate::simulation) fn write(&mut self, parent: &str, name: &str, bytes: Vec<u8>) -> bool {
        if !self.is_folder(parent) {
            return false;
        }
        let path = child(parent, name);
        let node = self.tree.get(&path).filter(|node| !node.is_folder()).cloned();
        if node.is_none() {
            self.delete(&path);
        }
        let id = node.as_ref().map(|node| node.id.clone());
        let restricted = node.as_ref().is_some_and(|node| node.restricted);
        let name = node.map_or_else(|| name.to_owned(), |node| node.name);
        let node = self.new_file(name, bytes);
        self.tree.put(&path, Node { id: id.unwrap_or_else(|| node.id.clone()), restricted, ..node });
        self.twins.forget(&path);
        self.journal.note(&path);
        true
    }

    /// Creates a file that is not in the tree yet.
    pub(super) fn new_file(&mut self, name: String, bytes: Vec<u8>) -> Node {
        let hash = ContentHasher::hash(bytes.as_slice()).unwrap_or_default();
        let kind = NodeKind::File { rev: self.next_rev(), bytes: Bytes::from(bytes), hash };
        Node { id: self.next_id(), name, kind, restricted: false }
    }

    /// Creates a folder, replacing what is at its path. Returns false, without any change, if the parent does
    /// not exist.
    pub(in crate::simulation) fn make_folder(&mut self, parent: &str, name: &str) -> bool {
        if !self.is_folder(parent) {
            return false;
        }
        let path = child(parent, name);
        self.delete(&path);
        let id = self.next_id();
        self.tree.put(&path, Node { id, name: name.to_owned(), kind: NodeKind::Folder, restricted: false });
        self.journal.note(&path);
        true
    }

    /// Deletes the file or folder at a path, with its contents.
    pub(in crate::simulation) fn delete(&mut self, path: &str) {
        self.twins.forget(path);
        for (path, _) in self.tree.take(path) {
            self.journal.note(&path);
        }
    }

    /// Moves a file or folder, with its contents, into a folder. Returns false, without any change, if the
    /// source does not exist, the target is not a folder or lies inside the source, or the new path is taken.
    pub(in crate::simulation) fn relocate(&mut self, from: &str, parent: &str, name: &str) -> bool {
        let to = child(parent, name);
        let is_there = self.tree.get(from).is_some();
        let is_free = self.tree.get(&to).is_none();
        if !is_there || !is_free || !self.is_folder(parent) || is_at_or_below(parent, from) {
            return false;
        }
        self.twins.forget(from);
        for (path, mut node) in self.tree.take(from) {
            let place = format!("{to}{}", &path[from.len()..]);
            if path == from {
                name.clone_into(&mut node.name);
            }
            if self.manners.moves_revise {
                self.revise(&mut node);
            }
            self.tree.put(&place, node);
            let (first, second) =
                if self.manners.old_place_first { (&path, &place) } else { (&place, &path) };
            self.journal.note(first);
            self.journal.note(second);
        }
        true
    }

    /// Changes the case of a name, which Dropbox does not report as a change. Returns false, without any
    /// change, if the other case has a different lower case, because Dropbox treats that as another name.
    pub(in crate::simulation) fn change_case(&mut self, path: &str) -> bool {
        let Some(node) = self.tree.get_mut(path) else { return false };
        let upper = node.name.to_uppercase();
        let other = if node.name == upper { node.name.to_lowercase() } else { upper };
        let is_same_name = other.to_lowercase() == node.name.to_lowercase();
        if is_same_name {
            node.name = other;
        }
        is_same_name
    }

    /// Changes the account's root, as when its owner joins, changes or leaves a team. Its contents stay: the
    /// team's space contains nothing else.
    pub(in crate::simulation) fn move_root(&mut self, root: u64) {
        self.root = root;
    }

    /// Makes Dropbox refuse to return a file's bytes.
    pub(in crate::simulation) fn restrict(&mut self, path: &str) {
        if let Some(node) = self.tree.get_mut(path) {
            node.restricted = true;
        }
    }

    fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || self.tree.get(path).is_some_and(Node::is_folder)
    }

    fn revise(&mut self, node: &mut Node) {
        if let NodeKind::File { bytes, hash, .. } = node.kind.clone() {
            node.kind = NodeKind::File { rev: self.next_rev(), bytes, hash };
        }
    }

    fn next_id(&mut self) -> String {
        self.ids += 1;
        format!("id:{:06}", self.ids)
    }

    fn next_rev(&mut self) -> String {
        self.revs += 1;
        format!("{:09x}", 0x0100_0000 + self.revs)
    }
}
