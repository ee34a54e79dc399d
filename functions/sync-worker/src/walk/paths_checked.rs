//! Whether a comparison reads the rows of the items' paths.
//!
//! Only a change in the log moves such a row. So a comparison that finds the log as the last check had found it reads
//! none. It reads all of them all the same when the last check is some days ago, for what no log tells of: rows that were
//! written by an older version, or by hand.

use shared::model::{Head, PathsChecked, Timestamp};

use super::resync::LONGEST;

/// Returns the state with which a check begins now, if one is due.
pub(super) fn begin_if_due(head: &Head, now: Timestamp) -> Option<PathsChecked> {
    let is_current = |last: PathsChecked| last.head == head.head && now.since(last.at) < LONGEST;
    (!head.paths_checked.is_some_and(is_current)).then_some(PathsChecked { head: head.head, at: now })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn checked(head: u64, last: Option<PathsChecked>) -> Head {
        Head { head, applied: head, paths_checked: last, ..Head::default() }
    }

    fn days_later(days: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(days * 24 * 60 * 60))
    }

    #[test]
    fn rows_are_not_read_again_for_a_week_if_the_log_is_as_it_was() {
        let last = begin_if_due(&checked(7, None), NOW);
        assert_eq!(last, Some(PathsChecked { head: 7, at: NOW }), "there was none yet");
        assert_eq!(begin_if_due(&checked(7, last), days_later(6)), None);
        let next = PathsChecked { head: 7, at: days_later(7) };
        assert_eq!(begin_if_due(&checked(7, last), days_later(7)), Some(next));
    }

    #[test]
    fn rows_are_read_after_each_change() {
        let last = begin_if_due(&checked(7, None), NOW);
        let next = PathsChecked { head: 8, at: days_later(1) };
        assert_eq!(begin_if_due(&checked(8, last), days_later(1)), Some(next));
    }
}
