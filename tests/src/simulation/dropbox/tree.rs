//! Tree of the account's files and folders.

use std::collections::BTreeMap;

use bytes::Bytes;

/// Kind of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simulation) enum NodeKind {
    /// A file.
    File {
        /// Revision.
        rev: String,
        /// Bytes.
        bytes: Bytes,
        /// Content hash of the bytes.
        hash: String,
    },
    /// A folder.
    Folder,
}

/// A file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simulation) struct Node {
    pub(in crate::simulation) id: String,
    pub(in crate::simulation) name: String,
    pub(in crate::simulation) kind: NodeKind,
    /// Whether Dropbox refuses to return its bytes.
    pub(in crate::simulation) restricted: bool,
}

impl Node {
    pub(in crate::simulation) fn is_folder(&self) -> bool {
        self.kind == NodeKind::Folder
    }
}

/// All files and folders, by lower-cased path, without the root.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    nodes: BTreeMap<String, Node>,
    /// All revisions ever created: the file's id and its bytes.
    pub(super) revisions: BTreeMap<String, (String, Bytes)>,
}

impl Tree {
    pub(super) fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }

    pub(super) fn get_mut(&mut self, path: &str) -> Option<&mut Node> {
        self.nodes.get_mut(path)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&String, &Node)> {
        self.nodes.iter()
    }

    /// Returns the path of the file or folder with this id.
    pub(super) fn path_of(&self, id: &str) -> Option<&str> {
        self.nodes.iter().find(|(_, node)| node.id == id).map(|(path, _)| path.as_str())
    }

    /// Stores a node at a path.
    pub(super) fn put(&mut self, path: &str, node: Node) {
        if let NodeKind::File { rev, bytes, .. } = &node.kind {
            self.revisions.insert(rev.clone(), (node.id.clone(), bytes.clone()));
        }
        self.nodes.insert(path.to_owned(), node);
    }

    /// Removes and returns the node at a path and those below it, parents first.
    pub(super) fn take(&mut self, path: &str) -> Vec<(String, Node)> {
        let paths: Vec<String> = self.nodes.keys().filter(|at| is_at_or_below(at, path)).cloned().collect();
        paths.into_iter().filter_map(|path| self.nodes.remove_entry(&path)).collect()
    }

    /// Returns the path with the names as people see them.
    pub(super) fn display(&self, path: &str, lowers_ancestors: bool) -> String {
        let Some((parent, name)) = path.rsplit_once('/') else { return String::new() };
        let shown = if lowers_ancestors { parent.to_owned() } else { self.display(parent, false) };
        let name = self.nodes.get(path).map_or(name, |node| node.name.as_str());
        format!("{shown}/{name}")
    }
}

/// Whether a path is `root` or lies below it.
pub(super) fn is_at_or_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
