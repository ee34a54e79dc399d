//! Transfers with rows of their own.

use std::collections::VecDeque;

use shared::model::Transfer;

use super::{Run, suspicion};
use crate::Failure;

/// Number of transfers that are read at once.
const PAGE: u32 = 100;

/// Rows of a run.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Transfers that were read and not begun.
    upcoming: VecDeque<Transfer>,
    /// The last one that was read.
    after: Option<Transfer>,
    /// Whether there are no more.
    are_all_read: bool,
}

/// Returns the next transfer that is due and nobody suspects, if any.
pub(super) async fn next(run: &mut Run<'_>) -> Result<Option<Transfer>, Failure> {
    let now = run.worker.clock.now();
    while let Some(transfer) = next_row(run).await? {
        if transfer.not_before <= now && !suspicion::is_suspected(&transfer) {
            return Ok(Some(transfer));
        }
        run.hand.leave_in_row(transfer.file());
        if transfer.not_before > now {
            run.progress.wait_for(transfer.not_before);
        } else {
            run.suspected.push_back(transfer);
        }
    }
    Ok(None)
}

async fn next_row(run: &mut Run<'_>) -> Result<Option<Transfer>, Failure> {
    let (store, rows) = (&run.worker.store, &mut run.rows);
    if rows.upcoming.is_empty() && !rows.are_all_read {
        let page = store.transfers(run.connection.id, rows.after.as_ref(), PAGE).await?;
        rows.are_all_read = page.len() < PAGE as usize;
        rows.after = page.last().cloned().or(rows.after.take());
        rows.upcoming.extend(page);
    }
    Ok(rows.upcoming.pop_front())
}
