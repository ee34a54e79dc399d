//! Formats of results.

mod info;
mod metadata;
mod root_info;
mod search;

use serde::Serialize;

pub(crate) use metadata::{FileMetadata, FolderMetadata, Metadata};
pub(crate) use root_info::RootInfo;
pub(crate) use search::{Match, SearchResult};

/// Result of routes that change one file or folder.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Changed<M> {
    /// Its new metadata, or its last if it was deleted.
    pub(crate) metadata: M,
}

/// A page of a listing.
#[derive(Clone, Debug)]
pub(crate) struct ListFolderResult {
    /// Entries to apply in this order, each as JSON.
    pub(crate) entries: Vec<Vec<u8>>,
    /// Cursor of the next page.
    pub(crate) cursor: String,
    /// Whether there are more entries now.
    pub(crate) has_more: bool,
}

impl ListFolderResult {
    /// Serializes the page. The result is invalid JSON if an entry is.
    pub(crate) fn json(&self) -> serde_json::Result<Vec<u8>> {
        let mut json = b"{\"entries\":[".to_vec();
        json.extend(self.entries.join(&b','));
        json.extend(b"],\"cursor\":");
        json.extend(serde_json::to_vec(&self.cursor)?);
        json.extend(format!(",\"has_more\":{}}}", self.has_more).bytes());
        Ok(json)
    }
}
