//! Listings that must start over because Dropbox refused their cursors. The first does so at once; each
//! further one in a row waits longer than the one before.

use shared::model::{ConnectionId, Head, Segment, Timestamp};

use super::{Reached, state::Walk};
use crate::{Failure, delay};

/// Number of listings in a row that start over at once.
const AT_ONCE: u32 = 1;

/// Starts the comparison over after one of its cursors failed, because what it has listed cannot be used.
pub(super) async fn start_over(walk: &mut Walk<'_>, failure: Failure) -> Result<Reached, Failure> {
    let mut commit = walk.commit_of(Segment::default());
    commit.after = Head { full_listing: None, compare: true, ..commit.after };
    note_reset(walk, &mut commit.after, &failure);
    walk.advance(commit).await?;
    if walk.head.relists <= AT_ONCE { Ok(Reached::ItsBudget) } else { Err(failure) }
}

/// Counts a cursor that Dropbox refused. The listing that replaces it must wait, unless the cursor is the
/// first in a row.
pub(super) fn note_reset(walk: &mut Walk<'_>, head: &mut Head, failure: &Failure) {
    walk.was_reset = true;
    count_reset(head, walk.connection.id, walk.worker.clock.now());
    tracing::info!(connection = %walk.connection.id, %failure, relists = head.relists, "listing anew");
}

/// Returns until when the next listing must wait, if it must.
pub(super) fn wait(walk: &Walk<'_>) -> Option<Timestamp> {
    walk.head.relist_at.filter(|at| *at > walk.worker.clock.now())
}

/// Ends the row of refused cursors if this walk came to its end without one.
pub(super) fn end(walk: &Walk<'_>, head: &mut Head) {
    if !walk.was_reset {
        (head.relists, head.relist_at) = (0, None);
    }
}

fn count_reset(head: &mut Head, id: ConnectionId, now: Timestamp) {
    head.relists += 1;
    head.relist_at = head.relists.checked_sub(AT_ONCE + 1).map(|waits| now.plus(delay::backoff(id, waits)));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_relist_in_a_row_waits_longer() {
        let (mut head, id, now) = (Head::default(), ConnectionId::random(), Timestamp(0));
        let mut waits = Vec::new();
        for _ in 0..12 {
            count_reset(&mut head, id, now);
            waits.push(head.relist_at.map_or(Duration::ZERO, |at| at.since(now)));
        }
        assert_eq!(waits[0], Duration::ZERO, "the first is no loop");
        assert!(waits[1] >= Duration::from_secs(60), "{waits:?}");
        assert!(waits.is_sorted() && waits[5] > waits[1] * 8, "{waits:?}");
        assert!(waits[11] <= Duration::from_secs(2 * 60 * 60), "{waits:?}");
    }
}
