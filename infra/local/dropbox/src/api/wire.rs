//! The shapes of answers.

use serde::Serialize;

use super::export::Access;
use super::view::{Sharing, Shown};
use crate::clock::timestamp;
use crate::content::{Entry, FileContent, Node, Roots};

/// An entry where the declared type is `Metadata`, so that it carries its tag
#[derive(Clone, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum Metadata {
    /// A file
    File(FileMetadata),
    /// A folder
    Folder(FolderMetadata),
    /// What was deleted
    Deleted(DeletedMetadata),
}

/// What every kind of metadata begins with
#[derive(Clone, Debug, Serialize)]
struct Location {
    name: String,
    path_lower: String,
    path_display: String,
}

/// A file
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

/// To what a file can be exported
#[derive(Clone, Debug, Serialize)]
struct ExportInfo {
    export_as: &'static str,
    export_options: Vec<&'static str>,
}

/// A folder
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

/// How a file or folder is shared. Whoever mounts a folder may write there.
#[derive(Clone, Debug, Serialize)]
struct SharingInfo {
    read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_shared_folder_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_folder_id: Option<String>,
}

/// What was deleted, of which only the path is told
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DeletedMetadata {
    #[serde(flatten)]
    location: Location,
}

/// The answer of routes that changed one thing
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Changed<M> {
    /// What it is now, or was last
    pub(crate) metadata: M,
}

/// A part of a listing
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ListFolderResult {
    /// What to apply, in this order
    pub(crate) entries: Vec<Metadata>,
    /// From where to read on
    pub(crate) cursor: String,
    /// Whether there is more now
    pub(crate) has_more: bool,
}

/// Where an account's paths begin
#[derive(Clone, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum RootInfo {
    /// In the account's own home
    User {
        /// The namespace of the root
        root_namespace_id: String,
        /// The namespace of the home
        home_namespace_id: String,
    },
    /// In the space of the account's team
    Team {
        /// The namespace of the root
        root_namespace_id: String,
        /// The namespace of the home
        home_namespace_id: String,
        /// Where the home is in the root
        home_path: String,
    },
}

impl From<&Shown> for Metadata {
    fn from(shown: &Shown) -> Self {
        match &shown.entry.node {
            Node::File(content) => Self::File(FileMetadata::new(shown, content)),
            Node::Folder => Self::Folder(FolderMetadata::new(shown)),
        }
    }
}

impl Metadata {
    /// What is left to tell of `entry`
    pub(crate) fn deleted(entry: &Entry) -> Self {
        Self::Deleted(DeletedMetadata { location: Location::of(entry) })
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
    /// The metadata of the file `shown` that holds `content`
    pub(crate) fn new(shown: &Shown, content: &FileContent) -> Self {
        let entry = &shown.entry;
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
            sharing_info: shown.sharing.map(SharingInfo::from),
            content_hash: content.hash.clone().filter(|_| is_downloadable),
        }
    }
}

impl From<Sharing> for SharingInfo {
    fn from(sharing: Sharing) -> Self {
        let (parent_shared_folder_id, shared_folder_id) = match sharing {
            Sharing::Folder(namespace) => (None, Some(namespace.to_string())),
            Sharing::Inside(namespace) => (Some(namespace.to_string()), None),
        };
        Self { read_only: false, parent_shared_folder_id, shared_folder_id }
    }
}

impl ExportInfo {
    fn of(access: Access) -> Option<Self> {
        let Access::Export(formats) = access else { return None };
        let names = formats.iter().map(|format| format.name);
        Some(Self { export_as: names.clone().next()?, export_options: names.collect() })
    }
}

impl FolderMetadata {
    /// The metadata of the folder `shown`
    pub(crate) fn new(Shown { entry, sharing }: &Shown) -> Self {
        let sharing_info = sharing.map(SharingInfo::from);
        let shared_folder_id = sharing_info.as_ref().and_then(|info| info.shared_folder_id.clone());
        Self { location: Location::of(entry), id: entry.id.clone(), shared_folder_id, sharing_info }
    }
}

impl From<&Roots> for RootInfo {
    fn from(roots: &Roots) -> Self {
        let (root_namespace_id, home_namespace_id) = (roots.root.to_string(), roots.home.to_string());
        match roots.home_path.is_root() {
            true => Self::User { root_namespace_id, home_namespace_id },
            false => {
                let home_path = roots.home_path.display.clone();
                Self::Team { root_namespace_id, home_namespace_id, home_path }
            }
        }
    }
}
