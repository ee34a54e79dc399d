//! What a run counts of the files that it brings, added to the connection's counts every few seconds.

use std::time::Duration;

use shared::model::TransferCounts;
use tokio::time::Instant;

use super::Run;

/// A run that takes long adds what it has counted so often.
const INTERVAL: Duration = Duration::from_secs(15);

/// What a run counts.
pub(super) struct Counting {
    began: Instant,
    added_at: Instant,
    /// What is still to be added.
    counts: TransferCounts,
    /// Files that were brought since the run began.
    files: u64,
}

impl Counting {
    /// Of a run that begins now.
    pub(super) fn begun() -> Self {
        let now = Instant::now();
        Self { began: now, added_at: now, counts: TransferCounts::default(), files: 0 }
    }

    /// A file of so many bytes was brought.
    pub(super) fn brought(&mut self, bytes: u64) {
        self.counts.ready += 1;
        self.counts.ready_bytes += bytes;
        self.files += 1;
    }

    /// A file was given up.
    pub(super) fn given_up(&mut self) {
        self.counts.failed += 1;
    }

    /// What is to be added now; nothing where nothing was counted.
    fn take(&mut self, is_last: bool) -> Option<TransferCounts> {
        let now = Instant::now();
        let is_due = is_last || now.duration_since(self.added_at) >= INTERVAL;
        if !is_due || self.counts == TransferCounts::default() {
            return None;
        }
        self.added_at = now;
        let elapsed = now.duration_since(self.began).as_millis().max(1);
        let rate = u128::from(self.files) * 1_000_000 / elapsed;
        let files_in_1000_seconds = u64::try_from(rate).unwrap_or(u64::MAX);
        Some(TransferCounts { files_in_1000_seconds, ..std::mem::take(&mut self.counts) })
    }
}

impl Run<'_> {
    /// Adds what was counted, where it is time. Files are never held up for their count: the next resync sets it right.
    pub(super) async fn count_up(&mut self, is_last: bool) {
        let Some(counts) = self.counting.take(is_last) else { return };
        let (worker, id) = (self.worker, self.connection.id);
        let counts = TransferCounts { measured_at: worker.clock.now(), ..counts };
        if let Err(error) = worker.health.add_transfer_counts(id, &counts).await {
            tracing::warn!(connection = %id, %error, "transfers could not be counted");
        }
    }
}
