//! Tags of clients.

/// A client's tags: names with any JSON values.
pub type Tags = serde_json::Map<String, serde_json::Value>;

/// Tags with the text that is stored. Conditional writes compare the text, because a number that is parsed and
/// written again may give another text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredTags {
    /// The tags.
    pub tags: Tags,
    /// The stored JSON; absent if nothing is stored.
    pub text: Option<String>,
}
