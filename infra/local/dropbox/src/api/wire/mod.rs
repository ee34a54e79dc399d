//! The shapes of answers.

mod info;
mod metadata;
mod root_info;
mod search;

use serde::Serialize;

pub(crate) use metadata::{FileMetadata, FolderMetadata, Metadata};
pub(crate) use root_info::RootInfo;
pub(crate) use search::{Match, SearchResult};

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
