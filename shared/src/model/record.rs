//! What a list of items shows beside the items themselves.

use super::{Item, Tags, Timestamp};

/// An item, with its times and its tags.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The item.
    pub item: Item,
    /// When it came into the mirror. Absent of rows of before 2026-11-28.
    pub created_at: Option<Timestamp>,
    /// When the item or what became of its bytes last changed. Absent of rows of before 2026-11-28.
    pub updated_at: Option<Timestamp>,
    /// When bytes of it last came into the bucket. Absent where none have, or none since 2026-11-28.
    pub synced_at: Option<Timestamp>,
    /// The tags that a client gave this file; absent where none has.
    pub tags: Option<Tags>,
}
