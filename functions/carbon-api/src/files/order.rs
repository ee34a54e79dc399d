//! Order of lists of files. Pure.

use std::cmp::Ordering;

use shared::model::Timestamp;

use super::file::File;

/// Order of files. Equal ones are ordered by their integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Created,
    Updated,
    Name,
    LastSync,
    Size,
    Id,
}

impl Order {
    pub(super) const WORDS: &'static [(&'static str, Self)] = &[
        ("created_at", Self::Created),
        ("updated_at", Self::Updated),
        ("name", Self::Name),
        ("last_sync", Self::LastSync),
        ("file_size", Self::Size),
        ("id", Self::Id),
    ];

    /// Sorts files.
    pub(super) fn sort(self, files: &mut [File], descending: bool) {
        files.sort_by(|one, other| {
            let order = self.compare(one, other).then(one.number.cmp(&other.number));
            if descending { order.reverse() } else { order }
        });
    }

    /// Merges lists that are in this order and follow each other in `files`. Equal files stay in the order of
    /// their list, which is an index's, because pages are parts of that order.
    pub(super) fn merge(self, files: &mut [File], descending: bool) {
        files.sort_by(|one, other| {
            let order = match self {
                Self::Id => one.number.cmp(&other.number),
                order => order.compare(one, other),
            };
            if descending { order.reverse() } else { order }
        });
    }

    fn compare(self, one: &File, other: &File) -> Ordering {
        let time = |at: Option<Timestamp>| at.unwrap_or_default();
        match self {
            Self::Created => time(one.record.created_at).cmp(&time(other.record.created_at)),
            Self::Updated => time(one.record.updated_at).cmp(&time(other.record.updated_at)),
            Self::LastSync => time(one.record.synced_at).cmp(&time(other.record.synced_at)),
            Self::Name => {
                let name = |file: &File| file.record.item.metadata.name.to_lowercase();
                name(one).cmp(&name(other))
            }
            Self::Size => one.size().cmp(&other.size()),
            Self::Id => Ordering::Equal,
        }
    }
}
