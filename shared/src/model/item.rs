//! Items: our records of Dropbox files and folders.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Connection, ConnectionId, ItemId, ProjectId, Rev};

/// Kind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A file, with content.
    File,
    /// A folder.
    Folder,
}

/// Metadata of a file or folder, as reported by Dropbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Dropbox's id; it stays when the item is moved.
    pub id: ItemId,
    /// File or folder.
    pub kind: ItemKind,
    /// The last component, in its own case.
    pub name: String,
    /// The path as Dropbox lower-cased it, by which paths are compared. Never computed by us.
    pub path_lower: String,
    /// The path as it is displayed. Dropbox guarantees only the case of its last component.
    pub path_display: String,
    /// The revision of the file's metadata and content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<Rev>,
    /// Size in bytes; zero for folders.
    #[serde(default)]
    pub size: u64,
    /// Dropbox's content hash of a file, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_hash: Option<String>,
    /// The format in which Dropbox exports the file, if its bytes are available only as an export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_as: Option<String>,
    /// Whether that format may be requested by its name; if not, Dropbox chooses it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub export_by_name: bool,
    /// The target of a symbolic link; absent for every other file. Its bytes are those that Dropbox returns
    /// for the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symlink_target: Option<String>,
    /// Time of the last change that Dropbox saw, as Dropbox writes it (`2026-01-31T12:00:00Z`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_modified: Option<String>,
}

impl Metadata {
    /// Returns the format that an export may request by its name.
    #[must_use]
    pub fn export_format(&self) -> Option<&str> {
        self.export_as.as_deref().filter(|_| self.export_by_name)
    }

    /// Returns whether both describe the same bytes: the same hash or, if a hash is missing, the same
    /// revision.
    #[must_use]
    pub fn same_content(&self, other: &Self) -> bool {
        match (&self.content_hash, &other.content_hash) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self.rev == other.rev,
        }
    }
}

/// State of a file's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Content {
    /// A folder, which has no bytes.
    None,
    /// A transfer is queued for this revision.
    Pending {
        /// The revision to fetch.
        rev: Rev,
    },
    /// The bytes of this revision are in the bucket, and their hash was checked.
    Ready {
        /// The revision that was fetched.
        rev: Rev,
        /// Size and hash of the bytes, if they are an export.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exported: Option<Exported>,
    },
    /// The bytes of this revision are not fetched, by rule.
    Skipped {
        /// The revision that is not fetched.
        rev: Rev,
        /// The reason.
        reason: NotFetched,
    },
    /// The bytes of this revision could not be fetched.
    Failed {
        /// The revision that failed.
        rev: Rev,
        /// The reason.
        reason: NotFetched,
    },
}

/// Size and hash of an export, which Dropbox reports only with its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// Size in bytes.
    pub size: u64,
    /// Content hash of the bytes.
    pub content_hash: String,
}

impl Content {
    /// Returns whether bytes are wanted, fetched or not.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        matches!(self, Self::Pending { .. } | Self::Ready { .. } | Self::Failed { .. })
    }

    /// Returns the revision; a folder has none.
    #[must_use]
    pub fn rev(&self) -> Option<&Rev> {
        match self {
            Self::None => None,
            Self::Pending { rev }
            | Self::Ready { rev, .. }
            | Self::Skipped { rev, .. }
            | Self::Failed { rev, .. } => Some(rev),
        }
    }
}

/// Reason why a file's bytes are not in the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotFetched {
    /// It is larger than the project's limit.
    TooLarge,
    /// It has a format that the project does not want.
    UnwantedFormat,
    /// It exceeds the number of files that the user may have.
    FileLimit,
    /// A client has removed the bytes and kept the record.
    Removed,
    /// Dropbox offers neither its bytes nor an export of them.
    NotDownloadable,
    /// Dropbox withholds it, for instance after a takedown, which may be lifted without a change of the file.
    Restricted,
    /// It was locked in Dropbox at each attempt.
    Locked,
    /// Dropbox lists it, but reports that it does not exist when its bytes are requested.
    Unreadable,
    /// Dropbox refused it repeatedly, for a reason unknown to us.
    Refused,
    /// Dropbox repeatedly returned bytes that do not match its content hash.
    HashMismatch,
    /// Dropbox or the network failed repeatedly.
    Unreachable,
}

impl NotFetched {
    /// Returns whether the bytes may become available without a change of the file: each resync then tries
    /// again.
    #[must_use]
    pub fn may_pass(self) -> bool {
        match self {
            Self::TooLarge
            | Self::UnwantedFormat
            | Self::FileLimit
            | Self::Removed
            | Self::NotDownloadable => false,
            Self::Restricted
            | Self::Locked
            | Self::Unreadable
            | Self::Refused
            | Self::HashMismatch
            | Self::Unreachable => true,
        }
    }

    /// Returns the reason as written in answers and events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::UnwantedFormat => "unwanted_format",
            Self::FileLimit => "file_limit",
            Self::Removed => "removed",
            Self::NotDownloadable => "not_downloadable",
            Self::Restricted => "restricted",
            Self::Locked => "locked",
            Self::Unreadable => "unreadable",
            Self::Refused => "refused",
            Self::HashMismatch => "hash_mismatch",
            Self::Unreachable => "unreachable",
        }
    }
}

impl NotFetched {
    /// Returns the reason as a sentence for people.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::TooLarge => "The file is larger than this application takes.",
            Self::UnwantedFormat => "This application does not take files of this format.",
            Self::Removed => "The file's bytes were deleted here.",
            Self::FileLimit => "The user has as many files as this application allows.",
            Self::NotDownloadable => "Dropbox offers no download and no export of this file.",
            Self::Restricted => "Dropbox has restricted this file.",
            Self::Locked => "The file was locked in Dropbox; it is tried again.",
            Self::Unreadable => "Dropbox lists this file and does not find it; it is tried again.",
            Self::Refused => "Dropbox refused the download; it is tried again.",
            Self::HashMismatch => "Dropbox sent other bytes than it announced; the file is tried again.",
            Self::Unreachable => "Dropbox could not be reached; the file is tried again.",
        }
    }
}

/// Our record of one Dropbox file or folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its metadata.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// State of its bytes.
    pub content: Content,
    /// Number of the last change that touched it.
    pub number: u64,
    /// Number of the change that created it. With the connection's ordinal it makes the integer by which
    /// clients name the item. Absent in rows from before 2026-11-28 that no change and no resync has touched
    /// since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<u64>,
}

impl Item {
    /// Returns whether the bytes of the revision in `content` are in the bucket.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        matches!(self.content, Content::Ready { .. })
    }

    /// Returns the key of the bytes of the revision in `content`, if they are in the bucket. `connection` is
    /// the item's.
    #[must_use]
    pub fn content_key(&self, connection: &Connection) -> Option<ContentKey> {
        let Content::Ready { rev, .. } = &self.content else { return None };
        Some(ContentKey::new(connection.project, connection.id, &self.metadata.id, rev))
    }

    /// Returns the name under which the bytes are saved: an export has another ending than the file.
    #[must_use]
    pub fn saved_as(&self) -> String {
        let is_export = matches!(self.content, Content::Ready { exported: Some(_), .. });
        match self.metadata.export_as.as_ref().filter(|_| is_export) {
            Some(format) => format!("{}.{format}", self.metadata.name),
            None => self.metadata.name.clone(),
        }
    }
}

/// Key of a revision's bytes in the bucket: `project/connection/item/rev`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContentKey(String);

impl ContentKey {
    /// Returns the key of one revision of one file.
    #[must_use]
    pub fn new(project: ProjectId, connection: ConnectionId, item: &ItemId, rev: &Rev) -> Self {
        let item = item.as_str().strip_prefix("id:").unwrap_or(item.as_str());
        Self(format!("{project}/{connection}/{item}/{rev}"))
    }

    /// Returns the key of the listing so far of a connection's unfinished comparison. It equals no item's
    /// key, because those end with a revision.
    #[must_use]
    pub fn full_listing(project: ProjectId, connection: ConnectionId) -> Self {
        Self(format!("{project}/{connection}/survey"))
    }

    /// Returns the prefix of the keys of all objects of a connection.
    #[must_use]
    pub fn all_of(project: ProjectId, connection: ConnectionId) -> String {
        format!("{project}/{connection}/")
    }

    /// Returns a key that came from a listing of the bucket.
    #[must_use]
    pub fn listed(key: String) -> Self {
        Self(key)
    }

    /// Returns the file and the revision, if the key is that of a revision.
    #[must_use]
    pub fn revision(&self) -> Option<(ItemId, Rev)> {
        let mut parts = self.0.split('/').skip(2);
        let (item, rev) = (parts.next()?, parts.next()?);
        Some((format!("id:{item}").as_str().into(), rev.into()))
    }

    /// Returns the key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
