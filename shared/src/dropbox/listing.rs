//! `files/list_folder` and what it lists.

use serde::Deserialize;
use serde_json::json;

use super::{Dropbox, DropboxError, Session};
use crate::model::{Facts, ItemId, ItemKind, Rev};

/// Maximum number of entries of a page: Dropbox gives no more, and takes the number for approximate.
pub const PAGE_LIMIT: u32 = 2000;

/// One page of a listing. It may be empty although more follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// To be taken strictly in order.
    pub entries: Vec<Entry>,
    /// Where the next page begins; always newer than the one before.
    pub cursor: String,
    /// Whether the next page is there already. This alone decides.
    pub has_more: bool,
}

/// One entry of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file or folder as it is now.
    Present {
        /// What Dropbox says of it.
        facts: Facts,
        /// Whether it has bytes to download.
        downloadable: bool,
    },
    /// Nothing is at this lower-cased path any more, nor below it.
    Deleted(String),
}

impl Entry {
    /// What Dropbox says of a file or folder that is there.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        match self {
            Self::Present { facts, .. } => Some(facts),
            Self::Deleted(_) => None,
        }
    }
}

#[derive(Deserialize)]
struct PageAnswer {
    entries: Vec<EntryAnswer>,
    cursor: String,
    has_more: bool,
}

#[derive(Deserialize)]
struct CursorAnswer {
    cursor: String,
}

#[derive(Deserialize)]
struct EntryAnswer {
    #[serde(rename = ".tag")]
    tag: String,
    name: String,
    path_lower: Option<String>,
    path_display: Option<String>,
    id: Option<ItemId>,
    rev: Option<Rev>,
    #[serde(default)]
    size: u64,
    content_hash: Option<String>,
    server_modified: Option<String>,
    is_downloadable: Option<bool>,
    export_info: Option<ExportInfo>,
}

#[derive(Deserialize)]
struct ExportInfo {
    export_as: Option<String>,
    #[serde(default)]
    export_options: Vec<String>,
}

impl ExportInfo {
    /// The format that Dropbox would choose, else the first that it offers.
    fn format(self) -> Option<String> {
        self.export_as.or_else(|| self.export_options.into_iter().next())
    }
}

impl EntryAnswer {
    /// The entry; `None` for a tag that we do not know, and for what is mounted nowhere.
    fn read(self) -> Option<Entry> {
        let kind = match self.tag.as_str() {
            "file" => ItemKind::File,
            "folder" => ItemKind::Folder,
            "deleted" => return Some(Entry::Deleted(self.path_lower?)),
            _ => return None,
        };
        let path_lower = self.path_lower?;
        let downloadable = self.is_downloadable.unwrap_or(true);
        let facts = Facts {
            export_as: self.export_info.filter(|_| !downloadable).and_then(ExportInfo::format),
            id: self.id?,
            kind,
            name: self.name,
            path_display: self.path_display.unwrap_or_else(|| path_lower.clone()),
            path_lower,
            rev: self.rev,
            size: self.size,
            content_hash: self.content_hash,
            server_modified: self.server_modified,
        };
        Some(Entry::Present { facts, downloadable })
    }
}

impl From<PageAnswer> for Page {
    fn from(answer: PageAnswer) -> Self {
        let entries = answer.entries.into_iter().filter_map(EntryAnswer::read).collect();
        Self { entries, cursor: answer.cursor, has_more: answer.has_more }
    }
}

impl Dropbox {
    /// The first page of everything in a folder: of the root where the path is empty, of a folder by its id. This page
    /// and those that follow have about `limit` entries at most.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn list(&self, session: &Session, folder: &str, limit: u32) -> Result<Page, DropboxError> {
        let page =
            self.rpc::<_, PageAnswer>(session, "/2/files/list_folder", &everything(folder, limit)).await;
        Ok(page.map_err(without_cursor)?.into())
    }

    /// The page at a cursor.
    ///
    /// # Errors
    /// See [`DropboxError`]; [`DropboxError::CursorReset`] also where the listed folder itself is gone.
    pub async fn list_continue(&self, session: &Session, cursor: &str) -> Result<Page, DropboxError> {
        // Any field but the cursor would be refused.
        let page = self
            .rpc::<_, PageAnswer>(session, "/2/files/list_folder/continue", &json!({"cursor": cursor}))
            .await;
        match page {
            Err(DropboxError::NotFound(summary)) => Err(DropboxError::CursorReset(summary)),
            page => Ok(page?.into()),
        }
    }

    /// A cursor behind everything in the account, whose pages have about `limit` entries at most.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn latest_cursor(&self, session: &Session, limit: u32) -> Result<String, DropboxError> {
        let answer: CursorAnswer =
            self.rpc(session, "/2/files/list_folder/get_latest_cursor", &everything("", limit)).await?;
        Ok(answer.cursor)
    }

    /// A file or folder as it is now, by its id. `None` where there is no such thing, or where it is out of reach.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn metadata(&self, session: &Session, id: &ItemId) -> Result<Option<Entry>, DropboxError> {
        let argument = json!({"path": id.as_str()});
        match self.rpc::<_, EntryAnswer>(session, "/2/files/get_metadata", &argument).await {
            Ok(answer) => Ok(answer.read().filter(|entry| matches!(entry, Entry::Present { .. }))),
            Err(DropboxError::NotFound(_)) => Ok(None),
            Err(error) => Err(without_cursor(error)),
        }
    }
}

/// The error of a request that has no cursor. A text that speaks of one quotes an id.
fn without_cursor(error: DropboxError) -> DropboxError {
    match error {
        DropboxError::CursorReset(text) if text != "reset" => DropboxError::Refused(400, text),
        error => error,
    }
}

fn everything(folder: &str, limit: u32) -> serde_json::Value {
    json!({"path": folder, "recursive": true, "limit": limit})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(json: serde_json::Value) -> Page {
        serde_json::from_value::<PageAnswer>(json).unwrap().into()
    }

    #[test]
    fn unknown_tags_and_fields_are_read_over() {
        let page = page(json!({"cursor": "c", "has_more": false, "new": 1, "entries": [
            {"name": "a", "path_lower": "/a", ".tag": "hologram"},
            {"name": "B", "path_lower": "/b", "path_display": "/B", "id": "id:b", ".tag": "folder", "x": []},
            {".tag": "deleted", "name": "c", "path_lower": "/c", "path_display": "/c"},
            {".tag": "file", "name": "unmounted", "id": "id:u", "rev": "015"},
        ]}));
        assert_eq!(page.entries.len(), 2);
        assert!(matches!(&page.entries[0], Entry::Present { facts, .. } if facts.kind == ItemKind::Folder));
        assert_eq!(page.entries[1], Entry::Deleted("/c".into()));
    }
}
