//! How far the bytes of a connection's files have come, from counters that are kept where the work is done.
//!
//! HEAD counts which files are wanted and which are skipped, in the transaction that commits their changes: nothing is
//! counted twice, and nothing is lost. Transfers count what they bring as they go: who dies within seconds of it leaves
//! files uncounted. Each resync reads all items and sets both right.

use serde::{Deserialize, Serialize};

use super::{Content, NotFetched, Timestamp};

/// What HEAD counts of the files. The offsets are to be added to what transfers have counted: they may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileCounts {
    /// Files whose bytes are wanted.
    pub wanted: u64,
    /// Their bytes, as Dropbox says.
    pub wanted_bytes: u64,
    /// Files whose bytes are not wanted, by rule.
    pub skipped: u64,
    /// Of these, files beyond the number that the user may have.
    pub over_limit: u64,
    /// Files that became ready or are ready no more, other than by a transfer.
    pub ready_offset: i64,
    /// Their bytes.
    pub ready_bytes_offset: i64,
    /// Files that failed or are failed no more, other than by a transfer.
    pub failed_offset: i64,
}

/// What transfers have counted since the connection began. It never becomes less.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TransferCounts {
    /// Files whose bytes were brought.
    pub ready: u64,
    /// Their bytes, as Dropbox says.
    pub ready_bytes: u64,
    /// Files that were given up.
    pub failed: u64,
    /// How many files in a thousand seconds were brought when it was last measured.
    pub files_in_1000_seconds: u64,
    /// When that was.
    pub measured_at: Timestamp,
}

/// How far the bytes have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileProgress {
    /// Files whose bytes are still to be brought.
    pub pending: u64,
    /// Files whose bytes are in the bucket.
    pub ready: u64,
    /// Files whose bytes could not be brought.
    pub failed: u64,
    /// Files whose bytes are not wanted, by rule.
    pub skipped: u64,
    /// Bytes of the ready files, as Dropbox says.
    pub ready_bytes: u64,
    /// Bytes of all files that are wanted, as Dropbox says.
    pub wanted_bytes: u64,
    /// An estimate of how many seconds pass before nothing is pending; absent where nothing was measured yet.
    pub seconds_left: Option<u64>,
}

impl FileCounts {
    /// Counts an item whose bytes are so.
    pub fn add(&mut self, content: &Content, size: u64) {
        self.count(content, size, 1);
    }

    /// Takes an item away that was counted so.
    pub fn remove(&mut self, content: &Content, size: u64) {
        self.count(content, size, -1);
    }

    /// The same counts, made from all items, beside what transfers have counted by now.
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
    /// How far the bytes have come, by both counts.
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

    /// A process died between what it brought and its count; a restored table counts from another time.
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
