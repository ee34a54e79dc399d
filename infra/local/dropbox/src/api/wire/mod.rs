//! The shapes of answers.

mod info;
mod metadata;
mod root_info;
mod search;

use serde::Serialize;

pub(crate) use metadata::{FileMetadata, FolderMetadata, Metadata};
pub(crate) use root_info::RootInfo;
pub(crate) use search::{Match, SearchResult};

/// The answer of routes that changed one thing.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Changed<M> {
    /// What it is now, or was last.
    pub(crate) metadata: M,
}

/// A part of a listing.
#[derive(Clone, Debug)]
pub(crate) struct ListFolderResult {
    /// What to apply, in this order: the JSON of each.
    pub(crate) entries: Vec<Vec<u8>>,
    /// From where to read on.
    pub(crate) cursor: String,
    /// Whether there is more now.
    pub(crate) has_more: bool,
}

impl ListFolderResult {
    /// Its JSON, which is none where an entry is none.
    pub(crate) fn json(&self) -> serde_json::Result<Vec<u8>> {
        let mut json = b"{\"entries\":[".to_vec();
        json.extend(self.entries.join(&b','));
        json.extend(b"],\"cursor\":");
        json.extend(serde_json::to_vec(&self.cursor)?);
        json.extend(format!(",\"has_more\":{}}}", self.has_more).bytes());
        Ok(json)
    }
}
