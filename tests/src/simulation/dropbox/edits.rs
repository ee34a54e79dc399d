//! What a user does to the account.

use bytes::Bytes;
use shared::dropbox::ContentHasher;

use super::{
    Account,
    tree::{Node, NodeKind},
};

impl Account {
    /// The path of every file or folder, in order.
    pub(in crate::simulation) fn paths(&self) -> Vec<String> {
        self.tree.all().map(|(path, _)| path.clone()).collect()
    }

    /// What stands at a path.
    pub(in crate::simulation) fn node(&self, path: &str) -> Option<&Node> {
        self.tree.get(path)
    }

    /// Everything, by lower-cased path.
    pub(in crate::simulation) fn nodes(&self) -> Vec<(String, Node)> {
        self.tree.all().map(|(path, node)| (path.clone(), node.clone())).collect()
    }

    /// Makes or replaces what stands at `name` in a folder. A file in place of a file is the same file, changed.
    pub(in crate::simulation) fn write(&mut self, parent: &str, name: &str, bytes: Vec<u8>) {
        let path = format!("{parent}/{}", name.to_lowercase());
        let held = self.tree.get(&path).filter(|node| !node.is_folder()).cloned();
        if held.is_none() {
            self.delete(&path);
        }
        let id = held.as_ref().map_or_else(|| self.next_id(), |node| node.id.clone());
        let restricted = held.as_ref().is_some_and(|node| node.restricted);
        let name = held.map_or_else(|| name.to_owned(), |node| node.name);
        let hash = ContentHasher::hash(bytes.as_slice()).unwrap_or_default();
        let kind = NodeKind::File { rev: self.next_rev(), bytes: Bytes::from(bytes), hash };
        self.tree.put(&path, Node { id, name, kind, restricted });
        self.journal.note(&path);
    }

    /// Makes a folder, in place of what may stand there.
    pub(in crate::simulation) fn make_folder(&mut self, parent: &str, name: &str) {
        let path = format!("{parent}/{}", name.to_lowercase());
        self.delete(&path);
        let id = self.next_id();
        self.tree.put(&path, Node { id, name: name.to_owned(), kind: NodeKind::Folder, restricted: false });
        self.journal.note(&path);
    }

    /// Deletes what stands at a path and below it.
    pub(in crate::simulation) fn delete(&mut self, path: &str) {
        for (path, _) in self.tree.take(path) {
            self.journal.note(&path);
        }
    }

    /// Moves a file or folder, with what is in it, to a path where nothing stands.
    pub(in crate::simulation) fn relocate(&mut self, from: &str, parent: &str, name: &str) {
        let to = format!("{parent}/{}", name.to_lowercase());
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
    }

    /// Changes the case of a name, which Dropbox does not report.
    pub(in crate::simulation) fn change_case(&mut self, path: &str) {
        if let Some(node) = self.tree.get_mut(path) {
            let upper = node.name.to_uppercase();
            node.name = if node.name == upper { node.name.to_lowercase() } else { upper };
        }
    }

    /// Holds a file back.
    pub(in crate::simulation) fn restrict(&mut self, path: &str) {
        if let Some(node) = self.tree.get_mut(path) {
            node.restricted = true;
        }
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
