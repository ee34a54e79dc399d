//! Progress of the bytes of a connection's files, from counters that are kept where the work is done.
//!
//! HEAD counts the wanted and the skipped files in the transaction that commits their changes, so that
//! nothing is counted twice or lost. Transfers count as they go: a process that dies within seconds of a
//! transfer leaves files uncounted. Each resync reads all items and corrects both.

use serde::{Deserialize, Serialize};

use super::{Content, NotFetched, Timestamp};

/// HEAD's counts of files. The offsets are added to the counts of transfers, and may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileCounts {
    /// Files whose bytes are wanted.
    pub wanted: u64,
    /// Total size of these files in bytes, as reported by Dropbox.
    pub wanted_bytes: u64,
    /// Files whose bytes are not wanted, by rule.
    pub skipped: u64,
    /// Skipped files that exceed the number of files that the user may have.
    pub over_limit: u64,
    /// Files that became ready, less those that are no longer ready, other than by a transfer.
    pub ready_offset: i64,
    /// Total size of these files in bytes.
    pub ready_bytes_offset: i64,
    /// Files that failed, less those that are no longer failed, other than by a transfer.
    pub failed_offset: i64,
}

/// Counts of transfers since the connection began. They never decrease.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TransferCounts {
    /// Files whose bytes were fetched.
    pub ready: u64,
    /// Total size of these files in bytes, as reported by Dropbox.
    pub ready_bytes: u64,
    /// Files whose transfer failed, with no attempts left.
    pub failed: u64,
    /// Files fetched per thousand seconds, as last measured.
    pub files_in_1000_seconds: u64,
    /// Time of that measurement.
    pub measured_at: Timestamp,
}

/// Progress of the bytes of a connection's files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileProgress {
    /// Files whose bytes are still to be fetched.
    pub pending: u64,
    /// Files whose bytes are in the bucket.
    pub ready: u64,
    /// Files whose bytes could not be fetched.
    pub failed: u64,
    /// Files whose bytes are not wanted, by rule.
    pub skipped: u64,
    /// Total size of the ready files in bytes, as reported by Dropbox.
    pub ready_bytes: u64,
    /// Total size of all wanted files in bytes, as reported by Dropbox.
    pub wanted_bytes: u64,
    /// Estimated number of seconds until nothing is pending; absent if nothing is, or nothing was measured
    /// yet.
    pub seconds_left: Option<u64>,
}

impl FileCounts {
    /// Counts an item with this content and size.
    pub fn add(&mut self, content: &Content, size: u64) {
        self.count(content, size, 1);
    }

    /// Removes an item that was counted with this content and size.
    pub fn remove(&mut self, content: &Content, size: u64) {
        self.count(content, size, -1);
    }

    /// Converts counts made from all items into counts to be added to those of transfers so far.
    #[must_use]
    pub fn beside(self, transfers: TransferCounts) -> Self {
        Self {
            ready_offset: self.ready_offset.saturating_sub_unsigned(transfers.ready),
            ready_bytes_offset: self.ready_bytes_offset.saturating_sub_unsigned(transfers.ready_bytes),
            failed_offset: self.failed_offset.saturating_sub_unsigned(transfers.failed),
            ..self
        }
    }

    fn count(&mut self, content: &Content, size: u64, sign: i64) {
        let bytes = i64::try_from(size).unwrap_or(i64::MAX).saturating_mul(sign);
        match content {
            Content::None => return,
            Content::Skipped { reason, .. } => {
                self.skipped = self.skipped.saturating_add_signed(sign);
                if *reason == NotFetched::FileLimit {
                    self.over_limit = self.over_limit.saturating_add_signed(sign);
                }
                return;
            }
            Content::Pending { .. } => {}
            Content::Ready { .. } => {
                self.ready_offset += sign;
                self.ready_bytes_offset = self.ready_bytes_offset.saturating_add(bytes);
            }
            Content::Failed { .. } => self.failed_offset += sign,
        }
        self.wanted = self.wanted.saturating_add_signed(sign);
        self.wanted_bytes = self.wanted_bytes.saturating_add_signed(bytes);
    }
}

impl FileProgress {
    /// Returns the progress according to both counts.
    #[must_use]
    pub fn of(files: FileCounts, transfers: TransferCounts) -> Self {
        let ready = transfers.ready.saturating_add_signed(files.ready_offset).min(files.wanted);
        let failed = transfers.failed.saturating_add_signed(files.failed_offset).min(files.wanted - ready);
        let pending = files.wanted - ready - failed;
        let rate = transfers.files_in_1000_seconds;
        Self {
            pending,
            ready,
            failed,
            skipped: files.skipped,
            ready_bytes: transfers.ready_bytes.saturating_add_signed(files.ready_bytes_offset),
            wanted_bytes: files.wanted_bytes,
            seconds_left: (pending > 0 && rate > 0).then(|| pending.saturating_mul(1000).div_ceil(rate)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Rev;

    fn rev() -> Rev {
        "015".into()
    }

    fn pending() -> Content {
        Content::Pending { rev: rev() }
    }

    fn ready() -> Content {
        Content::Ready { rev: rev(), exported: None }
    }

    fn failed() -> Content {
        Content::Failed { rev: rev(), reason: NotFetched::Unreachable }
    }

    fn skipped() -> Content {
        Content::Skipped { rev: rev(), reason: NotFetched::TooLarge }
    }

    #[test]
    fn what_transfers_bring_is_pending_no_more() {
        let mut files = FileCounts::default();
        (0..10).for_each(|_| files.add(&pending(), 100));
        files.add(&skipped(), 9_000);
        files.add(&Content::None, 0);
        let transfers = TransferCounts {
            ready: 4,
            ready_bytes: 400,
            failed: 1,
            files_in_1000_seconds: 2_000,
            ..Default::default()
        };
        let progress = FileProgress::of(files, transfers);
        assert_eq!((progress.pending, progress.ready, progress.failed, progress.skipped), (5, 4, 1, 1));
        assert_eq!(
            (progress.ready_bytes, progress.wanted_bytes, progress.seconds_left),
            (400, 1_000, Some(3))
        );
    }

    #[test]
    fn a_ready_file_that_changes_is_pending_again_and_one_that_is_deleted_is_not() {
        let mut files = FileCounts::default();
        (0..3).for_each(|_| files.add(&pending(), 10));
        let mut transfers = TransferCounts { ready: 3, ready_bytes: 30, ..Default::default() };
        files.remove(&ready(), 10);
        files.add(&pending(), 20);
        files.remove(&ready(), 10);
        let progress = FileProgress::of(files, transfers);
        assert_eq!((progress.pending, progress.ready, progress.ready_bytes), (1, 1, 10));
        (transfers.ready, transfers.ready_bytes) = (4, 50);
        let progress = FileProgress::of(files, transfers);
        assert_eq!(
            (progress.pending, progress.ready, progress.ready_bytes, progress.wanted_bytes),
            (0, 2, 30, 30)
        );
        assert_eq!(progress.seconds_left, None);
    }

    /// A process died between a fetch and its count; a restored table counts from another time.
    #[test]
    fn a_census_sets_right_what_was_lost_and_what_was_counted_twice() {
        let mut census = FileCounts::default();
        for content in [ready(), ready(), failed(), pending(), skipped()] {
            census.add(&content, 10);
        }
        for counted in [0, 1, 2, 700] {
            let transfers = TransferCounts {
                ready: counted,
                ready_bytes: counted * 10,
                failed: counted,
                ..Default::default()
            };
            let progress = FileProgress::of(census.beside(transfers), transfers);
            assert_eq!((progress.pending, progress.ready, progress.failed, progress.skipped), (1, 2, 1, 1));
            assert_eq!(progress.ready_bytes, 20);
        }
    }

    #[test]
    fn counts_that_cannot_be_are_never_below_nothing() {
        let transfers = TransferCounts { ready: 5, failed: 9, ready_bytes: 50, ..Default::default() };
        assert_eq!(FileProgress::of(FileCounts::default(), transfers).pending, 0);
        let mut files = FileCounts::default();
        files.remove(&ready(), 10);
        assert_eq!(FileProgress::of(files, TransferCounts::default()).ready, 0);
    }
}
