//! Metadata of files and folders.

use serde::Serialize;

use super::info::{ExportInfo, SharingInfo};
use crate::{
    api::{export::Access, view::DisplayedEntry},
    clock::timestamp,
    content::{Entry, FileContent, Node},
};

/// An entry whose declared type is `Metadata`, so that it is serialized with its tag.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum Metadata {
    /// A file.
    File(FileMetadata),
    /// A folder.
    Folder(FolderMetadata),
    /// A deleted file or folder.
    Deleted(DeletedMetadata),
}

/// Common fields of all metadata.
#[derive(Clone, Debug, Serialize)]
struct Location {
    name: String,
    path_lower: String,
    path_display: String,
}

/// A file.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FileMetadata {
    #[serde(flatten)]
    location: Location,
    id: String,
    client_modified: String,
    server_modified: String,
    rev: String,
    size: u64,
    is_downloadable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_info: Option<ExportInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sharing_info: Option<SharingInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_hash: Option<String>,
}

/// A folder.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FolderMetadata {
    #[serde(flatten)]
    location: Location,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_folder_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sharing_info: Option<SharingInfo>,
}

/// A deleted file or folder, of which only the path is known.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DeletedMetadata {
    #[serde(flatten)]
    location: Location,
}

impl From<&DisplayedEntry> for Metadata {
    fn from(displayed: &DisplayedEntry) -> Self {
        match &displayed.entry.node {
            Node::File(content) => Self::File(FileMetadata::new(displayed, content)),
            Node::Folder => Self::Folder(FolderMetadata::new(displayed)),
        }
    }
}

impl Metadata {
    /// Creates the metadata of a deleted `entry`.
    pub(crate) fn deleted(entry: &Entry) -> Self {
        Self::Deleted(DeletedMetadata { location: Location::of(entry) })
    }

    /// Returns the key of its path.
    pub(crate) fn path_lower(&self) -> &str {
        match self {
            Self::File(FileMetadata { location, .. })
            | Self::Folder(FolderMetadata { location, .. })
            | Self::Deleted(DeletedMetadata { location }) => &location.path_lower,
        }
    }

    /// Returns its id, unless it was deleted.
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::File(FileMetadata { id, .. }) | Self::Folder(FolderMetadata { id, .. }) => Some(id),
            Self::Deleted(_) => None,
        }
    }
}

impl Location {
    fn of(Entry { path, .. }: &Entry) -> Self {
        Self {
            name: path.name().to_owned(),
            path_lower: path.lower.clone(),
            path_display: path.display.clone(),
        }
    }
}

impl FileMetadata {
    /// Creates the metadata of the file `displayed` with `content`.
    pub(crate) fn new(displayed: &DisplayedEntry, content: &FileContent) -> Self {
        let entry = &displayed.entry;
        let access = Access::of(entry.path.name());
        let is_downloadable = access == Access::Download;
        Self {
            location: Location::of(entry),
            id: entry.id.clone(),
            client_modified: timestamp(content.client_modified),
            server_modified: timestamp(content.server_modified),
            rev: content.rev.clone(),
            size: content.size,
            is_downloadable,
            export_info: ExportInfo::of(access),
            sharing_info: displayed.sharing.map(SharingInfo::from),
            content_hash: content.hash.clone().filter(|_| is_downloadable),
        }
    }
}

impl FolderMetadata {
    /// Creates the metadata of the folder `displayed`.
    pub(crate) fn new(DisplayedEntry { entry, sharing }: &DisplayedEntry) -> Self {
        let sharing_info = sharing.map(SharingInfo::from);
        let shared_folder_id = sharing_info.as_ref().and_then(|info| info.shared_folder_id.clone());
        Self { location: Location::of(entry), id: entry.id.clone(), shared_folder_id, sharing_info }
    }
}
