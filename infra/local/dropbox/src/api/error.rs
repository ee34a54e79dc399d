//! The errors that routes declare, in the shapes of Dropbox's own serialiser: a union inside a union lies under a key
//! of its tag's name, a struct beside the tag.

use serde::Serialize;

use crate::content::{Conflict, Refusal};

/// Why something cannot be read.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum LookupError {
    /// The path cannot exist.
    MalformedPath,
    /// Nothing is there.
    NotFound,
    /// It is a folder.
    NotFile,
    /// It is a file.
    NotFolder,
    /// It may not be read.
    RestrictedContent,
}

/// Why something cannot be written.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum WriteError {
    /// The path cannot exist.
    MalformedPath,
    /// Something is in the way.
    Conflict {
        /// What it is.
        conflict: WriteConflictError,
    },
    /// It may not be written.
    NoWritePermission,
    /// Dropbox stores nothing under this name.
    DisallowedName,
}

/// What is in the way of a write.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum WriteConflictError {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A file where a folder is needed.
    FileAncestor,
    /// Something else.
    Other,
}

/// An error that is about one path to read: of `list_folder`, `get_metadata`, `download` and `export`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum ReadError {
    /// The path's error.
    Path {
        /// Which.
        path: LookupError,
    },
}

/// An error of `download`, beside those of the path.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum DownloadError {
    /// It cannot be downloaded, but perhaps exported.
    UnsupportedFile,
}

/// An error of `export`, beside those of the path.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum ExportError {
    /// It cannot be exported.
    NonExportable,
    /// It cannot be exported to this format.
    InvalidExportFormat,
}

/// An error of `list_folder/continue`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum ContinueError {
    /// The folder's error.
    Path {
        /// Which.
        path: LookupError,
    },
    /// The cursor has to be given up.
    Reset,
}

/// An error of `search_v2`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum SearchError {
    /// The folder's error.
    Path {
        /// Which.
        path: LookupError,
    },
    /// Something else is wrong with the argument.
    InvalidArgument {
        /// What.
        invalid_argument: &'static str,
    },
}

/// An error of `create_folder_v2`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum CreateFolderError {
    /// The path's error.
    Path {
        /// Which.
        path: WriteError,
    },
}

/// An error of `upload`.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum UploadError {
    /// The path's error.
    Path {
        /// Which.
        reason: WriteError,
        /// The session that holds the bytes.
        upload_session_id: String,
    },
}

/// An error of `upload` and of the routes of upload sessions, about the bytes of the request.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum BytesError {
    /// There are more than one request may have.
    PayloadTooLarge,
    /// They are not those of the argument's hash.
    ContentHashMismatch,
}

/// An error of `upload_session/append_v2`, and of the session in `upload_session/finish`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum SessionError {
    /// There is no such session, or not any more.
    NotFound,
    /// The session holds another number of bytes.
    IncorrectOffset {
        /// Which.
        correct_offset: u64,
    },
    /// The session takes no more bytes.
    Closed,
}

/// An error of `upload_session/finish`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum FinishError {
    /// The session's error.
    LookupFailed {
        /// Which.
        lookup_failed: SessionError,
    },
    /// The path's error.
    Path {
        /// Which.
        path: WriteError,
    },
}

/// An error of `move_v2` and of `copy_v2`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum RelocationError {
    /// The error of what is to be moved or copied.
    FromLookup {
        /// Which.
        from_lookup: LookupError,
    },
    /// The error of the new path.
    To {
        /// Which.
        to: WriteError,
    },
    /// A folder would come to lie in itself.
    CantMoveFolderIntoItself,
    /// Both paths are the same.
    DuplicatedOrNestedPaths,
    /// It would go to another account.
    CantTransferOwnership,
    /// A shared folder would be copied.
    CantCopySharedFolder,
}

/// An error of `users/get_account`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum GetAccountError {
    /// No account has this id.
    NoAccount,
}

/// An error of `delete_v2`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum DeleteError {
    /// What is to be deleted cannot be found.
    PathLookup {
        /// Why.
        path_lookup: LookupError,
    },
    /// It cannot be deleted.
    PathWrite {
        /// Why.
        path_write: WriteError,
    },
}

/// What a refused write is on the wire; a failure of the service itself stays one.
impl TryFrom<Refusal> for WriteError {
    type Error = anyhow::Error;

    fn try_from(refusal: Refusal) -> Result<Self, anyhow::Error> {
        let conflict = |conflict| Ok(Self::Conflict { conflict });
        match refusal {
            Refusal::Conflict(Conflict::File) => conflict(WriteConflictError::File),
            Refusal::Conflict(Conflict::Folder) => conflict(WriteConflictError::Folder),
            Refusal::Conflict(Conflict::FileAncestor) => conflict(WriteConflictError::FileAncestor),
            Refusal::Conflict(Conflict::Other) => conflict(WriteConflictError::Other),
            Refusal::Disallowed => Ok(Self::DisallowedName),
            Refusal::Malformed => Ok(Self::MalformedPath),
            Refusal::NoPermission => Ok(Self::NoWritePermission),
            Refusal::Internal(error) => Err(error),
        }
    }
}
