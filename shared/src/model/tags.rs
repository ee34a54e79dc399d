//! Tags of clients.

/// A client's tags: names with any JSON values.
pub type Tags = serde_json::Map<String, serde_json::Value>;
