//! Counts of the files that a run transfers, added to the connection's counts every few seconds.

use std::time::Duration;

use shared::model::TransferCounts;
use tokio::time::Instant;

use super::Run;

/// Interval at which a long run adds its counts to the connection's.
const INTERVAL: Duration = Duration::from_secs(15);

/// Counts of a run.
pub(super) struct Counting {
    began: Instant,
    added_at: Instant,
    /// Counts that must still be added to the connection's.
    counts: TransferCounts,
    /// Files transferred since the run began.
    files: u64,
}

impl Counting {
    /// Begins the counts of a run.
    pub(super) fn begun() -> Self {
        let now = Instant::now();
        Self { began: now, added_at: now, counts: TransferCounts::default(), files: 0 }
    }

    /// Counts a transferred file and its bytes.
    pub(super) fn fetched(&mut self, bytes: u64) {
        self.counts.ready += 1;
        self.counts.ready_bytes += bytes;
        self.files += 1;
    }

    /// Counts a file whose transfer failed, with no attempts left.
    pub(super) fn failed(&mut self) {
        self.counts.failed += 1;
    }

    /// Takes the counts if there are any and it is time to add them, or if `is_last`.
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

/// Adds the counts of a run to the connection's if it is time. A failure only delays the counts, never the files:
/// the next resync corrects them.
pub(super) async fn add(run: &mut Run<'_>, is_last: bool) {
    let Some(counts) = run.progress.counting.take(is_last) else { return };
    let (worker, id) = (run.worker, run.connection.id);
    let counts = TransferCounts { measured_at: worker.clock.now(), ..counts };
    if let Err(error) = worker.store.add_transfer_counts(id, &counts).await {
        tracing::warn!(connection = %id, %error, "transfers could not be counted");
    }
}
