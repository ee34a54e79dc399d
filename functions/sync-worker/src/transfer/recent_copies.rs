//! Bytes that a run has just brought: the content index may not have them yet, or was read before.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use shared::model::FileRevision;

/// Number of files after which they are forgotten. The index has them by then.
const MOST: usize = 1000;

/// Files that became ready in a run, by content hash.
#[derive(Debug, Default)]
pub(super) struct RecentCopies(Mutex<HashMap<String, FileRevision>>);

impl RecentCopies {
    pub(super) fn add(&self, content_hash: &str, file: &FileRevision) {
        let mut files = self.files();
        if files.len() >= MOST {
            files.clear();
        }
        files.insert(content_hash.to_owned(), file.clone());
    }

    /// Returns a file with these bytes.
    pub(super) fn of(&self, content_hash: &str) -> Option<FileRevision> {
        self.files().get(content_hash).cloned()
    }

    fn files(&self) -> MutexGuard<'_, HashMap<String, FileRevision>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
