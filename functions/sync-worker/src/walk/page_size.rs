//! Number of entries per page: halved after a page took too long, and doubled after a listing that came to
//! its end. The call that begins a listing fixes the number, so a listing whose pages are too slow starts
//! over, and the account's cursor is replaced.

use shared::{
    dropbox::PAGE_LIMIT,
    model::{Head, Segment, Selection},
    store::SelectionStep,
};

use super::{Reached, state::Walk};
use crate::Failure;

/// Minimum number of entries per page.
const LEAST: u32 = 25;
/// Number of slow drains in a row after which the account's cursor is replaced and everything is compared.
const SLOW_DRAINS: u32 = 2;

/// Returns the maximum number of entries per page of the next listing.
pub(super) fn page_limit(head: &Head) -> u32 {
    head.page_limit.unwrap_or(PAGE_LIMIT)
}

/// Halves the number. Returns false if it was the minimum already.
fn shrink(head: &mut Head) -> bool {
    let before = page_limit(head);
    let after = (before / 2).max(LEAST);
    head.page_limit = Some(after);
    after < before
}

/// Doubles the number, up to [`PAGE_LIMIT`].
pub(super) fn grow(head: &mut Head) {
    head.page_limit = head.page_limit.map(|limit| limit * 2).filter(|limit| *limit < PAGE_LIMIT);
}

/// Makes a listing whose page did not come in time start over with smaller pages, in the next invocation.
/// Fails if they cannot be smaller: then the walk is tried again later.
pub(super) async fn list_in_smaller_pages(
    walk: &mut Walk<'_>,
    selection: Option<&Selection>,
    failure: Failure,
) -> Result<Reached, Failure> {
    let mut commit = walk.commit_of(Segment::default());
    let can_shrink = shrink(&mut commit.after);
    commit.selection = selection.map(|one| {
        let anew = Selection { listing: None, ..one.clone() };
        SelectionStep::of(one, Some(anew))
    });
    tracing::info!(connection = %walk.connection.id, %failure, limit = page_limit(&commit.after), "smaller pages");
    walk.advance(commit).await?;
    if can_shrink { Ok(Reached::ItsBudget) } else { Err(failure) }
}

/// Records that the account's cursor gave no page in time. After several times in a row, a cursor with
/// smaller pages replaces it, and a comparison finds what the old one had left to report.
pub(super) async fn drain_in_smaller_pages(
    walk: &mut Walk<'_>,
    failure: Failure,
) -> Result<Reached, Failure> {
    let mut commit = walk.commit_of(Segment::default());
    commit.after.slow_drains += 1;
    let is_due = commit.after.slow_drains >= SLOW_DRAINS && shrink(&mut commit.after);
    if is_due {
        // This invocation has no time left to get another cursor; the next one does.
        commit.after =
            Head { cursor: None, compare: true, full_listing: None, slow_drains: 0, ..commit.after };
    }
    walk.advance(commit).await?;
    if is_due { Ok(Reached::ItsBudget) } else { Err(failure) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_halve_down_to_the_smallest_and_grow_back() {
        let mut head = Head::default();
        let mut limits = Vec::new();
        while shrink(&mut head) {
            limits.push(page_limit(&head));
        }
        assert_eq!(limits, [1000, 500, 250, 125, 62, 31, LEAST]);
        let mut steps = 0;
        while head.page_limit.is_some() {
            grow(&mut head);
            steps += 1;
        }
        assert_eq!((page_limit(&head), steps), (PAGE_LIMIT, 7));
    }
}
