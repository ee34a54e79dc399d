//! Items with the additional data of a list.

use super::{Item, StoredTags, Timestamp};

/// An item, with its times and its tags.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The item.
    pub item: Item,
    /// Time at which it came into the mirror. Absent in rows from before 2026-11-28.
    pub created_at: Option<Timestamp>,
    /// Time of the last change of the item or of the state of its bytes. Absent in rows from before
    /// 2026-11-28.
    pub updated_at: Option<Timestamp>,
    /// Time at which its bytes last came into the bucket. Absent if none have, or none since 2026-11-28.
    pub synced_at: Option<Timestamp>,
    /// The tags that a client gave this file; absent if none has.
    pub tags: Option<StoredTags>,
}
