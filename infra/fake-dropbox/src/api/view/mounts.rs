//! Shared folders in a view.

use std::sync::Arc;

use super::{Tree, View};
use crate::{
    content::{Account, Entry, Locator, Mount},
    service::Service,
    sharing,
};

/// A shared folder of another account.
#[derive(Clone, Debug)]
pub(crate) struct Mounted {
    /// Id of the folder at which it is mounted.
    pub(crate) point: String,
    /// Its contents, as they are displayed.
    pub(crate) tree: Tree,
}

impl View {
    /// Returns the view with all shared folders: those that are mounted in the account, and those that it
    /// owns.
    pub(crate) fn with_mounts(mut self, service: &Service) -> anyhow::Result<Self> {
        let account = Arc::clone(&self.base.account);
        for mount in account.mounts()? {
            if mount.member == account.profile.namespace {
                self.take(service, &mount)?;
            } else {
                self.own(&mount)?;
            }
        }
        Ok(self)
    }

    fn own(&mut self, mount: &Mount) -> anyhow::Result<()> {
        if let Some(folder) = by_id(&self.base.account, &mount.folder)? {
            self.share(&folder, mount);
        }
        Ok(())
    }

    fn take(&mut self, service: &Service, mount: &Mount) -> anyhow::Result<()> {
        let Some(point) = by_id(&self.base.account, &mount.point)? else { return Ok(()) };
        let Some(owner) = service.account(mount.owner) else { return Ok(()) };
        let Some(folder) = by_id(owner, &mount.folder)? else {
            // The owner has deleted it.
            return sharing::end(&self.base.account, mount, &point);
        };
        self.share(&point, mount);
        if self.base.contains(&point) {
            let shown_at = self.base.displayed(&point).entry.path;
            let mut tree = Tree::of(Arc::clone(owner)).below(&folder.path).shown_at(shown_at);
            tree.share(&folder.path, mount.namespace());
            self.mounts.push(Mounted { point: point.id, tree });
        }
        Ok(())
    }

    fn share(&mut self, folder: &Entry, mount: &Mount) {
        self.base.share(&folder.path, mount.namespace());
        if self.base.contains(folder) {
            let displayed = self.base.displayed(folder);
            self.namespaces.push((mount.namespace(), displayed.entry.path));
        }
    }
}

fn by_id(account: &Account, id: &str) -> rusqlite::Result<Option<Entry>> {
    account.journal(|journal| journal.find(&Locator::Id(id.to_owned())))
}
