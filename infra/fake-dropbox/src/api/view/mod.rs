//! View of a call: a tree of the account, whose paths may begin anywhere in it, and the folders mounted
//! there.

mod mounts;
mod tree;

use crate::content::{DropboxPath, Locator, Roots};

pub(crate) use mounts::Mounted;
pub(crate) use tree::{DisplayedEntry, Sharing, Tree};

use super::{caller::Caller, failure::Failure};

/// Trees that a call can see, and the namespaces in which it may name paths.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// Namespace in which it begins; a cursor is valid only with the same one.
    pub(crate) root: i64,
    /// Key of the folder in that namespace in which it begins.
    pub(crate) top: String,
    /// Tree that begins where the paths of the call begin.
    pub(crate) base: Tree,
    /// Shared folders that are mounted in it.
    pub(crate) mounts: Vec<Mounted>,
    /// Namespaces, with the path in the view at which each begins.
    pub(crate) namespaces: Vec<(i64, DropboxPath)>,
}

impl View {
    /// Returns the view of the root.
    pub(crate) fn of_root(base: Tree, roots: &Roots) -> Self {
        if roots.home_path.is_root() {
            return Self::of_home(base, roots);
        }
        let home = (roots.home, roots.home_path.clone());
        Self::new(base, roots.root, vec![(roots.root, DropboxPath::default()), home])
    }

    /// Returns the view of the account's home folder.
    pub(crate) fn of_home(base: Tree, roots: &Roots) -> Self {
        let base = base.below(&roots.home_folder);
        Self::new(base, roots.home, vec![(roots.home, DropboxPath::default())])
    }

    /// Returns the view of an app's folder.
    pub(crate) fn of_app_folder(base: Tree, roots: &Roots, app: &str) -> Self {
        let apps = roots.home_folder.child("Apps");
        let top = DropboxPath::default().child("Apps").child(app).lower;
        Self { top, ..Self::new(base.below(&apps.child(app)), roots.home, Vec::new()) }
    }

    fn new(base: Tree, root: i64, namespaces: Vec<(i64, DropboxPath)>) -> Self {
        Self { root, top: String::new(), base, mounts: Vec::new(), namespaces }
    }
}

impl Caller {
    /// Returns the tree that contains what `locator` names, and the locator within that tree.
    pub(crate) fn resolve(&self, locator: &Locator) -> Result<Option<(Tree, Locator)>, Failure> {
        if let Locator::Path(path) = locator {
            let (tree, path) = self.place(path);
            return Ok(Some((tree, Locator::Path(path))));
        }
        let mounted = self.view.mounts.iter().map(|mounted| &mounted.tree);
        for tree in [&self.view.base].into_iter().chain(mounted) {
            if tree.find(locator)?.is_some() {
                return Ok(Some((tree.clone(), locator.clone())));
            }
        }
        Ok(None)
    }

    /// Returns the tree that contains `path`, and the path within that tree. A mount point itself belongs to
    /// the base.
    pub(crate) fn place(&self, path: &DropboxPath) -> (Tree, DropboxPath) {
        let mut mounted = self.view.mounts.iter().map(|mounted| &mounted.tree);
        let is_below = |tree: &&Tree| path.is_within(tree.top()) && path.lower != tree.top().lower;
        let tree = mounted.find(is_below).unwrap_or(&self.view.base);
        (tree.clone(), tree.hidden(path))
    }
}
