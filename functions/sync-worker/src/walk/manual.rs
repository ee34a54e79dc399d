//! Connections without automatic sync, which are walked only on request.
//!
//! Messages are coalesced, so the rows, and not a message, say what was requested. Selections, deselections,
//! exclusions, confirmations, due comparisons, and work that has begun or failed are processed. A
//! notification alone is not, nor a wake-up with nothing of these.

use shared::model::{Schedule, SelectionState, WalkReason};

use super::{Request, state::Walk};

/// Whether nobody has requested any work.
pub(super) fn waits_to_be_asked(
    walk: &Walk<'_>,
    request: Request,
    schedule: &Schedule,
    resync_due: bool,
) -> bool {
    let is_by_itself = matches!(request.reason, WalkReason::Notified | WalkReason::Woken);
    let has_failed = schedule.failures > 0;
    walk.choices.manual && is_by_itself && !resync_due && !has_failed && !has_begun(walk)
}

/// Whether work has begun, or was requested and has not begun.
fn has_begun(walk: &Walk<'_>) -> bool {
    let head = &walk.head;
    let is_turning = |state| matches!(state, SelectionState::Requested | SelectionState::Deselected);
    head.cursor.is_none()
        || head.compare
        || head.full_listing.is_some()
        || head.held.is_some()
        || walk.drain.marks.count() > 0
        || walk.exclusions.iter().any(|excluded| !excluded.removed)
        || walk.choices.selections.iter().any(|selection| is_turning(selection.state))
}
