//! Positions of a listing.

use serde::{Deserialize, Serialize};

use super::view::Mounted;
use crate::content::{Account, DropboxPath};

/// A position in a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// Number after which to continue.
    pub(crate) position: i64,
    /// Number at which the listing began.
    pub(crate) start: i64,
}

/// A position in the journal of a mounted folder's owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MountMark {
    /// Id of the folder at which it is mounted.
    pub(crate) point: String,
    path: String,
    /// Position.
    pub(crate) mark: Mark,
}

impl Mark {
    /// Returns the start of the journal of `account`.
    pub(crate) fn begin(account: &Account) -> rusqlite::Result<Self> {
        Ok(Self { position: 0, start: account.head()? })
    }

    /// Returns the position after which only later changes are listed.
    pub(crate) fn latest(self) -> Self {
        Self { position: self.start, ..self }
    }
}

impl MountMark {
    /// Returns the start of a mounted folder's contents.
    pub(crate) fn begin(mounted: &Mounted) -> rusqlite::Result<Self> {
        let (point, path) = (mounted.point.clone(), mounted.tree.top().display.clone());
        Ok(Self { point, path, mark: Mark::begin(&mounted.tree.account)? })
    }

    /// Returns the path at which its contents were listed.
    pub(crate) fn path(&self) -> Option<DropboxPath> {
        DropboxPath::parse(&self.path).ok()
    }
}
