//! Whether a comparison asks for a sweep of the bucket.
//!
//! Only transfers leave bytes that belong to no item, and a transfer that could leave some changes the log, or how many
//! files have their bytes. So a comparison that finds both as the one before had found them, with nothing left to fetch,
//! asks for no sweep. It asks for one all the same when the last one is some days ago: a process that was suspended for
//! longer than its lease may write at any time.

use shared::model::{FileCounts, FileProgress, Head, Swept, Timestamp, TransferCounts};

use super::resync::LONGEST;

/// Returns the state with which a sweep that is asked for now would begin: `files` are counted from all items, read
/// while HEAD stood still. `None` if bytes are still to be fetched, because what becomes of them is not known.
pub(super) fn state_before_sweep(head: &Head, files: FileCounts, now: Timestamp) -> Option<Swept> {
    let FileProgress { pending, ready, .. } = FileProgress::of(files, TransferCounts::default());
    (pending == 0).then_some(Swept { head: head.head, ready, at: now })
}

/// Whether a sweep is due. `last` is the state with which the last one began, and `found` that which this comparison has
/// found, after which it may have changed the log.
pub(super) fn is_due(last: Option<Swept>, found: Option<Swept>, head: &Head) -> bool {
    let (Some(last), Some(found)) = (last, found) else { return true };
    let is_same = (last.head, last.ready) == (found.head, found.ready) && found.head == head.head;
    !is_same || found.at.since(last.at) >= LONGEST
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use shared::model::Content;

    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn head(head: u64) -> Head {
        Head { head, applied: head, ..Head::default() }
    }

    fn files(contents: &[Content]) -> FileCounts {
        let mut files = FileCounts::default();
        contents.iter().for_each(|content| files.add(content, 10));
        files
    }

    fn swept(head: u64, ready: u64) -> Option<Swept> {
        Some(Swept { head, ready, at: NOW })
    }

    #[test]
    fn what_is_as_it_was_is_not_swept_again_for_a_week() {
        let later =
            |days: u64| Swept { at: NOW.plus(Duration::from_secs(days * 24 * 60 * 60)), head: 7, ready: 2 };
        assert!(!is_due(swept(7, 2), Some(later(6)), &head(7)));
        assert!(is_due(swept(7, 2), Some(later(7)), &head(7)));
    }

    #[test]
    fn whatever_may_have_left_bytes_makes_a_sweep_due() {
        assert!(is_due(None, swept(7, 2), &head(7)), "there was none yet");
        assert!(is_due(swept(7, 2), None, &head(7)), "bytes are still to be fetched");
        assert!(is_due(swept(6, 2), swept(7, 2), &head(7)), "the log has changed");
        assert!(is_due(swept(7, 3), swept(7, 2), &head(7)), "a file has lost its bytes");
        assert!(is_due(swept(7, 2), swept(7, 2), &head(8)), "the comparison has repaired something");
    }

    #[test]
    fn the_state_is_not_known_while_bytes_are_to_be_fetched() {
        let ready = Content::Ready { rev: "1".into(), exported: None };
        let pending = Content::Pending { rev: "1".into() };
        assert_eq!(state_before_sweep(&head(3), files(&[ready.clone(), Content::None]), NOW), swept(3, 1));
        assert_eq!(state_before_sweep(&head(3), files(&[ready, pending]), NOW), None);
    }
}
