//! Changes of an account through the API, on disk and in the journal, so that a later scan finds nothing new.

mod copy;
mod create_folder;
mod delete;
mod place;
mod relocate;
mod upload;

use std::io;

pub(crate) use relocate::Move;
pub(crate) use upload::{Upload, WriteMode};

/// Reason why something cannot be written.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Something else is at the path.
    Conflict(Conflict),
    /// Dropbox stores nothing with this name.
    Disallowed,
    /// The path is invalid.
    Malformed,
    /// The directory's permissions do not allow it.
    NoPermission,
    /// The service failed.
    Internal(anyhow::Error),
}

/// Object that conflicts with a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A file where a folder is needed.
    FileAncestor,
    /// Something in the directory that Dropbox ignores.
    Other,
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::NoPermission,
            io::ErrorKind::InvalidFilename => Self::Malformed,
            io::ErrorKind::AlreadyExists => Self::Conflict(Conflict::Other),
            _ => Self::Internal(error.into()),
        }
    }
}
