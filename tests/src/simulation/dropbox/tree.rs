//! The truth: what stands where.

use std::collections::BTreeMap;

use bytes::Bytes;

/// File or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simulation) enum NodeKind {
    /// A file.
    File {
        /// Its revision.
        rev: String,
        /// Its bytes.
        bytes: Bytes,
        /// Their content hash.
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
    /// Dropbox does not give it out.
    pub(in crate::simulation) restricted: bool,
}

impl Node {
    pub(in crate::simulation) fn is_folder(&self) -> bool {
        self.kind == NodeKind::Folder
    }
}

/// Everything, by lower-cased path. The root, the empty path, is not in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    nodes: BTreeMap<String, Node>,
    /// Every revision that ever was: the file's id and its bytes.
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

    /// Where the thing with this id stands.
    pub(super) fn path_of(&self, id: &str) -> Option<&str> {
        self.nodes.iter().find(|(_, node)| node.id == id).map(|(path, _)| path.as_str())
    }

    /// Puts a node at a path.
    pub(super) fn put(&mut self, path: &str, node: Node) {
        if let NodeKind::File { rev, bytes, .. } = &node.kind {
            self.revisions.insert(rev.clone(), (node.id.clone(), bytes.clone()));
        }
        self.nodes.insert(path.to_owned(), node);
    }

    /// Takes away what stands at a path and below it, parents first.
    pub(super) fn take(&mut self, path: &str) -> Vec<(String, Node)> {
        let paths: Vec<String> = self.nodes.keys().filter(|at| is_at_or_below(at, path)).cloned().collect();
        paths.into_iter().filter_map(|path| self.nodes.remove_entry(&path)).collect()
    }

    /// The path as people see it.
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
