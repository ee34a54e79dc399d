//! Acknowledgement of files whose bytes are in the bucket: the content index learns of them, and *File Ready* is
//! published. Those of files on lists are gathered for a moment, so that many share the requests.
//!
//! Each is recorded with its item before. Until it is acknowledged, its list or its own row stays: a run that finds the
//! file ready acknowledges it once more, with the same event id.

use std::time::Duration;

use shared::model::{Connection, Event, FileRevision};
use tokio::time::Instant;

use crate::{Failure, Worker};

/// Number of files that are acknowledged at once: as many as a batch of the table has writes.
const MOST: usize = 25;
/// Longest time that a file waits for others.
const LONGEST: Duration = Duration::from_millis(100);

/// Acknowledgement of a file whose bytes are in the bucket.
#[derive(Debug)]
pub(super) struct Acknowledgement {
    pub(super) file: FileRevision,
    /// Hash of its bytes, for the content index; absent if the index knows of it or it has none.
    pub(super) content_hash: Option<String>,
    pub(super) event: Event,
}

/// Acknowledges files.
pub(super) async fn all(
    worker: &Worker,
    connection: &Connection,
    files: &[Acknowledgement],
) -> Result<(), Failure> {
    let copies: Vec<_> =
        files.iter().filter_map(|one| Some((one.content_hash.as_deref()?, &one.file))).collect();
    if !copies.is_empty() {
        worker.store.index_contents(connection.id, &copies).await?;
    }
    Ok(worker.bus.publish(files.iter().map(|one| one.event.clone()).collect()).await?)
}

/// Acknowledgements of files on lists that wait for others.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Each with the number of its list.
    waiting: Vec<(Option<u64>, Acknowledgement)>,
    /// Time at which they are acknowledged at the latest.
    due_at: Option<Instant>,
}

impl Gathered {
    pub(super) fn add(&mut self, list: Option<u64>, one: Acknowledgement) {
        self.waiting.push((list, one));
        self.due_at.get_or_insert_with(|| Instant::now() + LONGEST);
    }

    /// Returns when they are due at the latest, if there are any.
    pub(super) fn due_at(&self) -> Option<Instant> {
        self.due_at
    }

    /// Takes them if it is time, or if nothing `may_follow` for which they could wait.
    pub(super) fn take(&mut self, may_follow: bool) -> Option<Batch> {
        let is_due = self.due_at.is_some_and(|at| Instant::now() >= at) || self.waiting.len() >= MOST;
        if self.waiting.is_empty() || (may_follow && !is_due) {
            return None;
        }
        self.due_at = None;
        let (lists, files) = std::mem::take(&mut self.waiting).into_iter().unzip();
        Some(Batch { lists, files })
    }
}

/// Files that are acknowledged at once.
#[derive(Debug)]
pub(super) struct Batch {
    /// The list of each.
    lists: Vec<Option<u64>>,
    files: Vec<Acknowledgement>,
}

impl Batch {
    /// Acknowledges the files. Returns each with the number of its list, and whether it succeeded.
    pub(super) async fn acknowledge(
        self,
        worker: &Worker,
        connection: &Connection,
    ) -> (Vec<(Option<u64>, FileRevision)>, Result<(), Failure>) {
        let outcome = all(worker, connection, &self.files).await;
        (self.lists.into_iter().zip(self.files.into_iter().map(|one| one.file)).collect(), outcome)
    }
}
