//! Errors of the routes, in the format of Dropbox's own serialiser: a union inside a union is under a key
//! with its tag's name, a struct beside the tag.

use serde::Serialize;

use crate::content::{Conflict, Refusal};

/// Reason why something cannot be read.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum LookupError {
    /// The path is invalid.
    MalformedPath,
    /// It does not exist.
    NotFound,
    /// It is a folder.
    NotFile,
    /// It is a file.
    NotFolder,
    /// It must not be read.
    RestrictedContent,
}

/// Reason why something cannot be written.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum WriteError {
    /// The path is invalid.
    MalformedPath,
    /// Something else is at the path.
    Conflict {
        /// Kind of the conflict.
        conflict: WriteConflictError,
    },
    /// Writing is not permitted.
    NoWritePermission,
    /// Dropbox stores nothing with this name.
    DisallowedName,
}

/// Object that conflicts with a write.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum WriteConflictError {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A file where a folder is needed.
    FileAncestor,
    /// Anything else.
    Other,
}

/// Error about one path to read: of `list_folder`, `get_metadata`, `download` and `export`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum ReadError {
    /// Error of the path.
    Path {
        /// Reason.
        path: LookupError,
    },
}

/// Error of `download`, besides those of the path.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum DownloadError {
    /// It cannot be downloaded, but perhaps exported.
    UnsupportedFile,
}

/// Error of `export`, besides those of the path.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum ExportError {
    /// It cannot be exported.
    NonExportable,
    /// It cannot be exported to this format.
    InvalidExportFormat,
}

/// Error of `list_folder/continue`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum ContinueError {
    /// Error of the folder.
    Path {
        /// Reason.
        path: LookupError,
    },
    /// The cursor is not valid any more.
    Reset,
}

/// Error of `search_v2`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum SearchError {
    /// Error of the folder.
    Path {
        /// Reason.
        path: LookupError,
    },
    /// The argument is invalid in another way.
    InvalidArgument {
        /// Description.
        invalid_argument: &'static str,
    },
}

/// Error of `create_folder_v2`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum CreateFolderError {
    /// Error of the path.
    Path {
        /// Reason.
        path: WriteError,
    },
}

/// Error of `upload`.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum UploadError {
    /// Error of the path.
    Path {
        /// Reason.
        reason: WriteError,
        /// Session that has the bytes.
        upload_session_id: String,
    },
}

/// Error about the bytes of the request: of `upload` and of the routes of upload sessions.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum BytesError {
    /// There are more bytes than a request may have.
    PayloadTooLarge,
    /// The bytes do not have the content hash in the argument.
    ContentHashMismatch,
}

/// Error of `upload_session/append_v2`, and of the session in `upload_session/finish`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum SessionError {
    /// The session does not exist, or has expired.
    NotFound,
    /// The session has another number of bytes.
    IncorrectOffset {
        /// The right number.
        correct_offset: u64,
    },
    /// The session accepts no more bytes.
    Closed,
}

/// Error of `upload_session/finish`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum FinishError {
    /// Error of the session.
    LookupFailed {
        /// Reason.
        lookup_failed: SessionError,
    },
    /// Error of the path.
    Path {
        /// Reason.
        path: WriteError,
    },
}

/// Error of `move_v2` and of `copy_v2`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum RelocationError {
    /// Error of the source.
    FromLookup {
        /// Reason.
        from_lookup: LookupError,
    },
    /// Error of the target.
    To {
        /// Reason.
        to: WriteError,
    },
    /// The target is inside the folder that is to be moved.
    CantMoveFolderIntoItself,
    /// Both paths are the same.
    DuplicatedOrNestedPaths,
    /// The target is in another account.
    CantTransferOwnership,
    /// The source contains a shared folder.
    CantCopySharedFolder,
}

/// Error of `users/get_account`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum GetAccountError {
    /// No account has this id.
    NoAccount,
}

/// Error of `delete_v2`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum DeleteError {
    /// The file or folder cannot be found.
    PathLookup {
        /// Reason.
        path_lookup: LookupError,
    },
    /// It cannot be deleted.
    PathWrite {
        /// Reason.
        path_write: WriteError,
    },
}

/// Converts a refused write to its error; an internal failure stays one.
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
