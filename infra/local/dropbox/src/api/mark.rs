//! How far a listing was read.

use serde::{Deserialize, Serialize};

use super::view::Mounted;
use crate::content::{Account, DropboxPath};

/// How far a journal was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// The number from which to read on.
    pub(crate) position: i64,
    /// The number at which the listing began.
    pub(crate) start: i64,
}

/// How far the journal of a mounted folder's owner was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MountMark {
    /// The id of the folder that it is mounted at.
    pub(crate) point: String,
    path: String,
    /// How far.
    pub(crate) mark: Mark,
}

impl Mark {
    /// At the beginning of the journal of `account`.
    pub(crate) fn begin(account: &Account) -> rusqlite::Result<Self> {
        Ok(Self { position: 0, start: account.head()? })
    }

    /// From where only later changes are told.
    pub(crate) fn latest(self) -> Self {
        Self { position: self.start, ..self }
    }
}

impl MountMark {
    /// At the beginning of what is in a mounted folder.
    pub(crate) fn begin(mounted: &Mounted) -> rusqlite::Result<Self> {
        let (point, path) = (mounted.point.clone(), mounted.tree.top().display.clone());
        Ok(Self { point, path, mark: Mark::begin(&mounted.tree.account)? })
    }

    /// The path at which it was told.
    pub(crate) fn path(&self) -> Option<DropboxPath> {
        DropboxPath::parse(&self.path).ok()
    }
}
