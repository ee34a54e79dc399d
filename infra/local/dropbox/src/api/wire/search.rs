//! What a search found.

use serde::Serialize;

use super::Metadata;

/// A part of what a search found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SearchResult {
    /// What was found.
    pub(crate) matches: Vec<Match>,
    /// Whether there is more.
    pub(crate) has_more: bool,
    /// From where to go on, if there is more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
}

/// Something that a search found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Match {
    metadata: MetadataV2,
    match_type: MatchType,
}

/// The union in which search alone wraps metadata.
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
    /// Something that was found by its name.
    pub(crate) fn of_name(metadata: Metadata) -> Self {
        Self { metadata: MetadataV2::Metadata { metadata }, match_type: MatchType::Filename }
    }
}
