//! Count of the contents of a connection's mirror.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::model::{Content, Item, ItemKind, NotFetched};

/// Count of the contents of a connection's mirror.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Census {
    /// Number of files.
    pub files: u64,
    /// Number of folders, without the root.
    pub folders: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Number of files whose bytes are in the bucket, checked.
    pub ready: u64,
    /// Number of files whose bytes are pending.
    pub pending: u64,
    /// Number of files whose bytes are not fetched, by rule or after failures.
    pub skipped: u64,
    /// Skipped files by reason.
    pub reasons: BTreeMap<&'static str, u64>,
}

impl Census {
    /// Counts items.
    #[must_use]
    pub fn of(items: &[Item]) -> Self {
        let mut census = Self::default();
        items.iter().for_each(|item| census.count(item));
        census
    }

    fn count(&mut self, item: &Item) {
        if item.metadata.kind == ItemKind::Folder {
            self.folders += 1;
            return;
        }
        self.files += 1;
        self.bytes += item.metadata.size;
        match &item.content {
            Content::Ready { .. } => self.ready += 1,
            Content::Skipped { reason, .. } | Content::Failed { reason, .. } => self.skip(*reason),
            Content::Pending { .. } | Content::None => self.pending += 1,
        }
    }

    fn skip(&mut self, reason: NotFetched) {
        self.skipped += 1;
        *self.reasons.entry(reason.as_str()).or_default() += 1;
    }
}
