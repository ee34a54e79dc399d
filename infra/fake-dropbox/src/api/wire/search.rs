//! Results of a search.

use serde::Serialize;

use super::Metadata;

/// A page of a search.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SearchResult {
    /// Matches.
    pub(crate) matches: Vec<Match>,
    /// Whether there are more.
    pub(crate) has_more: bool,
    /// Cursor of the next page, if there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
}

/// A match of a search.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Match {
    metadata: MetadataV2,
    match_type: MatchType,
}

/// Union in which only search wraps metadata.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
enum MetadataV2 {
    Metadata { metadata: Metadata },
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
enum MatchType {
    Filename,
}

impl Match {
    /// Creates a match by name.
    pub(crate) fn of_name(metadata: Metadata) -> Self {
        Self { metadata: MetadataV2::Metadata { metadata }, match_type: MatchType::Filename }
    }
}
