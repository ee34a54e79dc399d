//! What a call sees: one tree of an account, whose paths begin somewhere in it.

mod tree;

use crate::content::{DropboxPath, Locator, Roots};

pub(crate) use tree::Tree;

use super::caller::Caller;
use super::failure::Failure;

/// The trees that a call sees, and the namespaces by which it may name places in them
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The namespace of the account's root, without which a cursor is worth nothing
    pub(crate) root: i64,
    /// The tree that begins where the paths of the call begin
    pub(crate) base: Tree,
    /// Namespaces, and where in the view each begins
    pub(crate) namespaces: Vec<(i64, DropboxPath)>,
}

impl View {
    /// What is in the root
    pub(crate) fn of_root(base: Tree, roots: &Roots) -> Self {
        let home = (roots.home, roots.home_path.clone());
        Self { root: roots.root, base, namespaces: vec![(roots.root, DropboxPath::default()), home] }
    }

    /// What is in the account's own folder
    pub(crate) fn of_home(base: Tree, roots: &Roots) -> Self {
        let base = base.below(&roots.home_path);
        Self { root: roots.root, base, namespaces: vec![(roots.home, DropboxPath::default())] }
    }

    /// What is in the folder of an app
    pub(crate) fn of_app_folder(base: Tree, roots: &Roots, app: &str) -> Self {
        let apps = roots.home_path.child("Apps");
        Self { root: roots.root, base: base.below(&apps.child(app)), namespaces: Vec::new() }
    }
}

impl Caller {
    /// The tree in which `locator` names something or a place, and what names it there
    pub(crate) fn resolve(&self, locator: &Locator) -> Result<Option<(Tree, Locator)>, Failure> {
        let tree = &self.view.base;
        match locator {
            Locator::Path(path) => Ok(Some((tree.clone(), Locator::Path(tree.hidden(path))))),
            Locator::Id(_) | Locator::Rev(_) => {
                let found = tree.find(locator)?;
                Ok(found.map(|_| (tree.clone(), locator.clone())))
            }
        }
    }

    /// The tree in which `path` is a place, and the place there
    pub(crate) fn place(&self, path: &DropboxPath) -> (Tree, DropboxPath) {
        let tree = &self.view.base;
        (tree.clone(), tree.hidden(path))
    }
}
