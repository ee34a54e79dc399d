//! Items: our records of Dropbox files and folders.

use serde::{Deserialize, Serialize};

use super::{Connection, ConnectionId, ItemId, ProjectId, Rev};

/// What kind of thing an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A file, with content.
    File,
    /// A folder.
    Folder,
}

/// What Dropbox says of a file or folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Dropbox's id; it stays when the item is moved.
    pub id: ItemId,
    /// File or folder.
    pub kind: ItemKind,
    /// The last component, in its own case.
    pub name: String,
    /// The path as Dropbox lower-cased it: the key of a path. Never computed by us.
    pub path_lower: String,
    /// The path as people see it. Only its last component's case is promised by Dropbox.
    pub path_display: String,
    /// The revision of the file's metadata and content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<Rev>,
    /// Bytes; zero for folders.
    #[serde(default)]
    pub size: u64,
    /// Dropbox's content hash of a file, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_hash: Option<String>,
    /// The format that Dropbox exports the file in, where its bytes can be had only as an export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_as: Option<String>,
    /// Whether that format may be asked for by its name; where not, Dropbox chooses it by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub export_by_name: bool,
    /// What a symbolic link points to; absent of every other file. Its bytes are what Dropbox gives out for the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symlink_target: Option<String>,
    /// When Dropbox last saw a change, as Dropbox writes it (`2026-01-31T12:00:00Z`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_modified: Option<String>,
}

impl Facts {
    /// The format that an export may ask for by its name.
    #[must_use]
    pub fn export_format(&self) -> Option<&str> {
        self.export_as.as_deref().filter(|_| self.export_by_name)
    }

    /// Whether both describe the same bytes: the same hash, or where a hash is missing the same revision.
    #[must_use]
    pub fn same_content(&self, other: &Self) -> bool {
        match (&self.content_hash, &other.content_hash) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self.rev == other.rev,
        }
    }
}

/// Where a file's bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Content {
    /// There are none to fetch: a folder.
    None,
    /// A transfer is queued for this revision.
    Pending {
        /// The revision to fetch.
        rev: Rev,
    },
    /// The bytes of this revision are in the bucket, their hash checked.
    Ready {
        /// The revision that was fetched.
        rev: Rev,
        /// What the bytes are, where they are an export.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exported: Option<Exported>,
    },
    /// The bytes of this revision are not fetched, by rule.
    Skipped {
        /// The revision that is not fetched.
        rev: Rev,
        /// Why.
        reason: NotFetched,
    },
    /// The bytes of this revision could not be fetched.
    Failed {
        /// The revision that failed.
        rev: Rev,
        /// Why.
        reason: NotFetched,
    },
}

/// What an export came to: Dropbox tells neither before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// Bytes.
    pub size: u64,
    /// The content hash of them.
    pub content_hash: String,
}

impl Content {
    /// Whether bytes are wanted, whatever has become of them.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        matches!(self, Self::Pending { .. } | Self::Ready { .. } | Self::Failed { .. })
    }

    /// The revision that this speaks of; a folder has none.
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

/// Why a file's bytes are not in the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotFetched {
    /// Larger than the project's limit.
    TooLarge,
    /// Of a format that the project does not want.
    UnwantedFormat,
    /// Beyond the number of files that the user may have.
    FileLimit,
    /// Dropbox gives neither its bytes nor an export of them.
    NotDownloadable,
    /// Dropbox will not give it out: a takedown, for one, which may be lifted while the file stays as it is.
    Restricted,
    /// It was locked in Dropbox at each attempt.
    Locked,
    /// Dropbox lists it, and says that it is not there when its bytes are asked for.
    Unreadable,
    /// Dropbox refused it for a reason that is not known here, again and again.
    Refused,
    /// Dropbox gave other bytes than its content hash says, again and again.
    HashMismatch,
    /// Dropbox or the network failed, again and again.
    Unreachable,
}

impl NotFetched {
    /// Whether the bytes may come although the file stays as it is: each resync tries again.
    #[must_use]
    pub fn may_pass(self) -> bool {
        match self {
            Self::TooLarge | Self::UnwantedFormat | Self::FileLimit | Self::NotDownloadable => false,
            Self::Restricted
            | Self::Locked
            | Self::Unreadable
            | Self::Refused
            | Self::HashMismatch
            | Self::Unreachable => true,
        }
    }

    /// The reason as it stands in answers and events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::UnwantedFormat => "unwanted_format",
            Self::FileLimit => "file_limit",
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

/// Our record of one Dropbox file or folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What Dropbox says of it.
    #[serde(flatten)]
    pub facts: Facts,
    /// Where its bytes are.
    pub content: Content,
    /// The number of the last change that touched it.
    pub number: u64,
    /// The number of the change that created it: with the connection's ordinal it makes the integer by which clients
    /// name the item. Absent of rows of before 2026-11-28 that no change and no resync has touched since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<u64>,
}

impl Item {
    /// Whether the bytes of the revision in `content` are in the bucket.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        matches!(self.content, Content::Ready { .. })
    }

    /// Where the bytes of the revision in `content` lie, if they are in the bucket. `connection` is the item's.
    #[must_use]
    pub fn content_key(&self, connection: &Connection) -> Option<ContentKey> {
        let Content::Ready { rev, .. } = &self.content else { return None };
        Some(ContentKey::new(connection.project, connection.id, &self.facts.id, rev))
    }

    /// The name under which the bytes are saved: an export has another ending than the file.
    #[must_use]
    pub fn saved_as(&self) -> String {
        let is_export = matches!(self.content, Content::Ready { exported: Some(_), .. });
        match self.facts.export_as.as_ref().filter(|_| is_export) {
            Some(format) => format!("{}.{format}", self.facts.name),
            None => self.facts.name.clone(),
        }
    }

    /// Whether a change after `number` touched it.
    #[must_use]
    pub fn touched_after(&self, number: u64) -> bool {
        self.number > number
    }
}

/// Where a revision's bytes lie in the bucket: `project/connection/item/rev`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContentKey(String);

impl ContentKey {
    /// The key of one revision of one file.
    #[must_use]
    pub fn new(project: ProjectId, connection: ConnectionId, item: &ItemId, rev: &Rev) -> Self {
        let item = item.as_str().strip_prefix("id:").unwrap_or(item.as_str());
        Self(format!("{project}/{connection}/{item}/{rev}"))
    }

    /// The key of what an unfinished comparison of a connection has listed so far. No item's key is like it: an item
    /// has a revision.
    #[must_use]
    pub fn survey(project: ProjectId, connection: ConnectionId) -> Self {
        Self(format!("{project}/{connection}/survey"))
    }

    /// What the keys of all objects of a connection begin with.
    #[must_use]
    pub fn all_of(project: ProjectId, connection: ConnectionId) -> String {
        format!("{project}/{connection}/")
    }

    /// A key as a listing of the bucket gave it.
    #[must_use]
    pub fn listed(key: String) -> Self {
        Self(key)
    }

    /// The file and its revision, of a key that is one's.
    #[must_use]
    pub fn revision(&self) -> Option<(ItemId, Rev)> {
        let mut parts = self.0.split('/').skip(2);
        let (item, rev) = (parts.next()?, parts.next()?);
        Some((format!("id:{item}").as_str().into(), rev.into()))
    }

    /// The key as the bucket sees it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
